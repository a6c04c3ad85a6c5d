/** The layout `band`: how the hosts are spread at each moment, and who is unlike the others: how much and how unequal. */
import type { PlotTheme } from '../model.js'
import type { BandRow, Chart, ChartData, ChartSeries, LineRow } from './chart.js'
import { type BandColors, bandColors } from './colors.js'
import { describePoints, frameOf, type PlotInput, type PlotSeries, subtitleOf } from './frame.js'
import { cellPoints } from './grid.js'
import { type Coordinates, chooseInterpolation, walkPoints } from './lines.js'
import { highestCell, type Matrix } from './matrix.js'
import { cellQuantiles, outliersOf } from './quantiles.js'
import { plotBesideAxes, rulesOf } from './size.js'
import { valueAxis } from './units.js'

/** Drawn from the widest to the narrowest. */
export const BAND_LABELS = ['p5–p95', 'p25–p75', 'median'] as const
const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95]
/** A mean distance from the median that can hardly be seen makes no outlier: this share of the height of the plot. */
const LEAST_SEEN = 0.05
/** Of more outliers the most unlike are named: more colours could not be told apart. */
const MOST_OUTLIERS = 6
/** Areas stand in the legend as thick lines. */
export const AREA_KEY_WIDTH = 6

/** The spread of one plot's series over time, and the series that are unlike the others. */
export interface Spread {
  readonly matrix: Matrix
  /** Rows of p5, p25, median, p75 and p95. */
  readonly quantiles: readonly Float32Array[]
  /** Indexes of the series that are drawn by themselves. */
  readonly outliers: readonly number[]
  /** How many more there are. */
  readonly furtherOutliers: number
  /** The highest value that is drawn, in the column's unit. */
  readonly highest: number
}

/** Computes the spread; `isPercent`: the axis ends at 100 whatever was measured. */
export function spreadOf(matrix: Matrix, isPercent: boolean, mostOutliers: number = MOST_OUTLIERS): Spread {
  const quantiles = cellQuantiles(matrix.rows, SHARES)
  const axisTop = isPercent ? 100 : highestCell(matrix.rows)
  const all = outliersOf(matrix.scores, Math.max(axisTop * LEAST_SEEN, Number.MIN_VALUE))
  const outliers = all.slice(0, mostOutliers)
  const drawn = [...quantiles.slice(-1), ...outliers.flatMap((index) => matrix.rows[index] ?? [])]
  return {
    matrix,
    quantiles,
    outliers,
    furtherOutliers: all.length - outliers.length,
    highest: highestCell(drawn),
  }
}

/** The band chart of a plot; `name` is its file stem. */
export function bandChart(input: PlotInput, matrix: Matrix, name: string): Chart {
  const { context, kind } = input
  const spread = spreadOf(matrix, kind.unit === 'percent')
  const { linesHeight, mostSteps, valueSteps } = rulesOf(context.size)
  const y = valueAxis(kind.unit, spread.highest, kind.axis, valueSteps)
  const interpolate = chooseInterpolation([matrix.grid.count], mostSteps)
  const coordinates = { startMs: context.startMs, divisor: y.divisor, interpolate }
  const frame = frameOf(input)
  return {
    ...frame,
    name,
    subtitle: subtitleOf(context, input.who, describePoints(context, matrix.grid.cellMs, false), []),
    captions: [...describeOutliers(spread), ...frame.captions],
    template: 'band',
    ...plotBesideAxes(context.size, frame.x, y),
    height: linesHeight,
    series: spreadSeries(spread, context.theme),
    keyWidth: AREA_KEY_WIDTH,
    y,
    interpolate,
    data: () => spreadRows(spread, coordinates, context.theme),
  }
}

/** Entries of the legend: the bands, the median, then the outliers. */
export function spreadSeries(spread: Spread, theme: PlotTheme): readonly ChartSeries[] {
  const colors = bandColors(theme)
  const areas = BAND_LABELS.map((label) => ({ label, color: colors[label], dash: [] }))
  return [
    ...areas.reverse(),
    ...outlierSeries(spread).map(({ label, color, dash }) => ({ label, color, dash })),
  ]
}

/** Few lines need no dashes, unless two of them share a colour. */
function outlierSeries({ matrix, outliers }: Spread): readonly PlotSeries[] {
  const series = outliers.flatMap((index) => matrix.series[index] ?? [])
  const isShared = (color: string): boolean => series.filter((one) => one.color === color).length > 1
  return series.map((one) => (isShared(one.color) ? one : { ...one, dash: [] }))
}

/** Rows of the areas, of the median and of the outliers. */
export function spreadRows(spread: Spread, coordinates: Coordinates, theme: PlotTheme): ChartData {
  const { matrix, quantiles, outliers } = spread
  const { grid } = matrix
  const colors = bandColors(theme)
  const [p5, p25, p50, p75, p95] = quantiles
  const bands = [
    ...areaRows([p5, p95], 'p5–p95', { coordinates, grid, colors }),
    ...areaRows([p25, p75], 'p25–p75', { coordinates, grid, colors }),
  ]
  const lines: LineRow[] = []
  const addLine = (values: Float32Array | undefined, label: string): void => {
    if (values === undefined) return
    walkPoints(cellPoints(values, grid), coordinates, (x, y, segment) => {
      lines.push({ x, y, series: label, segment })
    })
  }
  addLine(p50, 'median')
  for (const index of outliers) addLine(matrix.rows[index], matrix.series[index]?.label ?? '')
  return { lines, bands }
}

function areaRows(
  [low, high]: readonly [Float32Array | undefined, Float32Array | undefined],
  label: 'p5–p95' | 'p25–p75',
  parts: { readonly coordinates: Coordinates; readonly grid: Matrix['grid']; readonly colors: BandColors },
): readonly BandRow[] {
  if (low === undefined || high === undefined) return []
  const points = { ...cellPoints(low, parts.grid), high: high.filter((value) => !Number.isNaN(value)) }
  const rows: BandRow[] = []
  walkPoints(points, parts.coordinates, (x, y, segment, index) => {
    const top = (points.high[index] ?? 0) / parts.coordinates.divisor
    rows.push({ x, color: parts.colors[label], low: y, high: top, series: label, segment })
  })
  return rows
}

function describeOutliers({ outliers, furtherOutliers, matrix }: Spread): readonly string[] {
  if (furtherOutliers > 0) {
    return [
      `In colour: the ${outliers.length} most unlike the others of ${outliers.length + furtherOutliers} that are`,
    ]
  }
  return outliers.length === 0 && matrix.series.length >= 5
    ? ['None is unlike the others (modified z > 3.5)']
    : []
}
