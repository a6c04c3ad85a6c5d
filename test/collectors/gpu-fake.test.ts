/** From a running nvidia-smi, though a fake one, to the table: each value is checked against what it must have been. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ParsedResource } from '../../src/model.js'
import { processOf, uuidOf, valuesOf } from '../support/fake-nvidia-smi.js'
import { column, losses, MIB, messages, NO_CONTEXT, ofDevice, parseGpu, texts, times } from './gpu-input.js'

const PROGRAM = fileURLToPath(new URL('../support/fake-nvidia-smi.js', import.meta.url))
const FIELDS =
  'timestamp,index,uuid,name,utilization.gpu,utilization.memory,memory.used,memory.total,temperature.gpu,power.draw,clocks.sm,clocks.mem,pstate,fan.speed,power.limit'

interface Run {
  readonly settings?: object
  readonly query?: string
  /** So many samples, a tenth of a second apart; a single call without it. */
  readonly samples?: number
}

function run({ settings = {}, query = `--query-gpu=${FIELDS}`, samples = 0 }: Run) {
  const loop = samples > 0 ? ['-lms', '100'] : []
  return spawnSync(process.execPath, [PROGRAM, query, '--format=csv,nounits', ...loop], {
    env: { ...process.env, TZ: 'UTC', FAKE_NVIDIA_SMI: JSON.stringify({ ...settings, samples }) },
    encoding: 'utf8',
  })
}

function expectTrue(parsed: ParsedResource, gpuCount: number): void {
  const { table } = parsed
  expect(table.devices.toSorted()).toEqual(Array.from({ length: gpuCount }, (_, gpu) => uuidOf(gpu)))
  for (let row = 0; row < table.rowCount; row++) {
    const gpu = column(parsed, 'index')[row] ?? Number.NaN
    expect(table.devices[table.deviceIndex?.[row] ?? -1]).toBe(uuidOf(gpu))
    const expected = valuesOf(Math.floor((times(parsed)[row] ?? 0) / 1000), gpu)
    const actual = [...table.columns].map(([name, values]) => [name, values[row]])
    expect(Object.fromEntries(actual)).toEqual({
      index: gpu,
      utilization_pct: expected.utilization,
      memory_utilization_pct: expected.memoryUtilization,
      memory_used_bytes: expected.memoryUsedMib * MIB,
      memory_total_bytes: expected.memoryTotalMib * MIB,
      temperature_celsius: expected.temperature,
      power_watts: expected.powerWatts,
      power_limit_watts: expected.powerLimitWatts,
      sm_clock_mhz: expected.smClock,
      memory_clock_mhz: expected.memoryClock,
      fan_pct: gpu === 0 ? Number.NaN : expected.fan,
    })
  }
}

describe('a recording of eight GPUs', () => {
  it('has every value right, whatever the order of the rows', () => {
    const settings = { count: 8, isShuffled: true, name: 'Fake, 40GB' }
    const { stdout } = run({ settings, samples: 4 })
    const parsed = parseGpu(stdout)
    expectTrue(parsed, 8)
    expect(new Set(times(parsed)).size).toBe(4)
    expect(parsed.table.rowCount).toBe(8 * 4)
    expect(new Set(texts(parsed, 'name'))).toEqual(new Set(['Fake, 40GB']))
    expect(losses(parsed)).toEqual([])
  })

  it('has the right reasons under the names of each driver', () => {
    const words: Readonly<Record<number, string>> = { 0: 'none', 1: 'gpu_idle', 4: 'sw_power_cap' }
    for (const [driver, family] of [
      [525, 'clocks_throttle_reasons'],
      [530, 'clocks_event_reasons'],
      [535, 'clocks_throttle_reasons'],
    ] as const) {
      for (const fields of [`${family}.active`, `${family}.gpu_idle,${family}.sw_power_cap`]) {
        const query = `--query-gpu=timestamp,index,uuid,${fields}`
        const parsed = parseGpu(run({ settings: { count: 8, driver }, query }).stdout)
        const t = Math.floor((times(parsed)[0] ?? 0) / 1000)
        const expected = column(parsed, 'index').map((gpu) => words[valuesOf(t, gpu).throttle])
        expect(texts(parsed, 'throttle_reasons')).toEqual(expected)
        expect(expected).toHaveLength(8)
      }
    }
  })

  it('has its processes', () => {
    const query = '--query-compute-apps=timestamp,gpu_uuid,pid,process_name,used_memory'
    const parsed = parseGpu(run({ query }).stdout, NO_CONTEXT, 'gpu-processes')
    const t = Math.floor((times(parsed)[0] ?? 0) / 1000)
    const expected = [0, 1].map((gpu) => processOf(t, gpu))
    expect(column(parsed, 'pid')).toEqual(expected.map(({ pid }) => pid))
    expect(texts(parsed, 'name')).toEqual(expected.map(({ name }) => name))
    expect(column(parsed, 'memory_used_bytes')).toEqual(expected.map((one) => one.memoryUsedMib * MIB))
  })
})

