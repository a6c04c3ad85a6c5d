/** One page of the most telling plots of a session, for a slide or a README. */
import type { PlotTheme } from '../model.js'
import { AREA_KEY_WIDTH, spreadOf, spreadRows, spreadSeries } from './band.js'
import { isPerDevice, type PlotKind } from './catalogue.js'
import type { Chart, ChartData, ChartSeries, MeasureText } from './chart.js'
import type { ChartContext } from './context.js'
import { numberedMarks } from './facets.js'
import { describePoints, type PlotInput, sessionFrame, subtitleOf } from './frame.js'
import { cellPoints } from './grid.js'
import type { JsonObject } from './json.js'
import { type Coordinates, chooseInterpolation, drawLines } from './lines.js'
import { highestCell, type Matrix, matrixOf } from './matrix.js'
import { numberMarks, wrapFacts } from './place.js'
import { groupBy } from './select.js'
import { labelExpression } from './spec.js'
import { elapsedAxis, type ValueAxis, valueAxis } from './units.js'

/** File stem of the overview, and its name for `only`. */
export const OVERVIEW = 'overview'

/**
 * What an overview may show, in its order. `always`: shown also where nothing happens, for that is what one wants to
 * know of it; the others are shown if anything happens.
 */
const CANDIDATES: readonly { readonly path: string; readonly isAlways: boolean }[] = [
  { path: 'cpu/utilization', isAlways: true },
  { path: 'gpu/utilization', isAlways: true },
  { path: 'memory/utilization', isAlways: true },
  { path: 'cpu/busiest_core', isAlways: false },
  { path: 'cpu/iowait', isAlways: false },
  { path: 'load/run_queue', isAlways: false },
  { path: 'network/{alias}_in', isAlways: true },
  { path: 'network/{alias}_out', isAlways: true },
  { path: 'disk/{alias}_utilization', isAlways: true },
  { path: 'infiniband/{alias}_in', isAlways: false },
  { path: 'infiniband/{alias}_out', isAlways: false },
  { path: 'disk/{alias}_read', isAlways: false },
  { path: 'disk/{alias}_write', isAlways: false },
  { path: 'gpu/memory', isAlways: false },
  { path: 'swap/utilization', isAlways: false },
]
const MOST_PANELS = 12
/** Fewer are drawn only if the overview is asked for by its name: they tell no more than the plots themselves. */
const FEWEST_PANELS = 4
const COLUMNS = 3
const FEWEST_ROWS = 3
const PANEL_WIDTH = 270
const PANEL_HEIGHT = 112
const COLUMN_GAP = 58
const ROW_GAP = 58
const PAGE_WIDTH = COLUMNS * PANEL_WIDTH + (COLUMNS - 1) * COLUMN_GAP
/** Panels are too small for more lines, and for more names. */
const MOST_LINES = 6
const MOST_OUTLIERS = 2
const TIME_STEPS = 5
const SUBTITLE_SIZE = 11

/** One plot of the overview. */
interface Panel {
  readonly input: PlotInput
  readonly matrix: Matrix
  readonly y: ValueAxis
  readonly series: readonly ChartSeries[]
  data(coordinates: Coordinates): ChartData
}

/** True for a kind of plot that the overview may show. */
export function isInOverview(kind: PlotKind): boolean {
  return CANDIDATES.some(({ path }) => path === `${kind.resource}/${kind.file}`)
}

/** The overview of the plots of a session, with its verdict if there is one; null when there are too few to show. */
export function overviewChart(
  context: ChartContext,
  plots: readonly PlotInput[],
  who: string,
  verdict: string | null,
): Chart | null {
  const chosen = choosePlots(plots)
  if (chosen.length < (context.only?.includes(OVERVIEW) ? 1 : FEWEST_PANELS)) return null
  const areLines = chosen.every(({ input }) => input.series.length <= MOST_LINES)
  const panels = chosen.map((one) => (areLines ? linesPanel(one) : bandPanel(one, context.theme)))
  const frame = sessionFrame(context, null)
  const interpolate = chooseInterpolation(panels.map(({ matrix }) => matrix.grid.count))
  const cellMs = Math.max(...panels.map(({ matrix }) => matrix.grid.cellMs))
  const x = elapsedAxis(...frame.x.domain, TIME_STEPS)
  const subtitle = subtitleOf(context, who, describePoints(context, cellMs, false), [])
  const facts = [subtitle, ...numberedMarks(frame.marks, frame.x), ...frame.captions]
  const coordinates = { startMs: context.startMs, interpolate }
  return {
    ...frame,
    name: OVERVIEW,
    title: verdict ?? 'Overview',
    subtitle,
    template: 'overview',
    height: PANEL_HEIGHT,
    series: uniqueSeries(panels),
    ...(areLines ? {} : { keyWidth: AREA_KEY_WIDTH }),
    x,
    y: panels[0]?.y ?? valueAxis('count', 0, null),
    interpolate,
    data: () => {
      const rows = panels.map((panel) => panel.data({ ...coordinates, divisor: panel.y.divisor }))
      return { lines: rows.flatMap(({ lines }) => lines), bands: rows.flatMap(({ bands }) => bands) }
    },
    special: (measure) => pageValues(panels, { marks: frame.marks, x, facts }, measure),
  }
}

