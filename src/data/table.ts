import type { Resource, Table } from '../model.js'
import { columnNames } from './columns.js'

/** A gap is never smaller than this: stamps of sysstat are whole seconds and may be off by one. */
const SMALLEST_GAP_MS = 1000

/** True when the row before does not end where this one begins: samples are missing between them. */
export function isGap(previousTimeMs: number, timeMs: number, intervalSec: number): boolean {
  const intervalMs = intervalSec * 1000
  const distanceMs = Math.abs(timeMs - intervalMs - previousTimeMs)
  return distanceMs > Math.max(intervalMs / 2, SMALLEST_GAP_MS)
}

/** Rows of a table still without names of host and resource; `deviceIndex` is null where there are no devices. */
export interface TableParts {
  readonly timeMs: Float64Array
  readonly intervalSec: Float64Array
  readonly devices?: readonly string[]
  readonly deviceIndex?: Uint32Array | null
  readonly columns: ReadonlyMap<string, Float64Array>
  readonly textColumns?: ReadonlyMap<string, readonly (string | null)[]>
}

/** A table with every numeric column of its resource; those not given are "not measured" throughout. */
export function createTable(resource: Resource, host: string, parts: TableParts): Table {
  const rowCount = parts.timeMs.length
  const names = columnNames(resource, 'number')
  const hasAll = names.every((name) => parts.columns.has(name))
  // One array for all of them: nobody writes into a table.
  const notMeasured = new Float64Array(hasAll ? 0 : rowCount).fill(Number.NaN)
  const columns = new Map(names.map((name) => [name, parts.columns.get(name) ?? notMeasured]))
  return {
    resource,
    host,
    rowCount,
    timeMs: parts.timeMs,
    intervalSec: parts.intervalSec,
    devices: parts.devices ?? [],
    deviceIndex: parts.deviceIndex ?? null,
    columns,
    textColumns: parts.textColumns ?? new Map(),
  }
}
