import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cpuCountOf, parseRaw } from '../../src/collectors/raw.js'
import { ParseError } from '../../src/errors.js'
import type { NodeMeta, ParsedResource, RawFile, Resource, Table } from '../../src/model.js'

const VERSIONS = ['10.1.5', '10.2.1', '11.4.3', '11.7.3', '12.0.3', '12.5.4', '12.7.9']
const NO_CONTEXT = { meta: null, windowMs: null }
const encoder = new TextEncoder()

function fixture(name: string): RawFile {
  return {
    path: `raw/x/${name}`,
    bytes: readFileSync(new URL(`../fixtures/sadf-d/${name}.txt`, import.meta.url)),
  }
}

function rawFile(text: string, path = 'raw/cpu/vm'): RawFile {
  return { path, bytes: encoder.encode(text) }
}

function parse(resource: Resource, ...files: RawFile[]): ParsedResource {
  return parseRaw(resource, 'vm', files, NO_CONTEXT)
}

function column(table: Table, name: string): number[] {
  return Array.from(table.columns.get(name) ?? [])
}

function messages(parsed: ParsedResource): string {
  return parsed.warnings.map((warning) => warning.message).join('\n')
}

function times(table: Table): string[] {
  return Array.from(table.timeMs, (timeMs) => new Date(timeMs).toISOString().slice(11, 19))
}

const CPU_HEADER = '# hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle\n'
const cpuRow = (time: string, values = '10.00;0.00;5.00;5.00;0.00;80.00', interval = 1, cpu = '-1'): string =>
  `vm;${interval};2026-11-20 ${time} UTC;${cpu};${values}\n`

function metaWith(part: Partial<NodeMeta>): NodeMeta {
  return {
    host: 'vm',
    node_name: 'vm',
    kernel: '6.1',
    cpus: 2,
    memory_total_bytes: null,
    sysstat_version: null,
    driver_version: null,
    collector: 'sar',
    interfaces: {},
    disks: {},
    disk_names: {},
    default_interface: null,
    zone: '+0000',
    clock_ticks_per_s: 100,
    wall_minus_uptime_s: null,
    ...part,
  }
}

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

