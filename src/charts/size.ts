/** How large pictures are: as wide as a page, or as one column of a two-column paper. */
import type { Axis } from './units.js'

/** `page`: 640 px and the labels; `column`: 320 px = 240 pt with its labels, and text as large as on a page. */
export type ChartSize = 'page' | 'column'

/** What follows from the size of a picture; lengths are pixels. */
export interface SizeRules {
  /** Height of a plot of lines. */
  readonly linesHeight: number
  /** So many steps of the time axis and of the value axis have room. */
  readonly timeSteps: number
  readonly valueSteps: number
  /** The same of the value axis of a small panel. */
  readonly panelSteps: number
  /** So many samples of a series are kept as they are, two to a pixel; of more, so many bins. */
  readonly mostPoints: number
  readonly mostBins: number
  /** Up to so many points a step is at least 3 px wide. */
  readonly mostSteps: number
  /** More series are drawn as a heat map. */
  readonly mostPanels: number
  /** Height of a heat map with many rows, and up to how many rows each has its label. */
  readonly heatmapHeight: number
  readonly mostLabelledRows: number
  /** From the plot of a heat map to the key of its colours. */
  readonly barGap: number
}

/** Width of a plot on a page, without its labels, pixels. */
export const PLOT_WIDTH = 640
/** Width of a whole picture in a column, pixels; at 0.75 pt each 240 pt, the columns of the large publishers. */
export const COLUMN_WIDTH = 320
/** Left and right of everything; the themes say the same. */
const PADDING = [8, 12] as const

const RULES: Readonly<Record<ChartSize, SizeRules>> = {
  page: {
    linesHeight: 240,
    timeSteps: 9,
    valueSteps: 6,
    panelSteps: 6,
    mostPoints: 1280,
    mostBins: 640,
    mostSteps: 213,
    mostPanels: 24,
    heatmapHeight: 480,
    mostLabelledRows: 64,
    barGap: 14,
  },
  column: {
    linesHeight: 150,
    timeSteps: 5,
    valueSteps: 5,
    panelSteps: 3,
    mostPoints: 640,
    mostBins: 320,
    mostSteps: 80,
    mostPanels: 16,
    heatmapHeight: 240,
    mostLabelledRows: 26,
    barGap: 8,
  },
}

/** The rules of a size; absent: those of a page. */
export function rulesOf(size: ChartSize | undefined): SizeRules {
  return RULES[size ?? 'page']
}

/** A digit of the bundled font is 0.636 em wide, and nothing else in the label of an axis is wider. */
const DIGIT_EM = 0.64
const AXIS_SIZE = 11
/** What the themes put between a plot, the labels of its value axis and the title of that axis. */
const LABEL_PADDING = 4
const LEAST_LABELS = 26
const TITLE_ROOM = 20

/** Width of a whole picture without its padding, pixels: as wide may title and subtitle be. */
export function innerWidth(size: ChartSize | undefined): number {
  return size === 'column' ? COLUMN_WIDTH - PADDING[0] - PADDING[1] : PLOT_WIDTH
}

/** Where a plot stands in its picture, pixels. */
export interface PlotPlace {
  /** Without its labels. */
  readonly width: number
  /** Captions begin here, from the left of the plot: at the plot on a page, at the left of everything in a column. */
  readonly captionX: number
}

/** The place of a plot with these labels of its value axis; `right` is the room that something right of it takes. */
export function plotPlace(size: ChartSize | undefined, widestLabel: number, right = 0): PlotPlace {
  if (size !== 'column') return { width: PLOT_WIDTH, captionX: 0 }
  const left = Math.ceil(labelRoom(widestLabel))
  return { width: Math.floor(innerWidth(size) - left - right), captionX: -left }
}

/** The place of a plot between the title of its value axis (none: empty) and the last label of its time axis. */
export function plotBesideAxes(size: ChartSize | undefined, x: Axis, y: Axis): PlotPlace {
  const { width, captionX } = plotPlace(size, widestLabel(y))
  if (size !== 'column') return { width, captionX }
  const title = y.title === '' ? 0 : TITLE_ROOM
  const beside = width - title
  return { width: beside - Math.ceil(overhang(x, beside)), captionX: captionX - title }
}

/** Vega gives the end of a line room for a corner: 2.5 times its thickness of 1.5 pixels at most. */
const LINE_END = 4

/** How far a line or the last label of the time axis, centred below its tick, reaches out of a plot, pixels. */
export function overhang({ domain: [from, to], ticks }: Axis, width: number): number {
  const last = ticks.at(-1)
  if (last === undefined) return LINE_END
  const half = (last.label.length * DIGIT_EM * AXIS_SIZE) / 2
  return Math.max(LINE_END, half - ((to - last.value) / (to - from)) * width)
}

/** Room that the labels of a value axis take left of the plot, pixels. */
function labelRoom(widest: number): number {
  return Math.max(LEAST_LABELS, LABEL_PADDING + widest)
}

/** Width of the widest label of an axis of numbers, pixels. */
export function widestLabel({ ticks }: Axis): number {
  return Math.max(0, ...ticks.map(({ label }) => label.length * DIGIT_EM * AXIS_SIZE))
}
