import { describe, expect, it } from 'vitest'
import { deviations } from '../../../src/analysis/judging/deviations.js'
import { judgeIdle } from '../../../src/analysis/judging/idle.js'
import { imbalancePct } from '../../../src/analysis/judging/imbalance.js'
import { judgeStragglers } from '../../../src/analysis/judging/stragglers.js'
import { tableOf, times, viewOf } from './session.js'

const constant = (values: readonly number[], length = 40) =>
  new Map(values.map((value, index) => [`n${index + 1}`, new Float32Array(length).fill(value)]))
const cpus = (values: readonly number[]) =>
  viewOf(
    values.map((value, index) => tableOf(`n${index + 1}`, 'cpu', { utilization_pct: times(40, value) })),
    40,
  )

describe('deviations', () => {
  it('scores each host by its mean distance from the median, and the scores by their modified z', () => {
    // Median 10; scores 2 1 0 1 20, their median 1; |score − 1| = 1 0 1 0 19, median 1, times 1.4826.
    const found = deviations(constant([8, 9, 10, 11, 30]))
    expect(found.map(({ score }) => score)).toEqual([2, 1, 0, 1, 20])
    expect(found.map(({ signed }) => signed)).toEqual([-2, -1, 0, 1, 20])
    expect(found[4]?.z).toBeCloseTo(19 / 1.4826, 10)
    expect(found[0]?.z).toBeCloseTo(1 / 1.4826, 10)
  })

  it('is infinitely far from others that are all alike', () => {
    expect(deviations(constant([10, 10, 10, 10, 50])).map(({ z }) => z)).toEqual([
      0,
      0,
      0,
      0,
      Number.POSITIVE_INFINITY,
    ])
  })

  it('does not judge fewer than five hosts, nor moments at which fewer were measured', () => {
    expect(deviations(constant([10, 10, 10, 50]))).toEqual([])
    const holed = constant([10, 10, 10, 10, 50])
    holed.get('n1')?.fill(Number.NaN, 10)
    expect(deviations(holed)[4]?.differences).toHaveLength(10)
  })
})

describe('judgeStragglers', () => {
  it('tells who is off, to which side and by how much', () => {
    expect(judgeStragglers(cpus([70, 69, 71, 70, 30]))).toMatchObject([
      {
        kind: 'straggler',
        hosts: ['n5'],
        value: -40,
        unit: 'percentage points',
        text: expect.stringMatching(/^CPU 40 points below the median node \(30 % against 70 %\)/),
      },
    ])
  })

  it('is silent about outliers that matter to nobody', () => {
    expect(judgeStragglers(cpus([70, 70, 70, 70, 61]))).toEqual([])
  })

  it('is silent about a burst, however high, that is not there all the time', () => {
    const burst = tableOf('n5', 'cpu', { utilization_pct: [...times(20, 70), ...times(20, 10)] })
    const others = ['n1', 'n2', 'n3', 'n4'].map((host) =>
      tableOf(host, 'cpu', { utilization_pct: times(40, 70) }),
    )
    expect(judgeStragglers(viewOf([...others, burst], 40))).toEqual([])
  })

  it('tells of traffic as a multiple or a lack, and not of the chatter of an idle network', () => {
    const nodes = (bytes: number, last: number) =>
      viewOf(
        [1, 2, 3, 4, 5].map((n) =>
          tableOf(
            `n${n}`,
            'network',
            { out_bytes_per_s: times(40, n === 5 ? last : bytes) },
            { name: 'em1' },
          ),
        ),
        40,
      )
    expect(judgeStragglers(nodes(1e8, 2.5e7))[0]?.text).toBe('em1 out: 25 MB/s, the median node 100 MB/s')
    expect(judgeStragglers(nodes(1e8, 3.2e8))[0]?.text).toBe('em1 out: 320 MB/s, the median node 100 MB/s')
    expect(judgeStragglers(nodes(1e3, 5e5))).toEqual([])
  })

  it('calls work unevenly spread when there is no single outlier', () => {
    // Mean 50; (90 − 50) / 90 · 6 / 5 = 53.3 %.
    expect(judgeStragglers(cpus([90, 80, 70, 25, 20, 15]))).toMatchObject([
      {
        kind: 'imbalance',
        hosts: ['n1', 'n2', 'n3'],
        limit: 30,
        text: expect.stringContaining('from 15 % to 90 %'),
      },
    ])
    expect(judgeStragglers(cpus([90, 80, 70, 25, 20, 15]))[0]?.value).toBeCloseTo(53.33, 2)
  })
})

describe('imbalancePct', () => {
  it('is 0 when all do the same and 100 when one does all', () => {
    expect(imbalancePct([40, 40, 40, 40])).toBe(0)
    expect(imbalancePct([80, 0, 0, 0])).toBe(100)
    // Mean 32: (80 − 32) / 80 · 5 / 4 = 75 %.
    expect(imbalancePct([80, 20, 20, 20, 20])).toBe(75)
  })
})

describe('judgeIdle', () => {
  it('finds the node that does nothing while another works, with two nodes already', () => {
    expect(judgeIdle(cpus([60, 2]))).toMatchObject([{ kind: 'idle', hosts: ['n2'], value: 2, limit: 5 }])
    expect(judgeIdle(cpus([20, 2]))).toEqual([])
  })

  it('does not call a node idle whose disk works', () => {
    const tables = [
      tableOf('n1', 'cpu', { utilization_pct: times(10, 60) }),
      tableOf('n2', 'cpu', { utilization_pct: times(10, 2) }),
      tableOf('n2', 'disk', { utilization_pct: times(10, 50) }, { name: 'sda' }),
    ]
    expect(judgeIdle(viewOf(tables, 10))).toEqual([])
  })
})
