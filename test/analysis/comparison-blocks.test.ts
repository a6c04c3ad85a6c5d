import { describe, expect, it } from 'vitest'
import { binMeans, blockMeans, correlationTime, mostBlocks } from '../../src/analysis/comparison-blocks.js'
import { gaussians } from '../support/noise.js'
import { series } from './samples.js'

describe('binMeans', () => {
  it('weighs samples by how long they lie in a part of the span', () => {
    // Two parts of 3 s: 2 s of 10 and 1 s of 40 make 20; 1 s of 40 and 2 s of nothing make 40.
    const means = binMeans(
      series([
        [2, 2, 10],
        [4, 2, 40],
      ]),
      { fromMs: 0, toMs: 6000 },
      2,
    )
    expect([...means]).toEqual([20, 40])
  })

  it('cuts samples at the ends of the span, and is NaN where nothing was measured', () => {
    const means = binMeans(
      series([
        [2, 2, 10],
        [3, 1, Number.NaN],
        [9, 2, 70],
      ]),
      { fromMs: 1000, toMs: 8000 },
      7,
    )
    expect([...means]).toEqual([10, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 70])
  })
})

describe('correlationTime', () => {
  const autoregressive = (count: number, memory: number): Float64Array => {
    const next = gaussians(7)
    let value = 0
    return Float64Array.from({ length: count }, () => {
      value = memory * value + next()
      return value
    })
  }

  it('of AR(1) noise is (1 + f) / (1 - f)', () => {
    // 1, 3 and 9, each to a fifth.
    for (const [memory, expected] of [
      [0, 1],
      [0.5, 3],
      [0.8, 9],
    ] as const) {
      const time = correlationTime(autoregressive(20_000, memory))
      expect(time / expected).toBeGreaterThan(0.8)
      expect(time / expected).toBeLessThan(1.2)
    }
  })

  it('is 1 of a constant, and leaves gaps out', () => {
    expect(correlationTime(new Float64Array(50).fill(3))).toBe(1)
    const gappy = autoregressive(20_000, 0.8).map((value, index) => (index % 3 === 0 ? Number.NaN : value))
    expect(correlationTime(gappy)).toBeGreaterThan(7)
    expect(correlationTime(gappy)).toBeLessThan(11)
  })
})

describe('blockMeans', () => {
  it('are at most 16, of at least 8 bins', () => {
    const next = gaussians(3)
    const noise = (count: number) => Float64Array.from({ length: count }, () => next())
    expect(mostBlocks(1000)).toBe(16)
    expect(mostBlocks(56)).toBe(7)
    expect(mostBlocks(7)).toBe(0)
    expect(blockMeans(new Float64Array(56).fill(2)).means).toEqual([2, 2, 2, 2, 2, 2, 2])
    expect(blockMeans(noise(2000)).means).toHaveLength(16)
  })

  it('are fewer the longer values depend on each other', () => {
    const slow = Float64Array.from({ length: 400 }, (_, index) => Math.sin(index / 40))
    const { means, blockBins } = blockMeans(slow)
    expect(means.length).toBeLessThan(3)
    expect(blockBins).toBeGreaterThan(100)
  })

  it('leave a block out of which less than half was measured', () => {
    const values = new Float64Array(64).fill(5)
    values.fill(Number.NaN, 0, 5)
    values.fill(Number.NaN, 8, 12)
    expect(blockMeans(values).means).toHaveLength(7)
  })
})
