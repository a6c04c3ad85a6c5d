/** From tables to charts: each table is streamed once through `add`, `finish` says what there is to draw. */
import type { Mark, PlotLayout, PlotTheme, Table } from '../model.js'
import { CATALOGUE, type PlotKind, plotName, plotTitle } from './catalogue.js'
import type { Chart, MarkRow } from './chart.js'
import { type CollectedSeries, Collector } from './collect.js'
import { deviceStyle, hostStyle, type SeriesStyle } from './colors.js'
import { labelHosts } from './labels.js'
import { chooseInterpolation, drawLines, hasBands, highestValue } from './lines.js'
import { describeMissing, findUndrawn, pathOf, unmatched } from './missing.js'
import { groupBy, keepBusiest, matchesOnly } from './select.js'
import { type Axis, elapsedAxis, formatLength, formatLocalTime, valueAxis } from './units.js'

/** A host that is drawn. */
export interface ChartHost {
  readonly name: string
  readonly alias: string | null
  /** Its place in the whole configuration, which decides its colour; absent: its place in the list. */
  readonly place?: number
}

/** What all charts of a session share. */
export interface ChartContext {
  /** The hosts that are drawn, in the order of the configuration. */
  readonly hosts: readonly ChartHost[]
  /** Elapsed zero, epoch milliseconds. */
  readonly startMs: number
  /** Drawn span, epoch milliseconds. */
  readonly rangeMs: readonly [number, number]
  readonly intervalSec: number
  /** The controller's zone at the start, minutes east of UTC. */
  readonly zoneOffsetMinutes: number
  readonly marks: readonly Mark[]
  readonly theme: PlotTheme
  readonly layout: PlotLayout
  /** Facts for the subtitle, such as `2 of 8 hosts`. */
  readonly notes: readonly string[]
  readonly sessionName: string | null
  /** Plots asked for: `cpu`, `cpu/iowait`, `disk/*_read`; absent: all. */
  readonly only?: readonly string[]
}

/** What came of the tables. */
export interface Drawing {
  readonly charts: readonly Chart[]
  /** What is not drawn because nothing was measured, one sentence per resource. */
  readonly missing: readonly string[]
  /** What else the user should know of the drawing, such as devices that were left out. */
  readonly notes: readonly string[]
}

/** Takes tables in any order and in parts; holds at most `MOST_POINTS` points per series. */
export interface Reduction {
  add(table: Table): void
  finish(): Drawing
}

/** Two points to a pixel column of a 640 px plot: as many as can be told apart in a picture at 2x. */
const MOST_POINTS = 1280
/** Where samples share points anyway, one to a pixel column is enough. */
const MOST_BINS = 640
/** Of more hosts than this the lines cover each other: fewer points keep them apart, and memory small. */
const FEW_HOSTS = 6
const MOST_POINTS_OF_MANY = 320
const MOST_NOTES = 4

/** Begins a reduction; see `Reduction`. */
export function createReduction(context: ChartContext): Reduction {
  const optionsOf = (kind: PlotKind) => {
    const isCrowded = context.hosts.length > FEW_HOSTS || kind.lines === 'device'
    return {
      rangeMs: context.rangeMs,
      originMs: context.startMs,
      intervalSec: context.intervalSec,
      maxPoints: isCrowded ? MOST_POINTS_OF_MANY : MOST_POINTS,
      maxBins: isCrowded ? MOST_POINTS_OF_MANY : MOST_BINS,
    }
  }
  const names = context.hosts.map((host) => host.name)
  const collector = new Collector(names, (path) => matchesOnly(path, context.only), optionsOf)
  return {
    add: (table) => collector.add(table),
    finish: () => finish(context, [...collector.series.values()]),
  }
}

function finish(context: ChartContext, collected: readonly CollectedSeries[]): Drawing {
  const hostLabels = labelHosts(context.hosts)
  const measured = collected.filter((one) => one.reducer.isMeasured())
  const { kept, notes } = keepBusiest(measured, hostLabels)
  const inOrder = [...kept].sort((a, b) => a.hostIndex - b.hostIndex || a.deviceIndex - b.deviceIndex)
  const charts = CATALOGUE.flatMap((kind) => {
    const ofKind = inOrder.filter((one) => one.kind === kind)
    const byAlias = groupBy(ofKind, (one) => JSON.stringify(one.alias))
    return [...byAlias.values()].map((series) => drawChart(context, kind, series, hostLabels))
  })
  const drawn = new Set(measured.map(pathOf))
  const undrawn = findUndrawn(collected, drawn, context.only)
  const known = [...drawn, ...undrawn.map((plot) => plot.path)]
  return {
    charts,
    missing: describeMissing(undrawn, drawn, context.only === undefined),
    notes: [...notes, ...unmatched(context.only, known), ...layoutNote(context.layout)],
  }
}

