/** The layout `facets`: a small panel for each series, with the median of all in each. */
import type { Chart, ChartData, LineRow, MeasureText, PanelRow } from './chart.js'
import { describeEvents } from './events.js'
import { describePoints, frameOf, type PlotInput, type PlotSeries, subtitleOf } from './frame.js'
import { cellPoints } from './grid.js'
import type { JsonObject } from './json.js'
import { type Coordinates, chooseInterpolation, highestValue, walkPoints } from './lines.js'
import { highestCell, type Matrix, matrixOf, rowOrder } from './matrix.js'
import { CAPTION_CHARACTER, COLUMN_GAP, type PanelPlace, type PanelShape, placePanels } from './panels.js'
import { CAPTION_LINE, cutMiddleToWidth, cutToWidth, numberMarks, wrapCaptions } from './place.js'
import { type ChartSize, rulesOf } from './size.js'
import { labelExpression } from './spec.js'
import { type Axis, formatElapsed, valueAxis } from './units.js'

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

/** A panel for each series. */
export function facetsChart(input: PlotInput): Chart {
  const { context, kind } = input
  const matrix = matrixOf(input)
  const order = rowOrder(matrix, context.sort)
  const series = order.flatMap((index) => matrix.series[index] ?? [])
  const frame = frameOf(input)
  const points = matrix.series.map((one) => one.reducer.points())
  const y = valueAxis(
    kind.unit,
    Math.max(highestCell(matrix.rows), ...points.map((one) => highestValue(one, false))),
    kind.axis,
    rulesOf(context.size).panelSteps,
  )
  const isColumn = context.size === 'column'
  const place = placePanels(input, frame.x.domain, y)
  const { shape, x } = place
  const counts = points.map((one) => one.count)
  const interpolate = chooseInterpolation(counts, rulesOf(context.size).mostSteps)
  const binMs = Math.max(...points.map((one) => one.binMs ?? 0))
  const coordinates = { startMs: context.startMs, divisor: y.divisor, interpolate }
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
    // Each row would repeat it, and longer ones are higher than a row.
    title: isColumn && y.title !== '' ? `${frame.title} (${y.title})` : frame.title,
    subtitle: subtitleOf(context, input.who, describePoints(context, binMs, false), facts),
    captions,
    template: 'facets',
    height: shape.height,
    series: [],
    x,
    y,
    interpolate,
    data: () => facetRows({ matrix, series, ...place, coordinates, captions, events: frame.events }),
    special: (measure) => panelValues({ series, shape, x, marks: frame.marks, size: context.size }, measure),
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

interface FacetParts extends PanelPlace {
  readonly matrix: Matrix
  readonly series: readonly PlotSeries[]
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
function textRows(parts: FacetParts): readonly PanelRow[] {
  const { series, shape, x, captions, captionX, captionWidth, middle } = parts
  const first = series[Math.floor((series.length - 1) / shape.columns) * shape.columns]
  if (first === undefined) return []
  const at = (px: number, py: number, text: string, role: 'title' | 'caption'): PanelRow => {
    return { series: first.label, role, x: x.domain[0], px, py: shape.height + py, text }
  }
  const lines = wrapCaptions(captions, (text) => text.length * CAPTION_CHARACTER, captionWidth)
  return [
    at(middle, TITLE_PLACE, x.title, 'title'),
    ...lines.map((text, index) =>
      at(captionX, TITLE_PLACE + (index + 1) * CAPTION_LINE + 4, text, 'caption'),
    ),
  ]
}

interface PanelTexts {
  readonly size: ChartSize | undefined
  readonly series: readonly PlotSeries[]
  readonly shape: PanelShape
  readonly x: Axis
  readonly marks: Chart['marks']
}

function panelValues({ series, shape, x, marks, size }: PanelTexts, measure: MeasureText): JsonObject {
  const cutText = size === 'column' ? cutMiddleToWidth : cutToWidth
  const cut = (label: string) => cutText(label, shape.width, (text) => measure(text, HEADER_SIZE))
  return {
    ...shape,
    columnGap: COLUMN_GAP,
    rowGap: ROW_GAP + (marks.length > 0 ? NUMBER_HEIGHT : 0),
    headerGap: HEADER_GAP + (marks.length > 0 ? NUMBER_HEIGHT : 0),
    panels: series.map(({ label }) => label),
    colors: series.map(({ color }) => color),
    headers: labelExpression(series.map(({ label }) => ({ value: label, label: cut(label) }))),
    marks: numberMarks(marks, x.domain, shape.width),
    ...(size === 'column' ? { yTitle: null } : {}),
  }
}
