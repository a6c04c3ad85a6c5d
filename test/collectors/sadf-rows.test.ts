import { describe, expect, it } from 'vitest'
import { parseRaw } from '../../src/collectors/raw.js'
import {
  CPU_HEADER,
  column,
  cpuRow,
  fixture,
  messages,
  metaWith,
  parse,
  rawFile,
  times,
} from './sadf-input.js'

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
