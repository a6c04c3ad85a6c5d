import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { uuidOf, valuesOf } from '../support/fake-nvidia-smi.js'
import { clusterp, newPlace, type Place, removePlaces, rowsOf } from '../support/program.js'
import { expectAllEnded } from '../support/truth.js'

const FAKE = fileURLToPath(new URL('../support/fake-nvidia-smi.js', import.meta.url))
const MEBIBYTE = 2 ** 20

afterAll(removePlaces)

/** A PATH that begins with an nvidia-smi which behaves as `settings` say. */
async function withGpus(place: Place, settings: Record<string, unknown>): Promise<Record<string, string>> {
  const bin = join(place.directory, 'bin')
  await mkdir(bin)
  await symlink(FAKE, join(bin, 'nvidia-smi'))
  await writeFile(join(bin, 'nvidia-smi.json'), JSON.stringify(settings))
  return { PATH: `${bin}:${process.env.PATH ?? ''}` }
}

describe('GPUs', () => {
  it('are recorded beside the node, each value as nvidia-smi gave it', async () => {
    const place = await newPlace()
    const env = await withGpus(place, { count: 3 })
    const start = await clusterp(place, ['start'], { env })
    expect(start).toMatchObject({ code: 0 })
    await wait(3000)
    const stop = await clusterp(place, ['stop', '--with-parse', '--with-plot'], { env })
    expect(stop).toMatchObject({ code: 0 })
    await expectAllEnded(place)
    const csv = await readFile(join(place.directory, 'parsed/gpu/localhost.csv'), 'utf8')
    const rows = rowsOf(csv)
    expect(rows.length).toBeGreaterThanOrEqual(6)
    for (const row of rows) {
      const second = Math.floor(Date.parse(row.timestamp ?? '') / 1000)
      const gpu = Number(row.index)
      const wanted = valuesOf(second, gpu)
      expect(row).toMatchObject({ uuid: uuidOf(gpu), alias: `gpu${gpu}` })
      expect(Number(row.utilization_pct)).toBe(wanted.utilization)
      expect(Number(row.memory_used_bytes)).toBe(wanted.memoryUsedMib * MEBIBYTE)
      expect(Number(row.temperature_celsius)).toBe(wanted.temperature)
      expect(Number(row.power_watts)).toBeCloseTo(wanted.powerWatts, 2)
    }
    expect(await readFile(join(place.directory, 'plot/gpu/gpu2_utilization.svg'), 'utf8')).toContain('<svg')
    expect(await readFile(join(place.directory, 'plot/gpu/utilization.svg'), 'utf8')).toContain('gpu1')
  })

  it('of which one is lost in mid-session go on without it, with an event; a process has its user', async () => {
    const place = await newPlace()
    const env = await withGpus(place, { mode: 'lost', after: 3, pid: process.pid })
    expect(await clusterp(place, ['start'], { env })).toMatchObject({ code: 0 })
    await wait(5000)
    const stop = await clusterp(place, ['stop', '--with-parse', '--with-plot'], { env })
    expect(stop).toMatchObject({ code: 0 })
    const file = (name: string) => readFile(join(place.directory, name), 'utf8')
    const rows = rowsOf(await file('parsed/gpu/localhost.csv'))
    const measured = (gpu: string): readonly boolean[] =>
      rows.filter(({ index }) => index === gpu).map((row) => row.utilization_pct !== '')
    expect(measured('0')).not.toContain(false)
    expect(measured('1').slice(0, 2)).toEqual([true, true])
    expect(measured('1').at(-1)).toBe(false)
    const events = (await file('parsed/events.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events).toMatchObject([{ host: 'localhost', kind: 'gpu', text: 'gpu1 lost' }])
    const lostAt = rows.find((row) => row.index === '1' && row.utilization_pct === '')?.timestamp ?? ''
    expect(Math.abs(events[0].atMs - Date.parse(lostAt))).toBeLessThan(100)
    expect(await file('plot/gpu/gpu1_utilization.svg')).toContain('<svg')
    const processes = rowsOf(await file('parsed/gpu-processes/localhost.csv'))
    expect(processes.map(({ pid }) => pid)).toContain(String(process.pid))
    expect(new Set(processes.map(({ user }) => user))).toEqual(new Set([userInfo().username]))
  })

  it('without a driver cost the node its GPU data and nothing else, with code 0 on auto', async () => {
    const place = await newPlace()
    const env = await withGpus(place, { mode: 'nodriver' })
    const start = await clusterp(place, ['start'], { env })
    expect(start).toMatchObject({ code: 0 })
    expect(start.stderr).toContain('no GPU data: driver not loaded (rc 9)')
    expect((await clusterp(place, ['status'], { env })).stdout).toContain('driver not loaded (rc 9)')
    await wait(2000)
    const stop = await clusterp(place, ['stop', '--with-parse'], { env })
    expect(stop).toMatchObject({ code: 0 })
    expect(stop.stdout).toContain('no GPU data: driver not loaded (rc 9)')
    expect(
      rowsOf(await readFile(join(place.directory, 'parsed/cpu/localhost.csv'), 'utf8')).length,
    ).toBeGreaterThan(0)
  })

  it('that were asked for by name and do not answer make the data partial', async () => {
    const place = await newPlace('gpus: [0]\n')
    const env = await withGpus(place, { mode: 'nodriver' })
    expect(await clusterp(place, ['start'], { env })).toMatchObject({ code: 0 })
    await wait(1500)
    const stop = await clusterp(place, ['stop'], { env })
    expect(stop).toMatchObject({ code: 3 })
    expect(stop.stdout).toContain('partial: no GPU data: driver not loaded (rc 9)')
  })

  it('whose logger ends in mid-session are recorded by single calls, and that is told', async () => {
    const place = await newPlace()
    const env = { ...(await withGpus(place, { count: 1, samples: 2 })), CLUSTERP_GPU_WATCH: '3' }
    expect(await clusterp(place, ['start'], { env })).toMatchObject({ code: 0 })
    await wait(8000)
    const stop = await clusterp(place, ['stop', '--with-parse'], { env })
    expect(stop.stdout).toContain('nvidia-smi -l ended; recorded by single calls from there on')
    const rows = rowsOf(await readFile(join(place.directory, 'parsed/gpu/localhost.csv'), 'utf8'))
    expect(rows.length).toBeGreaterThanOrEqual(4)
    await expectAllEnded(place)
  })

  it('that hang do not hold up stop', async () => {
    const place = await newPlace()
    const env = await withGpus(place, { count: 1, mode: 'hang', after: 4 })
    expect(await clusterp(place, ['start'], { env })).toMatchObject({ code: 0 })
    await wait(5000)
    const before = Date.now()
    expect(await clusterp(place, ['stop', '--now'], { env })).toMatchObject({ code: 0 })
    expect(Date.now() - before).toBeLessThan(12_000)
    await expectAllEnded(place)
  })
})
