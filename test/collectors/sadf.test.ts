import { describe, expect, it } from 'vitest'
import { parseRaw } from '../../src/collectors/raw.js'
import { column, fixture, messages, metaWith, parse, rawFile, times } from './sadf-input.js'

const VERSIONS = ['10.1.5', '10.2.1', '11.4.3', '11.7.3', '12.0.3', '12.5.4', '12.7.9']

describe('sadf -d of all versions', () => {
  it.each(VERSIONS)('gives four rows of every resource in %s', (version) => {
    const file = fixture(`utc-${version}`)
    const counts = (['cpu', 'memory', 'swap', 'disk', 'network', 'load', 'paging'] as const).map(
      (resource) => {
        const parsed = parse(resource, file)
        expect(parsed.warnings.filter((warning) => warning.isLoss)).toEqual([])
        return parsed.table.rowCount
      },
    )
    // 4 samples; the network has lo, ifb0, ifb1, and eth0.
    expect(counts).toEqual([4, 4, 4, 4, 16, 4, 4])
  })

  it('reads CPU shares with the busiest core of each sample', () => {
    const { table } = parse('cpu', fixture('utc-10.1.5'))
    expect(times(table)).toEqual(['06:09:10', '06:09:11', '06:09:12', '06:09:13'])
    expect(column(table, 'user_pct')).toEqual([30.81, 39.39, 38, 41.24])
    expect(column(table, 'system_pct')).toEqual([13.13, 11.11, 12.5, 19.07])
    // 100 - 56.06 - 0, 100 - 48.99 - 0.51, 100 - 49.5 - 0, 100 - 39.69 - 0
    expect(column(table, 'utilization_pct').map((value) => value.toFixed(2))).toEqual([
      '43.94',
      '50.50',
      '50.50',
      '60.31',
    ])
    // cpu1 57 - 1 = 56 against 30.61; 84 against 17.17; cpu0 54.55 against 47.52; cpu0 65.62 against 54.55
    expect(column(table, 'busiest_core')).toEqual([1, 1, 0, 0])
    expect(column(table, 'busiest_core_pct').map((value) => value.toFixed(2))).toEqual([
      '56.00',
      '84.00',
      '54.55',
      '65.62',
    ])
    expect(column(table, 'cores_above_90')).toEqual([0, 0, 0, 0])
  })

  it('takes sectors and kilobytes of disks as the same bytes', () => {
    const old = parse('disk', fixture('utc-10.1.5')).table
    // 616 and 11272 sectors of 512 bytes
    expect(column(old, 'read_bytes_per_s')[0]).toBe(315_392)
    expect(column(old, 'write_bytes_per_s')[0]).toBe(5_771_264)
    expect(column(old, 'discard_bytes_per_s')).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
    expect(column(old, 'queue_length')).toEqual([0.02, 0, 0, 0.01])
    const recent = parse('disk', fixture('utc-12.7.9')).table
    expect(recent.devices).toEqual(['vda'])
    expect(column(recent, 'read_bytes_per_s')).toEqual([32_768, 0, 28_672, 4096])
    expect(column(recent, 'discard_bytes_per_s')).toEqual([0, 4096, 0, 24_576])
    expect(column(recent, 'await_ms')).toEqual([0, 0, 0.38, 0.11])
    expect(column(recent, 'utilization_pct')).toEqual([0, 0, 0, 0.4])
  })

  it('puts traffic and errors of an interface into one row', () => {
    const { table } = parse('network', fixture('utc-10.1.5'))
    expect(table.devices).toEqual(['lo', 'ifb0', 'ifb1', 'eth0'])
    expect(Array.from(table.deviceIndex ?? []).slice(0, 5)).toEqual([0, 1, 2, 3, 0])
    // 65.12 and 1.13 kB of 1024 bytes
    expect(column(table, 'in_bytes_per_s')[3]).toBe(66_682.88)
    expect(column(table, 'out_bytes_per_s')[3]).toBe(1157.12)
    expect(column(table, 'in_packets_per_s')[3]).toBe(13)
    expect(column(table, 'in_errors_per_s')).toEqual(new Array(16).fill(0))
    expect(column(table, 'utilization_pct')).toEqual(new Array(16).fill(Number.NaN))
  })

  it('computes utilization from the speed that the node told, both directions together on half duplex', () => {
    const nic = { speed_mbit_per_s: 1, is_up: true, is_physical: true, bond: null, is_bond: false }
    const utilizationOf = (duplex: 'full' | 'half'): number | undefined => {
      const meta = metaWith({ interfaces: { eth0: { ...nic, duplex } } })
      const { table } = parseRaw('network', 'vm', [fixture('utc-10.1.5')], { meta, windowMs: null })
      return column(table, 'utilization_pct')[3]
    }
    // 8 * 66682.88 / 10^6; 8 * (66682.88 + 1157.12) / 10^6
    expect(utilizationOf('full')).toBeCloseTo(53.346304, 9)
    expect(utilizationOf('half')).toBeCloseTo(54.272, 9)
  })

  it('reads load and paging', () => {
    const load = parse('load', fixture('utc-12.7.9')).table
    expect(column(load, 'tasks')).toEqual([145, 113, 114, 92])
    expect(column(load, 'load_1')).toEqual([1.62, 1.49, 1.49, 1.49])
    const paging = parse('paging', fixture('utc-10.1.5')).table
    expect(column(paging, 'page_in_bytes_per_s')[0]).toBe(308 * 1024)
    expect(column(paging, 'major_faults_per_s')).toEqual([1, 0, 0, 1])
    expect(column(paging, 'scanned_pages_per_s')).toEqual([0, 0, 0, 0])
  })

  it('calls a node without swap 0 % used', () => {
    const { table } = parse('swap', fixture('utc-12.7.9'))
    expect(column(table, 'total_bytes')).toEqual([0, 0, 0, 0])
    expect(column(table, 'utilization_pct')).toEqual([0, 0, 0, 0])
    expect(column(table, 'swap_in_pages_per_s')).toEqual([0, 0, 0, 0])
  })
})

