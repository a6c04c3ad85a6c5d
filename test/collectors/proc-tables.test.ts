import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { firstSampleMs, parseRaw } from '../../src/collectors/raw.js'
import type { NodeMeta, ParsedResource, RawFile, Resource } from '../../src/model.js'

const BOOT = '7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab'
const NO_CONTEXT = { meta: null, windowMs: null }
const META: NodeMeta = {
  host: 'n1',
  node_name: 'n1',
  kernel: '6.18',
  cpus: 2,
  memory_total_bytes: null,
  sysstat_version: null,
  driver_version: null,
  collector: 'proc',
  interfaces: {},
  disks: {},
  disk_names: {},
  default_interface: null,
  zone: '+0000',
  clock_ticks_per_s: 100,
  wall_minus_uptime_s: 1_795_160_524.25,
}

function rawFile(resource: string, body: string): RawFile {
  const text = `# clusterp-proc 1 ${resource} 100 ${BOOT}\n${body}`
  return { path: `raw/${resource}/n1`, bytes: new TextEncoder().encode(text) }
}

function parseFixture(resource: Resource): ParsedResource {
  const bytes = readFileSync(new URL(`../fixtures/proc/${resource}.txt`, import.meta.url))
  return parseRaw(resource, 'n1', [{ path: `raw/${resource}/n1`, bytes }], NO_CONTEXT)
}

function parse(resource: Resource, body: string, meta: NodeMeta | null = null): ParsedResource {
  return parseRaw(resource, 'n1', [rawFile(resource, body)], { meta, windowMs: null })
}

function column(parsed: ParsedResource, name: string): number[] {
  return Array.from(parsed.table.columns.get(name) ?? [])
}

function firstRow(parsed: ParsedResource, names: readonly string[]): number[] {
  return names.map((name) => column(parsed, name)[0] ?? Number.NaN)
}

const sample = (
  uptime: number,
  lines: readonly string[],
  epoch: string | number = `${1795160524 + uptime}.25`,
): string => `@ ${epoch} ${uptime.toFixed(2)} ${lines.length}\n${lines.map((line) => `${line}\n`).join('')}`

