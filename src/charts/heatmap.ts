/** The layout `heatmap`: a row of cells for each series, its colour the value: who did what when. */
import type { PlotTheme } from '../model.js'
import type { Chart, EventRow, MeasureText } from './chart.js'
import { describeEvents } from './events.js'
import { describePoints, frameOf, type PlotInput, subtitleOf } from './frame.js'
import type { JsonObject } from './json.js'
import { highestCell, type Matrix, rowOrder } from './matrix.js'
import { gapColor, SHADES, shadeColor, shadeIndex } from './palette.js'
import { cutMiddleToWidth } from './place.js'
import type { Raster } from './raster.js'
import { type ChartSize, plotPlace, rulesOf } from './size.js'
import { labelExpression } from './spec.js'
import { type ValueAxis, valueAxis } from './units.js'

const MOST_ROW_HEIGHT = 18
const LEAST_LABELLED_HEIGHT = 9
const LABEL_PITCH = 11
const LABEL_STEPS = [2, 4, 5, 8, 10, 16, 20, 25, 32, 50, 64, 100]
const MOST_LABEL_SIZE = 10
const LEAST_LABEL_SIZE = 8
/** In a column names leave most of the width to the plot, pixels. */
const MOST_LABEL_WIDTH = 80

/** One image of all series. */
export function heatmapChart(input: PlotInput, matrix: Matrix): Chart {
  const { context, kind } = input
  const { grid } = matrix
  const order = rowOrder(matrix, context.sort)
  const series = order.flatMap((index) => matrix.series[index] ?? [])
  const rows = order.flatMap((index) => matrix.rows[index] ?? [])
  const y = valueAxis(kind.unit, highestCell(rows), kind.axis, rulesOf(context.size).valueSteps)
  const rowHeight = heightOfRow(series.length, context.size)
  const height = Math.round(rowHeight * series.length)
  const frame = frameOf(input)
  const from = (grid.firstMs - context.startMs) / 1000
  const to = from + (grid.count * grid.cellMs) / 1000
  const [fromSec, toSec] = frame.x.domain
  const hasGaps = rows.some((row) => row.some(Number.isNaN))
  const facts = context.sort === 'outlier' ? ['most unlike the others first'] : []
  return {
    ...frame,
    subtitle: subtitleOf(context, input.who, describePoints(context, grid.cellMs, false), facts),
    captions: [
      ...(hasGaps ? ['Grey: not measured'] : []),
      ...describeEvents(frame.events, frame.x),
      ...(hasBarTitle(y, context.size) ? [] : [`Colour: ${y.title}`]),
      ...frame.captions,
    ],
    template: 'heatmap',
    height,
    series: [],
    // Whole cells are drawn, so the axis may begin and end a part of a cell further out than the span.
    x: { ...frame.x, domain: [Math.min(fromSec, from), Math.max(toSec, to)] },
    y,
    interpolate: 'step-after',
    get raster() {
      return rasterOf(rows, grid.count, y, context.theme)
    },
    data: () => ({ lines: [], bands: [] }),
    special: (measure) => {
      const labelled = rowAxis(series, { rowHeight, size: context.size }, measure)
      const barRoom = measureBar(y, context.size, measure)
      const { width, captionX } = plotPlace(context.size, labelled.widest, barRoom)
      return {
        imageRow: [{ x: from, x2: to, y: 0, y2: series.length }],
        gapColor: gapColor(context.theme),
        eventRows: eventRows(frame.events, series, rowHeight),
        plotWidth: width,
        captionX,
        ...labelled.values,
        ...colorBar(y, { size: context.size, width, height }),
      }
    },
  }
}

/** Rows are whole device pixels of a picture at 2x, down to one. */
function heightOfRow(count: number, size: ChartSize | undefined): number {
  const { heatmapHeight, mostLabelledRows } = rulesOf(size)
  const fitting = Math.max(0.5, Math.floor((2 * heatmapHeight) / count) / 2)
  const least = count <= mostLabelledRows ? LEAST_LABELLED_HEIGHT : 0.5
  return Math.min(MOST_ROW_HEIGHT, Math.max(least, fitting))
}

