/** The numbered cases of odd `sadf -d` input, 19 to 37: what comes of each. Those up to 18 are in sadf-cases-times. */
import { describe, expect, it } from 'vitest'
import { parseRaw } from '../../src/collectors/raw.js'
import { SadfScanner } from '../../src/collectors/sadf-scan.js'
import { chooseDevices } from '../../src/data/devices.js'
import { WarningList } from '../../src/data/warnings.js'
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
const DISK = '# hostname;interval;timestamp;DEV;tps;rkB/s;wkB/s;areq-sz;aqu-sz;await;%util\n'
const diskRow = (device: string, values = '1.00;2.00;3.00;0.00;0.00;0.00;0.00'): string =>
  `vm;1;2026-11-20 06:00:01 UTC;${device};${values}\n`

describe('intervals and clocks', () => {
  it('case 19: rates of an interval of 0 are empty, with a warning', () => {
    const parsed = parse('cpu', rawFile(CPU_HEADER + cpuRow('06:00:01', undefined, 0)))
    expect(column(parsed.table, 'idle_pct')).toEqual([Number.NaN])
    expect(messages(parsed)).toBe('raw/cpu/vm:2: interval 0: its rates were left empty')
  })

  it('case 20: a time and interval that cannot be true lose their row, with a warning', () => {
    const odd = 'vm;182740873229952352;2040-01-01 00:00:00 UTC;-1;1.00;0.00;1.00;0.00;0.00;98.00\n'
    const parsed = parse('cpu', rawFile(CPU_HEADER + odd + row))
    expect(times(parsed.table)).toEqual(['06:00:01'])
    expect(parsed.warnings.map((warning) => warning.isLoss)).toEqual([true])
    expect(messages(parsed)).toMatch(/^raw\/cpu\/vm:2: its time or its interval of .* cannot be true/)
  })

  it.each(['10.2.1', '12.7.9'])(
    'case 21: a clock set back 100 s in %s is an event, rows keep their order',
    (version) => {
      const parsed = parse('cpu', fixture(`clock-back-${version}`))
      const [first = 0, ...later] = parsed.table.timeMs
      expect(later.map((timeMs) => (timeMs - first) / 1000)).toEqual([1, -98, -97])
      expect(parsed.events.map((event) => [event.kind, event.text])).toEqual([
        ['clock-step', 'the clock was stepped by -100 s'],
      ])
    },
  )

  it.each(['10.2.1', '12.7.9'])('case 22: a clock set on 3600 s in %s is an event and no gap', (version) => {
    const parsed = parse('cpu', fixture(`clock-fwd-${version}`))
    expect(Array.from(parsed.table.intervalSec)).toEqual([1, 1, 1, 1])
    expect(parsed.events.map((event) => event.text)).toEqual(['the clock was stepped by +3600 s'])
  })

  it('case 23: two rows of one second are both kept, with a warning', () => {
    const parsed = parse(
      'cpu',
      rawFile(CPU_HEADER + row + cpuRow('06:00:01', '20.00;0.00;5.00;5.00;0.00;70.00')),
    )
    expect(column(parsed.table, 'user_pct')).toEqual([10, 20])
    expect(messages(parsed)).toMatch(/^raw\/cpu\/vm:3: a second sample of the same second/)
  })

  it('case 24: of two devices of one name the first is taken, and both lines are named', () => {
    const text =
      DISK + diskRow('sda') + diskRow('home') + diskRow('home', '9.00;2.00;3.00;0.00;0.00;0.00;0.00')
    const parsed = parse('disk', rawFile(text, 'raw/disk/vm'))
    expect(column(parsed.table, 'transfers_per_s')).toEqual([1, 1])
    expect(messages(parsed)).toMatch(/^raw\/disk\/vm:4: "home" was in this sample on line 3 already/)
  })

  it('case 25: CPUs with holes count as those that are there', () => {
    const rows = [0, 1, 127].map((cpu) =>
      cpuRow('06:00:01', `${cpu}.00;0.00;0.00;0.00;0.00;${100 - cpu}.00`, 1, `${cpu}`),
    )
    rows[2] = cpuRow('06:00:01', '95.00;0.00;0.00;0.00;0.00;5.00', 1, '127')
    const { table } = parse('cpu', rawFile(CPU_HEADER + rows.join('')))
    // (0 + 1 + 95) / 3
    expect(column(table, 'user_pct')).toEqual([32])
    expect([column(table, 'busiest_core'), column(table, 'cores_above_90')]).toEqual([[127], [1]])
    expect(column(parse('cpu', rawFile(CPU_HEADER + row)).table, 'busiest_core')).toEqual([Number.NaN])
  })
})

