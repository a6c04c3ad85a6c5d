/** How far each host is from the median of all hosts, moment by moment. */
import { meanOf, median, scaledMad } from '../order.js'

/** Fewer hosts have no majority that says what is usual. */
export const LEAST_HOSTS = 5
/** Above this a modified z-score is an outlier (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers). */
export const MODIFIED_Z = 3.5

/** One host against the median of all. */
export interface Deviation {
  readonly host: string
  /** Mean of |x − median| over the bins in which the host and at least `LEAST_HOSTS` in all were measured. */
  readonly score: number
  /** Mean of x − median: below 0 the host had less than the others. */
  readonly signed: number
  /** Modified z-score of `score` among all hosts; Infinity where all the others are equally near. */
  readonly z: number
  /** x − median, bin by bin; only bins that were compared. */
  readonly differences: Float32Array
}

/** Deviation of each host; empty with fewer than `LEAST_HOSTS` hosts. */
export function deviations(series: ReadonlyMap<string, Float32Array>): readonly Deviation[] {
  if (series.size < LEAST_HOSTS) return []
  const hosts = [...series.keys()]
  const values = [...series.values()]
  const middles = medianOfBins(values)
  const plain = values.map((own, index) => {
    const differences = own.map((value, bin) => value - (middles[bin] as number))
    const known = differences.filter((difference) => !Number.isNaN(difference))
    return {
      host: hosts[index] ?? '',
      score: meanOf(known.map(Math.abs)),
      signed: meanOf(known),
      differences: known,
    }
  })
  const scores = plain.map(({ score }) => score).filter((score) => !Number.isNaN(score))
  const [usual, spread] = [median(scores), scaledMad(scores)]
  // (0.6745 (x − median) / MAD in the paper: 0.6745 is 1 / 1.4826.)
  return plain.map((one) => ({ ...one, z: one.score === usual ? 0 : (one.score - usual) / spread }))
}

/** The median over hosts of each bin; NaN where fewer than `LEAST_HOSTS` were measured. */
export function medianOfBins(values: readonly Float32Array[]): Float32Array {
  const middles = new Float32Array(values[0]?.length ?? 0)
  const moment = new Float32Array(values.length)
  for (let bin = 0; bin < middles.length; bin++) {
    let count = 0
    for (const own of values) {
      const value = own[bin] as number
      if (!Number.isNaN(value)) moment[count++] = value
    }
    middles[bin] = count < LEAST_HOSTS ? Number.NaN : middleOf(moment.subarray(0, count).sort())
  }
  return middles
}

/** The median of values in rising order. */
function middleOf(ordered: Float32Array): number {
  const half = ordered.length >> 1
  const upper = ordered[half] as number
  return ordered.length % 2 === 1 ? upper : ((ordered[half - 1] as number) + upper) / 2
}
