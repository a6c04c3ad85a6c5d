import { describe, expect, it } from 'vitest'
import {
  byScore,
  cellQuantiles,
  deviationScores,
  outliersOf,
  quantileOf,
} from '../../src/charts/quantiles.js'

const NONE = Number.NaN

describe('quantileOf', () => {
  it('interpolates as R and numpy do by default', () => {
    // numpy.quantile([1, 2, 4, 8], [0, .05, .5, .75, 1])
    const found = [0, 0.05, 0.5, 0.75, 1].map((share) => quantileOf([1, 2, 4, 8], share))
    expect(found).toEqual([1, 1.15, 3, 5, 8])
    expect(quantileOf([7], 0.95)).toBe(7)
    expect(quantileOf([], 0.5)).toBeNaN()
  })
})

describe('cellQuantiles', () => {
  it('are of what was measured at each moment', () => {
    const rows = [Float32Array.of(1, 5, NONE), Float32Array.of(3, NONE, NONE), Float32Array.of(11, 7, NONE)]
    const [median = [], highest = []] = cellQuantiles(rows, [0.5, 1])
    expect([...median]).toEqual([3, 6, NONE])
    expect([...highest]).toEqual([11, 7, NONE])
  })
})

describe('deviationScores', () => {
  it('are mean distances from the median, over the cells that were measured', () => {
    const median = Float32Array.of(10, 20, 30)
    const rows = [
      Float32Array.of(10, 20, 30),
      Float32Array.of(4, NONE, 38),
      Float32Array.of(NONE, NONE, NONE),
    ]
    expect(deviationScores(rows, median)).toEqual([0, 7, NONE])
  })
})

describe('outliersOf', () => {
  it('finds those whose modified z-score is above 3.5, the most unlike first', () => {
    // Median 3, distances 2 1 0 1 2 17 9, their median 2: z = 17 / 2.9652 = 5.7 and 9 / 2.9652 = 3.04.
    expect(outliersOf([1, 2, 3, 2, 5, 20, 12], 0)).toEqual([5])
    // 14: z = 11 / 2.9652 = 3.7.
    expect(outliersOf([1, 2, 3, 2, 5, 20, 14], 0)).toEqual([5, 6])
  })

  it('finds one among equals, where the median distance is 0', () => {
    // Mean distance 8 / 8 = 1: z = 8 / 1.253 = 6.4.
    expect(outliersOf([2, 2, 2, 2, 2, 2, 2, 10], 0)).toEqual([7])
    expect(outliersOf([2, 2, 2, 2, 2, 2, 2, 2], 0)).toEqual([])
  })

  it('finds none that could not be seen, none that is more like the others than usual, none below five', () => {
    expect(outliersOf([1, 2, 3, 2, 5, 20, 14], 15)).toEqual([5])
    expect(outliersOf([50, 51, 52, 51, 53, 0], 0)).toEqual([])
    expect(outliersOf([1, 1, 1, 90], 0)).toEqual([])
    expect(outliersOf([1, 1, 1, 90, NONE], 0)).toEqual([])
  })
})

describe('byScore', () => {
  it('puts the highest first, keeps equals in their order, and what has no score last', () => {
    expect(byScore([1, NONE, 5, 1, NONE, 9])).toEqual([5, 2, 0, 3, 1, 4])
  })
})