describe('values', () => {
  it('case 26: %iowait 107562416.60 is empty with a warning, %util 101.3 is kept', () => {
    const parsed = parse(
      'cpu',
      rawFile(CPU_HEADER + cpuRow('06:00:01', '10.00;0.00;5.00;107562416.60;0.00;85.00')),
    )
    expect(column(parsed.table, 'iowait_pct')).toEqual([Number.NaN])
    expect(messages(parsed)).toBe('raw/cpu/vm:2: %iowait: "107562416.60" cannot be true and was left empty')
    const disk = parse('disk', rawFile(DISK + diskRow('sda', '1.00;2.00;3.00;0.00;0.00;0.00;101.30')))
    expect(column(disk.table, 'utilization_pct')).toEqual([101.3])
    expect(disk.warnings).toEqual([])
  })

  it.each(['9223372036854775808.00', '18446744073709551616.00'])(
    'case 27: %s is empty with a warning',
    (value) => {
      const parsed = parse('disk', rawFile(DISK + diskRow('sda', `1.00;${value};3.00;0.00;0.00;0.00;0.00`)))
      expect(column(parsed.table, 'read_bytes_per_s')).toEqual([Number.NaN])
      expect(column(parsed.table, 'write_bytes_per_s')).toEqual([3072])
      expect(messages(parsed)).toMatch(/^raw\/cpu\/vm:2: rkB\/s: .* cannot be true/)
    },
  )

  it('case 28: another host name is a warning and the configured one wins; blanks and UTF-8 are fine', () => {
    const parsed = parseRaw('cpu', 'node7', [rawFile(CPU_HEADER + row)], NO_CONTEXT)
    expect(parsed.table.host).toBe('node7')
    expect(messages(parsed)).toMatch(/^raw\/cpu\/vm:2: it was written on "vm" and is taken as that of node7/)
    const named = (CPU_HEADER + row + cpuRow('06:00:02')).replaceAll('vm;', 'knoten äß 7;')
    const meta = metaWith({ node_name: 'knoten äß 7' })
    const own = parseRaw('cpu', 'node7', [rawFile(named)], { ...NO_CONTEXT, meta })
    expect([own.table.rowCount, own.warnings]).toEqual([2, []])
  })

  it('case 29: a file that ends early keeps the rows before, with the line where it ends', () => {
    const whole = parse('cpu', fixture('truncated-12.7.9'))
    expect(times(whole.table)).toEqual(['06:09:58', '06:09:59'])
    const file = fixture('truncated-12.7.9')
    const cut = parse('cpu', { path: file.path, bytes: file.bytes.subarray(0, -20) })
    expect(times(cut.table)).toEqual(['06:09:58'])
    expect(messages(cut)).toBe('raw/x/truncated-12.7.9:3: the file ends within this line, which was left out')
  })

  it('case 30: no rows at all are told with the version that recorded them', () => {
    const meta = metaWith({ sysstat_version: '12.7.2' })
    const parsed = parseRaw('cpu', 'vm', [rawFile(CPU_HEADER)], { ...NO_CONTEXT, meta })
    expect(messages(parsed)).toMatch(/^raw\/cpu\/vm: it holds no rows: .* sysstat 12\.7\.2 was replaced/)
    expect(() => parseRaw('cpu', 'vm', [rawFile('\n')], { ...NO_CONTEXT, meta })).toThrow('the file is empty')
  })

  it('case 31: the row over 7200 s at a seam is no point, with a warning', () => {
    const rows = [row, cpuRow('06:00:02'), cpuRow('08:00:02', undefined, 7200), cpuRow('08:00:03')]
    const parsed = parse('cpu', rawFile(CPU_HEADER + rows.join('')))
    expect(times(parsed.table)).toEqual(['06:00:01', '06:00:02', '08:00:03'])
    expect(messages(parsed)).toMatch(/^raw\/cpu\/vm:4: a row over 7200 s/)
  })

  it('case 32: CRLF, a byte order mark and trailing blanks do not matter', () => {
    const text = `\ufeff${CPU_HEADER}${row}${cpuRow('06:00:02')}`.replaceAll('\n', ' \t\r\n')
    expect(parse('cpu', rawFile(text))).toEqual(parse('cpu', rawFile(CPU_HEADER + row + cpuRow('06:00:02'))))
  })

  it('case 33: 256 CPUs take no more memory than one row per sample', () => {
    const samples = Array.from({ length: 200 }, (_, sample) => {
      const time = `06:${String(Math.floor(sample / 60)).padStart(2, '0')}:${String(sample % 60).padStart(2, '0')}`
      return [-1, ...Array(256).keys()].map((cpu) => cpuRow(time, undefined, 1, String(cpu))).join('')
    })
    const scanner = new SadfScanner(['cpu', 'cores'], { ...NO_CONTEXT, host: 'vm' }, new WarningList())
    scanner.scan(rawFile(CPU_HEADER + samples.join('')))
    for (const kind of ['cpu', 'cores'] as const) {
      const rows = scanner.store.rowsOf(kind)
      expect(rows.rowCount).toBe(200)
      expect(rows.capacity).toBeLessThan(2 * 200)
    }
  })
})

