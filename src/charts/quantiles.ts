/** Figures over the hosts at each moment, and which hosts are unlike the others. */

/** Value of a share (0.5: the median) of sorted values, interpolated between two; NaN when there are none. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const place = (sorted.length - 1) * share
  const before = sorted[Math.floor(place)] ?? Number.NaN
  const after = sorted[Math.ceil(place)] ?? before
  return before + (after - before) * (place - Math.floor(place))
}

/** For each share a row of quantiles: at each cell those of what the series measured there; NaN where none did. */
export function cellQuantiles(
  rows: readonly Float32Array[],
  shares: readonly number[],
): readonly Float32Array[] {
  const count = rows[0]?.length ?? 0
  const quantiles = shares.map(() => new Float32Array(count))
  const values = new Float32Array(rows.length)
  for (let cell = 0; cell < count; cell++) {
    let measured = 0
    for (const row of rows) {
      const value = row[cell] ?? Number.NaN
      if (!Number.isNaN(value)) values[measured++] = value
    }
    const sorted = values.subarray(0, measured).sort()
    for (const [index, share] of shares.entries()) {
      const row = quantiles[index]
      if (row !== undefined) row[cell] = quantileOf(sorted, share)
    }
  }
  return quantiles
}

/** Score of each series: its mean distance from the median of all; NaN where nothing was measured. */
export function deviationScores(rows: readonly Float32Array[], median: Float32Array): readonly number[] {
  return rows.map((row) => {
    let sum = 0
    let count = 0
    for (let cell = 0; cell < row.length; cell++) {
      const distance = Math.abs((row[cell] ?? Number.NaN) - (median[cell] ?? Number.NaN))
      if (Number.isNaN(distance)) continue
      sum += distance
      count++
    }
    return count === 0 ? Number.NaN : sum / count
  })
}

// B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers", ASQC 1993: the modified z-score, its limit, and
// the mean distance in place of the median one where more than half of the values are equal.
const OUTLIER_Z = 3.5
const MAD_TO_SIGMA = 1.4826
const MEAN_DISTANCE_TO_SIGMA = 1.253314
/** Among fewer there is no telling who is unlike whom. */
const LEAST_HOSTS = 5

/**
 * Which series are unlike the others, the most unlike first: a modified z-score above 3.5, and a score of at least
 * `leastScore`, so that nearly equal hosts have none.
 */
export function outliersOf(scores: readonly number[], leastScore: number): readonly number[] {
  const known = scores.filter((score) => !Number.isNaN(score))
  if (known.length < LEAST_HOSTS) return []
  const middle = medianOf(known)
  const distances = known.map((score) => Math.abs(score - middle))
  const mad = medianOf(distances)
  const meanDistance = distances.reduce((sum, distance) => sum + distance, 0) / distances.length
  const sigma = mad > 0 ? mad * MAD_TO_SIGMA : meanDistance * MEAN_DISTANCE_TO_SIGMA
  const isOutlier = (score: number): boolean => score >= leastScore && (score - middle) / sigma > OUTLIER_Z
  return byScore(scores).filter((index) => isOutlier(scores[index] ?? Number.NaN))
}

/** Indexes of the series, the highest score first; those without a score last. */
export function byScore(scores: readonly number[]): readonly number[] {
  const rank = (index: number): number => {
    const score = scores[index] ?? Number.NaN
    return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score
  }
  return scores.map((_, index) => index).sort((a, b) => rank(b) - rank(a) || a - b)
}

function medianOf(values: readonly number[]): number {
  return quantileOf(
    [...values].sort((a, b) => a - b),
    0.5,
  )
}
