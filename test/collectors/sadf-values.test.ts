import { describe, expect, it } from 'vitest'
import { parseRaw } from '../../src/collectors/raw.js'
import { ParseError } from '../../src/errors.js'
import {
  CPU_HEADER,
  column,
  cpuRow,
  fixture,
  messages,
  NO_CONTEXT,
  parse,
  rawFile,
  times,
} from './sadf-input.js'

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
    const short = `${CPU_HEADER + cpuRow('06:00:01')}vm;1;2026-11-20 06:00:02 UTC;-1;1.00\n${cpuRow('06:00:03')}`
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