describe('devices and sections', () => {
  it('case 34: a node without swap has 0 bytes, 0 used and 0 %', () => {
    const text = '# hostname;interval;timestamp;kbswpfree;kbswpused;%swpused;kbswpcad;%swpcad\n'
    const { table } = parse('swap', rawFile(`${text}vm;1;2026-11-20 06:00:01 UTC;0;0;0.00;0;0.00\n`))
    const values = ['total_bytes', 'used_bytes', 'utilization_pct'].map((name) => column(table, name)[0])
    expect(values).toEqual([0, 0, 0])
  })

  it('case 35: dev254-0 is the vda of the config where the node told it, else vda is missing', () => {
    const selection = { kind: 'listed', devices: [{ name: 'vda', alias: 'OS' }] } as const
    const meta = metaWith({ disks: { vda: { number: '254:0', is_physical: true } } })
    const choice = (known: typeof meta | null): ReturnType<typeof chooseDevices> => {
      const { table } = parseRaw('disk', 'vm', [rawFile(DISK + diskRow('dev254-0'))], {
        ...NO_CONTEXT,
        meta: known,
      })
      return chooseDevices('disk', selection, table.devices, known)
    }
    expect(choice(meta)).toEqual({ kept: new Map([['vda', 'OS']]), missing: [] })
    expect(choice(null)).toEqual({ kept: new Map(), missing: ['vda'] })
  })

  it('case 36: a configured device that never was there is told as missing', () => {
    const selection = { kind: 'listed', devices: [{ name: 'sdz', alias: 'sdz' }] } as const
    const { table } = parse('disk', rawFile(DISK + diskRow('sda')))
    expect(chooseDevices('disk', selection, table.devices, null).missing).toEqual(['sdz'])
  })

  it('case 37: sections in any order, and one that comes twice, give the same table', () => {
    const cores = cpuRow('06:00:01', '20.00;0.00;5.00;0.00;0.00;75.00', 1, '0')
    const all = CPU_HEADER + row + cpuRow('06:00:02')
    const withCores = CPU_HEADER + row + cores + cpuRow('06:00:02')
    const inOrder = parse('cpu', rawFile(withCores))
    expect(column(inOrder.table, 'busiest_core_pct')).toEqual([25, Number.NaN])
    expect(parse('cpu', rawFile(all + withCores))).toEqual(inOrder)
    expect(parse('cpu', rawFile(withCores + all))).toEqual(inOrder)
  })
})
