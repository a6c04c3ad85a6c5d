import { describe, expect, it } from 'vitest'
import { parseRaw } from '../../src/collectors/raw.js'
import { BOOT, column, META, NO_CONTEXT, parse, rawFile, sample } from './proc-input.js'

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