describe('timestamps', () => {
  it('reads the spelling of 10.0.3 as the same instant', () => {
    const { table } = parse('cpu', rawFile(`${CPU_HEADER}${cpuRow('06-09-02')}`))
    expect(times(table)).toEqual(['06:09:02'])
  })

  it('reads an epoch column', () => {
    const { table } = parse('cpu', fixture('epoch-12.0.3'))
    expect(Array.from(table.timeMs)).toEqual([1795154978e3, 1795154979e3, 1795154980e3, 1795154981e3])
  })

  it.each(['2026-11-20 01:09:58 EST', '2026-11-20 01:09:58'])('refuses the local time %s', (stamp) => {
    const text = `${CPU_HEADER}vm;1;${stamp};-1;1.00;0.00;1.00;0.00;0.00;98.00\n`
    expect(() => parse('cpu', rawFile(text))).toThrow(/raw\/cpu\/vm:2.*local time/)
  })

  it('keeps rows in order across a clock step and notes the step', () => {
    const back = parse('cpu', fixture('clock-back-12.7.9'))
    expect(times(back.table)).toEqual(['06:09:58', '06:09:59', '06:08:20', '06:08:21'])
    expect(back.events.map((event) => [event.kind, event.text])).toEqual([
      ['clock-step', 'the clock was stepped by -100 s'],
    ])
    const forward = parse('cpu', fixture('clock-fwd-10.2.1'))
    expect(forward.events.map((event) => event.text)).toEqual(['the clock was stepped by +3600 s'])
    expect(forward.table.rowCount).toBe(4)
  })

  it('keeps all samples of one second and warns', () => {
    const parsed = parse('cpu', fixture('clock-same-12.7.9'))
    expect(parsed.table.rowCount).toBe(4)
    expect(messages(parsed)).toMatch(/:4: a second sample of the same second.*2 times/)
  })

  it('takes a sample of 5 s as one wide row', () => {
    const text = CPU_HEADER + cpuRow('06:00:01') + cpuRow('06:00:06', undefined, 5) + cpuRow('06:00:07')
    const parsed = parse('cpu', rawFile(text))
    expect(Array.from(parsed.table.intervalSec)).toEqual([1, 5, 1])
    expect([parsed.events, parsed.warnings]).toEqual([[], []])
  })

  it('drops times and intervals that cannot be true', () => {
    const odd = 'vm;182740873229952352;2040-01-01 00:00:00 UTC;-1;1.00;0.00;1.00;0.00;0.00;98.00\n'
    const parsed = parse('cpu', rawFile(CPU_HEADER + odd + cpuRow('06:00:01')))
    expect(times(parsed.table)).toEqual(['06:00:01'])
    expect(parsed.warnings).toHaveLength(1)
    expect(parsed.warnings[0]?.isLoss).toBe(true)
    const context = { meta: null, windowMs: [Date.UTC(2026, 10, 20, 6), Date.UTC(2026, 10, 20, 7)] as const }
    const far = `${CPU_HEADER}${cpuRow('06:00:01')}${cpuRow('06:00:02').replace('2026', '2040')}`
    expect(parseRaw('cpu', 'vm', [rawFile(far)], context).table.rowCount).toBe(1)
  })

  it('leaves out the row that bridges two runs of the logger', () => {
    const rows = [
      cpuRow('06:00:01'),
      cpuRow('06:00:02'),
      cpuRow('08:00:02', undefined, 7200),
      cpuRow('08:00:03'),
    ]
    const parsed = parse('cpu', rawFile(CPU_HEADER + rows.join('')))
    expect(times(parsed.table)).toEqual(['06:00:01', '06:00:02', '08:00:03'])
    expect(messages(parsed)).toContain(':4: a row over 7200 s')
  })

  it('leaves rates of an interval of 0 empty, but not gauges', () => {
    const cpu = parse('cpu', rawFile(CPU_HEADER + cpuRow('06:00:01', undefined, 0)))
    expect(column(cpu.table, 'user_pct')).toEqual([Number.NaN])
    expect(messages(cpu)).toContain('interval 0')
    const header = '# hostname;interval;timestamp;runq-sz;plist-sz;ldavg-1;ldavg-5;ldavg-15;blocked\n'
    const load = parse('load', rawFile(`${header}vm;0;2026-11-20 06:00:01 UTC;3;100;1.00;2.00;3.00;0\n`))
    expect(column(load.table, 'run_queue')).toEqual([3])
  })
})

describe('events', () => {
  it('notes a restart with its CPU count once, and reads on below the new header', () => {
    const parsed = parse('memory', fixture('restart-12.7.9'))
    expect(parsed.table.rowCount).toBe(3)
    expect(parsed.events).toEqual([
      { host: 'vm', kind: 'restart', atMs: Date.UTC(2026, 10, 20, 6, 28, 20), text: 'restart (2 CPU)' },
    ])
    expect(parsed.events.map(cpuCountOf)).toEqual([2])
  })

  it('takes a restart before any header, with and without a CPU count', () => {
    const text =
      'vm;-1;2026-11-20 06:00:00 UTC;LINUX-RESTART\nvm;-1;2026-11-20 06:00:01 UTC;LINUX-RESTART\t(9 CPU)\n'
    const parsed = parse('cpu', rawFile(text + CPU_HEADER + cpuRow('06:00:02')))
    expect(parsed.events.map(cpuCountOf)).toEqual([null, 9])
    expect(parsed.table.rowCount).toBe(1)
  })

  it('keeps a comment with its semicolons, and the appended run', () => {
    const parsed = parse('cpu', fixture('append-comment-10.2.1'))
    expect(parsed.events.map((event) => [event.kind, event.text])).toEqual([['comment', 'hello; wor,ld  x']])
    expect(Array.from(parsed.table.intervalSec)).toEqual([1, 1, 2, 1, 1])
  })

  it('maps columns anew below a header that comes again with others', () => {
    const text =
      '# hostname;interval;timestamp;pswpin/s;pswpout/s\nvm;1;2026-11-20 06:00:01 UTC;1.00;2.00\n' +
      'vm;-1;2026-11-20 06:00:05 UTC;LINUX-RESTART\t(2 CPU)\n' +
      '# hostname;interval;timestamp;extra;pswpout/s;pswpin/s\nvm;1;2026-11-20 06:00:06 UTC;9.00;4.00;3.00\n'
    const { table } = parse('swap', rawFile(text))
    expect(column(table, 'swap_in_pages_per_s')).toEqual([1, 3])
    expect(column(table, 'swap_out_pages_per_s')).toEqual([2, 4])
  })
})

