import { describe, expect, it } from 'vitest'
import { countNeeded, holm, signedRank, smallestP, withEnough } from '../../src/analysis/rank-test.js'

/** Differences of sizes 1 to n, of which those below 0 have the rank sum `t`. */
function ranked(n: number, t: number): readonly number[] {
  let left = t
  const sizes = Array.from({ length: n }, (_, index) => n - index)
  return sizes.map((size) => {
    if (size > left) return size
    left -= size
    return -size
  })
}

describe('signedRank', () => {
  it('ranks the sizes, gives equal ones the mean of their ranks, and leaves out zeros', () => {
    // Sizes 1 2 2 5 have ranks 1, 2.5, 2.5, 4; positive are 2 and 5: 6.5, negative 1 and 2: 3.5.
    expect(signedRank([-1, 2, 0, -2, 5])).toMatchObject({ count: 4, positive: 6.5, negative: 3.5 })
  })

  // The largest T with p <= 5 %, two-sided: R. L. McCornack, "Extended tables of the Wilcoxon matched pair signed rank
  // statistic", Journal of the American Statistical Association 60, 1965, 864-871; the same values at
  // https://www.york.ac.uk/depts/maths/tables/wilcoxon.htm
  it.each([
    [6, 0],
    [7, 2],
    [8, 3],
    [9, 5],
    [10, 8],
    [11, 10],
    [12, 13],
    [13, 17],
    [14, 21],
    [15, 25],
    [16, 29],
  ])('of %i differences has the tabulated critical value %i', (n, t) => {
    expect(signedRank(ranked(n, t)).negative).toBe(t)
    expect(signedRank(ranked(n, t)).p).toBeLessThanOrEqual(0.05)
    expect(signedRank(ranked(n, t + 1)).p).toBeGreaterThan(0.05)
  })

  it('counts the ways to give signs', () => {
    // Of {1..8} with a sum of at most 3: {}, 1, 2, 3, 1+2. Of {1..10} with at most 5: these, 4, 5, 1+3, 1+4, 2+3.
    expect(signedRank(ranked(8, 3)).p).toBeCloseTo((2 * 5) / 2 ** 8, 12)
    expect(signedRank(ranked(10, 5)).p).toBeCloseTo((2 * 10) / 2 ** 10, 12)
  })

  it('is exact with equal sizes too', () => {
    // Four equal differences: ranks 2.5 each; one negative: T = 2.5. Signs with T <= 2.5: 1 + 4 of 16; p = 2 × 5 / 16.
    expect(signedRank([3, 3, 3, -3]).p).toBeCloseTo(10 / 16, 12)
    expect(signedRank([3, 3, 3, 3]).p).toBeCloseTo(2 / 16, 12)
  })

  it('gives the same p when all signs are turned, and 1 where nothing differs', () => {
    const differences = [1.5, -2, 7, 3, -0.25, 4]
    expect(signedRank(differences.map((value) => -value)).p).toBe(signedRank(differences).p)
    expect(signedRank([0, 0]).p).toBe(1)
    expect(signedRank([]).p).toBe(1)
    expect(signedRank([1, -1]).p).toBe(1)
  })
})

describe('holm', () => {
  it('multiplies the smallest p by the number of tests, the next by one less, and never falls', () => {
    // 0.01 × 4; 0.02 × 3 = 0.06; 0.03 × 2 = 0.06; 0.04 × 1 = 0.04, raised to the one before.
    const adjusted = holm([0.04, 0.01, 0.03, 0.02])
    expect(adjusted.map((p) => Number(p.toFixed(12)))).toEqual([0.06, 0.04, 0.06, 0.06])
  })

  it('never exceeds 1, and leaves a single p as it is', () => {
    expect(holm([0.6, 0.9])).toEqual([1, 1])
    expect(holm([0.03])).toEqual([0.03])
    expect(holm([])).toEqual([])
  })
})

describe('how many differences are needed', () => {
  it('follows from the smallest p that they can give', () => {
    expect([1, 5, 6, 12].map(smallestP)).toEqual([1, 2 / 32, 2 / 64, 2 / 4096])
    expect(countNeeded(0.05)).toBe(6)
    expect(countNeeded(2 / 64)).toBe(6)
    expect(countNeeded(0.05 / 90)).toBe(12)
    for (const level of [0.05, 0.01, 0.001, 0.0001]) {
      expect(smallestP(countNeeded(level))).toBeLessThanOrEqual(level)
      expect(smallestP(countNeeded(level) - 1)).toBeGreaterThan(level)
    }
  })

  it('leaves tests out that could not pass a correction among those that remain', () => {
    expect(withEnough([6], 0.05)).toEqual([true])
    // Two tests with 6: 2/64 > 0.05/2. With 7: 2/128 <= 0.05/2.
    expect(withEnough([6, 6], 0.05)).toEqual([false, false])
    expect(withEnough([7, 7], 0.05)).toEqual([true, true])
    expect(withEnough([6, 16, 3, 16], 0.05)).toEqual([false, true, false, true])
    expect(withEnough([], 0.05)).toEqual([])
  })
})
