/** Time-weighted figures of a series: a sample counts for as long as it was wide. */
import type { Series } from './series.js'

/** A span of time, epoch milliseconds; `toMs` is the first moment after it. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Values and how long each held, seconds; only what was measured. */
export interface Weighted {
  readonly values: readonly number[]
  readonly seconds: readonly number[]
}

/** What a series came to in a span. `measuredSec` is the time of the span for which there are values. */
export interface SpanStats {
  readonly measuredSec: number
  readonly mean: number
  readonly median: number
  readonly p95: number
  readonly peak: number
}

/** The measured samples of a series in a span, each with the seconds of it that lie in the span. */
export function weightedIn({ timeMs, widthSec, values }: Series, { fromMs, toMs }: Span): Weighted {
  const kept: number[] = []
  const seconds: number[] = []
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    const endMs = timeMs[row] as number
    const startMs = endMs - (widthSec[row] as number) * 1000
    const overlapMs = Math.min(endMs, toMs) - Math.max(startMs, fromMs)
    if (Number.isNaN(value) || !(overlapMs > 0)) continue
    kept.push(value)
    seconds.push(overlapMs / 1000)
  }
  return { values: kept, seconds }
}

/**
 * The smallest value below or at which lies at least `share` (0 to 1) of the time: the inverse of the weighted empirical
 * distribution. NaN without values.
 */
export function weightedQuantile({ values, seconds }: Weighted, share: number): number {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const wantedSec = share * totalSec(seconds)
  let passedSec = 0
  for (const index of order) {
    passedSec += seconds[index] ?? 0
    if (passedSec >= wantedSec - ROUNDING_SEC) return values[index] ?? Number.NaN
  }
  return values[order.at(-1) ?? -1] ?? Number.NaN
}

/** Sums of seconds are exact to far less than this. */
const ROUNDING_SEC = 1e-6

/** Time-weighted mean; NaN without values. */
export function weightedMean({ values, seconds }: Weighted): number {
  const sum = values.reduce((total, value, index) => total + value * (seconds[index] ?? 0), 0)
  return sum / totalSec(seconds)
}

/** Share (0 to 1) of the measured time in which `isTrue`; NaN without values. */
export function shareOfTime({ values, seconds }: Weighted, isTrue: (value: number) => boolean): number {
  const trueSec = values.reduce((sum, value, index) => sum + (isTrue(value) ? (seconds[index] ?? 0) : 0), 0)
  return trueSec / totalSec(seconds)
}

/** Mean, median, 95th percentile and highest value of a series in a span; null when nothing was measured in it. */
export function statsIn(series: Series, span: Span): SpanStats | null {
  const weighted = weightedIn(series, span)
  if (weighted.values.length === 0) return null
  return {
    measuredSec: totalSec(weighted.seconds),
    mean: weightedMean(weighted),
    median: weightedQuantile(weighted, 0.5),
    p95: weightedQuantile(weighted, 0.95),
    peak: weighted.values.reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY),
  }
}

function totalSec(seconds: readonly number[]): number {
  return seconds.reduce((sum, one) => sum + one, 0)
}