describe('memory', () => {
  it('adds free and used up to 11.7.3, where used counts the page cache', () => {
    for (const version of ['10.1.5', '11.7.3']) {
      const { table } = parse('memory', fixture(`utc-${version}`))
      const [total] = column(table, 'total_bytes')
      // MemTotal of the machine: 20747268 + 3936824 = 24684092 kB
      expect(total).toBe(24_684_092 * 1024)
    }
  })

  it('adds available and used from 12.7.8 on, where used is the rest of available', () => {
    const parsed = parse('memory', fixture('utc-12.7.9'))
    expect(column(parsed.table, 'total_bytes')[0]).toBe((24_216_916 + 467_176) * 1024)
    expect(column(parsed.table, 'used_bytes')[0]).toBe(467_176 * 1024)
    expect(column(parsed.table, 'utilization_pct')[0]).toBeCloseTo((100 * 467_176) / 24_684_092, 9)
    expect(parsed.warnings).toEqual([])
  })

  it('estimates the total from %memused between those versions and says so', () => {
    const parsed = parse('memory', fixture('utc-12.5.4'))
    const [total = 0] = column(parsed.table, 'total_bytes')
    expect(Math.abs(total / (24_684_092 * 1024) - 1)).toBeLessThan(0.01)
    expect(messages(parsed)).toContain('total memory is estimated')
  })

  it('uses the slab of -r ALL for an exact total', () => {
    const header =
      '# hostname;interval;timestamp;kbmemfree;kbavail;kbmemused;%memused;kbbuffers;kbcached;kbcommit;%commit;kbactive;kbinact;kbdirty;kbanonpg;kbslab;kbkstack;kbpgtbl;kbvmused\n'
    const row = 'vm;1;2026-11-20 06:09:10 UTC;600;750;100;10.00;50;200;1;1.00;1;1;1;1;50;1;1;1\n'
    const { table } = parse('memory', rawFile(header + row))
    expect(column(table, 'total_bytes')).toEqual([1000 * 1024])
    expect(column(table, 'available_bytes')).toEqual([750 * 1024])
    expect(column(table, 'used_bytes')).toEqual([250 * 1024])
    expect(column(table, 'utilization_pct')).toEqual([25])
  })

  it('takes free, buffers, and cached as available where sysstat has no kbavail, and says so', () => {
    const parsed = parse('memory', fixture('utc-10.1.5'))
    const available = (20_747_268 + 75_360 + 3_129_208) * 1024
    expect(column(parsed.table, 'available_bytes')[0]).toBe(available)
    expect(column(parsed.table, 'used_bytes')[0]).toBe(24_684_092 * 1024 - available)
    expect(messages(parsed)).toContain('available memory is estimated')
  })

  it('prefers the total that the node told', () => {
    const context = { meta: metaWith({ memory_total_bytes: 32e9 }), windowMs: null }
    const { table } = parseRaw('memory', 'vm', [fixture('utc-12.5.4')], context)
    expect(column(table, 'total_bytes')).toEqual([32e9, 32e9, 32e9, 32e9])
  })
})
