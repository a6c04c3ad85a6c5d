/** False finds and true ones of a whole comparison, over many seeds. */
import { describe, expect, it } from 'vitest'
import { createComparison } from '../../src/analysis/comparison.js'
import { comparedColumns } from '../../src/analysis/comparison-columns.js'
import type { ComparisonRow } from '../../src/analysis/comparison-verdict.js'
import { createTable } from '../../src/data/table.js'
import type { Table } from '../../src/model.js'
import { gaussians } from '../support/noise.js'

interface Plan {
  readonly hosts: number
  readonly samples: number
  /** How much of a sample's deviation is left in the next one. */
  readonly memory: number
  /** Of the deviations, the share of variance that all hosts have in common. */
  readonly common?: number
  /** Shift of B's means, as a share of them. */
  readonly shift?: number
}

/** In units of the smallest change that counts, so that this never hides one. */
const MEAN = 100
const DEVIATION = 30
const RESOURCES = ['cpu', 'disk', 'network', 'gpu'] as const

/** Noise around 0 with a deviation of 1 whose samples remember the one before: AR(1), stationary from the first. */
function autoregressive(count: number, memory: number, next: () => number): Float64Array {
  const values = new Float64Array(count)
  let value = next()
  for (let index = 0; index < count; index++) {
    value = memory * value + Math.sqrt(1 - memory * memory) * next()
    values[index] = value
  }
  return values
}

function session(plan: Plan, next: () => number, shift: number): readonly (readonly Table[])[] {
  const { samples, memory, common = 0 } = plan
  const hosts: Table[][] = Array.from({ length: plan.hosts }, () => [])
  for (const resource of RESOURCES) {
    const compared = comparedColumns(resource)
    const shared = compared.map(() => autoregressive(samples, memory, next))
    hosts.forEach((tables, host) => {
      const columns = compared.map(({ column: name, least }, column) => {
        const own = autoregressive(samples, memory, next)
        const together = shared[column] ?? own
        const values = own.map(
          (value, row) =>
            least * (MEAN + host) * (1 + shift) +
            least * DEVIATION * (Math.sqrt(1 - common) * value + Math.sqrt(common) * (together[row] ?? 0)),
        )
        return [name, values] as const
      })
      tables.push(
        createTable(resource, `n${host}`, {
          timeMs: Float64Array.from({ length: samples }, (_, row) => (row + 1) * 1000),
          intervalSec: new Float64Array(samples).fill(1),
          columns: new Map(columns),
        }),
      )
    })
  }
  return hosts
}

/** The rows of a comparison of two sessions that differ by nothing but `shift`. */
function compare(plan: Plan, seed: number): readonly ComparisonRow[] {
  const next = gaussians(seed)
  const a = session(plan, next, 0)
  const b = session(plan, next, plan.shift ?? 0)
  const span = { fromMs: 0, toMs: plan.samples * 1000 }
  const comparison = createComparison([{ label: 'whole run', a: span, b: span }], 1)
  a.forEach((tables, host) => {
    tables.forEach((table, index) => {
      comparison.add(table, b[host]?.[index] ?? null)
    })
  })
  return comparison.finish().filter((row) => row.verdict !== 'not_measured')
}

const isChanged = ({ verdict }: ComparisonRow): boolean =>
  verdict !== 'same' && verdict !== 'not_judged' && verdict !== 'not_measured'

/** How many of `runs` comparisons found any change. */
function runsWithFinds(plan: Plan, runs: number): number {
  let found = 0
  for (let seed = 1; seed <= runs; seed++) if (compare(plan, seed).some(isChanged)) found++
  return found
}

const RUNS = 40
const NOISES: readonly Plan[] = [
  { hosts: 1, samples: 120, memory: 0 },
  { hosts: 1, samples: 300, memory: 0.5 },
  { hosts: 1, samples: 300, memory: 0.9 },
  { hosts: 2, samples: 400, memory: 0.8 },
  { hosts: 2, samples: 90, memory: 0.95 },
  { hosts: 3, samples: 300, memory: 0.8, common: 0.9 },
]
/**
 * Of one noise, and of all six together: a procedure that errs in 6 % of its runs exceeds these by chance less than once
 * in a thousand times (binomial). One that takes samples for independent errs in nearly every run.
 */
const MOST_OF_ONE = 9
const MOST_OF_ALL = 27

describe('a comparison of two sessions that differ by noise alone', () => {
  it('finds anything in about 5 % of the runs, however long samples are remembered or shared by hosts', () => {
    const finds = NOISES.map((plan) => runsWithFinds(plan, RUNS))
    expect(Math.max(...finds)).toBeLessThanOrEqual(MOST_OF_ONE)
    expect(finds.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MOST_OF_ALL)
  })
})

describe('a comparison of 8 hosts of which all do 10 % more', () => {
  /** Shares of the rows that are found, and that are wrongly called the same. */
  const sharesOf = (samples: number, memory: number) => {
    const rows = [1, 2].flatMap((seed) => compare({ hosts: 8, samples, memory, shift: 0.1 }, seed))
    for (const row of rows.filter(isChanged)) expect(row.relative).toBeCloseTo(0.1, 1)
    const same = rows.filter(({ verdict }) => verdict === 'same')
    return { found: rows.filter(isChanged).length / rows.length, same: same.length / rows.length }
  }

  it.each([
    [300, 0],
    [600, 0.5],
    [1200, 0.8],
  ])('finds nine rows of ten in %i noisy samples that remember %s of the one before', (samples, memory) => {
    expect(sharesOf(samples, memory).found).toBeGreaterThan(0.9)
  })

  it('hardly ever calls rows the same of which it has too few values', () => {
    const { found, same } = sharesOf(300, 0.8)
    expect(found).toBeLessThan(0.5)
    expect(same).toBeLessThan(0.2)
  })
})