function drawChart(
  context: ChartContext,
  kind: PlotKind,
  collected: readonly CollectedSeries[],
  hostLabels: readonly string[],
): Chart {
  const alias = collected[0]?.alias ?? null
  const labels = labelSeries(collected, hostLabels)
  const points = collected.map((one) => one.reducer.points())
  const binMs = points.map((one) => one.binMs)
  const longestMs = Math.max(...binMs.map((width) => width ?? 0))
  const withBands = hasBands(binMs)
  const y = valueAxis(kind.unit, Math.max(...points.map((one) => highestValue(one, withBands))), kind.axis)
  const interpolate = chooseInterpolation(points.map((one) => one.count))
  const styles = styleSeries(context, kind, collected)
  const lines = collected.map((one, index) => ({
    reducer: one.reducer,
    style: { label: labels[index] ?? '', ...(styles[index] ?? hostStyle(one.hostIndex, context.theme)) },
  }))
  const coordinates = { startMs: context.startMs, divisor: y.divisor, interpolate }
  return {
    resource: kind.resource,
    name: plotName(kind, alias),
    title: plotTitle(kind, alias),
    subtitle: subtitle(context, whoIsDrawn(collected, hostLabels), longestMs, withBands),
    template: 'lines',
    theme: context.theme,
    series: lines.map((line) => line.style),
    x: timeAxis(context),
    y,
    interpolate,
    marks: marksInRange(context),
    data: () =>
      drawLines(
        lines.map(({ style, reducer }) => ({ ...style, points: reducer.points() })),
        coordinates,
      ),
  }
}

/** The host's colour; where each device has a line, the devices of a host differ in dash and shade. */
function styleSeries(
  context: ChartContext,
  kind: PlotKind,
  collected: readonly CollectedSeries[],
): readonly SeriesStyle[] {
  const { hosts, theme } = context
  const isOneHost = new Set(collected.map((one) => one.hostIndex)).size === 1
  const met = new Map<number, number>()
  return collected.map(({ hostIndex }) => {
    const place = hosts[hostIndex]?.place ?? hostIndex
    const rank = met.get(hostIndex) ?? 0
    met.set(hostIndex, rank + 1)
    if (kind.lines === 'host') return hostStyle(place, theme)
    return isOneHost ? hostStyle(rank, theme) : deviceStyle(place, rank, theme)
  })
}

/** The host's label; with the device's name where a host has several lines in one chart. */
function labelSeries(
  collected: readonly CollectedSeries[],
  hostLabels: readonly string[],
): readonly string[] {
  const byHost = groupBy(collected, (one) => String(one.hostIndex))
  return collected.map((one) => {
    const label = hostLabels[one.hostIndex] ?? ''
    if (one.kind.lines === 'device') return `${label}/${one.deviceAlias ?? ''}`
    return (byHost.get(String(one.hostIndex))?.length ?? 1) > 1 ? `${label} ${one.device ?? ''}` : label
  })
}

/** The only host by its label, several by their number. */
function whoIsDrawn(collected: readonly CollectedSeries[], hostLabels: readonly string[]): string {
  const [first = 0, ...others] = new Set(collected.map((one) => one.hostIndex))
  return others.length === 0 ? (hostLabels[first] ?? '') : `${others.length + 1} hosts`
}

function subtitle(context: ChartContext, who: string, binMs: number, withBands: boolean): string {
  const { rangeMs, notes } = context
  const shown =
    notes.length > MOST_NOTES
      ? [...notes.slice(0, MOST_NOTES - 1), `${notes.length - MOST_NOTES + 1} more notes`]
      : notes
  const facts = [
    context.sessionName,
    who,
    binMs === 0
      ? `every ${formatLength(context.intervalSec)}`
      : `mean${withBands ? ' and min–max' : ''} of ${formatLength(binMs / 1000)}`,
    `start ${formatLocalTime(context.startMs, context.zoneOffsetMinutes)}`,
    formatLength((rangeMs[1] - rangeMs[0]) / 1000),
    ...shown,
  ]
  return facts.filter((fact) => fact !== null && fact !== '').join(' · ')
}

function timeAxis(context: ChartContext): Axis {
  const [fromMs, toMs] = context.rangeMs
  return elapsedAxis((fromMs - context.startMs) / 1000, (toMs - context.startMs) / 1000)
}

function marksInRange(context: ChartContext): readonly MarkRow[] {
  const [fromMs, toMs] = context.rangeMs
  return context.marks
    .filter((mark) => mark.atMs >= fromMs && mark.atMs <= toMs)
    .map((mark) => ({ x: (mark.atMs - context.startMs) / 1000, text: mark.text }))
    .sort((a, b) => a.x - b.x)
}

function layoutNote(layout: PlotLayout): readonly string[] {
  return layout === 'auto' || layout === 'lines'
    ? []
    : [`this version has no layout "${layout}": lines are drawn`]
}
