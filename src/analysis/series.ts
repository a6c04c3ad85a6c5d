/** One column of one device of one host over time, as analysis reads it. */
import { deviceAliases } from '../data/aliases.js'
import type { Resource, Table } from '../model.js'

/** Samples in order of time. NaN is "not measured". */
export interface Series {
  readonly host: string
  readonly resource: Resource
  /** null for resources without devices, as `alias`. */
  readonly device: string | null
  readonly alias: string | null
  /** Column of the CSV: its ending names the unit. */
  readonly column: string
  /** END of each sample, epoch milliseconds. */
  readonly timeMs: Float64Array
  /** Width of each sample, seconds. */
  readonly widthSec: Float64Array
  readonly values: Float64Array
}

/** A column of a table as one series for each of its devices; none when the table has no such column. */
export function seriesOf(table: Table, column: string): readonly Series[] {
  const values = table.columns.get(column)
  if (values === undefined) return []
  const { host, resource } = table
  const base = { host, resource, column }
  const { deviceIndex } = table
  if (deviceIndex === null) {
    return [{ ...base, device: null, alias: null, timeMs: table.timeMs, widthSec: table.intervalSec, values }]
  }
  const aliases = deviceAliases(table)
  const counts = new Uint32Array(table.devices.length)
  for (const device of deviceIndex) counts[device] = (counts[device] ?? 0) + 1
  return table.devices.map((device, index) => {
    const rows = new Uint32Array(counts[index] ?? 0)
    let filled = 0
    for (let row = 0; row < table.rowCount; row++) if (deviceIndex[row] === index) rows[filled++] = row
    const pick = (from: Float64Array): Float64Array => Float64Array.from(rows, (row) => from[row] as number)
    const alias = aliases[index] ?? device
    return {
      ...base,
      device,
      alias,
      timeMs: pick(table.timeMs),
      widthSec: pick(table.intervalSec),
      values: pick(values),
    }
  })
}