function rasterOf(rows: readonly Float32Array[], width: number, y: ValueAxis, theme: PlotTheme): Raster {
  const rgba = new Uint8Array(rows.length * width * 4)
  const gap = [1, 3, 5].map((at) => Number.parseInt(gapColor(theme).slice(at, at + 2), 16))
  const full = y.domain[1] * y.divisor
  let at = 0
  for (const row of rows) {
    for (let cell = 0; cell < width; cell++) {
      const value = row[cell] ?? Number.NaN
      const shade = Number.isNaN(value) ? -1 : shadeIndex(value / full) * 3
      for (let channel = 0; channel < 3; channel++) {
        rgba[at++] = (shade < 0 ? gap[channel] : SHADES[shade + channel]) ?? 0
      }
      rgba[at++] = 255
    }
  }
  return { width, height: rows.length, rgba }
}

/** Labels in the middle of their rows; of many rows only every k-th. */
function rowAxis(
  series: readonly { readonly label: string }[],
  { rowHeight, size }: { readonly rowHeight: number; readonly size: ChartSize | undefined },
  measure: MeasureText,
): { readonly values: JsonObject; readonly widest: number } {
  const step =
    series.length <= rulesOf(size).mostLabelledRows
      ? 1
      : (LABEL_STEPS.find((candidate) => candidate * rowHeight >= LABEL_PITCH) ?? 200)
  const fontSize = Math.min(MOST_LABEL_SIZE, Math.max(LEAST_LABEL_SIZE, Math.floor(step * rowHeight) - 1))
  const widthOfLabel = (text: string): number => measure(text, fontSize)
  const most = size === 'column' ? MOST_LABEL_WIDTH : Number.POSITIVE_INFINITY
  const labelled = series.flatMap(({ label }, index) =>
    index % step === 0 ? [{ value: index + 0.5, label: cutMiddleToWidth(label, most, widthOfLabel) }] : [],
  )
  return {
    values: {
      rowDomain: [series.length, 0],
      rowTicks: labelled.map(({ value }) => value),
      rowLabels: labelExpression(labelled),
      rowLabelSize: fontSize,
    },
    widest: Math.max(...labelled.map(({ label }) => widthOfLabel(label))),
  }
}

function eventRows(
  events: readonly EventRow[],
  series: readonly { readonly label: string }[],
  rowHeight: number,
): JsonObject[] {
  const rowOf = new Map(series.map(({ label }, index) => [label, index]))
  return events.flatMap((event) => {
    const row = event.series === null ? undefined : rowOf.get(event.series)
    return row === undefined ? [] : [{ x: event.x, y: (row + 0.5) * rowHeight }]
  })
}

const BAR_SHADES = 64
const MOST_BAR_HEIGHT = 200
const BAR_WIDTH = 10
const BAR_LABEL_GAP = 4
const BAR_TITLE_SIZE = 11
const BAR_TEXT_SIZE = 10
/** Longer titles of the key, such as `tasks running or waiting`, would take half of a column. */
const MOST_TITLE_CHARACTERS = 6

function hasBarTitle(y: ValueAxis, size: ChartSize | undefined): boolean {
  return size !== 'column' || y.title.length <= MOST_TITLE_CHARACTERS
}

/** Room that the key of the colours takes right of the plot, pixels. */
function measureBar(y: ValueAxis, size: ChartSize | undefined, measure: MeasureText): number {
  const widest = Math.max(...y.ticks.map(({ label }) => measure(label, BAR_TEXT_SIZE)))
  const title = hasBarTitle(y, size) ? measure(y.title, BAR_TEXT_SIZE) : 0
  return rulesOf(size).barGap + Math.max(BAR_WIDTH + BAR_LABEL_GAP + widest, title)
}

/** The key of the colours, right of the plot: rectangles that reach down from their shade, so that none has a seam. */
function colorBar(
  y: ValueAxis,
  plot: { readonly size: ChartSize | undefined; readonly width: number; readonly height: number },
): JsonObject {
  const left = plot.width + rulesOf(plot.size).barGap
  const height = Math.min(plot.height - BAR_TITLE_SIZE - 6, MOST_BAR_HEIGHT)
  const top = BAR_TITLE_SIZE + 6
  const [low, high] = y.domain
  return {
    bar: Array.from({ length: BAR_SHADES }, (_, index) => ({
      y: top + (index * height) / BAR_SHADES,
      color: shadeColor(1 - index / (BAR_SHADES - 1)),
    })),
    barX: left,
    barX2: left + BAR_WIDTH,
    barBottom: top + height,
    barLabels: [
      ...y.ticks.map(({ value, label }) => ({
        y: top + height * (1 - (value - low) / (high - low)),
        text: label,
      })),
    ],
    barLabelX: left + BAR_WIDTH + BAR_LABEL_GAP,
    barTitle: hasBarTitle(y, plot.size) ? [{ text: y.title, y: 4 }] : [],
  }
}