describe('the samples of a real machine', () => {
  it('have their stamps in milliseconds and the uptime between them as interval', () => {
    const { table } = parseFixture('cpu')
    expect(Array.from(table.timeMs)).toEqual([1795162716398, 1795162717399])
    expect(Array.from(table.intervalSec)).toEqual([1.02, 1])
  })

  it('give CPU shares of the ticks between them', () => {
    const parsed = parseFixture('cpu')
    // 1 user, 1 system, 202 idle, 1 iowait of 205 ticks; then 199 idle of 199
    const names = ['user_pct', 'system_pct', 'idle_pct', 'iowait_pct', 'utilization_pct']
    const expected = [1, 1, 202, 1, 2].map((ticks) => (100 * ticks) / 205)
    firstRow(parsed, names).forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 10)
    })
    expect(column(parsed, 'utilization_pct')[1]).toBe(0)
    // Both cores: 1 of 102 ticks; the first wins.
    expect(column(parsed, 'busiest_core')).toEqual([0, 0])
    expect(column(parsed, 'busiest_core_pct')[0]).toBeCloseTo(100 / 102, 10)
    expect(column(parsed, 'cores_above_90')).toEqual([0, 0])
  })

  it('give disk rates over 1.02 s as sysstat computes them', () => {
    const parsed = parseFixture('disk')
    const { table } = parsed
    const row = Array.from(table.deviceIndex ?? []).indexOf(table.devices.indexOf('vda'))
    const value = (name: string): number => column(parsed, name)[row] ?? Number.NaN
    // 20 reads, 40 writes, 1 discard; 472, 40960, 40960 sectors; 2 + 17 + 2 ms waited; 22 ms queued; 12 ms busy
    expect(value('transfers_per_s')).toBeCloseTo(61 / 1.02, 9)
    expect(value('read_bytes_per_s')).toBeCloseTo((472 * 512) / 1.02, 6)
    expect(value('write_bytes_per_s')).toBeCloseTo((40_960 * 512) / 1.02, 6)
    expect(value('discard_bytes_per_s')).toBeCloseTo((40_960 * 512) / 1.02, 6)
    expect(value('await_ms')).toBeCloseTo(21 / 61, 10)
    expect(value('queue_length')).toBeCloseTo(0.022 / 1.02, 10)
    expect(value('utilization_pct')).toBeCloseTo(1.2 / 1.02, 10)
  })

  it('give memory, swap, load, and paging', () => {
    const kilobytes = (count: number): number => count * 1024
    const memory = parseFixture('memory')
    expect(firstRow(memory, ['total_bytes', 'available_bytes', 'used_bytes', 'cached_bytes'])).toEqual(
      [24_684_084, 24_333_428, 350_656, 349_796].map(kilobytes),
    )
    expect(column(memory, 'utilization_pct')[0]).toBeCloseTo((100 * 350_656) / 24_684_084, 10)
    expect(firstRow(parseFixture('swap'), ['total_bytes', 'utilization_pct', 'swap_in_pages_per_s'])).toEqual(
      [0, 0, 0],
    )
    expect(firstRow(parseFixture('load'), ['run_queue', 'tasks', 'load_1', 'load_15', 'blocked'])).toEqual([
      0, 84, 2.56, 1.5, 0,
    ])
    const paging = parseFixture('paging')
    expect(column(paging, 'page_in_bytes_per_s')[0]).toBeCloseTo((236 * 1024) / 1.02, 6)
    expect(column(paging, 'faults_per_s')[0]).toBeCloseTo(485 / 1.02, 9)
    expect(column(paging, 'scanned_pages_per_s')).toEqual([0, 0])
  })

  it('give a row per interface, without the two lines of headings', () => {
    const { table } = parseFixture('network')
    expect(table.devices).toEqual(['lo', 'ifb0', 'ifb1', 'eth0'])
    expect(table.rowCount).toBe(8)
  })
})

describe('network', () => {
  const heads = ['Inter-|   Receive |  Transmit', ' face |bytes packets errs']
  const line = (name: string, inBytes: number, outBytes: number): string =>
    `${name}${inBytes} 10 1 2 0 0 0 0 ${outBytes} 20 3 4 0 0 0 0`

  it('reads names with colons and counters without a blank before them', () => {
    const body =
      sample(10, [...heads, line('eth0:', 1000, 0), line('  eth0:1: ', 5, 5)]) +
      sample(12, [...heads, line('eth0:', 5000, 2000), line('  eth0:1: ', 5, 5)])
    const parsed = parse('network', body)
    expect(parsed.table.devices).toEqual(['eth0', 'eth0:1'])
    expect(column(parsed, 'in_bytes_per_s')).toEqual([2000, 0])
    expect(column(parsed, 'out_bytes_per_s')).toEqual([1000, 0])
    expect(column(parsed, 'in_drops_per_s')).toEqual([0, 0])
  })

  it('leaves the row of a counter that went back empty', () => {
    const body = [100, 300, 50, 250]
      .map((bytes, index) => sample(10 + index, [line('eth0: ', bytes, 0)]))
      .join('')
    const parsed = parse('network', body)
    expect(column(parsed, 'in_bytes_per_s')).toEqual([200, Number.NaN, 200])
    expect(column(parsed, 'out_bytes_per_s')).toEqual([0, Number.NaN, 0])
  })

  it('gives a device no row before it was in two samples in a row', () => {
    const body =
      sample(10, [line('a:', 0, 0)]) +
      sample(11, [line('a:', 1, 0), line('b:', 9000, 0)]) +
      sample(12, [line('a:', 2, 0)]) +
      sample(13, [line('a:', 3, 0), line('b:', 9000, 0)]) +
      sample(14, [line('a:', 4, 0), line('b:', 9001, 0)])
    const { table } = parse('network', body)
    const rowsOfB = Array.from(table.deviceIndex ?? []).flatMap((device, row) =>
      table.devices[device] === 'b' ? [row] : [],
    )
    expect(rowsOfB).toHaveLength(1)
    expect(column(parse('network', body), 'in_bytes_per_s')[rowsOfB[0] ?? 0]).toBe(1)
  })
})

