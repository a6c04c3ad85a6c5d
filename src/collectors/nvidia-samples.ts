/**
 * Rows of nvidia-smi become samples. Each GPU's row has a time of its own, some milliseconds after the one before, and
 * the order of the rows may change; a sample goes by its first row.
 *
 *   2026/11/20 06:09:58.998, 1, GPU-b…, 40
 *   2026/11/20 06:09:59.003, 0, GPU-a…, 97
 *   2026/11/20 06:10:00.001, 0, GPU-a…, 95
 */
import { isGap } from '../data/table.js'

/** Rows of one GPU nearer than this are the same sample twice; nvidia-smi itself cannot loop that fast. */
export const SAME_SAMPLE_MS = 50
/** Rows of different GPUs further apart than this share of the interval are different samples. */
const MOST_SPREAD_SHARE = 0.5
/** From so many distances on, what the file shows counts more than the interval that was asked for. */
const LEAST_DISTANCES = 3
/** With a single sample, and nothing known of the session. */
const UNKNOWN_INTERVAL_SEC = 1
const SMALLEST_STEP_MS = 1000

/** Rows in the order of the file. */
export interface TimedRows {
  readonly timeMs: readonly number[]
  /** For each row the number of what is measured: a GPU, or a process on one. */
  readonly subject: readonly number[]
}

/** When the rows' samples ended, and how wide they are. */
export interface SampleTimes {
  /** Time of the row's sample: that of the first row in it. */
  readonly timeMs: Float64Array
  readonly intervalSec: Float64Array
  /** Rows that repeat their subject's row of the same sample. */
  readonly isRepeated: readonly boolean[]
  /** Clock steps backwards: time of the first sample behind, and by how much. */
  readonly steps: readonly { readonly row: number; readonly stepMs: number }[]
}

function medianOf(values: number[]): number {
  const sorted = values.sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The usual distance between samples of the same subject, seconds; `asked` is the session's interval. */
function usualIntervalSec(rows: TimedRows, asked: number | undefined): number {
  const lastMs: number[] = []
  const distances: number[] = []
  rows.timeMs.forEach((timeMs, row) => {
    const subject = rows.subject[row] as number
    const distance = timeMs - (lastMs[subject] ?? Number.NaN)
    if (distance >= SAME_SAMPLE_MS) distances.push(distance)
    lastMs[subject] = timeMs
  })
  const isEnough = distances.length >= LEAST_DISTANCES || (distances.length > 0 && asked === undefined)
  return isEnough ? medianOf(distances) / 1000 : (asked ?? UNKNOWN_INTERVAL_SEC)
}

/** Puts rows into samples and finds how long each subject was not measured before. */
export function sampleTimes(rows: TimedRows, askedIntervalSec: number | undefined): SampleTimes {
  const usualSec = usualIntervalSec(rows, askedIntervalSec)
  const rowCount = rows.timeMs.length
  const timeMs = new Float64Array(rowCount)
  const intervalSec = new Float64Array(rowCount)
  const isRepeated: boolean[] = []
  const steps: { row: number; stepMs: number }[] = []
  const lastSample: number[] = []
  const lastMs: number[] = []
  let sample = -1
  let startMs = Number.NaN
  for (let row = 0; row < rowCount; row++) {
    const rowMs = rows.timeMs[row] as number
    const subject = rows.subject[row] as number
    const distanceMs = rowMs - startMs
    const isMet = lastSample[subject] === sample
    const isTwice = isMet && Math.abs(distanceMs) < SAME_SAMPLE_MS
    const isFar = !(Math.abs(distanceMs) <= MOST_SPREAD_SHARE * usualSec * 1000)
    if (isFar || (isMet && !isTwice)) {
      if (distanceMs < -SMALLEST_STEP_MS) steps.push({ row, stepMs: distanceMs - usualSec * 1000 })
      sample++
      startMs = rowMs
    }
    isRepeated.push(isTwice)
    timeMs[row] = startMs
    intervalSec[row] = widthSec(lastMs[subject], startMs, usualSec)
    lastSample[subject] = sample
    lastMs[subject] = startMs
  }
  return { timeMs, intervalSec, isRepeated, steps }
}

/** Since the sample before; where samples are missing between them, as wide as usual, so that the gap is seen. */
function widthSec(beforeMs: number | undefined, timeMs: number, usualSec: number): number {
  const isNext = beforeMs !== undefined && beforeMs < timeMs && !isGap(beforeMs, timeMs, usualSec)
  return Math.round(isNext ? timeMs - beforeMs : usualSec * 1000) / 1000
}
