/** Medians and quantiles of numbers of equal weight; NaN is left out. */

/** Makes MAD of normal data its standard deviation (Hampel 1974). */
export const MAD_TO_SIGMA = 1.4826

/** Measured values in rising order. */
export function sorted(values: ArrayLike<number> & Iterable<number>): Float64Array {
  const kept = new Float64Array(values.length)
  let count = 0
  for (const value of values) if (!Number.isNaN(value)) kept[count++] = value
  return kept.subarray(0, count).sort()
}

/** The smallest value at or below which lies the share (0 to 1) of the values; NaN without any. */
export function quantileOfSorted(ordered: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(share * ordered.length - 1e-9))
  return ordered[rank - 1] ?? Number.NaN
}

/** The middle value, of an even number the mean of the two in the middle; NaN without any. */
export function median(values: ArrayLike<number> & Iterable<number>): number {
  const ordered = sorted(values)
  const middle = ordered.length >> 1
  const upper = ordered[middle] ?? Number.NaN
  return ordered.length % 2 === 1 ? upper : ((ordered[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Mean of the measured values; NaN without any. */
export function meanOf(values: Iterable<number>): number {
  let sum = 0
  let count = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    sum += value
    count++
  }
  return sum / count
}

/** The higher of two values; where only one was measured, that one. */
export function higherOf(first: number, second: number): number {
  return second <= first || Number.isNaN(second) ? first : second
}

/** Median absolute deviation from the median, scaled to a standard deviation; NaN without values. */
export function scaledMad(values: readonly number[]): number {
  const middle = median(values)
  return MAD_TO_SIGMA * median(values.map((value) => Math.abs(value - middle)))
}
