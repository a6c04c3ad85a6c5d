import { describe, expect, it } from 'vitest'
import { cellMeans, cellPoints, commonGrid, type GridOptions } from '../../src/charts/grid.js'
import { type Points, SeriesReducer } from '../../src/charts/reduce.js'

const ORIGIN = 1_000_000

/** Samples that end at these seconds after the origin, a second wide each. */
function pointsOf(samples: readonly (readonly [endSec: number, value: number])[], maxPoints = 100): Points {
  const reducer = new SeriesReducer({
    rangeMs: [ORIGIN, ORIGIN + 100_000],
    originMs: ORIGIN,
    intervalSec: 1,
    maxPoints,
    maxBins: 26,
  })
  for (const [endSec, value] of samples) reducer.add(ORIGIN + endSec * 1000, 1, value)
  return reducer.points()
}

function options(lengthSec: number, changes: Partial<GridOptions> = {}): GridOptions {
  return {
    rangeMs: [ORIGIN, ORIGIN + lengthSec * 1000],
    originMs: ORIGIN,
    intervalSec: 1,
    mostCells: 640,
    ...changes,
  }
}

describe('a grid', () => {
  it('has a cell for each sample and lies on them, so that none is blurred', () => {
    const points = pointsOf([
      [1.5, 10],
      [2.5, 20],
      [3.5, 90],
    ])
    const grid = commonGrid([points], options(3.5))
    expect(grid).toMatchObject({ firstMs: ORIGIN + 500, cellMs: 1000, count: 3 })
    expect([...cellMeans(points, grid)]).toEqual([10, 20, 90])
  })

  it('takes the mean of what two samples share, weighted by time', () => {
    const grid = commonGrid([pointsOf([1, 2, 3, 4].map((at) => [at, 0]))], options(4))
    const shifted = pointsOf([
      [1.25, 10],
      [2.25, 50],
      [3.25, 50],
    ])
    // The second cell holds a quarter of the first sample and three quarters of the second.
    expect([...cellMeans(shifted, grid)].slice(0, 3)).toEqual([10, 40, 50])
  })

  it('leaves a cell empty of which less than half was measured', () => {
    const grid = commonGrid([pointsOf([1, 2, 3, 4].map((at) => [at, 0]))], options(4))
    expect([...cellMeans(pointsOf([[2.6, 7]]), grid)]).toEqual([Number.NaN, Number.NaN, 7, Number.NaN])
  })

  it('keeps a gap, but no hole that a line would bridge', () => {
    const points = pointsOf([
      [1, 1],
      [2, 2],
      [4, 4],
      [8, 8],
    ])
    const grid = commonGrid([points], options(8))
    const { NaN: none } = Number
    expect([...cellMeans(points, grid)]).toEqual([1, 2, 2, 4, none, none, none, 8])
  })

  it('has the cells of bins, where series are bins', () => {
    const samples = Array.from({ length: 100 }, (_, index) => [index + 1, index < 48 ? 20 : 60] as const)
    const points = pointsOf(samples, 50)
    const grid = commonGrid([points, pointsOf([[1, 5]])], options(100))
    // 100 samples in at most 26 bins, one of which may be cut: 4 s each.
    expect(grid).toMatchObject({ firstMs: ORIGIN, cellMs: 4000, count: 25 })
    expect([...cellMeans(points, grid)].slice(11, 13)).toEqual([20, 60])
  })

  it('has no more cells than wanted', () => {
    const points = pointsOf(Array.from({ length: 90 }, (_, index) => [index + 1, index]))
    const grid = commonGrid([points], options(90, { mostCells: 10 }))
    expect(grid).toMatchObject({ cellMs: 9000, count: 10 })
    expect(cellMeans(points, grid)[0]).toBe(4)
  })

  it('of series without samples is empty', () => {
    const points = pointsOf([])
    expect([...cellMeans(points, commonGrid([points], options(2)))]).toEqual([Number.NaN, Number.NaN])
  })
})

describe('cellPoints', () => {
  it('are a segment for each run of measured cells', () => {
    const grid = { firstMs: 0, cellMs: 10, count: 5, rangeMs: [0, 50] as const }
    const points = cellPoints(Float32Array.of(1, 2, Number.NaN, 4, Number.NaN), grid)
    expect([...points.segment]).toEqual([0, 0, 1])
    expect([...points.startMs]).toEqual([0, 10, 30])
    expect([...points.endMs]).toEqual([10, 20, 40])
    expect([...points.mean]).toEqual([1, 2, 4])
  })

  it('stay within the drawn span, of which the outer cells may reach out', () => {
    const grid = { firstMs: -5, cellMs: 10, count: 3, rangeMs: [0, 22] as const }
    const points = cellPoints(Float32Array.of(1, 2, 3), grid)
    expect([...points.startMs]).toEqual([0, 5, 15])
    expect([...points.endMs]).toEqual([5, 15, 22])
  })
})
