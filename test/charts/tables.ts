/** Tables and contexts for the tests of charts. */
import type { ChartContext } from '../../src/charts/charts.js'
import type { Resource, Table } from '../../src/model.js'

export const START_MS = Date.UTC(2026, 2, 1, 12, 0, 0)

export interface TableRow {
  /** END of the sample, elapsed seconds. */
  readonly at: number
  readonly value: number
  readonly device?: string
  readonly alias?: string | null
  readonly width?: number
}

/** A table of one column. */
export function tableOf(host: string, resource: Resource, column: string, rows: readonly TableRow[]): Table {
  const devices = [...new Set(rows.flatMap((row) => row.device ?? []))]
  const hasDevices = ['disk', 'network', 'gpu', 'infiniband'].includes(resource)
  return {
    resource,
    host,
    rowCount: rows.length,
    timeMs: Float64Array.from(rows, (row) => START_MS + row.at * 1000),
    intervalSec: Float64Array.from(rows, (row) => row.width ?? 1),
    devices,
    deviceIndex: hasDevices ? Uint32Array.from(rows, (row) => devices.indexOf(row.device ?? '')) : null,
    columns: new Map([[column, Float64Array.from(rows, (row) => row.value)]]),
    textColumns: new Map(hasDevices ? [['alias', rows.map((row) => row.alias ?? null)]] : []),
  }
}

/** CPU utilization of one host, a value a second from the first second on. */
export function cpuTable(host: string, values: readonly number[]): Table {
  return tableOf(
    host,
    'cpu',
    'utilization_pct',
    values.map((value, index) => ({ at: index + 1, value })),
  )
}

/** A session of these hosts, a sample a second. */
export function contextOf(
  hostNames: readonly string[],
  lengthSec: number,
  changes: Partial<ChartContext> = {},
): ChartContext {
  return {
    hosts: hostNames.map((name) => ({ name, alias: null })),
    startMs: START_MS,
    rangeMs: [START_MS, START_MS + lengthSec * 1000],
    intervalSec: 1,
    zoneOffsetMinutes: 60,
    marks: [],
    theme: 'light',
    layout: 'auto',
    notes: [],
    sessionName: null,
    ...changes,
  }
}
