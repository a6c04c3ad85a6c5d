/** A chart of one figure of both sessions over elapsed time. */
import type { OverlayPoint } from '../../analysis/comparison-overlay.js'
import { CATALOGUE, plotTitle, type Unit } from '../../charts/catalogue.js'
import type { BandRow, Chart, LineRow, MarkRow } from '../../charts/chart.js'
import { hostStyle } from '../../charts/colors.js'
import { elapsedAxis, valueAxis } from '../../charts/units.js'
import type { Mark, PlotTheme, Resource } from '../../model.js'

/** One session's line. */
export interface OverlaySide {
  /** `A: baseline`. */
  readonly label: string
  readonly letter: 'A' | 'B'
  readonly points: readonly (OverlayPoint | null)[]
  readonly marks: readonly Mark[]
  /** Where its elapsed time begins, epoch milliseconds. */
  readonly fromMs: number
  readonly toMs: number
}

export interface OverlaySubject {
  readonly resource: Resource
  /** Alias; null for resources without devices. */
  readonly device: string | null
  readonly column: string
  /** What changed, for the subtitle. */
  readonly changes: readonly string[]
  readonly hostCount: number
}

/** Draws both means, each with the area between the quarters of its hosts. */
export function overlayChart(
  subject: OverlaySubject,
  sides: readonly [OverlaySide, OverlaySide],
  theme: PlotTheme,
): Chart {
  const { resource, device, column, hostCount } = subject
  const kind = CATALOGUE.find(
    (one) => one.resource === resource && one.column === column && one.lines === 'host',
  )
  const plainTitle = [resource, device, column].filter((word) => word !== null).join(' ')
  const highest = Math.max(0, ...sides.flatMap(({ points }) => points.map(topOf)))
  const y = valueAxis(kind?.unit ?? unitOf(column), highest, kind?.axis ?? axisTitle(column))
  const longestSec = Math.max(...sides.map(({ fromMs, toMs }) => (toMs - fromMs) / 1000))
  const spread = hostCount > 1 ? [`mean of ${hostCount} hosts; area: the middle half of them`] : []
  return {
    resource,
    name: [...(device === null ? [] : [device.replaceAll(/[/\s]/g, '_')]), column].join('_'),
    title: kind === undefined ? plainTitle : plotTitle(kind, device),
    subtitle: [...subject.changes, ...spread].join(' · '),
    captions: [],
    template: 'lines',
    theme,
    height: HEIGHT,
    series: sides.map(({ label }, index) => ({ label, ...hostStyle(index, theme) })),
    x: elapsedAxis(0, longestSec),
    y,
    interpolate: 'linear',
    marks: sides.flatMap(marksOf).sort((a, b) => a.x - b.x),
    phases: [],
    events: [],
    data: () => ({
      lines: sides.flatMap((side) => linesOf(side, y.divisor)),
      bands:
        hostCount > 1
          ? sides.flatMap((side, index) => bandsOf(side, y.divisor, hostStyle(index, theme).color))
          : [],
    }),
  }
}

/** As of other plots, pixels. */
const HEIGHT = 240

/** What an axis has to reach: the mean can lie above the area. */
function topOf(point: OverlayPoint | null): number {
  return point === null ? 0 : Math.max(point.high, point.mean)
}

function marksOf({ marks, fromMs, toMs, letter }: OverlaySide): readonly MarkRow[] {
  return marks
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .map(({ atMs, text }) => ({ x: (atMs - fromMs) / 1000, text: `${letter}: ${text}` }))
}

/** Calls `make` for every point with the number of its segment: a gap begins a new one. */
function walk<T>(
  points: OverlaySide['points'],
  make: (point: OverlayPoint, segment: number) => T,
): readonly T[] {
  let segment = 0
  return points.flatMap((point, index) => {
    if (point === null) return []
    if (points[index - 1] === null) segment++
    return [make(point, segment)]
  })
}

function linesOf({ points, label }: OverlaySide, divisor: number): readonly LineRow[] {
  return walk(points, ({ elapsedSec, mean }, segment) => ({
    x: elapsedSec,
    y: mean / divisor,
    series: label,
    segment,
  }))
}

function bandsOf({ points, label }: OverlaySide, divisor: number, color: string): readonly BandRow[] {
  return walk(points, ({ elapsedSec, low, high }, segment) => ({
    x: elapsedSec,
    color,
    low: low / divisor,
    high: high / divisor,
    series: label,
    segment,
  }))
}

/** Units of columns that have no plot of their own. */
function unitOf(column: string): Unit {
  if (column.endsWith('_pct')) return 'percent'
  if (column.endsWith('_bytes_per_s')) return 'bytes per second'
  if (column.endsWith('_bytes')) return 'bytes'
  if (column.endsWith('_watts')) return 'watts'
  return column.endsWith('_celsius') ? 'celsius' : 'count'
}

/** What an axis of plain numbers counts. */
function axisTitle(column: string): string | null {
  if (unitOf(column) !== 'count') return null
  if (column.endsWith('_ms')) return 'ms'
  if (column.endsWith('_mhz')) return 'MHz'
  return column.endsWith('_per_s')
    ? `${column.slice(0, -'_per_s'.length).replaceAll('_', ' ')} per second`
    : null
}