describe('disk', () => {
  it('reads lines without discards, which stay not measured', () => {
    const body =
      sample(10, ['   8       0 sda 10 0 80 5 0 0 0 0 0 10 20']) +
      sample(11, ['   8       0 sda 30 0 480 45 0 0 0 0 0 510 1020'])
    const parsed = parse('disk', body)
    const names = ['transfers_per_s', 'read_bytes_per_s', 'queue_length', 'await_ms', 'utilization_pct']
    // 20 reads of 400 sectors that waited 40 ms; busy for 500 ms, 1000 ms queued
    expect(firstRow(parsed, names)).toEqual([20, 204_800, 1, 2, 50])
    expect(column(parsed, 'discard_bytes_per_s')).toEqual([Number.NaN])
  })

  it('counts on when a field of 32 bits starts again', () => {
    const body =
      sample(10, ['   8       0 sda 10 0 80 5 0 0 0 0 0 10 4294967096']) +
      sample(11, ['   8       0 sda 11 0 88 6 0 0 0 0 0 20 300'])
    // 4294967296 - 4294967096 + 300 = 500 ms
    expect(column(parse('disk', body), 'queue_length')).toEqual([0.5])
  })
})

describe('stamps', () => {
  const load = ['0.10 0.20 0.30 3/87 4504', 'procs_running 3', 'procs_blocked 1']
  const epochSec = 1795160524

  it('without a clock are placed by the uptime, with the decimals that whole seconds lack', () => {
    for (const epochOf of [() => '-', (uptime: number) => Math.floor(epochSec + uptime + 0.25)]) {
      const body = [10, 11.01].map((uptime) => sample(uptime, load, epochOf(uptime))).join('')
      const { table } = parse('load', body, META)
      expect(Array.from(table.timeMs)).toEqual([epochSec * 1000 + 11_260])
    }
  })

  it('of whole seconds are taken as they are when nothing else is known', () => {
    const body = [10, 11].map((uptime) => sample(uptime, load, epochSec + uptime)).join('')
    expect(Array.from(parse('load', body).table.timeMs)).toEqual([(epochSec + 11) * 1000])
  })

  it('without a clock and without raw/meta are an error that says so', () => {
    const body = [10, 11].map((uptime) => sample(uptime, load, '-')).join('')
    expect(() => parse('load', body)).toThrow(
      /raw\/load\/n1:2: the stamp has no wall-clock time, and raw\/meta/,
    )
  })

  it('tell the whole seconds when the clock was stepped, and the step is an event', () => {
    const body = [10, 11, 12].map((uptime, index) =>
      sample(uptime, load, epochSec + uptime + (index === 2 ? 60 : 0)),
    )
    const parsed = parse('load', body.join(''), META)
    expect(parsed.table.timeMs[1]).toBe((epochSec + 72) * 1000)
    expect(parsed.events.map((event) => event.kind)).toEqual(['clock-step'])
  })

  it('leave out the sampler from the run queue', () => {
    const parsed = parse('load', [10, 11].map((uptime) => sample(uptime, load)).join(''))
    expect(column(parsed, 'run_queue')).toEqual([2])
    expect(column(parsed, 'blocked')).toEqual([1])
  })
})

