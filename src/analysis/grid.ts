/** One grid of time for all series of a session, so that hosts and resources can be laid over each other. */

/** Bins of equal width, counted from the start of the session. */
export interface Grid {
  readonly fromMs: number
  readonly binMs: number
  readonly count: number
  /** Intervals a bin holds: 1 until a session has more samples than there may be bins. */
  readonly intervalsPerBin: number
}

/** An hour at 1 s. Longer sessions are judged by means of several samples: 256 hosts then still fit into memory. */
export const MOST_BINS = 3600
/** A bin of several samples of which less was measured counts as not measured. */
const LEAST_COVERED = 0.5

/** Bins of one interval each, or of so many whole intervals that there are no more than `MOST_BINS`. */
export function createGrid(fromMs: number, toMs: number, intervalSec: number): Grid {
  const intervalMs = intervalSec * 1000
  const intervals = Math.max(1, Math.ceil((toMs - fromMs) / intervalMs - ROUNDING))
  const intervalsPerBin = Math.ceil(intervals / MOST_BINS)
  const binMs = intervalMs * intervalsPerBin
  return { fromMs, binMs, count: Math.max(1, Math.ceil((toMs - fromMs) / binMs - ROUNDING)), intervalsPerBin }
}

/** Stamps of samplers are off by milliseconds: a last interval that began by so little is none. */
const ROUNDING = 0.1

/** Bins whose middle lies in a span: `from` is the first, `to` the first after it. */
export function binsIn(
  grid: Grid,
  fromMs: number,
  toMs: number,
): { readonly from: number; readonly to: number } {
  const bin = (atMs: number): number =>
    Math.min(grid.count, Math.max(0, Math.ceil((atMs - grid.fromMs) / grid.binMs - 0.5)))
  return { from: bin(fromMs), to: bin(toMs) }
}

/** Samples of one series in order of time; NaN is not measured. */
export interface Samples {
  /** END of each, epoch milliseconds. */
  readonly timeMs: Float64Array
  readonly widthSec: Float64Array
  readonly values: Float64Array
}

/**
 * The value of each bin, NaN where nothing was measured. Bins of one interval take the sample that ran in their middle,
 * so that a logger that drifts by milliseconds blurs nothing; wider ones take the mean weighted by time.
 */
export function intoBins(grid: Grid, samples: Samples): Float32Array {
  return grid.intervalsPerBin === 1 ? sampleAtMiddles(grid, samples) : meanOfBins(grid, samples)
}

function sampleAtMiddles(grid: Grid, samples: Samples): Float32Array {
  const bins = new Float32Array(grid.count).fill(Number.NaN)
  for (let row = 0; row < samples.values.length; row++) {
    const value = samples.values[row] as number
    if (Number.isNaN(value)) continue
    const [startMs, endMs] = spanOf(grid, samples, row)
    const { from, to } = binsIn(grid, startMs, endMs)
    bins.fill(value, from, to)
  }
  return bins
}

function meanOfBins(grid: Grid, samples: Samples): Float32Array {
  const sums = new Float64Array(grid.count)
  const coveredMs = new Float64Array(grid.count)
  for (let row = 0; row < samples.values.length; row++) {
    const value = samples.values[row] as number
    if (Number.isNaN(value)) continue
    const [startMs, endMs] = spanOf(grid, samples, row)
    const first = Math.max(0, Math.floor((startMs - grid.fromMs) / grid.binMs))
    const last = Math.min(grid.count - 1, Math.floor((endMs - grid.fromMs) / grid.binMs))
    for (let bin = first; bin <= last; bin++) {
      const binFromMs = grid.fromMs + bin * grid.binMs
      const overlapMs = Math.min(endMs, binFromMs + grid.binMs) - Math.max(startMs, binFromMs)
      if (overlapMs <= 0) continue
      sums[bin] = (sums[bin] as number) + value * overlapMs
      coveredMs[bin] = (coveredMs[bin] as number) + overlapMs
    }
  }
  return Float32Array.from(sums, (sum, bin) => {
    const measuredMs = coveredMs[bin] as number
    return measuredMs >= LEAST_COVERED * grid.binMs ? sum / measuredMs : Number.NaN
  })
}

function spanOf(grid: Grid, samples: Samples, row: number): readonly [startMs: number, endMs: number] {
  const endMs = samples.timeMs[row] as number
  const widthMs = (samples.widthSec[row] as number) * 1000
  return [endMs - (widthMs > 0 ? widthMs : grid.binMs / grid.intervalsPerBin), endMs]
}
