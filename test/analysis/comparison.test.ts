import { describe, expect, it } from 'vitest'
import { createComparison } from '../../src/analysis/comparison.js'
import type { PhasePair } from '../../src/analysis/comparison-pairs.js'
import type { ComparisonRow } from '../../src/analysis/comparison-verdict.js'
import { createTable } from '../../src/data/table.js'
import type { Resource, Table } from '../../src/model.js'
import { gaussians } from '../support/noise.js'

/** One column of a host without devices, a sample a second from 0 on. */
function table(resource: Resource, column: string, values: readonly number[]): Table {
  return createTable(resource, 'n1', {
    timeMs: Float64Array.from(values, (_, row) => (row + 1) * 1000),
    intervalSec: new Float64Array(values.length).fill(1),
    columns: new Map([[column, Float64Array.from(values)]]),
  })
}

/** The same for one device. */
function deviceTable(alias: string, values: readonly number[]): Table {
  const plain = table('disk', 'write_bytes_per_s', values)
  return {
    ...plain,
    devices: [`dev-${alias}`],
    deviceIndex: new Uint32Array(values.length),
    textColumns: new Map([['alias', values.map(() => alias)]]),
  }
}

const noisy = (count: number, mean: number, deviation: number, seed: number): readonly number[] => {
  const next = gaussians(seed)
  return Array.from({ length: count }, () => mean + deviation * next())
}

const seconds = (from: number, to: number) => ({ fromMs: from * 1000, toMs: to * 1000 })
const whole = (length: number): PhasePair => ({
  label: 'whole run',
  a: seconds(0, length),
  b: seconds(0, length),
})

/** The rows of one host pair that were measured anywhere. */
function compare(
  pairs: readonly PhasePair[],
  tables: readonly (readonly [Table | null, Table | null])[],
): readonly ComparisonRow[] {
  const comparison = createComparison(pairs, 1)
  for (const [a, b] of tables) comparison.add(a, b)
  return comparison.finish().filter((row) => row.a !== null || row.b !== null)
}

