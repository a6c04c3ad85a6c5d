/**
 * From two series to independent differences. Samples of one run follow each other: a second that is busier than the mean
 * is followed by another, so that a thousand samples are far from a thousand observations. Both phases are cut into equal
 * parts, and the means of parts ("blocks") long enough to forget each other are compared.
 */
import { meanOf } from './order.js'
import type { Series } from './series.js'
import type { Span } from './weighted.js'

/**
 * How well blocks forget each other: the means of neighbours of AR(1) noise with the correlation time t and blocks of B
 * samples correlate by (t − 1/t) / (4 B), so that B = 7 (t − 1/t) leaves them 1/28. Together with the smallest block below
 * it keeps false finds at their level: 0 to 7 % of whole comparisons at 5 %, for coefficients from 0 to 0.99 and 60 to 900
 * samples (docs/compare.md; test/analysis/comparison-noise.test.ts). With 5 they came to 9 %.
 */
const BLOCK_CORRELATION_TIMES = 7
/** Phases of fewer samples than a few of these cannot tell their own correlation time: with 3 they err four times as often. */
export const LEAST_BLOCK_BINS = 8
/** 2 / 2^16 passes a correction over 1600 rows: more blocks would only be shorter. */
export const MOST_BLOCKS = 16
/** Of a block's bins so many must have been measured. */
const LEAST_BLOCK_SHARE = 0.5

/** Time-weighted means of `count` equal parts of a span; NaN where nothing was measured. */
export function binMeans(series: Series, span: Span, count: number): Float64Array {
  const sums = new Float64Array(count)
  const weights = new Float64Array(count)
  const widthMs = (span.toMs - span.fromMs) / count
  for (let row = firstAfter(series.timeMs, span.fromMs); row < series.values.length; row++) {
    const value = series.values[row] as number
    const endMs = Math.min(series.timeMs[row] as number, span.toMs)
    const beganMs = (series.timeMs[row] as number) - (series.widthSec[row] as number) * 1000
    if (beganMs >= span.toMs) break
    const startMs = Math.max(beganMs, span.fromMs)
    if (Number.isNaN(value) || !(endMs > startMs)) continue
    const first = Math.floor((startMs - span.fromMs) / widthMs)
    const last = Math.min(count - 1, Math.ceil((endMs - span.fromMs) / widthMs) - 1)
    for (let bin = first; bin <= last; bin++) {
      const fromMs = span.fromMs + bin * widthMs
      const overlapMs = Math.min(endMs, fromMs + widthMs) - Math.max(startMs, fromMs)
      if (overlapMs <= 0) continue
      sums[bin] = (sums[bin] as number) + value * overlapMs
      weights[bin] = (weights[bin] as number) + overlapMs
    }
  }
  return sums.map((sum, bin) => sum / (weights[bin] as number))
}

/** The first of times in rising order that lies after a moment; their number when none does. */
function firstAfter(timeMs: Float64Array, atMs: number): number {
  let [low, high] = [0, timeMs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((timeMs[middle] as number) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}

/** The sum of autocorrelations is cut at so many correlation times (A. Sokal, "Monte Carlo Methods", 1997, section 3). */
const WINDOW = 5
/** A correlation time that is a larger share of the series than this cannot be told from its length. */
const LEAST_FREE_SHARE = 0.2

/**
 * The integrated autocorrelation time of a series, in samples: 1 for independent ones, (1 + f) / (1 − f) for AR(1) noise
 * with coefficient f, which is how many samples weigh as much as one independent one. NaN are left out.
 */
export function correlationTime(values: Float64Array): number {
  const mean = meanOf(values)
  const centered = values.map((value) => value - mean)
  const variance = productMean(centered, 0)
  if (!(variance > 0)) return 1
  let time = 1
  for (let lag = 1; lag < values.length / 2; lag++) {
    const covariance = productMean(centered, lag)
    if (!Number.isNaN(covariance)) time += (2 * covariance) / variance
    if (lag >= WINDOW * time) break
  }
  const atLeastOne = Math.max(1, time)
  // Taking the series' own mean out makes it look less correlated by about this share.
  return atLeastOne / Math.max(LEAST_FREE_SHARE, 1 - (2 * atLeastOne) / values.length)
}

/** Mean of the products of values `lag` apart; NaN without a pair. */
function productMean(values: Float64Array, lag: number): number {
  let sum = 0
  let count = 0
  for (let index = lag; index < values.length; index++) {
    const product = (values[index] as number) * (values[index - lag] as number)
    if (Number.isNaN(product)) continue
    sum += product
    count++
  }
  return sum / count
}

/** The most blocks that a phase of so many bins can be cut into, whatever was measured in it. */
export function mostBlocks(binCount: number): number {
  return Math.min(MOST_BLOCKS, Math.floor(binCount / LEAST_BLOCK_BINS))
}

/** The means of a series' blocks; a block of which less than half was measured is left out. */
export function blockMeans(values: Float64Array): {
  readonly means: readonly number[]
  /** Bins that a block has to have. */
  readonly blockBins: number
} {
  const time = correlationTime(values)
  const correlatedBins = Math.ceil(BLOCK_CORRELATION_TIMES * (time - 1 / time))
  const blockBins = Math.max(LEAST_BLOCK_BINS, correlatedBins)
  const count = Math.min(MOST_BLOCKS, Math.floor(values.length / blockBins))
  const means: number[] = []
  for (let block = 0; block < count; block++) {
    const from = Math.floor((block * values.length) / count)
    const part = values.subarray(from, Math.floor(((block + 1) * values.length) / count))
    const measured = part.filter((value) => !Number.isNaN(value))
    if (measured.length >= part.length * LEAST_BLOCK_SHARE) means.push(meanOf(part))
  }
  return { means, blockBins }
}
