import { describe, expect, it } from 'vitest'
import { shareOfTime, statsIn, weightedIn, weightedQuantile } from '../../src/analysis/weighted.js'
import { series } from './samples.js'

describe('statsIn', () => {
  it('weighs each sample by its width', () => {
    // 1 s of 10, 3 s of 50: mean (10 + 150) / 4 = 40.
    const stats = statsIn(
      series([
        [1, 1, 10],
        [4, 3, 50],
      ]),
      { fromMs: 0, toMs: 4000 },
    )
    expect(stats).toEqual({ measuredSec: 4, mean: 40, median: 50, p95: 50, peak: 50 })
  })

  it('counts of a sample only what lies in the span', () => {
    // 0–10 s of 10, 10–20 s of 70, looked at from 8 to 12 s.
    const stats = statsIn(
      series([
        [10, 10, 10],
        [20, 10, 70],
      ]),
      { fromMs: 8000, toMs: 12_000 },
    )
    expect(stats).toEqual({ measuredSec: 4, mean: 40, median: 10, p95: 70, peak: 70 })
  })

  it('takes nothing from samples that were not measured, and is null without any', () => {
    const gappy = series([
      [1, 1, Number.NaN],
      [2, 1, 8],
    ])
    expect(statsIn(gappy, { fromMs: 0, toMs: 2000 })).toMatchObject({ measuredSec: 1, mean: 8 })
    expect(statsIn(gappy, { fromMs: 0, toMs: 1000 })).toBeNull()
  })
})

describe('weightedQuantile', () => {
  it('is the value at which the share of the time is reached', () => {
    const weighted = { values: [30, 10, 20], seconds: [1, 1, 2] }
    expect([0, 0.25, 0.26, 0.75, 0.76, 1].map((share) => weightedQuantile(weighted, share))).toEqual([
      10, 10, 20, 20, 30, 30,
    ])
    expect(weightedQuantile({ values: [], seconds: [] }, 0.5)).toBeNaN()
  })
})

describe('shareOfTime', () => {
  it('is of the measured time only', () => {
    const weighted = weightedIn(
      series([
        [1, 1, 95],
        [4, 3, 20],
        [9, 5, Number.NaN],
      ]),
      { fromMs: 0, toMs: 9000 },
    )
    expect(shareOfTime(weighted, (value) => value >= 90)).toBe(0.25)
  })
})
