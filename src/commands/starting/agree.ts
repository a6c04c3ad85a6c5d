/** The agreed start: one moment T for all nodes. */

/** T lies half past a second: stamps of nodes within ± 0.5 s then agree, and sadc, which truncates, never says T − 1. */
const HALF_SECOND_MS = 500
const LEAST_LEAD_MS = 500
/** An arm script does nothing later than this after T. */
export const ARM_GRACE_SEC = 10

/** The first x.5 s of the controller's clock that leaves max(0.5 s, twice the slowest probe) to arm everyone. */
export function agreedStartMs(nowMs: number, slowestProbeMs: number): number {
  const earliestMs = nowMs + Math.max(LEAST_LEAD_MS, 2 * slowestProbeMs)
  return Math.ceil((earliestMs - HALF_SECOND_MS) / 1000) * 1000 + HALF_SECOND_MS
}

/** Records that fill the lease: one at T and one at the end of each interval. */
export function recordCount(durationSec: number, intervalSec: number): number {
  return Math.floor(durationSec / intervalSec) + 1
}

/** How far loggers are armed whose lease a watch on the node ends: a year, longer than any job. */
const RENEWED_RECORDS_SEC = 366 * 86_400

/** Records that a logger is armed for. Where the lease is renewed it is not the count that ends it. */
export function armedRecordCount(durationSec: number, intervalSec: number, isRenewed: boolean): number {
  return recordCount(isRenewed ? Math.max(durationSec, RENEWED_RECORDS_SEC) : durationSec, intervalSec)
}

/** Seconds from the first record to the last one of the lease: the loggers end with it, before the lease itself if need be. */
export function lastRecordSec(durationSec: number, intervalSec: number): number {
  return (recordCount(durationSec, intervalSec) - 1) * intervalSec
}

/** Whole seconds that the `elapsed_s` column counts from. */
export function elapsedZeroMs(startMs: number): number {
  return Math.floor(startMs / 1000) * 1000
}