describe('items', () => {
  it('keeps the name of an interface that holds a semicolon', () => {
    const { table } = parse('network', fixture('hotplug-semicolon-12.7.9'))
    expect(table.devices).toEqual(['lo', 'ifb0', 'ifb1', 'eth0', 'verylongifname0', 'a;b'])
    const index = table.devices.indexOf('a;b')
    const rows = Array.from(table.deviceIndex ?? []).flatMap((device, row) => (device === index ? [row] : []))
    expect(rows.map((row) => times(table)[row])).toEqual(['06:15:41', '06:15:42', '06:15:43'])
    expect(rows.map((row) => column(table, 'in_bytes_per_s')[row])).toEqual([0, 0, 0])
  })

  it('names disks that sysstat only numbered', () => {
    const header = '# hostname;interval;timestamp;DEV;tps;rkB/s;wkB/s;areq-sz;aqu-sz;await;%util\n'
    const text = `${header}vm;1;2026-11-20 06:00:01 UTC;dev254-0;1.00;2.00;3.00;0.00;0.00;0.00;0.00\n`
    const meta = metaWith({ disks: { vda: { number: '254:0', is_physical: true } } })
    expect(parseRaw('disk', 'vm', [rawFile(text)], { meta, windowMs: null }).table.devices).toEqual(['vda'])
    expect(parse('disk', rawFile(text)).table.devices).toEqual(['dev254-0'])
  })

  it('takes the first of two devices of one name and names both lines', () => {
    const header = '# hostname;interval;timestamp;DEV;tps;rkB/s;wkB/s;areq-sz;aqu-sz;await;%util\n'
    const row = (device: string, tps: number): string =>
      `vm;1;2026-11-20 06:00:01 UTC;${device};${tps}.00;2.00;3.00;0.00;0.00;0.00;0.00\n`
    const parsed = parse('disk', rawFile(header + row('sda', 1) + row('home', 2) + row('home', 3)))
    expect(column(parsed.table, 'transfers_per_s')).toEqual([1, 2])
    expect(messages(parsed)).toMatch(/:4: "home" was in this sample on line 3 already/)
  })

  it('takes the mean of the CPUs that are present where there is no row for all', () => {
    const rows = [
      cpuRow('06:00:01', '10.00;0.00;0.00;0.00;0.00;90.00', 1, '0'),
      cpuRow('06:00:01', '95.00;0.00;0.00;0.00;0.00;5.00', 1, '7'),
      cpuRow('06:00:02', '30.00;0.00;0.00;0.00;0.00;70.00', 1, '0'),
    ]
    const { table } = parse('cpu', rawFile(CPU_HEADER + rows.join('')))
    expect(column(table, 'user_pct')).toEqual([52.5, 30])
    expect(column(table, 'busiest_core')).toEqual([7, 0])
    expect(column(table, 'cores_above_90')).toEqual([1, 0])
  })

  it('takes the busiest core from the file that the node has reduced', () => {
    const main = rawFile(CPU_HEADER + cpuRow('06:00:01') + cpuRow('06:00:02'))
    const cores = rawFile(
      `${CPU_HEADER.trim()};above90\n` +
        'vm;1;2026-11-20 06:00:01 UTC;5;99.00;0.00;0.00;0.50;0.00;0.50;3\n' +
        'vm;1;2026-11-20 06:00:02 UTC;2;50.00;0.00;0.00;0.00;0.00;50.00;0\n',
      'raw/cpu-cores/vm',
    )
    const { table } = parse('cpu', main, cores)
    expect(column(table, 'busiest_core')).toEqual([5, 2])
    expect(column(table, 'busiest_core_pct')).toEqual([99, 50])
    expect(column(table, 'cores_above_90')).toEqual([3, 0])
    expect(column(table, 'user_pct')).toEqual([10, 10])
  })

  it('reads -u ALL: guest counts as user, interrupts as system', () => {
    const text =
      '# hostname;interval;timestamp;CPU;%usr;%nice;%sys;%iowait;%steal;%irq;%soft;%guest;%gnice;%idle\n' +
      'vm;1;2026-11-20 06:00:01 UTC;-1;10.00;1.00;4.00;5.00;2.00;1.00;3.00;20.00;4.00;50.00\n'
    const { table, warnings } = parse('cpu', rawFile(text))
    const values = ['user_pct', 'nice_pct', 'system_pct', 'idle_pct'].map((name) => column(table, name)[0])
    expect(values).toEqual([30, 5, 8, 50])
    expect(warnings).toEqual([])
  })
})

