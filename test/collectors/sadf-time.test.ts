import { describe, expect, it } from 'vitest'
import { cpuCountOf, parseRaw } from '../../src/collectors/raw.js'
import { CPU_HEADER, column, cpuRow, fixture, messages, parse, rawFile, times } from './sadf-input.js'

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