describe('damage', () => {
  const cpu = (user: number): string[] => [
    `cpu  ${user} 0 0 ${user} 0 0 0 0 0 0`,
    `cpu0 ${user} 0 0 ${user} 0 0 0 0 0 0`,
  ]

  it('drops a short sample in the middle as a loss; the next one spans both', () => {
    const short = sample(11, cpu(200)).replace(/cpu0.*\n/, '')
    const parsed = parse('cpu', sample(10, cpu(100)) + short + sample(12, cpu(300)))
    expect(Array.from(parsed.table.intervalSec)).toEqual([2])
    expect(parsed.warnings.map((warning) => [warning.isLoss, warning.message])).toEqual([
      [true, 'raw/cpu/n1:5: a sample of 2 lines has only 1, left out'],
    ])
  })

  it('drops a cut sample at the end without calling it a loss', () => {
    const body = sample(10, cpu(100)) + sample(11, cpu(200)) + sample(12, cpu(300))
    const parsed = parse('cpu', body.slice(0, -10))
    expect(parsed.table.rowCount).toBe(1)
    expect(parsed.warnings.map((warning) => warning.isLoss)).toEqual([false])
  })

  it('begins anew below a second header, and tells a reboot by its boot id', () => {
    const again = (boot: string): string => `# clusterp-proc 1 cpu 100 ${boot}\n`
    const two = (from: number): string => sample(from, cpu(from)) + sample(from + 1, cpu(from + 1))
    const same = parse('cpu', two(10) + again(BOOT) + two(20))
    expect([same.table.rowCount, same.events.length]).toEqual([2, 0])
    const rebooted = parse('cpu', two(10) + again('other-boot') + two(5))
    expect(rebooted.table.rowCount).toBe(2)
    expect(rebooted.events.map((event) => event.kind)).toEqual(['restart'])
  })

  it('takes idle and iowait that go back as 0, and user time that goes back as not measured', () => {
    const at = (user: number, idle: number, iowait: number): string[] => [
      `cpu  ${user} 0 0 ${idle} ${iowait} 0 0 0 0 0`,
    ]
    const parsed = parse(
      'cpu',
      sample(10, at(100, 500, 30)) + sample(11, at(150, 550, 28)) + sample(12, at(140, 600, 28)),
    )
    expect(column(parsed, 'user_pct')).toEqual([50, Number.NaN])
    expect(column(parsed, 'iowait_pct')).toEqual([0, Number.NaN])
  })

  it('refuses another resource, version, or kind of file', () => {
    expect(() => parseRaw('memory', 'n1', [rawFile('cpu', sample(10, cpu(1)))], NO_CONTEXT)).toThrow(
      /cpu data, not memory/,
    )
    const newer = new TextEncoder().encode(`# clusterp-proc 2 cpu 100 ${BOOT}\n`)
    expect(() => parseRaw('cpu', 'n1', [{ path: 'raw/cpu/n1', bytes: newer }], NO_CONTEXT)).toThrow(
      /version 2/,
    )
  })
})

describe('firstSampleMs', () => {
  it('is the end of the earliest first sample of both kinds of files', () => {
    const sadf = new TextEncoder().encode(
      '# hostname;interval;timestamp;runq-sz;plist-sz;ldavg-1;ldavg-5;ldavg-15;blocked\n' +
        'vm;1;2026-11-20 06:00:01 UTC;3;100;1.00;2.00;3.00;0\n',
    )
    const epochMs = Date.UTC(2026, 10, 20, 6, 0, 1)
    const load = ['0.10 0.20 0.30 3/87 4504']
    const later = rawFile('load', sample(1, load, epochMs / 1000 + 4) + sample(2, load, epochMs / 1000 + 5))
    expect(firstSampleMs([later], NO_CONTEXT)).toBe(epochMs + 5000)
    expect(firstSampleMs([later, { path: 'raw/load/vm', bytes: sadf }], NO_CONTEXT)).toBe(epochMs)
    expect(firstSampleMs([{ path: 'raw/load/vm', bytes: new Uint8Array(0) }], NO_CONTEXT)).toBeNull()
  })
})
