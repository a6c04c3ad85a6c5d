/** The numbered cases of odd `sadf -d` input, 1 to 18: what comes of each. Those from 19 on are in sadf-cases-values. */
import { describe, expect, it } from 'vitest'
import { parseRaw } from '../../src/collectors/raw.js'
import {
  CPU_HEADER,
  column,
  cpuRow,
  fixture,
  messages,
  metaWith,
  NO_CONTEXT,
  parse,
  rawFile,
  times,
} from './sadf-input.js'

const row = cpuRow('06:00:01')

describe('timestamps, headers and events', () => {
  it('case 1: the dashes of 10.0.3 are the same instant as colons', () => {
    const old = parse('cpu', rawFile(CPU_HEADER + cpuRow('06-09-02')))
    const recent = parse('cpu', rawFile(CPU_HEADER + cpuRow('06:09:02')))
    expect(old).toEqual(recent)
    expect(times(old.table)).toEqual(['06:09:02'])
  })

  it('case 2: an epoch column is seconds since 1970', () => {
    const text = `${CPU_HEADER}vm;1;1795154942;-1;10.00;0.00;5.00;5.00;0.00;80.00\n`
    expect(Array.from(parse('cpu', rawFile(text)).table.timeMs)).toEqual([1_795_154_942_000])
  })

  it.each(['2026-11-20 01:09:58 EST', '2026-11-20 01:09:58'])(
    'case 3: local time %s is an error',
    (stamp) => {
      const text = `${CPU_HEADER}vm;1;${stamp};-1;1.00;0.00;1.00;0.00;0.00;98.00\n`
      expect(() => parse('cpu', rawFile(text))).toThrow(
        /raw\/cpu\/vm:2: .*local time, which cannot be placed/,
      )
    },
  )

  it('case 4: a header without rows is an empty table and a warning', () => {
    const parsed = parse('cpu', rawFile(CPU_HEADER))
    expect(parsed.table.rowCount).toBe(0)
    expect(messages(parsed)).toBe('raw/cpu/vm: it holds no rows')
  })

  it('case 5: an empty file is an error', () => {
    expect(() => parse('cpu', rawFile(''))).toThrow('read raw/cpu/vm: the file is empty')
  })

  it('case 6: usage text is an error that quotes its first line', () => {
    const usage = 'Usage: sadf [ options ] [ <interval> [ <count> ] ] [ <datafile> ]\nOptions are:\n'
    expect(() => parse('cpu', rawFile(usage))).toThrow(
      'read raw/cpu/vm:1: not the output of sadf -d: "Usage: sadf [',
    )
  })

  it('case 7: a restart with a CPU count before any header is an event', () => {
    const text = `vm;-1;2026-11-20 06:00:00 UTC;LINUX-RESTART\t(9 CPU)\n${CPU_HEADER}${row}`
    const parsed = parse('cpu', rawFile(text))
    expect(parsed.events).toEqual([
      { host: 'vm', kind: 'restart', atMs: Date.UTC(2026, 10, 20, 6), text: 'restart (9 CPU)' },
    ])
    expect([parsed.table.rowCount, parsed.warnings]).toEqual([1, []])
  })

  it('case 8: a restart of an old version, without a CPU count, is the same event', () => {
    const text = `vm;-1;2026-11-20 06:00:00 UTC;LINUX-RESTART\n${CPU_HEADER}${row}`
    expect(parse('cpu', rawFile(text)).events.map((event) => [event.kind, event.text])).toEqual([
      ['restart', 'restart'],
    ])
  })

  it('case 9: a comment keeps its semicolon', () => {
    const text = `${CPU_HEADER}vm;-1;2026-11-20 06:00:00 UTC;COM a; b\n${row}`
    expect(parse('cpu', rawFile(text)).events.map((event) => [event.kind, event.text])).toEqual([
      ['comment', 'a; b'],
    ])
  })

  it('case 10: a header that comes again with other columns holds from that line on', () => {
    const text =
      '# hostname;interval;timestamp;pswpin/s;pswpout/s\nvm;1;2026-11-20 06:00:01 UTC;1.00;2.00\n' +
      'vm;-1;2026-11-20 06:00:05 UTC;LINUX-RESTART\t(2 CPU)\n' +
      '# hostname;interval;timestamp;extra;pswpout/s;pswpin/s\n' +
      'vm;1;2026-11-20 06:00:06 UTC;9.00;4.00;3.00\nvm;1;2026-11-20 06:00:07 UTC;9.00;6.00;5.00\n'
    const { table } = parse('swap', rawFile(text))
    expect(column(table, 'swap_in_pages_per_s')).toEqual([1, 3, 5])
    expect(column(table, 'swap_out_pages_per_s')).toEqual([2, 4, 6])
  })
})

const OLD_DISK = 'DEV;tps;rd_sec/s;wr_sec/s;avgrq-sz;avgqu-sz;await;svctm;%util'
const NEW_DISK = 'DEV;tps;rkB/s;wkB/s;dkB/s;areq-sz;aqu-sz;await;%util'
const START = '# hostname;interval;timestamp;'
const STAMP = 'vm;1;2026-11-20 06:00:01 UTC;'

