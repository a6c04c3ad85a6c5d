import type { ClockReading, RawEvent, Table } from '../model.js'
import { hasMilliseconds } from './timestamps.js'

/** Offsets below this are left alone: sysstat's own stamps are whole seconds. */
const SMALLEST_OFFSET_MS = 500

/** A change of wall clock minus uptime above this is a step that rows show too. */
const SMALLEST_STEP_MS = 1000

/** Rows show a step in whole seconds only, so it may be off by this from what start and stop measured. */
const STEP_TOLERANCE_MS = 1500

/** What was read of a node's clock when its session began and ended; null where nothing was read. */
export interface ClockReadings {
  readonly start: ClockReading | null
  readonly stop: ClockReading | null
}

/** Node minus controller, milliseconds, at a time of the node; `isAfterStep`: the row lies behind a clock step. */
export type ClockOffset = (nodeTimeMs: number, isAfterStep?: boolean) => number

/** How far the node's wall clock was stepped between start and stop, milliseconds; null when it was not. */
export function clockStepMs(readings: ClockReadings): number | null {
  const { start, stop } = readings
  if (!start || !stop) return null
  const stepMs = (stop.wallMinusUptimeSec - start.wallMinusUptimeSec) * 1000
  return Math.abs(stepMs) > SMALLEST_STEP_MS ? stepMs : null
}

function isWorthApplying(reading: ClockReading): boolean {
  const size = Math.abs(reading.offsetMs)
  return size >= SMALLEST_OFFSET_MS && size >= reading.uncertaintyMs
}

/**
 * The node's clock offset over time: interpolated between the readings, constant outside of them, and 0 throughout when
 * neither reading is both 0.5 s and its own uncertainty away from 0. Across a clock step each side keeps its own.
 */
export function clockOffsetAt(readings: ClockReadings): ClockOffset {
  const { start, stop } = readings
  if (!start || !stop) {
    const only = start ?? stop
    const offsetMs = only && isWorthApplying(only) ? only.offsetMs : 0
    return () => offsetMs
  }
  if (clockStepMs(readings) !== null) {
    const beforeMs = isWorthApplying(start) ? start.offsetMs : 0
    const afterMs = isWorthApplying(stop) ? stop.offsetMs : 0
    return (_nodeTimeMs, isAfterStep = false) => (isAfterStep ? afterMs : beforeMs)
  }
  if (!isWorthApplying(start) && !isWorthApplying(stop)) return () => 0
  const startNodeMs = start.atMs + start.offsetMs
  const spanMs = stop.atMs + stop.offsetMs - startNodeMs
  return (nodeTimeMs) => {
    const share = spanMs > 0 ? Math.min(1, Math.max(0, (nodeTimeMs - startNodeMs) / spanMs)) : 0
    return start.offsetMs + share * (stop.offsetMs - start.offsetMs)
  }
}

/** First row behind a clock step of `stepMs`: time and interval disagree there by as much; `rowCount` when none does. */
export function rowAfterStep(table: Table, stepMs: number): number {
  const { timeMs, intervalSec, rowCount } = table
  for (let row = 1; row < rowCount; row++) {
    const elapsedMs = (timeMs[row] as number) - (timeMs[row - 1] as number)
    if (elapsedMs === 0) continue
    const disagreementMs = elapsedMs - (intervalSec[row] as number) * 1000
    const isStep = Math.abs(disagreementMs) > SMALLEST_STEP_MS
    if (isStep && Math.abs(disagreementMs - stepMs) <= STEP_TOLERANCE_MS) return row
  }
  return rowCount
}

/**
 * The table with its times on the controller's clock, in the precision that the node stamped them with; `stepMs` is
 * what `clockStepMs` says of the same readings.
 */
export function shiftTable(table: Table, offsetOf: ClockOffset, stepMs: number | null = null): Table {
  const stepRow = stepMs === null ? table.rowCount : rowAfterStep(table, stepMs)
  const unitMs = hasMilliseconds(table.timeMs) ? 1 : 1000
  const timeMs = new Float64Array(table.rowCount)
  for (let row = 0; row < timeMs.length; row++) {
    const nodeTimeMs = table.timeMs[row] as number
    timeMs[row] = nodeTimeMs - Math.round(offsetOf(nodeTimeMs, row >= stepRow) / unitMs) * unitMs
  }
  return { ...table, timeMs }
}

/** Events of the table's host with their times on the controller's clock, like the table's own; see `shiftTable`. */
export function shiftEvents(
  events: readonly RawEvent[],
  table: Table,
  offsetOf: ClockOffset,
  stepMs: number | null = null,
): readonly RawEvent[] {
  const stepRow = stepMs === null ? table.rowCount : rowAfterStep(table, stepMs)
  const stepAtMs = table.timeMs[stepRow] ?? Number.POSITIVE_INFINITY
  return events.map((event) => ({
    ...event,
    atMs: event.atMs - Math.round(offsetOf(event.atMs, event.atMs >= stepAtMs)),
  }))
}
