import type { WarningList } from '../data/warnings.js'
import type { SectionStore } from './sadf-pass.js'
import { dropRepeatedRows, type SectionRows } from './sadf-rows.js'

//   vm;1;2026-11-20 06:17:29 UTC;-1;48.98;0.00;12.76;0.51;0.00;37.76
//   vm;7200;2026-11-20 08:17:29 UTC;-1;57.83;0.00;9.60;0.00;0.00;32.58
//   vm;1;2026-11-20 08:17:30 UTC;-1;51.76;0.00;8.54;0.00;0.00;39.70

/** A row this wide, and so many times wider than is usual in its file, averages a time when nothing was recorded. */
const SHORTEST_SEAM_SEC = 600
const SEAM_FACTOR = 100
/** Rows looked at for the usual interval: enough for a median, little to sort. */
const MEDIAN_ROWS = 1001

function usualInterval(rows: SectionRows): number {
  const step = Math.max(1, Math.floor(rows.rowCount / MEDIAN_ROWS))
  const sample: number[] = []
  for (let row = 0; row < rows.rowCount; row += step) sample.push(rows.intervalSec[row] as number)
  sample.sort((a, b) => a - b)
  return sample[Math.floor((sample.length - 1) / 2)] ?? 0
}

function longestInterval({ intervalSec, rowCount }: SectionRows): number {
  let longest = 0
  for (let row = 0; row < rowCount; row++) longest = Math.max(longest, intervalSec[row] as number)
  return longest
}

function dropSeams(
  rows: SectionRows,
  store: SectionStore,
  sessionSec: number | null,
  warnings: WarningList,
): void {
  if (longestInterval(rows) <= Math.min(SHORTEST_SEAM_SEC, sessionSec ?? SHORTEST_SEAM_SEC)) return
  const usualSec = usualInterval(rows)
  const longestSec = Math.max(SHORTEST_SEAM_SEC, SEAM_FACTOR * usualSec)
  const isSeam = (row: number): boolean => {
    const intervalSec = rows.intervalSec[row] as number
    return intervalSec > longestSec || (sessionSec !== null && intervalSec > sessionSec + 2 * usualSec)
  }
  rows.filter((row) => {
    if (!isSeam(row)) return true
    const what = `a row over ${rows.intervalSec[row]} s, from before the logger was started anew, was left out`
    warnings.add('seam', what, { ...store.placeOf(rows, row), isLoss: false })
    return false
  })
}

/** Takes out what is no sample of its own: rows met twice, and the row that bridges two runs of the logger. */
export function cleanRows(
  rows: SectionRows,
  store: SectionStore,
  windowMs: readonly [number, number] | null,
  warnings: WarningList,
): void {
  const conflict = dropRepeatedRows(rows)
  if (conflict) {
    const { path, line } = store.placeOf(rows, conflict.row)
    const other = store.placeOf(rows, conflict.otherRow)
    const what = `another row of the same time, with other values, stands at ${other.path}:${other.line}; both are kept`
    warnings.add('conflict', what, { path, line, isLoss: false })
  }
  dropSeams(rows, store, windowMs ? (windowMs[1] - windowMs[0]) / 1000 : null, warnings)
}
