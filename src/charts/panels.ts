/** How large the panels of a facet chart are, and what their time axis shows. */
import type { PlotInput } from './frame.js'
import { type ChartSize, innerWidth, overhang, PLOT_WIDTH, plotPlace, widestLabel } from './size.js'
import { type Axis, elapsedAxis } from './units.js'

/** How many panels stand side by side, and how large they are, pixels. */
export interface PanelShape {
  readonly columns: number
  readonly width: number
  readonly height: number
}

/** Up to so many panels a row has 3 to 6 of them, above that 8: 64 still fit a page. */
const MOST_LARGE_PANELS = 24
const SMALL_PANEL_COLUMNS = 8
/** Between two panels, pixels. */
export const COLUMN_GAP = 14
/** Height of a panel for its number of columns. */
const PANEL_HEIGHTS: Readonly<Record<number, number>> = { 1: 200, 2: 140, 3: 112, 4: 88, 5: 76, 6: 68 }
const SMALL_PANEL_HEIGHT = 48
/** A label of the time axis with what lies beside it, pixels. */
const LABEL_PITCH = 48
const LABEL_GAP = 4
/** A character of a caption is about so wide, pixels: 0.6 em. */
export const CAPTION_CHARACTER = 6

/** In a column 2 panels stand side by side, and of more than 24 panels 4. */
const COLUMN_PANELS = { columns: 2, height: 40 }
const SMALL_COLUMN_PANELS = { columns: 4, height: 36 }

/** The shape of the panels in a plot that is `width` pixels wide without its labels. */
export function panelShape(count: number, size?: ChartSize, width: number = PLOT_WIDTH): PanelShape {
  const { columns, height } = size === 'column' ? columnPanels(count) : pagePanels(count)
  return { columns, width: Math.floor((width - COLUMN_GAP * (columns - 1)) / columns), height }
}

function columnPanels(count: number): Omit<PanelShape, 'width'> {
  const { columns, height } = count > MOST_LARGE_PANELS ? SMALL_COLUMN_PANELS : COLUMN_PANELS
  return { columns: Math.min(count, columns), height }
}

/** The shape that leaves the fewest places empty; of equal ones that with the widest panels. */
function pagePanels(count: number): Omit<PanelShape, 'width'> {
  const choices = count <= 4 ? [Math.min(count, 2)] : [3, 4, 5, 6]
  const empty = (columns: number): number => Math.ceil(count / columns) * columns - count
  const rows = (columns: number): number => Math.ceil(count / columns)
  const fitting = choices.filter((columns) => rows(columns) <= 5)
  const [best = 3] = [...fitting].sort((a, b) => empty(a) - empty(b) || a - b)
  const columns = count > MOST_LARGE_PANELS ? SMALL_PANEL_COLUMNS : best
  return {
    columns,
    height: count > MOST_LARGE_PANELS ? SMALL_PANEL_HEIGHT : (PANEL_HEIGHTS[columns] ?? SMALL_PANEL_HEIGHT),
  }
}

/** Panels, their time axis, and what stands below them. */
export interface PanelPlace {
  readonly shape: PanelShape
  readonly x: Axis
  /** Where captions begin, from the left of the panels, and how wide they may be, pixels. */
  readonly captionX: number
  readonly captionWidth: number
  /** The title of the time axis is centred here. */
  readonly middle: number
}

/** The place of the panels of a plot whose value axis is `y`. */
export function placePanels({ context, series }: PlotInput, domain: Axis['domain'], y: Axis): PanelPlace {
  const { size } = context
  const { width, captionX } = plotPlace(size, widestLabel(y))
  const first = panelShape(series.length, size, width)
  const x = panelAxis(domain, first.width, size)
  const beyond = size === 'column' ? overhang(x, first.width) : 0
  const shape = panelShape(series.length, size, width - beyond)
  return { shape, x, captionX, captionWidth: innerWidth(size), middle: (width - beyond) / 2 }
}

/** As many labels as have room below one panel. */
function panelAxis([from, to]: Axis['domain'], width: number, size: ChartSize | undefined): Axis {
  const steps = Math.max(2, Math.floor(width / LABEL_PITCH))
  const axis = elapsedAxis(from, to, steps)
  if (size !== 'column' || hasRoom(axis, width)) return axis
  return elapsedAxis(from, to, 1)
}

function hasRoom({ domain: [from, to], ticks }: Axis, width: number): boolean {
  const [first, second] = ticks
  if (first === undefined || second === undefined) return true
  const widest = Math.max(...ticks.map(({ label }) => label.length))
  return ((second.value - first.value) / (to - from)) * width > widest * CAPTION_CHARACTER + LABEL_GAP
}
