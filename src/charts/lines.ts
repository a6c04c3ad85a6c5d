/** The layout `lines`: one line per series in one frame. */
import type { BandRow, ChartData, LineRow } from './chart.js'
import type { Points } from './reduce.js'

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

/** Up to so many points a step is at least 3 px wide and is seen as one; more are joined through their middles. */
const MOST_STEPS = 213
/** Areas of more lines than this cover each other. */
const MOST_BANDS = 6

/** Steps show each sample over the very interval it is the mean of; long series are joined by straight lines. */
export function chooseInterpolation(pointCounts: readonly number[]): 'step-after' | 'linear' {
  return Math.max(0, ...pointCounts) > MOST_STEPS ? 'linear' : 'step-after'
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
    walk(points, coordinates, (x, index, segment) => {
      lines.push({ x, y: (points.mean[index] ?? 0) / coordinates.divisor, series: label, segment })
      if (!withBands || points.binMs === null) return
      const low = (points.low[index] ?? 0) / coordinates.divisor
      bands.push({
        x,
        color,
        low,
        high: (points.high[index] ?? 0) / coordinates.divisor,
        series: label,
        segment,
      })
    })
  }
  return { lines, bands }
}

/** Calls `visit` for every coordinate to be drawn: a segment reaches from its first start to its last end. */
function walk(
  points: Points,
  coordinates: Coordinates,
  visit: (x: number, index: number, segment: number) => void,
): void {
  const elapsed = (ms: number) => Math.round(ms - coordinates.startMs) / 1000
  for (let index = 0; index < points.count; index++) {
    const segment = points.segment[index] ?? 0
    const startMs = points.startMs[index] ?? 0
    const endMs = points.endMs[index] ?? 0
    const isFirst = index === 0 || points.segment[index - 1] !== segment
    const isLast = index === points.count - 1 || points.segment[index + 1] !== segment
    if (isFirst || coordinates.interpolate === 'step-after') visit(elapsed(startMs), index, segment)
    if (coordinates.interpolate === 'linear') visit(elapsed((startMs + endMs) / 2), index, segment)
    if (isLast) visit(elapsed(endMs), index, segment)
  }
}
