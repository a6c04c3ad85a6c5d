/** One session's half of an overlay: the mean of its hosts over time, as rows compare it, and how far they spread. */
import { binMeans } from './comparison-blocks.js'
import { meanOf } from './order.js'
import type { Series } from './series.js'
import type { Span } from './weighted.js'

/** One bin of time over all hosts. */
export interface OverlayPoint {
  /** Middle of the bin, seconds since the span began. */
  readonly elapsedSec: number
  /** Of the hosts that measured anything; of few busy hosts it can lie outside their middle half. */
  readonly mean: number
  /** Quarter and three quarters of the hosts lie below. */
  readonly low: number
  readonly high: number
}

/** Takes the series of one host at a time. */
export interface Overlay {
  add(series: Series): void
  /** A point for each bin; null where no host measured anything. */
  finish(): readonly (OverlayPoint | null)[]
}

const QUARTER = 0.25

/** Begins the overlay of a span in `binCount` bins. */
export function createOverlay(span: Span, binCount: number): Overlay {
  const hosts: Float64Array[] = []
  const binSec = (span.toMs - span.fromMs) / 1000 / binCount
  return {
    add: (series) => {
      hosts.push(binMeans(series, span, binCount))
    },
    finish: () =>
      Array.from({ length: binCount }, (_, bin) => {
        const values = hosts.map((means) => means[bin] as number).filter((value) => !Number.isNaN(value))
        if (values.length === 0) return null
        const sorted = values.sort((a, b) => a - b)
        return {
          elapsedSec: (bin + 0.5) * binSec,
          mean: meanOf(Float64Array.from(sorted)),
          low: quantile(sorted, QUARTER),
          high: quantile(sorted, 1 - QUARTER),
        }
      }),
  }
}

/** Linear between neighbours (R. Hyndman and Y. Fan, The American Statistician 50, 1996, type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] as number
  const above = sorted[Math.ceil(place)] as number
  return below + (above - below) * (place - Math.floor(place))
}
