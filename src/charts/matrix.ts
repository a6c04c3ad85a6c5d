/** The series of a plot as rows of cells, and what is computed over them. */
import type { PlotInput, PlotSeries } from './frame.js'
import { cellMeans, commonGrid, type Grid } from './grid.js'
import { byScore, cellQuantiles, deviationScores } from './quantiles.js'
import { rulesOf } from './size.js'

/** One row of cells for each series. */
export interface Matrix {
  readonly grid: Grid
  readonly series: readonly PlotSeries[]
  /** Values in the column's unit; NaN where nothing was measured. */
  readonly rows: readonly Float32Array[]
  readonly median: Float32Array
  /** How far each series is from the median on average; NaN for one that was never measured. */
  readonly scores: readonly number[]
}

/** Puts all series of a plot on one grid, of as many cells as a plot has pixels in a row: of more, none could be seen. */
export function matrixOf(
  { context, series }: PlotInput,
  mostCells: number = rulesOf(context.size).mostBins,
): Matrix {
  const points = series.map((one) => one.reducer.points())
  const grid = commonGrid(points, {
    rangeMs: context.rangeMs,
    originMs: context.startMs,
    intervalSec: context.intervalSec,
    mostCells,
  })
  const rows = points.map((one) => cellMeans(one, grid))
  const [median = new Float32Array(0)] = cellQuantiles(rows, [0.5])
  return { grid, series, rows, median, scores: deviationScores(rows, median) }
}

/** Order of the rows, as indexes: as configured, or the series that differ most from the median first. */
export function rowOrder(
  { series, scores }: Matrix,
  sort: 'config' | 'outlier' | undefined,
): readonly number[] {
  return sort === 'outlier' ? byScore(scores) : series.map((_, index) => index)
}

/** The highest value of some rows; 0 when nothing was measured. */
export function highestCell(rows: readonly Float32Array[]): number {
  let highest = 0
  for (const row of rows) for (const value of row) if (value > highest) highest = value
  return highest
}
