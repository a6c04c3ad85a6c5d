/** Sorts the columns of tables into one reducer per plot, host and device. */
import { deviceAliases } from '../data/aliases.js'
import type { Table } from '../model.js'
import { CATALOGUE, isPerDevice, type PlotKind, plotName } from './catalogue.js'
import { type ReduceOptions, SeriesReducer } from './reduce.js'

/** What was collected of one column of one device (or of a resource without devices) of one host. */
export interface CollectedSeries {
  readonly kind: PlotKind
  /** Place of the host in the configuration. */
  readonly hostIndex: number
  /** Place of the device in its table; 0 without devices. */
  readonly deviceIndex: number
  /** null without devices, as the next one. */
  readonly device: string | null
  readonly deviceAlias: string | null
  /** Alias that the plot is named after; null for a plot that is the only one of its kind. */
  readonly alias: string | null
  readonly reducer: SeriesReducer
}

/** Collects tables, in any order and also in parts; of a table only what is plotted is kept. */
export class Collector {
  readonly series = new Map<string, CollectedSeries>()
  private readonly hostIndexes: ReadonlyMap<string, number>
  private readonly isWanted: (path: string, kind: PlotKind) => boolean
  private readonly optionsOf: (kind: PlotKind) => ReduceOptions

  constructor(
    hostNames: readonly string[],
    isWanted: (path: string, kind: PlotKind) => boolean,
    optionsOf: (kind: PlotKind) => ReduceOptions,
  ) {
    this.hostIndexes = new Map(hostNames.map((name, index) => [name, index]))
    this.isWanted = isWanted
    this.optionsOf = optionsOf
  }

  /** Takes a table; one of a host that is not drawn is passed over. */
  add(table: Table): void {
    const hostIndex = this.hostIndexes.get(table.host)
    if (hostIndex === undefined) return
    const aliases = deviceAliases(table)
    for (const kind of CATALOGUE) {
      const column = table.columns.get(kind.column)
      if (kind.resource !== table.resource || column === undefined) continue
      const devices =
        isPerDevice(kind) || kind.lines === 'device'
          ? table.devices.map((name, index) => ({ name, alias: aliases[index] ?? name }))
          : [null]
      const reducers = devices.map((device, deviceIndex) =>
        this.reducerOf(kind, hostIndex, deviceIndex, device),
      )
      addColumn(table, column, reducers)
    }
  }

  private reducerOf(
    kind: PlotKind,
    hostIndex: number,
    deviceIndex: number,
    device: { readonly name: string; readonly alias: string } | null,
  ): SeriesReducer | null {
    const alias = isPerDevice(kind) ? (device?.alias ?? null) : null
    if (!this.isWanted(`${kind.resource}/${plotName(kind, alias)}`, kind)) return null
    const key = JSON.stringify([kind.resource, kind.file, hostIndex, device?.name ?? null])
    const known = this.series.get(key)
    if (known !== undefined) return known.reducer
    const reducer = new SeriesReducer(this.optionsOf(kind))
    const names = { device: device?.name ?? null, deviceAlias: device?.alias ?? null }
    this.series.set(key, { kind, hostIndex, deviceIndex, ...names, alias, reducer })
    return reducer
  }
}

function addColumn(table: Table, column: Float64Array, reducers: readonly (SeriesReducer | null)[]): void {
  for (let row = 0; row < table.rowCount; row++) {
    const reducer = reducers.length === 1 ? reducers[0] : reducers[table.deviceIndex?.[row] ?? 0]
    reducer?.add(
      table.timeMs[row] ?? Number.NaN,
      table.intervalSec[row] ?? Number.NaN,
      column[row] ?? Number.NaN,
    )
  }
}