/** The plots to show, in the order of the candidates. */
function choosePlots(plots: readonly PlotInput[]): readonly { input: PlotInput; matrix: Matrix }[] {
  const busiest = busiestAliases(plots)
  const chosen = CANDIDATES.flatMap(({ path, isAlways }) => {
    const ofKind = plots.filter(({ kind }) => `${kind.resource}/${kind.file}` === path)
    const input = ofKind.find(({ alias, kind }) => alias === null || alias === busiest.get(kind.resource))
    if (input === undefined) return []
    const matrix = matrixOf(input, PANEL_WIDTH)
    return [{ input, matrix, interest: isAlways ? Number.POSITIVE_INFINITY : activityOf(input, matrix) }]
  }).filter(({ interest }) => interest > 0)
  // No row is begun for one or two plots that are shown only because there is room.
  const rows = Math.max(FEWEST_ROWS, Math.floor(Math.min(chosen.length, MOST_PANELS) / COLUMNS))
  const ranked = [...chosen].sort((a, b) => b.interest - a.interest).slice(0, rows * COLUMNS)
  return chosen.filter((one) => ranked.includes(one))
}

/** Of each resource the alias with the highest rates, all its plots and hosts together. */
function busiestAliases(plots: readonly PlotInput[]): ReadonlyMap<string, string> {
  const rates = plots.filter(({ kind }) => isPerDevice(kind) && kind.unit === 'bytes per second')
  const busiest = new Map<string, string>()
  for (const [resource, ofResource] of groupBy(rates, ({ kind }) => kind.resource)) {
    const byAlias = [...groupBy(ofResource, ({ alias }) => alias ?? '')].map(([alias, inputs]) => {
      const means = inputs.flatMap(({ series }) => series.map(({ reducer }) => reducer.mean()))
      return { alias, sum: means.reduce((sum, mean) => sum + mean, 0) }
    })
    const [most] = byAlias.sort((a, b) => b.sum - a.sum)
    if (most !== undefined) busiest.set(resource, most.alias)
  }
  return busiest
}

/** How much happens, 0 to 1: percentages by their highest value, others whether there is anything at all. */
function activityOf({ kind }: PlotInput, { rows }: Matrix): number {
  const highest = highestCell(rows)
  if (kind.unit === 'percent') return Math.min(1, highest / 100)
  return highest > 0 ? 0.5 : 0
}

function linesPanel({ input, matrix }: { input: PlotInput; matrix: Matrix }): Panel {
  const series = input.series.map(({ label, color, dash }) => ({ label, color, dash }))
  return {
    input,
    matrix,
    series,
    y: valueAxis(input.kind.unit, highestCell(matrix.rows), input.kind.axis, 4),
    data: (coordinates) => {
      const lines = series.map(({ label, color }, index) => ({
        label,
        color,
        points: { ...cellPoints(matrix.rows[index] ?? new Float32Array(0), matrix.grid), binMs: null },
      }))
      return inPanel(drawLines(lines, coordinates), input)
    },
  }
}

function bandPanel({ input, matrix }: { input: PlotInput; matrix: Matrix }, theme: PlotTheme): Panel {
  const spread = spreadOf(matrix, input.kind.unit === 'percent', MOST_OUTLIERS)
  return {
    input,
    matrix,
    series: spreadSeries(spread, theme),
    y: valueAxis(input.kind.unit, spread.highest, input.kind.axis, 4),
    data: (coordinates) => inPanel(spreadRows(spread, coordinates, theme), input),
  }
}

function inPanel({ lines, bands }: ChartData, input: PlotInput): ChartData {
  const panel = panelName(input)
  return { lines: lines.map((row) => ({ ...row, panel })), bands: bands.map((row) => ({ ...row, panel })) }
}

function panelName({ kind, name }: PlotInput): string {
  return `${kind.resource}/${name}`
}

function uniqueSeries(panels: readonly Panel[]): readonly ChartSeries[] {
  const byLabel = new Map(panels.flatMap(({ series }) => series.map((one) => [one.label, one])))
  return [...byLabel.values()]
}

interface Page extends Pick<Chart, 'x' | 'marks'> {
  /** What stands below the headline, a line or more each. */
  readonly facts: readonly string[]
}

function pageValues(panels: readonly Panel[], page: Page, measure: MeasureText): JsonObject {
  const wrap = (facts: string) => wrapFacts(facts, PAGE_WIDTH, (text) => measure(text, SUBTITLE_SIZE))
  return {
    pageWidth: PAGE_WIDTH,
    subtitle: page.facts.flatMap(wrap),
    columns: COLUMNS,
    panelWidth: PANEL_WIDTH,
    columnGap: COLUMN_GAP,
    rowGap: ROW_GAP,
    marks: numberMarks(page.marks, page.x.domain, PANEL_WIDTH),
    panels: panels.map(({ input, y }) => ({
      panel: panelName(input),
      panelTitle: `${input.title} (${y.title})`,
      yDomain: y.domain,
      yTicks: y.ticks.map(({ value }) => value),
      yLabels: labelExpression(y.ticks),
    })),
  }
}
