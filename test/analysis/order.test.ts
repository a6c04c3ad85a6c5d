import { describe, expect, it } from 'vitest'
import { meanOf, median, quantileOfSorted, scaledMad, sorted } from '../../src/analysis/order.js'

describe('order', () => {
  it('has the middle value as median, of an even number the mean of two, without what was not measured', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([9, 1, 5, Number.NaN, 7])).toBe(6)
    expect(median([])).toBeNaN()
  })

  it('has quantiles that are values', () => {
    const ordered = sorted([4, 2, 3, 1, Number.NaN])
    expect([0, 0.25, 0.26, 0.5, 0.95, 1].map((share) => quantileOfSorted(ordered, share))).toEqual([
      1, 1, 2, 2, 4, 4,
    ])
  })

  it('scales the median absolute deviation to a standard deviation', () => {
    // Median 3; deviations 2 1 0 1 97, their median 1.
    expect(scaledMad([1, 2, 3, 4, 100])).toBe(1.4826)
  })

  it('has means of what was measured', () => {
    expect(meanOf([1, Number.NaN, 3])).toBe(2)
    expect(meanOf([])).toBeNaN()
  })
})
