/** What all charts of a session share. */
import type { Mark, PlotLayout, PlotTheme, RawEvent } from '../model.js'
import type { ChartSize } from './size.js'

/** A host that is drawn. */
export interface ChartHost {
  readonly name: string
  readonly alias: string | null
  /** Its place in the whole configuration, which decides its colour; absent: its place in the list. */
  readonly place?: number
}

/** Rows of heat maps and panels: as configured, or the hosts that differ most from the median first. */
export type PlotSort = 'config' | 'outlier'

/** What all charts of a session share. */
export interface ChartContext {
  /** The hosts that are drawn, in the order of the configuration. */
  readonly hosts: readonly ChartHost[]
  /** Elapsed zero, epoch milliseconds. */
  readonly startMs: number
  /** Drawn span, epoch milliseconds. */
  readonly rangeMs: readonly [number, number]
  readonly intervalSec: number
  /** The controller's zone at the start, minutes east of UTC. */
  readonly zoneOffsetMinutes: number
  readonly marks: readonly Mark[]
  /** What happened on the nodes; absent: nothing that is known. */
  readonly events?: readonly RawEvent[]
  readonly theme: PlotTheme
  readonly layout: PlotLayout
  /** Absent: `config`. */
  readonly sort?: PlotSort
  /** Absent: `page`. */
  readonly size?: ChartSize
  /** Facts for the subtitle, such as `2 of 8 hosts`. */
  readonly notes: readonly string[]
  /** Sentences below each plot, such as which hosts have no data. */
  readonly captions?: readonly string[]
  readonly sessionName: string | null
  /** Plots asked for: `cpu`, `cpu/iowait`, `disk/*_read`, `overview`; absent: all. */
  readonly only?: readonly string[]
}