describe('merging', () => {
  it('takes rows once that two sections both have', () => {
    const cpu = CPU_HEADER + cpuRow('06:00:01') + cpuRow('06:00:02')
    const withCores =
      CPU_HEADER + cpuRow('06:00:01') + cpuRow('06:00:01', undefined, 1, '0') + cpuRow('06:00:02')
    const parsed = parse('cpu', rawFile(cpu + withCores))
    expect(times(parsed.table)).toEqual(['06:00:01', '06:00:02'])
    expect(column(parsed.table, 'busiest_core')).toEqual([0, Number.NaN])
    expect(parsed.warnings).toEqual([])
  })

  it('keeps both of two rows that differ, and says where they stand', () => {
    const other = cpuRow('06:00:01', '20.00;0.00;5.00;5.00;0.00;70.00')
    const parsed = parse('cpu', rawFile(CPU_HEADER + cpuRow('06:00:01') + CPU_HEADER + other))
    expect(parsed.table.rowCount).toBe(2)
    expect(messages(parsed)).toMatch(/:4: another row of the same time.*:2;/)
  })
})

describe('damage', () => {
  it.each(['nan', '-nan', 'inf'])('takes %s as not measured, without a warning', (word) => {
    const parsed = parse('cpu', rawFile(CPU_HEADER + cpuRow('06:00:01', `${word};0.00;5.00;5.00;0.00;80.00`)))
    expect(column(parsed.table, 'user_pct')).toEqual([Number.NaN])
    expect(parsed.warnings).toEqual([])
  })

  it('empties values that cannot be true and keeps the rest of the row', () => {
    const parsed = parse(
      'cpu',
      rawFile(CPU_HEADER + cpuRow('06:00:01', '10.00;0.00;5.00;107562416.60;0.00;80.00')),
    )
    expect(column(parsed.table, 'iowait_pct')).toEqual([Number.NaN])
    expect(column(parsed.table, 'user_pct')).toEqual([10])
    expect(messages(parsed)).toContain('raw/cpu/vm:2: %iowait: "107562416.60" cannot be true')
    const header = '# hostname;interval;timestamp;DEV;tps;rkB/s;wkB/s;areq-sz;aqu-sz;await;%util\n'
    const disk = `${header}vm;1;2026-11-20 06:00:01 UTC;sda;9223372036854775808.00;18446744073709551616.00;3.00;0.00;0.00;0.00;101.30\n`
    const { table } = parse('disk', rawFile(disk))
    expect(column(table, 'transfers_per_s')).toEqual([Number.NaN])
    expect(column(table, 'read_bytes_per_s')).toEqual([Number.NaN])
    expect(column(table, 'utilization_pct')).toEqual([101.3])
  })

  it('reads decimal commas and warns once', () => {
    const parsed = parse('cpu', fixture('utc-fr_FR-12.7.9'))
    expect(column(parsed.table, 'idle_pct')).toEqual([97.49, 96.45, 97.49, 96.97])
    expect(parsed.warnings).toHaveLength(1)
    expect(messages(parsed)).toContain('decimal commas')
  })

  it('warns about parts that do not sum up to 100', () => {
    const parsed = parse('cpu', rawFile(CPU_HEADER + cpuRow('06:00:01', '10.00;0.00;5.00;5.00;0.00;60.00')))
    expect(messages(parsed)).toContain('sum up to 80.00 %')
  })

  it('skips a short row in the middle as a loss, and a cut last line as none', () => {
    const short =
      CPU_HEADER + cpuRow('06:00:01') + 'vm;1;2026-11-20 06:00:02 UTC;-1;1.00\n' + cpuRow('06:00:03')
    const middle = parse('cpu', rawFile(short))
    expect(times(middle.table)).toEqual(['06:00:01', '06:00:03'])
    expect(middle.warnings.map((warning) => warning.isLoss)).toEqual([true])
    expect(middle.events).toEqual([])
    const last = parse(
      'cpu',
      rawFile(`${CPU_HEADER}${cpuRow('06:00:01')}vm;1;2026-11-20 06:00:02 UTC;-1;1.0`),
    )
    expect(last.table.rowCount).toBe(1)
    expect(last.warnings.map((warning) => warning.isLoss)).toEqual([false])
  })

  it('reads CRLF, a byte order mark, and trailing blanks', () => {
    const text = `\ufeff${CPU_HEADER}${cpuRow('06:00:01')}`.replaceAll('\n', '  \r\n')
    const parsed = parse('cpu', rawFile(text))
    expect(column(parsed.table, 'idle_pct')).toEqual([80])
    expect(parsed.warnings).toEqual([])
  })

  it('leaves out zero bytes at the end and says where', () => {
    const parsed = parse('cpu', rawFile(`${CPU_HEADER}${cpuRow('06:00:01')}\0\0\0\0`))
    expect(parsed.table.rowCount).toBe(1)
    expect(messages(parsed)).toContain('4 zero bytes at the end')
  })

  it('says what is wrong with a file that holds no data at all', () => {
    expect(() => parse('cpu', rawFile(''))).toThrow(/raw\/cpu\/vm: the file is empty/)
    const usage = 'Usage: sadf [ options ] [ <interval> [ <count> ] ] [ <datafile> ]\n'
    expect(() => parse('cpu', rawFile(usage))).toThrow(
      /raw\/cpu\/vm:1: not the output of sadf -d: "Usage: sadf/,
    )
    expect(() => parse('disk', fixture('truncated-12.7.9'))).toThrow(/holds no disk data/)
    const utf16 = Uint8Array.from([0xff, 0xfe, 0x23, 0, 0x20, 0])
    expect(() => parse('cpu', { path: 'raw/cpu/vm', bytes: utf16 })).toThrow(/UTF-16/)
    expect(() => parseRaw('cpu', 'vm', [], NO_CONTEXT)).toThrow(ParseError)
  })

  it('gives an empty table with a warning for a header alone', () => {
    const parsed = parse('cpu', rawFile(CPU_HEADER))
    expect(parsed.table.rowCount).toBe(0)
    expect(messages(parsed)).toContain('it holds no rows')
  })

  it('keeps what one file has when another cannot be read', () => {
    const parsed = parse('cpu', rawFile(CPU_HEADER + cpuRow('06:00:01')), rawFile('', 'raw/cpu-cores/vm'))
    expect(parsed.table.rowCount).toBe(1)
    expect(parsed.warnings.map((warning) => warning.isLoss)).toEqual([true])
  })

  it('warns when the file was written on another node', () => {
    const text = CPU_HEADER + cpuRow('06:00:01')
    expect(messages(parseRaw('cpu', 'node7', [rawFile(text)], NO_CONTEXT))).toContain('written on "vm"')
    expect(parseRaw('cpu', 'vm.example.org:2222', [rawFile(text)], NO_CONTEXT).warnings).toEqual([])
    expect(parseRaw('cpu', '10.0.0.7', [rawFile(text)], NO_CONTEXT).warnings).toEqual([])
  })
})