describe('a recording in trouble', () => {
  it.each([
    ['nodriver', 9, 'no GPU data: driver not loaded (rc 9)'],
    ['nolibrary', 12, 'no GPU data: NVML library not found (rc 12)'],
    ['mismatch', 18, 'no GPU data: driver and library have different versions (rc 18)'],
  ])('says why there is nothing: %s', (mode, code, reason) => {
    const { status, stdout } = run({ settings: { mode } })
    expect(status).toBe(code)
    expect(messages(parseGpu(stdout)).join('\n')).toContain(reason)
  })

  it('says that there are no devices', () => {
    const { status, stdout } = run({ settings: { count: 0 } })
    expect(status).toBe(6)
    expect(messages(parseGpu(stdout))).toEqual(['raw/gpu/n1:1: no GPU data: no devices were found (rc 6)'])
  })

  it('names the field that the driver does not know', () => {
    const { status, stdout } = run({ settings: { unknown: ['power.limit'] } })
    expect(status).toBe(2)
    expect(() => parseGpu(stdout)).toThrow('does not know the field "power.limit"')
  })

  it.each([
    ['lost', 'gpu1 lost'],
    ['handle', 'gpu1 lost: Unknown Error'],
    ['missing', 'gpu1 no longer answers'],
  ])('keeps the other GPU when one fails by %s, and says so in few words', (mode, said) => {
    const { stdout } = run({ settings: { mode, after: 0.25 }, samples: 8 })
    const parsed = parseGpu(stdout)
    const measured = (gpu: number): number =>
      ofDevice(parsed, uuidOf(gpu), 'utilization_pct').filter((value) => !Number.isNaN(value)).length
    expect(measured(0)).toBeGreaterThan(measured(1))
    expect(measured(1)).toBeGreaterThan(0)
    expect(parsed.events.map(({ text }) => text)).toEqual([said])
    expect(losses(parsed)).toEqual([])
  })

  it('keeps what there was when nvidia-smi ends because of a GPU', () => {
    const { status, stdout } = run({ settings: { mode: 'exit', after: 0.25 }, samples: 6 })
    expect(status).toBe(15)
    const parsed = parseGpu(stdout)
    expect(parsed.table.rowCount).toBeGreaterThan(2)
    expect(parsed.events[0]?.text).toMatch(/^(gpu1|GPU 0000:19:00\.0) lost: Unknown Error$/)
  })

  it('leaves out half a row at its end', () => {
    const { stdout } = run({ settings: { isCut: true }, samples: 2 })
    expect(stdout.endsWith('\n')).toBe(false)
    const parsed = parseGpu(stdout)
    expectTrue(parsed, 2)
    expect(messages(parsed).join('\n')).toContain('the file ends within this line')
  })

  it('has no utilization of GPUs that MIG has split', () => {
    const parsed = parseGpu(run({ settings: { mode: 'mig' } }).stdout)
    expect(column(parsed, 'utilization_pct')).toEqual([Number.NaN, Number.NaN])
    expect(column(parsed, 'memory_used_bytes').every((bytes) => bytes > 0)).toBe(true)
    expect(messages(parsed)[0]).toContain('the utilization of gpu0, gpu1 is not available')
  })

  it('is empty and told when every field is an error from the first sample on', () => {
    const { stdout } = run({ settings: { mode: 'unknown' }, samples: 2 })
    const parsed = parseGpu(stdout)
    expect(parsed.table.rowCount).toBe(0)
    expect(messages(parsed)[0]).toMatch(/a GPU answers \[Unknown Error\] in every field \(\d+ times/)
  })
})
