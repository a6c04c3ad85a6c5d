/** The layout `facets`: a small panel for each series, with the median of all in each. */
import type { Chart, ChartData, LineRow, MeasureText, PanelRow } from './chart.js'
import { describeEvents } from './events.js'
import { describePoints, frameOf, type PlotInput, type PlotSeries, subtitleOf } from './frame.js'
import { cellPoints } from './grid.js'
import type { JsonObject } from './json.js'
import { type Coordinates, chooseInterpolation, highestValue, walkPoints } from './lines.js'
import { highestCell, type Matrix, matrixOf, rowOrder } from './matrix.js'
import { CAPTION_LINE, cutToWidth, numberMarks, PLOT_WIDTH, wrapCaptions } from './place.js'
import { labelExpression } from './spec.js'
import { type Axis, elapsedAxis, formatElapsed, valueAxis } from './units.js'

/** How many panels stand side by side, and how large they are, pixels. */
export interface PanelShape {
  readonly columns: number
  readonly width: number
  readonly height: number
}

/** Up to so many panels a row has 3 to 6 of them, above that 8: 64 still fit a page. */
const MOST_LARGE_PANELS = 24
const SMALL_PANEL_COLUMNS = 8
const COLUMN_GAP = 14
/** Height of a panel for its number of columns. */
const PANEL_HEIGHTS: Readonly<Record<number, number>> = { 1: 200, 2: 140, 3: 112, 4: 88, 5: 76, 6: 68 }
const SMALL_PANEL_HEIGHT = 48
const HEADER_SIZE = 10
/** Distance of a panel's name from the panel; Vega adds some 15 px of its own. */
const HEADER_GAP = -8
const ROW_GAP = 24
/** Room for the numbers of marks. */
const NUMBER_HEIGHT = 8
/** Half of the widest label of the time axis, pixels. */
const LABEL_ROOM = 24
/** Distance of the axis title from the lowest panels, pixels. */
const TITLE_PLACE = 34
/** A character of a caption is about so wide, pixels: 0.6 em. */
const CAPTION_CHARACTER = 6

/** The shape that leaves the fewest places empty; of equal ones that with the widest panels. */
export function panelShape(count: number): PanelShape {
  const choices = count <= 4 ? [Math.min(count, 2)] : [3, 4, 5, 6]
  const empty = (columns: number): number => Math.ceil(count / columns) * columns - count
  const rows = (columns: number): number => Math.ceil(count / columns)
  const fitting = choices.filter((columns) => rows(columns) <= 5)
  const [best = 3] = [...fitting].sort((a, b) => empty(a) - empty(b) || a - b)
  const columns = count > MOST_LARGE_PANELS ? SMALL_PANEL_COLUMNS : best
  return {
    columns,
    width: Math.floor((PLOT_WIDTH - COLUMN_GAP * (columns - 1)) / columns),
    height: count > MOST_LARGE_PANELS ? SMALL_PANEL_HEIGHT : (PANEL_HEIGHTS[columns] ?? SMALL_PANEL_HEIGHT),
  }
}

/** A panel for each series. */
export function facetsChart(input: PlotInput): Chart {
  const { context, kind } = input
  const matrix = matrixOf(input)
  const order = rowOrder(matrix, context.sort)
  const series = order.flatMap((index) => matrix.series[index] ?? [])
  const shape = panelShape(series.length)
  const frame = frameOf(input)
  const points = matrix.series.map((one) => one.reducer.points())
  const y = valueAxis(
    kind.unit,
    Math.max(highestCell(matrix.rows), ...points.map((one) => highestValue(one, false))),
    kind.axis,
  )
  const interpolate = chooseInterpolation(points.map((one) => one.count))
  const binMs = Math.max(...points.map((one) => one.binMs ?? 0))
  const coordinates = { startMs: context.startMs, divisor: y.divisor, interpolate }
  const [fromSec, toSec] = frame.x.domain
  const x = elapsedAxis(fromSec, toSec, Math.max(2, Math.floor(shape.width / 48)))
  const facts = [
    'grey: median of all',
    ...(context.sort === 'outlier' ? ['most unlike the others first'] : []),
  ]
  const captions = [
    ...numberedMarks(frame.marks, frame.x),
    ...describeEvents(frame.events, frame.x),
    ...frame.captions,
  ]
  return {
    ...frame,
    subtitle: subtitleOf(context, input.who, describePoints(context, binMs, false), facts),
    captions,
    template: 'facets',
    height: shape.height,
    series: [],
    x,
    y,
    interpolate,
    data: () => facetRows({ matrix, series, shape, x, coordinates, captions, events: frame.events }),
    special: (measure) => panelValues({ series, shape, x, marks: frame.marks }, measure),
  }
}

