import { describe, expect, it } from 'vitest'
import { createOverlay } from '../../src/analysis/comparison-overlay.js'
import type { Series } from '../../src/analysis/series.js'

const series = (values: readonly number[]): Series => ({
  host: 'n1',
  resource: 'cpu',
  device: null,
  alias: null,
  column: 'utilization_pct',
  timeMs: Float64Array.from(values, (_, row) => (row + 1) * 1000),
  widthSec: new Float64Array(values.length).fill(1),
  values: Float64Array.from(values),
})

describe('an overlay', () => {
  it('is the mean of the hosts in each bin, and the quarters of them', () => {
    const overlay = createOverlay({ fromMs: 0, toMs: 2000 }, 2)
    for (const first of [10, 20, 30, 40, 90]) overlay.add(series([first, Number.NaN]))
    expect(overlay.finish()).toEqual([{ elapsedSec: 0.5, mean: 38, low: 20, high: 40 }, null])
  })

  it('shows what two busy hosts of five do', () => {
    const meanOfHosts = (values: readonly number[]): number | undefined => {
      const overlay = createOverlay({ fromMs: 0, toMs: 1000 }, 1)
      for (const value of values) overlay.add(series([value]))
      return overlay.finish()[0]?.mean
    }
    // The median of both is that of an idle host, and higher in the first.
    expect(meanOfHosts([3, 3, 3, 3, 3])).toBe(3)
    expect(meanOfHosts([2, 2, 2, 100, 144])).toBe(50)
  })

  it('lies between the two middle hosts of an even number', () => {
    const overlay = createOverlay({ fromMs: 0, toMs: 1000 }, 1)
    for (const value of [10, 40]) overlay.add(series([value]))
    expect(overlay.finish()).toEqual([{ elapsedSec: 0.5, mean: 25, low: 17.5, high: 32.5 }])
  })
})
