/** From tables to charts: each table is streamed once through `add`, `finish` says what there is to draw. */
import type { Table } from '../model.js'
import { CATALOGUE, type PlotKind, plotName, plotTitle } from './catalogue.js'
import type { Chart } from './chart.js'
import { type CollectedSeries, Collector } from './collect.js'
import type { ChartContext } from './context.js'
import type { PlotInput } from './frame.js'
import { labelHosts } from './labels.js'
import { drawPlot } from './layouts.js'
import { describeMissing, findUndrawn, pathOf, unmatched } from './missing.js'
import { isInOverview, OVERVIEW, overviewChart } from './overview.js'
import { groupBy, keepBusiest, matchesOnly } from './select.js'
import { styledSeries, whoIsDrawn } from './series.js'
import { rulesOf } from './size.js'

export { plottedColumns } from './catalogue.js'
export type { ChartContext, ChartHost, PlotSort } from './context.js'
export type { ChartSize } from './size.js'

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
  /** `verdict`: what held the job back, in one sentence, for the overview; null or absent: nobody has judged it. */
  finish(verdict?: string | null): Drawing
}

/** More hosts are drawn in panels, rows and bands: fewer points are enough there, and memory stays small. */
const FEW_HOSTS = 6
const MOST_POINTS_OF_MANY = 320

/** Begins a reduction; see `Reduction`. */
export function createReduction(context: ChartContext): Reduction {
  const withOverview = context.size !== 'column' && matchesOnly(OVERVIEW, context.only)
  const { mostPoints, mostBins } = rulesOf(context.size)
  const optionsOf = (kind: PlotKind) => {
    const isCrowded = context.hosts.length > FEW_HOSTS || kind.lines === 'device'
    return {
      rangeMs: context.rangeMs,
      originMs: context.startMs,
      intervalSec: context.intervalSec,
      maxPoints: isCrowded ? MOST_POINTS_OF_MANY : mostPoints,
      maxBins: isCrowded ? MOST_POINTS_OF_MANY : mostBins,
    }
  }
  const names = context.hosts.map((host) => host.name)
  const isWanted = (path: string, kind: PlotKind): boolean =>
    matchesOnly(path, context.only) || (withOverview && isInOverview(kind))
  const collector = new Collector(names, isWanted, optionsOf)
  return {
    add: (table) => collector.add(table),
    finish: (verdict = null) =>
      finish(context, [...collector.series.values()], withOverview ? { verdict } : null),
  }
}

function finish(
  context: ChartContext,
  collected: readonly CollectedSeries[],
  overviewOf: { readonly verdict: string | null } | null,
): Drawing {
  const hostLabels = labelHosts(context.hosts)
  const measured = collected.filter((one) => one.reducer.isMeasured())
  const { kept, notes } = keepBusiest(measured, hostLabels)
  const plots = plotInputs(context, kept, hostLabels)
  const wanted = plots.filter(({ kind, name }) => matchesOnly(`${kind.resource}/${name}`, context.only))
  const who = context.hosts.length === 1 ? (hostLabels[0] ?? '') : `${context.hosts.length} hosts`
  const overview = overviewOf === null ? null : overviewChart(context, plots, who, overviewOf.verdict)
  const drawn = new Set(measured.map(pathOf))
  const undrawn = findUndrawn(collected, drawn, context.only)
  const known = [...drawn, ...undrawn.map((plot) => plot.path), OVERVIEW]
  return {
    charts: [...wanted.flatMap(drawPlot), ...(overview === null ? [] : [overview])],
    missing: [...describeMissing(undrawn, drawn, context.only === undefined), ...tooWide(context)],
    notes: [...notes, ...unmatched(context.only, known)],
  }
}

/** The overview is a page of its own. */
function tooWide({ size, only }: ChartContext): readonly string[] {
  const isMissed = size === 'column' && matchesOnly(OVERVIEW, only)
  return isMissed ? ['overview: not drawn in the width of a column, only with --size page'] : []
}

/** One input per plot, in the order of the catalogue; its series in the order of the configuration. */
function plotInputs(
  context: ChartContext,
  collected: readonly CollectedSeries[],
  hostLabels: readonly string[],
): readonly PlotInput[] {
  const inOrder = [...collected].sort((a, b) => a.hostIndex - b.hostIndex || a.deviceIndex - b.deviceIndex)
  return CATALOGUE.flatMap((kind) => {
    const ofKind = inOrder.filter((one) => one.kind === kind)
    const byAlias = groupBy(ofKind, (one) => JSON.stringify(one.alias))
    return [...byAlias.values()].map((series): PlotInput => {
      const alias = series[0]?.alias ?? null
      return {
        context,
        kind,
        alias,
        name: plotName(kind, alias),
        title: plotTitle(kind, alias),
        who: whoIsDrawn(kind, series, hostLabels),
        series: styledSeries(context, kind, series, hostLabels),
      }
    })
  })
}