/** Further marks are counted only: a caption should not outgrow its plot. */
const MOST_NAMED_MARKS = 16

/** `1 map (0:30) · 2 reduce (4:10)`: narrow panels have room for numbers only. */
export function numberedMarks(marks: Chart['marks'], axis: Axis): readonly string[] {
  if (marks.length === 0) return []
  const named = marks
    .slice(0, MOST_NAMED_MARKS)
    .map((mark, index) => `${index + 1} ${mark.text} (${formatElapsed(mark.x, axis)})`)
  const rest = marks.length - named.length
  return [[...named, ...(rest > 0 ? [`${rest} more`] : [])].join(' · ')]
}

interface FacetParts {
  readonly matrix: Matrix
  readonly series: readonly PlotSeries[]
  readonly shape: PanelShape
  readonly x: Axis
  readonly coordinates: Coordinates
  readonly events: Chart['events']
  readonly captions: readonly string[]
}

function facetRows(parts: FacetParts): ChartData {
  const { matrix, series, coordinates } = parts
  const panels: PanelRow[] = []
  for (const { label, reducer } of series) {
    walkPoints(reducer.points(), coordinates, (x, y, segment) => {
      panels.push({ series: label, role: 'line', x, y, segment })
    })
  }
  for (const { series: label, x, color } of parts.events) {
    if (label !== null) panels.push({ series: label, role: 'event', x, color })
  }
  const medians: LineRow[] = []
  walkPoints(cellPoints(matrix.median, matrix.grid), coordinates, (x, y, segment) => {
    medians.push({ x, y, series: 'median', segment })
  })
  return { lines: [], bands: [], medians, panels: [...panels, ...tickRows(parts), ...textRows(parts)] }
}

/** Labels of the time axis below the lowest panel of each column, which may not be in the last row. */
function tickRows({ series, shape, x }: FacetParts): readonly PanelRow[] {
  const [fromSec, toSec] = x.domain
  const rows: PanelRow[] = []
  for (const [index, { label }] of series.entries()) {
    if (index + shape.columns < series.length) continue
    const hasNeighbour = index % shape.columns < shape.columns - 1
    for (const tick of x.ticks) {
      const leftPx = ((toSec - tick.value) / (toSec - fromSec)) * shape.width
      // Half of a label at the right edge would lie on the first one of the next panel.
      const text = hasNeighbour && leftPx < LABEL_ROOM ? '' : tick.label
      rows.push({ series: label, role: 'tick', x: tick.value, text })
    }
  }
  return rows
}

/** What stands below all panels, placed from the first panel of the last row. */
function textRows({ series, shape, x, captions }: FacetParts): readonly PanelRow[] {
  const first = series[Math.floor((series.length - 1) / shape.columns) * shape.columns]
  if (first === undefined) return []
  const at = (px: number, py: number, text: string, role: 'title' | 'caption'): PanelRow => {
    return { series: first.label, role, x: x.domain[0], px, py: shape.height + py, text }
  }
  const lines = wrapCaptions(captions, (text) => text.length * CAPTION_CHARACTER)
  return [
    at(PLOT_WIDTH / 2, TITLE_PLACE, x.title, 'title'),
    ...lines.map((text, index) => at(0, TITLE_PLACE + (index + 1) * CAPTION_LINE + 4, text, 'caption')),
  ]
}

interface PanelTexts {
  readonly series: readonly PlotSeries[]
  readonly shape: PanelShape
  readonly x: Axis
  readonly marks: Chart['marks']
}

function panelValues({ series, shape, x, marks }: PanelTexts, measure: MeasureText): JsonObject {
  const cut = (label: string) => cutToWidth(label, shape.width, (text) => measure(text, HEADER_SIZE))
  return {
    ...shape,
    columnGap: COLUMN_GAP,
    rowGap: ROW_GAP + (marks.length > 0 ? NUMBER_HEIGHT : 0),
    headerGap: HEADER_GAP + (marks.length > 0 ? NUMBER_HEIGHT : 0),
    panels: series.map(({ label }) => label),
    colors: series.map(({ color }) => color),
    headers: labelExpression(series.map(({ label }) => ({ value: label, label: cut(label) }))),
    marks: numberMarks(marks, x.domain, shape.width),
  }
}
