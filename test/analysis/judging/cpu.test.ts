import { describe, expect, it } from 'vitest'
import { judgeCpu, judgeHotCore } from '../../../src/analysis/judging/cpu.js'
import { judgeSteal } from '../../../src/analysis/judging/steal.js'
import { metaOf, tableOf, times, viewOf } from './session.js'

const cpuOf = (used: readonly number[], queue: readonly number[] | null) => [
  tableOf('n1', 'cpu', { utilization_pct: used }),
  ...(queue === null ? [] : [tableOf('n1', 'load', { run_queue: queue })]),
]

describe('judgeCpu', () => {
  it('is a bottleneck for the share of the time in which CPUs were busy and tasks waited', () => {
    // 8 CPUs. 6 of 10 s at 92 % with 9 tasks: full. 4 s at 50 %: not.
    const tables = cpuOf([...times(6, 92), ...times(4, 50)], [...times(6, 9), ...times(4, 2)])
    expect(judgeCpu(viewOf(tables, 10))).toEqual([
      {
        kind: 'bottleneck',
        resource: 'cpu',
        device: null,
        hosts: ['n1'],
        phase: 'whole run',
        from: '2026-03-01T12:00:00.500Z',
        to: '2026-03-01T12:00:10.500Z',
        share: 0.6,
        value: 92,
        limit: 90,
        unit: '%',
        text: 'CPU at 92 % with 9 runnable tasks for 8 CPUs for 60 % of the time',
      },
    ])
  })

  it('is none when no more tasks run than there are CPUs and something is left', () => {
    expect(judgeCpu(viewOf(cpuOf(times(10, 92), times(10, 8)), 10))).toEqual([])
  })

  it('counts 95 % as full whether or not tasks wait', () => {
    expect(judgeCpu(viewOf(cpuOf(times(10, 95), times(10, 8)), 10))).toMatchObject([{ share: 1, value: 95 }])
    expect(judgeCpu(viewOf(cpuOf(times(10, 94), times(10, 8)), 10))).toEqual([])
  })

  it('says so when the number of CPUs is not known, and then counts 95 % only', () => {
    const meta = metaOf({ cpus: null })
    expect(judgeCpu(viewOf(cpuOf(times(10, 94), times(10, 99)), 10, { meta }))).toEqual([])
    expect(judgeCpu(viewOf(cpuOf(times(10, 96), times(10, 99)), 10, { meta }))[0]?.text).toBe(
      'CPU at 96 % (number of CPUs or run queue not known: 95 % and more counts as full) for 100 % of the time',
    )
  })

  it('is saturation, no bottleneck, when full for a tenth to three tenths of the time, and nothing below', () => {
    const full = (seconds: number) =>
      viewOf(cpuOf([...times(seconds, 99), ...times(100 - seconds, 10)], null), 100)
    expect(judgeCpu(full(30))[0]?.kind).toBe('bottleneck')
    expect(judgeCpu(full(29))[0]?.kind).toBe('saturation')
    expect(judgeCpu(full(10))[0]?.kind).toBe('saturation')
    expect(judgeCpu(full(9))).toEqual([])
  })

  it('takes the share of what was measured, and says how much that was', () => {
    // 4 of 10 s measured, 3 of them full.
    const used = [...times(3, 99), 10, ...times(6, Number.NaN)]
    expect(judgeCpu(viewOf(cpuOf(used, null), 10))).toMatchObject([
      { share: 0.75, text: expect.stringMatching(/for 75 % of the 40 % of the time that was measured$/) },
    ])
  })

  it('says nothing of two samples', () => {
    expect(judgeCpu(viewOf(cpuOf(times(2, 100), null), 2))).toEqual([])
  })
})

describe('judgeHotCore', () => {
  const tables = (core: number, all: number) => [
    tableOf('n1', 'cpu', { utilization_pct: times(10, all), busiest_core_pct: times(10, core) }),
  ]

  it('finds one core in full use while the others are mostly idle', () => {
    expect(judgeHotCore(viewOf(tables(100, 15), 10))).toMatchObject([
      {
        kind: 'bottleneck',
        device: 'core',
        value: 100,
        text: 'one core at 100 % while all CPUs together were at 15 % for 100 % of the time',
      },
    ])
  })

  it('counts the other cores: one of two is 50 % of all and leaves the other one idle', () => {
    // (2 · 50 − 100) / 1 = 0 % on the other core; with 76 % of all it is 52 %.
    const meta = metaOf({ cpus: 2 })
    expect(judgeHotCore(viewOf(tables(100, 50), 10, { meta }))).toHaveLength(1)
    expect(judgeHotCore(viewOf(tables(100, 76), 10, { meta }))).toEqual([])
  })

  it('finds none on a machine of one CPU', () => {
    expect(judgeHotCore(viewOf(tables(100, 40), 10, { meta: metaOf({ cpus: 1 }) }))).toEqual([])
  })
})

describe('judgeSteal', () => {
  it('is the share of the time in which a tenth or more was taken', () => {
    const tables = [tableOf('n1', 'cpu', { steal_pct: [...times(4, 25), ...times(6, 9)] })]
    expect(judgeSteal(viewOf(tables, 10))).toMatchObject([
      { kind: 'steal', share: 0.4, value: 25, limit: 10 },
    ])
  })
})
