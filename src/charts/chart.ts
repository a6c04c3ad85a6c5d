/** A chart as data: everything the renderer needs, and nothing of how it is drawn. */
import type { PlotTheme, Resource } from '../model.js'
import type { SeriesStyle } from './colors.js'
import type { Axis, ValueAxis } from './units.js'

/** A point of a line. `x` is elapsed seconds, `y` in the unit of the y axis; points of one segment are joined. */
export interface LineRow {
  readonly x: number
  readonly y: number
  readonly series: string
  readonly segment: number
}

/** A point of the area, in `color`, between the lowest and the highest sample of a bin. */
export interface BandRow {
  readonly x: number
  readonly color: string
  readonly low: number
  readonly high: number
  readonly series: string
  readonly segment: number
}

/** A labelled vertical rule at `x` elapsed seconds. */
export interface MarkRow {
  readonly x: number
  readonly text: string
}

/** What is handed to Vega; the keys are the names of the data in the templates. */
export interface ChartData {
  readonly lines: readonly LineRow[]
  readonly bands: readonly BandRow[]
}

/** One entry of the legend, in the order of the configuration. */
export interface ChartSeries extends SeriesStyle {
  readonly label: string
}

/** One plot file to be. */
export interface Chart {
  readonly resource: Resource
  /** File stem, such as `OS_read`. */
  readonly name: string
  readonly title: string
  /** Facts in grey below the title, separated by ` · `. */
  readonly subtitle: string
  /** Name of the template without `.json`. */
  readonly template: string
  readonly theme: PlotTheme
  readonly series: readonly ChartSeries[]
  readonly x: Axis
  readonly y: ValueAxis
  /** How points are joined: `step-after` while a sample is wide enough to be seen. */
  readonly interpolate: 'step-after' | 'linear'
  readonly marks: readonly MarkRow[]
  /** Makes the rows; a call each time, so that only the chart being drawn holds them. */
  data(): ChartData
}
