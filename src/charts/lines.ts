/** The layout `lines`: one line per series in one frame. */
import type { BandRow, Chart, ChartData, LineRow } from './chart.js'
import { describePoints, frameOf, type PlotInput, subtitleOf } from './frame.js'
import type { Points } from './reduce.js'
import { plotBesideAxes, rulesOf } from './size.js'
import { valueAxis } from './units.js'

/** One line to be: its label and colour, and what was measured. */
export interface LineSeries {
  readonly color: string
  readonly label: string
  readonly points: Points
}

/** How measured times and values become coordinates. */
export interface Coordinates {
  /** Elapsed zero, epoch milliseconds. */
  readonly startMs: number
  /** Values are divided by this. */
  readonly divisor: number
  readonly interpolate: 'step-after' | 'linear'
}

/** Areas of more lines than this cover each other. */
const MOST_BANDS = 6

/** One line per series; the range of the bins behind it where lines are few. */
export function linesChart(input: PlotInput): Chart {
  const { context, kind, series } = input
  const points = series.map((one) => one.reducer.points())
  const binMs = points.map((one) => one.binMs)
  const withBands = hasBands(binMs)
  const { linesHeight, mostSteps, valueSteps } = rulesOf(context.size)
  const highest = Math.max(...points.map((one) => highestValue(one, withBands)))
  const y = valueAxis(kind.unit, highest, kind.axis, valueSteps)
  const interpolate = chooseInterpolation(
    points.map((one) => one.count),
    mostSteps,
  )
  const drawn = describePoints(context, Math.max(...binMs.map((width) => width ?? 0)), withBands)
  const frame = frameOf(input)
  return {
    ...frame,
    subtitle: subtitleOf(context, input.who, drawn, []),
    template: 'lines',
    ...plotBesideAxes(context.size, frame.x, y),
    height: linesHeight,
    series: series.map(({ label, color, dash }) => ({ label, color, dash })),
    y,
    interpolate,
    data: () =>
      drawLines(
        series.map(({ label, color, reducer }) => ({ label, color, points: reducer.points() })),
        { startMs: context.startMs, divisor: y.divisor, interpolate },
      ),
  }
}

/**
 * Steps show each sample over the very interval it is the mean of; series of more than `mostSteps` points are joined by
 * straight lines through their middles, for their steps would be too narrow to be seen.
 */
export function chooseInterpolation(
  pointCounts: readonly number[],
  mostSteps: number = rulesOf('page').mostSteps,
): 'step-after' | 'linear' {
  return Math.max(0, ...pointCounts) > mostSteps ? 'linear' : 'step-after'
}

/** True when the area between lowest and highest sample is drawn: where points are bins, and lines few. */
export function hasBands(binMs: readonly (number | null)[]): boolean {
  return binMs.length <= MOST_BANDS && binMs.some((width) => width !== null)
}

/** The highest value that is drawn, in the column's unit; 0 when nothing is. */
export function highestValue(points: Points, withBands: boolean): number {
  const values = withBands ? points.high : points.mean
  let highest = 0
  for (let index = 0; index < points.count; index++) highest = Math.max(highest, values[index] ?? 0)
  return highest
}

/** The rows of all series. */
export function drawLines(series: readonly LineSeries[], coordinates: Coordinates): ChartData {
  const withBands = hasBands(series.map((one) => one.points.binMs))
  const lines: LineRow[] = []
  const bands: BandRow[] = []
  for (const { label, color, points } of series) {
    walkPoints(points, coordinates, (x, y, segment, index) => {
      lines.push({ x, y, series: label, segment })
      if (!withBands || points.binMs === null) return
      const low = (points.low[index] ?? 0) / coordinates.divisor
      const high = (points.high[index] ?? 0) / coordinates.divisor
      bands.push({ x, color, low, high, series: label, segment })
    })
  }
  return { lines, bands }
}

/** Calls `visit` for every coordinate to be drawn: a segment reaches from its first start to its last end. */
export function walkPoints(
  points: Points,
  coordinates: Coordinates,
  visit: (x: number, y: number, segment: number, index: number) => void,
): void {
  const elapsed = (ms: number) => Math.round(ms - coordinates.startMs) / 1000
  for (let index = 0; index < points.count; index++) {
    const segment = points.segment[index] ?? 0
    const y = (points.mean[index] ?? 0) / coordinates.divisor
    const startMs = points.startMs[index] ?? 0
    const endMs = points.endMs[index] ?? 0
    const isFirst = index === 0 || points.segment[index - 1] !== segment
    const isLast = index === points.count - 1 || points.segment[index + 1] !== segment
    if (isFirst || coordinates.interpolate === 'step-after') visit(elapsed(startMs), y, segment, index)
    if (coordinates.interpolate === 'linear') visit(elapsed((startMs + endMs) / 2), y, segment, index)
    if (isLast) visit(elapsed(endMs), y, segment, index)
  }
}
