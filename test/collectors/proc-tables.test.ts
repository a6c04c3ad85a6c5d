import { describe, expect, it } from 'vitest'
import { column, firstRow, parse, parseFixture, sample } from './proc-input.js'

describe('the samples of a real machine', () => {
  it('have their stamps in milliseconds and the uptime between them as interval', () => {
    const { table } = parseFixture('cpu')
    expect(Array.from(table.timeMs)).toEqual([1795162716398, 1795162717399])
    expect(Array.from(table.intervalSec)).toEqual([1.026, 1.001])
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

  it('give disk rates over 1.026 s as sysstat computes them', () => {
    const parsed = parseFixture('disk')
    const { table } = parsed
    const row = Array.from(table.deviceIndex ?? []).indexOf(table.devices.indexOf('vda'))
    const value = (name: string): number => column(parsed, name)[row] ?? Number.NaN
    // 20 reads, 40 writes, 1 discard; 472, 40960, 40960 sectors; 2 + 17 + 2 ms waited; 22 ms queued; 12 ms busy
    expect(value('transfers_per_s')).toBeCloseTo(61 / 1.026, 9)
    expect(value('read_bytes_per_s')).toBeCloseTo((472 * 512) / 1.026, 6)
    expect(value('write_bytes_per_s')).toBeCloseTo((40_960 * 512) / 1.026, 6)
    expect(value('discard_bytes_per_s')).toBeCloseTo((40_960 * 512) / 1.026, 6)
    expect(value('await_ms')).toBeCloseTo(21 / 61, 10)
    expect(value('queue_length')).toBeCloseTo(0.022 / 1.026, 10)
    expect(value('utilization_pct')).toBeCloseTo(1.2 / 1.026, 10)
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
    expect(column(paging, 'page_in_bytes_per_s')[0]).toBeCloseTo((236 * 1024) / 1.026, 6)
    expect(column(paging, 'faults_per_s')[0]).toBeCloseTo(485 / 1.026, 9)
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
