/** A chart as data: everything the renderer needs, and nothing of how it is drawn. */
import type { PlotTheme, Resource } from '../model.js'
import type { SeriesStyle } from './colors.js'
import type { JsonObject } from './json.js'
import type { Raster } from './raster.js'
import type { ChartSize } from './size.js'
import type { Axis, ValueAxis } from './units.js'

/** The width of a text in pixels at a font size in pixels; `isBold` absent: in the regular face. */
export type MeasureText = (text: string, fontSize: number, isBold?: boolean) => number

/** A point of a line. `x` is elapsed seconds, `y` in the unit of the y axis; points of one segment are joined. */
export interface LineRow {
  readonly x: number
  readonly y: number
  readonly series: string
  readonly segment: number
  /** Name of the panel it belongs to, where a chart has several. */
  readonly panel?: string
}

/** A point of an area in `color` between two values: lowest and highest sample of a bin, or two quantiles. */
export interface BandRow {
  readonly x: number
  readonly color: string
  readonly low: number
  readonly high: number
  readonly series: string
  readonly segment: number
  readonly panel?: string
}

/** A labelled vertical rule at `x` elapsed seconds. */
export interface MarkRow {
  readonly x: number
  readonly text: string
}

/** Something that happened on a node at `x` elapsed seconds. */
export interface EventRow extends MarkRow {
  /** Label of the series it happened to; null: of none that is drawn by itself. */
  readonly series: string | null
  readonly color: string
}

/** A phase to be shaded, elapsed seconds; every second one of a session. */
export interface PhaseRow {
  readonly x: number
  readonly x2: number
}

/** Something in the panel of one series: a point of its line, an event, a label of its time axis, a text below it. */
export interface PanelRow {
  readonly series: string
  readonly role: 'line' | 'event' | 'tick' | 'title' | 'caption'
  readonly x: number
  readonly y?: number
  readonly segment?: number
  readonly text?: string
  readonly color?: string
  /** Place of a text in pixels from the panel's left and top. */
  readonly px?: number
  readonly py?: number
}

/** What is handed to Vega; the keys are the names of the data in the templates. */
export interface ChartData {
  readonly lines: readonly LineRow[]
  readonly bands: readonly BandRow[]
  /** The median of all series, for panels that show one of them each. */
  readonly medians?: readonly LineRow[]
  /** The rows of all panels, where each belongs to one. */
  readonly panels?: readonly PanelRow[]
}

/** One entry of the legend, in the order of the configuration. */
export interface ChartSeries extends SeriesStyle {
  readonly label: string
}

/** One plot file to be. */
export interface Chart {
  /** null: of no single resource, as the overview. */
  readonly resource: Resource | null
  /** File stem, such as `OS_read`. */
  readonly name: string
  readonly title: string
  /** Facts in grey below the title, separated by ` · `. */
  readonly subtitle: string
  /** Sentences below the plot. */
  readonly captions: readonly string[]
  /** Name of the template without `.json`. */
  readonly template: string
  readonly theme: PlotTheme
  /** Absent: `page`. */
  readonly size?: ChartSize
  /** Width of the plot without its labels, pixels; absent: 640. */
  readonly width?: number
  /** Where captions begin, pixels from the left of the plot; absent: 0. */
  readonly captionX?: number
  /** Height of the plot without its labels, pixels; in a chart of panels that of one panel. */
  readonly height: number
  readonly series: readonly ChartSeries[]
  /** Thickness of the keys of the legend, pixels, where some stand for areas; absent: that of the lines. */
  readonly keyWidth?: number
  readonly x: Axis
  readonly y: ValueAxis
  /** How points are joined: `step-after` while a sample is wide enough to be seen. */
  readonly interpolate: 'step-after' | 'linear'
  readonly marks: readonly MarkRow[]
  readonly phases: readonly PhaseRow[]
  readonly events: readonly EventRow[]
  /** The cells of a heat map, which become `$image`; made when it is read. */
  readonly raster?: Raster
  /** Makes the rows; a call each time, so that only the chart being drawn holds them. */
  data(): ChartData
  /** Values of this layout alone for the placeholders of its template; they win over the common ones. */
  special?(measure: MeasureText): JsonObject
}