describe('columns', () => {
  it('case 11: an unknown extra column changes nothing for the known ones', () => {
    const with_ = `${START}pgpgin/s;pgpgout/s;fault/s;majflt/s;pgprom/s\n${STAMP}1.00;2.00;3.00;4.00;77.00\n`
    const without = `${START}pgpgin/s;pgpgout/s;fault/s;majflt/s\n${STAMP}1.00;2.00;3.00;4.00\n`
    expect(parse('paging', rawFile(with_))).toEqual(parse('paging', rawFile(without)))
  })

  it('case 12: without kbavail available memory is computed, and the file is named', () => {
    const text = `${START}kbmemfree;kbmemused;%memused;kbbuffers;kbcached\n${STAMP}600;400;40.00;50;200\n`
    const parsed = parse('memory', rawFile(text, 'raw/memory/vm'))
    // 600 + 50 + 200 of 1000 kB
    expect(column(parsed.table, 'available_bytes')).toEqual([850 * 1024])
    expect(column(parsed.table, 'used_bytes')).toEqual([150 * 1024])
    expect(messages(parsed)).toMatch(/^raw\/memory\/vm: available memory is estimated/)
  })

  it('case 13: 64 sectors and 32 kB are the same bytes', () => {
    const old = `${START}${OLD_DISK}\n${STAMP}vda;1.00;64.00;128.00;64.00;0.00;0.00;0.00;0.00\n`
    const recent = `${START}${NEW_DISK}\n${STAMP}vda;1.00;32.00;64.00;0.00;32.00;0.00;0.00;0.00\n`
    for (const text of [old, recent]) {
      const { table } = parse('disk', rawFile(text))
      expect(column(table, 'read_bytes_per_s')).toEqual([32_768])
      expect(column(table, 'write_bytes_per_s')).toEqual([65_536])
    }
  })

  it.each(['10.2.1', '12.7.9'])(
    'case 14: the interface "a;b" of %s keeps its name and all its values',
    (version) => {
      const { table } = parse('network', fixture(`hotplug-semicolon-${version}`))
      const index = table.devices.indexOf('a;b')
      const rows = Array.from(table.deviceIndex ?? []).flatMap((device, at) => (device === index ? [at] : []))
      expect(rows).toHaveLength(3)
      for (const name of ['in_bytes_per_s', 'out_bytes_per_s', 'in_packets_per_s']) {
        expect(rows.map((at) => column(table, name)[at])).toEqual([0, 0, 0])
      }
      const text = `${START}IFACE;rxpck/s;txpck/s;rxkB/s;txkB/s\n${STAMP}a;b;1.00;2.00;3.00;4.00\n`
      const own = parse('network', rawFile(text)).table
      expect(own.devices).toEqual(['a;b'])
      expect(column(own, 'in_packets_per_s')).toEqual([1])
      expect(column(own, 'out_bytes_per_s')).toEqual([4096])
    },
  )

  it('case 15: a short row in the middle is a loss with its line, a cut last line is none', () => {
    const middle = parse(
      'cpu',
      rawFile(`${CPU_HEADER}${row}vm;1;2026-11-20 06:00:02 UTC;-1;1.00\n${cpuRow('06:00:03')}`),
    )
    expect(times(middle.table)).toEqual(['06:00:01', '06:00:03'])
    expect(middle.warnings.map((warning) => warning.isLoss)).toEqual([true])
    expect(messages(middle)).toMatch(/^raw\/cpu\/vm:3: 5 fields where the header has 10, left out/)
    const last = parse('cpu', rawFile(`${CPU_HEADER}${row}vm;1;2026-11-20 06:00:02 UTC;-1;1.0`))
    expect(last.warnings.map((warning) => warning.isLoss)).toEqual([false])
    expect(messages(last)).toMatch(/^raw\/cpu\/vm:3: the file ends within this line/)
  })

  it('case 16: decimal commas are points, with a warning', () => {
    const parsed = parse('cpu', rawFile((CPU_HEADER + row).replaceAll('.', ',')))
    expect(column(parsed.table, 'idle_pct')).toEqual([80])
    expect(messages(parsed)).toMatch(/^raw\/cpu\/vm:2: decimal commas, read as points/)
  })

  it.each(['nan', '-nan', 'inf'])('case 17: %s is not measured', (word) => {
    const parsed = parse('cpu', rawFile(CPU_HEADER + cpuRow('06:00:01', `${word};0.00;5.00;5.00;0.00;80.00`)))
    expect(column(parsed.table, 'user_pct')).toEqual([Number.NaN])
    expect(column(parsed.table, 'idle_pct')).toEqual([80])
  })

  it('case 18: an interval of 5 in a run of 1 s is one wide row, not lost data', () => {
    const text = CPU_HEADER + row + cpuRow('06:00:06', undefined, 5) + cpuRow('06:00:07')
    const parsed = parseRaw('cpu', 'vm', [rawFile(text)], { ...NO_CONTEXT, meta: metaWith({}) })
    expect(Array.from(parsed.table.intervalSec)).toEqual([1, 5, 1])
    expect([parsed.events, parsed.warnings]).toEqual([[], []])
  })
})