describe('a row of a comparison', () => {
  it('holds means over hosts, the change, and on how many hosts it rose', () => {
    // Host 1: 40 to 60, host 2: 20 to 30. Means 30 and 45: 15 more, 50 %.
    const rows = compare(
      [whole(200)],
      [
        [
          table('cpu', 'utilization_pct', noisy(200, 40, 1, 1)),
          table('cpu', 'utilization_pct', noisy(200, 60, 1, 2)),
        ],
        [
          table('cpu', 'utilization_pct', noisy(200, 20, 1, 3)),
          table('cpu', 'utilization_pct', noisy(200, 30, 1, 4)),
        ],
      ],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ verdict: 'more', hosts: 2, hostsUp: 2, hostsDown: 0, device: null })
    expect(rows[0]?.a).toBeCloseTo(30, 0)
    expect(rows[0]?.b).toBeCloseTo(45, 0)
    expect(rows[0]?.change).toBeCloseTo(15, 0)
    expect(rows[0]?.relative).toBeCloseTo(0.5, 1)
  })

  it('has the exact p of its blocks: 2 / 2^16 where all sixteen moved one way', () => {
    const [row] = compare(
      [whole(200)],
      [
        [
          table('cpu', 'utilization_pct', noisy(200, 20, 1, 1)),
          table('cpu', 'utilization_pct', noisy(200, 60, 1, 2)),
        ],
      ],
    )
    expect(row).toMatchObject({ blocks: 16, p: 2 / 2 ** 16, pAdjusted: 2 / 2 ** 16 })
  })

  it('is better or worse where less is better, whatever the job does', () => {
    const of = (a: number, b: number) =>
      compare(
        [whole(200)],
        [[table('cpu', 'iowait_pct', noisy(200, a, 1, 1)), table('cpu', 'iowait_pct', noisy(200, b, 1, 2))]],
      )[0]?.verdict
    expect([of(30, 10), of(10, 30)]).toEqual(['better', 'worse'])
  })

  it('is the same where the change is too small to matter, however sure', () => {
    const [row] = compare(
      [whole(200)],
      [
        [
          table('cpu', 'utilization_pct', noisy(200, 50, 0.01, 1)),
          table('cpu', 'utilization_pct', noisy(200, 50.1, 0.01, 2)),
        ],
      ],
    )
    expect(row?.verdict).toBe('same')
    // 5 % of 50 is 2.5 points, of 8 less than the one point that counts.
    expect(row?.least).toBeCloseTo(2.5, 1)
    const [low] = compare(
      [whole(200)],
      [
        [
          table('cpu', 'utilization_pct', noisy(200, 8, 0.01, 1)),
          table('cpu', 'utilization_pct', noisy(200, 8.9, 0.01, 2)),
        ],
      ],
    )
    expect(low).toMatchObject({ verdict: 'same', least: 1 })
  })

  it('is not judged where a phase is too short, and says how long it has to be', () => {
    const [row] = compare(
      [whole(20)],
      [
        [
          table('cpu', 'utilization_pct', noisy(20, 20, 1, 1)),
          table('cpu', 'utilization_pct', noisy(20, 60, 1, 2)),
        ],
      ],
    )
    // One row at 5 %: 2 / 2^6 is the first below, so six blocks of eight samples.
    expect(row).toMatchObject({ verdict: 'not_judged', p: null, needed: { blocks: 6, phaseSec: 48 } })
    expect(row?.change).toBeCloseTo(40, 0)
  })

  it('is not judged where nothing happened in a few samples, and the same where enough have shown that', () => {
    const idle = (count: number) => table('cpu', 'utilization_pct', noisy(count, 0.3, 0.01, 1))
    const verdictOf = (count: number) => compare([whole(count)], [[idle(count), idle(count)]])[0]
    for (const count of [1, 2, 47]) {
      expect(verdictOf(count)).toMatchObject({
        verdict: 'not_judged',
        needed: { blocks: 6, phaseSec: 48 },
      })
    }
    expect(verdictOf(48)).toMatchObject({ verdict: 'same', needed: null })
  })

  it('is not judged where nothing was measured most of the time, and nothing happened in the rest', () => {
    const rare = table(
      'cpu',
      'utilization_pct',
      noisy(200, 0.3, 0.01, 1).map((value, row) => (row < 40 ? value : Number.NaN)),
    )
    expect(compare([whole(200)], [[rare, rare]])[0]?.verdict).toBe('not_judged')
  })

  it('needs phases long enough for all rows that would be judged there', () => {
    const tables = ['utilization_pct', 'iowait_pct', 'steal_pct'].map(
      (column, index) =>
        [
          table('cpu', column, noisy(20, 20, 1, index + 1)),
          table('cpu', column, noisy(20, 60, 1, index + 5)),
        ] as const,
    )
    // 2 / 2^7 = 0.0156 is the first below 0.05 / 3 = 0.0167: seven blocks of eight.
    for (const row of compare([whole(20)], tables)) {
      expect(row).toMatchObject({ verdict: 'not_judged', needed: { blocks: 7, phaseSec: 56 } })
    }
  })

  it('is not judged where noise would have hidden the smallest change that counts', () => {
    // Block means of 8 and more samples that deviate by 80 deviate by some 20; 5 % of 100 would be lost in that.
    const of = (deviation: number) =>
      compare(
        [whole(200)],
        [
          [
            table('disk', 'queue_length', noisy(200, 100, deviation, 1)),
            table('disk', 'queue_length', noisy(200, 100, deviation, 2)),
          ],
        ],
      )[0]
    expect(of(80)).toMatchObject({ verdict: 'not_judged', blocks: 16 })
    expect(of(80)?.needed?.phaseSec).toBeGreaterThan(1000)
    expect(of(5)?.verdict).toBe('same')
  })

  it('is not judged where the values depend on each other for too long', () => {
    // Both drift slowly: 200 samples, but hardly two that are independent.
    const drift = (turn: number): readonly number[] =>
      Array.from({ length: 200 }, (_, row) => 50 + 30 * Math.sin((2 * Math.PI * row) / 200 + turn))
    const [row] = compare(
      [whole(200)],
      [
        [
          table('cpu', 'utilization_pct', drift(0)),
          table(
            'cpu',
            'utilization_pct',
            drift(1.2).map((value) => value + 5),
          ),
        ],
      ],
    )
    expect(row?.verdict).toBe('not_judged')
    expect(row?.needed?.phaseSec).toBeGreaterThan(200)
  })

  it('in a phase that is too short blinds no other phase', () => {
    const phases = [
      { label: 'load', a: seconds(0, 10), b: seconds(0, 10) },
      { label: 'train', a: seconds(10, 70), b: seconds(10, 70) },
    ]
    // 60 samples make 7 blocks: p = 2 / 2^7 = 0.0156 passes alone, but not if the row of "load" counted.
    const rows = compare(phases, [
      [
        table('cpu', 'utilization_pct', noisy(70, 20, 1, 1)),
        table('cpu', 'utilization_pct', noisy(70, 60, 1, 2)),
      ],
    ])
    expect(rows.map(({ phase, verdict }) => [phase, verdict])).toEqual([
      ['load', 'not_judged'],
      ['train', 'more'],
    ])
  })

  it('compares what lies at the same relative time of phases of different length', () => {
    // A climbs from 0 to 80 in 400 s, B in 300 s: the same at each relative time.
    const climb = (count: number, seed: number) =>
      noisy(count, 0, 2, seed).map((value, row) => value + (80 * row) / count)
    const pair = { label: 'whole run', a: seconds(0, 400), b: seconds(0, 300) }
    const [row] = compare(
      [pair],
      [[table('cpu', 'utilization_pct', climb(400, 1)), table('cpu', 'utilization_pct', climb(300, 2))]],
    )
    expect(row?.verdict).toBe('same')
    expect(row?.a).toBeCloseTo(40, 0)
    expect(row?.b).toBeCloseTo(40, 0)
  })

  it('is not measured where only one session has it, and gives what that one has', () => {
    const idle = table('cpu', 'utilization_pct', noisy(200, 20, 1, 1))
    const [row] = compare([whole(200)], [[idle, null]])
    expect(row).toMatchObject({ verdict: 'not_measured', b: null, change: null, hosts: 0, p: null })
    expect(row?.a).toBeCloseTo(20, 0)
  })

  it('never takes a gap for 0: what only one of both measured is left out', () => {
    const gap = noisy(200, 80, 1, 1).map((value, row) => (row < 100 ? Number.NaN : value))
    const [row] = compare(
      [whole(200)],
      [[table('cpu', 'utilization_pct', gap), table('cpu', 'utilization_pct', noisy(200, 80, 1, 2))]],
    )
    expect(row?.verdict).toBe('same')
    expect(row?.a).toBeCloseTo(80, 0)
    expect(row?.b).toBeCloseTo(80, 0)
  })

  it('is one for each device alias, whatever the device is called on the node', () => {
    const rows = compare(
      [whole(200)],
      [
        [deviceTable('DATA', noisy(200, 1e6, 1e4, 1)), deviceTable('DATA', noisy(200, 5e6, 1e4, 2))],
        [deviceTable('OS', noisy(200, 1e6, 1e4, 3)), null],
      ],
    )
    expect(rows.map(({ device, verdict }) => [device, verdict])).toEqual([
      ['DATA', 'more'],
      ['OS', 'not_measured'],
    ])
  })

  it('keeps its means when a host is missing for a while', () => {
    // Host 2 stands at 10 and is gone for the second half of B: the mean of both must not jump to that of host 1.
    const one = [noisy(200, 90, 1, 1), noisy(200, 90, 1, 2)] as const
    const two = [
      noisy(200, 10, 1, 3),
      noisy(200, 10, 1, 4).map((value, row) => (row < 100 ? value : Number.NaN)),
    ] as const
    const [row] = compare(
      [whole(200)],
      [one, two].map(
        ([a, b]) => [table('cpu', 'utilization_pct', a), table('cpu', 'utilization_pct', b)] as const,
      ),
    )
    expect(row?.verdict).toBe('same')
    expect(row?.a).toBeCloseTo(50, 0)
  })
})
