/** The layout `heatmap`: a row of cells for each series, its colour the value: who did what when. */
import type { PlotTheme } from '../model.js'
import type { Chart, EventRow } from './chart.js'
import { describeEvents } from './events.js'
import { describePoints, frameOf, type PlotInput, subtitleOf } from './frame.js'
import type { JsonObject } from './json.js'
import { highestCell, type Matrix, rowOrder } from './matrix.js'
import { gapColor, SHADES, shadeColor, shadeIndex } from './palette.js'
import { PLOT_WIDTH } from './place.js'
import type { Raster } from './raster.js'
import { labelExpression } from './spec.js'
import { type ValueAxis, valueAxis } from './units.js'

/** Of so many series each row has its label; of more, every k-th. */
const MOST_LABELLED = 64
const MOST_ROW_HEIGHT = 18
const LEAST_LABELLED_HEIGHT = 9
const USUAL_HEIGHT = 480
const LABEL_PITCH = 11
const LABEL_STEPS = [2, 4, 5, 8, 10, 16, 20, 25, 32, 50, 64, 100]
const MOST_LABEL_SIZE = 10
const LEAST_LABEL_SIZE = 8

/** One image of all series. */
export function heatmapChart(input: PlotInput, matrix: Matrix): Chart {
  const { context, kind } = input
  const { grid } = matrix
  const order = rowOrder(matrix, context.sort)
  const series = order.flatMap((index) => matrix.series[index] ?? [])
  const rows = order.flatMap((index) => matrix.rows[index] ?? [])
  const y = valueAxis(kind.unit, highestCell(rows), kind.axis)
  const rowHeight = heightOfRow(series.length)
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
      ...frame.captions,
    ],
    template: 'heatmap',
    height: Math.round(rowHeight * series.length),
    series: [],
    // Whole cells are drawn, so the axis may begin and end a part of a cell further out than the span.
    x: { ...frame.x, domain: [Math.min(fromSec, from), Math.max(toSec, to)] },
    y,
    interpolate: 'step-after',
    get raster() {
      return rasterOf(rows, grid.count, y, context.theme)
    },
    data: () => ({ lines: [], bands: [] }),
    special: () => ({
      imageRow: [{ x: from, x2: to, y: 0, y2: series.length }],
      gapColor: gapColor(context.theme),
      eventRows: eventRows(frame.events, series, rowHeight),
      ...rowAxis(series, rowHeight),
      ...colorBar(y, Math.round(rowHeight * series.length)),
    }),
  }
}

/** Rows are whole device pixels of a picture at 2x, down to one. */
function heightOfRow(count: number): number {
  const fitting = Math.max(0.5, Math.floor((2 * USUAL_HEIGHT) / count) / 2)
  const least = count <= MOST_LABELLED ? LEAST_LABELLED_HEIGHT : 0.5
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

/** Labels in the middle of their rows; from 65 rows on only every k-th. */
function rowAxis(series: readonly { readonly label: string }[], rowHeight: number): JsonObject {
  const step =
    series.length <= MOST_LABELLED
      ? 1
      : (LABEL_STEPS.find((candidate) => candidate * rowHeight >= LABEL_PITCH) ?? 200)
  const labelled = series.flatMap(({ label }, index) =>
    index % step === 0 ? [{ value: index + 0.5, label }] : [],
  )
  return {
    rowDomain: [series.length, 0],
    rowTicks: labelled.map(({ value }) => value),
    rowLabels: labelExpression(labelled),
    rowLabelSize: Math.min(MOST_LABEL_SIZE, Math.max(LEAST_LABEL_SIZE, Math.floor(step * rowHeight) - 1)),
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
const BAR_GAP = 14
const BAR_WIDTH = 10
const BAR_LABEL_GAP = 4
const BAR_TITLE_SIZE = 11

/** The key of the colours, right of the plot: rectangles that reach down from their shade, so that none has a seam. */
function colorBar(y: ValueAxis, plotHeight: number): JsonObject {
  const height = Math.min(plotHeight - BAR_TITLE_SIZE - 6, MOST_BAR_HEIGHT)
  const top = BAR_TITLE_SIZE + 6
  const [low, high] = y.domain
  return {
    bar: Array.from({ length: BAR_SHADES }, (_, index) => ({
      y: top + (index * height) / BAR_SHADES,
      color: shadeColor(1 - index / (BAR_SHADES - 1)),
    })),
    barX: PLOT_WIDTH + BAR_GAP,
    barX2: PLOT_WIDTH + BAR_GAP + BAR_WIDTH,
    barBottom: top + height,
    barLabels: [
      ...y.ticks.map(({ value, label }) => ({
        y: top + height * (1 - (value - low) / (high - low)),
        text: label,
      })),
    ],
    barLabelX: PLOT_WIDTH + BAR_GAP + BAR_WIDTH + BAR_LABEL_GAP,
    barTitle: [{ text: y.title, y: 4 }],
  }
}
