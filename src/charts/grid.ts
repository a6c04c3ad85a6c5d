/** Series side by side on one grid of time: what heat maps, medians and quantiles are made of. */
import type { Points } from './reduce.js'

/** Cells of equal width; times are epoch milliseconds. */
export interface Grid {
  readonly firstMs: number
  readonly cellMs: number
  readonly count: number
  /** Drawn span: the first and the last cell may reach out of it by up to half their width. */
  readonly rangeMs: readonly [number, number]
}

/** What decides a grid besides the series. */
export interface GridOptions {
  /** Drawn span. */
  readonly rangeMs: readonly [number, number]
  /** Cells are counted from here where the series are bins already. */
  readonly originMs: number
  readonly intervalSec: number
  readonly mostCells: number
}

/** A cell that was measured for a smaller share of its time is left empty. */
const LEAST_COVER = 0.5

/**
 * The grid of several series: as fine as their bins or samples are, but of at most `mostCells` cells. Where cells are
 * single samples, it lies on the samples of the series that has most of them, so that nothing is blurred.
 */
export function commonGrid(series: readonly Points[], options: GridOptions): Grid {
  const [fromMs, toMs] = options.rangeMs
  const intervalMs = options.intervalSec * 1000
  const binMs = Math.max(...series.map((points) => points.binMs ?? 0), 0)
  const finestMs = binMs > 0 ? binMs : intervalMs
  const cellMs = finestMs * Math.max(1, Math.ceil((toMs - fromMs) / (finestMs * options.mostCells)))
  const anchorMs = binMs > 0 || cellMs > intervalMs ? options.originMs : phaseOf(series, options.originMs)
  // A cell of which not more than half is drawn is left out.
  const firstMs = anchorMs + Math.round((fromMs - anchorMs) / cellMs) * cellMs
  const count = Math.max(1, Math.ceil((toMs - firstMs) / cellMs - LEAST_COVER))
  return { firstMs, cellMs, count, rangeMs: options.rangeMs }
}

function phaseOf(series: readonly Points[], originMs: number): number {
  let longest: Points | null = null
  for (const points of series) if (longest === null || points.count > longest.count) longest = points
  // The beginning of the first sample may be cut by the drawn span, its end is not.
  return longest?.endMs[0] ?? originMs
}

/** Mean of each cell weighted by time; NaN where the cell was not measured. */
export function cellMeans(points: Points, grid: Grid): Float32Array {
  const { firstMs, cellMs, count } = grid
  const weight = new Float32Array(count)
  const mean = new Float32Array(count)
  for (let index = 0; index < points.count; index++) {
    const startMs = points.startMs[index] ?? 0
    const endMs = heldUntil(points, index)
    const value = points.mean[index] ?? 0
    const first = Math.max(0, Math.floor((startMs - firstMs) / cellMs))
    const last = Math.min(count, Math.ceil((endMs - firstMs) / cellMs)) - 1
    for (let cell = first; cell <= last; cell++) {
      const cellStartMs = firstMs + cell * cellMs
      const overlapMs = Math.min(endMs, cellStartMs + cellMs) - Math.max(startMs, cellStartMs)
      weight[cell] = (weight[cell] ?? 0) + overlapMs
      mean[cell] = (mean[cell] ?? 0) + overlapMs * value
    }
  }
  for (let cell = 0; cell < count; cell++) {
    const measuredMs = weight[cell] ?? 0
    mean[cell] = measuredMs >= cellMs * LEAST_COVER ? (mean[cell] ?? 0) / measuredMs : Number.NaN
  }
  return mean
}

/** A hole too small to be a gap belongs to the sample before it, as in a line. */
function heldUntil(points: Points, index: number): number {
  const endMs = points.endMs[index] ?? 0
  const isJoined = index + 1 < points.count && points.segment[index + 1] === points.segment[index]
  return isJoined ? Math.max(endMs, points.startMs[index + 1] ?? endMs) : endMs
}

/** The values of one row of cells as points that lines are drawn from; empty cells are gaps. */
export function cellPoints(values: Float32Array, grid: Grid): Points {
  const used = values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0)
  const [fromMs, toMs] = grid.rangeMs
  const startMs = new Float64Array(used)
  const endMs = new Float64Array(used)
  const mean = new Float32Array(used)
  const segment = new Uint32Array(used)
  let index = 0
  let current = -1
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell] ?? Number.NaN
    if (Number.isNaN(value)) continue
    if (cell === 0 || Number.isNaN(values[cell - 1] ?? Number.NaN)) current++
    const cellStartMs = grid.firstMs + cell * grid.cellMs
    startMs[index] = Math.max(cellStartMs, fromMs)
    endMs[index] = Math.min(cellStartMs + grid.cellMs, toMs)
    mean[index] = value
    segment[index] = current
    index++
  }
  return { count: used, startMs, endMs, mean, low: mean, high: mean, segment, binMs: grid.cellMs }
}
