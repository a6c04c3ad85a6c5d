/**
 * Fills a template: a Vega-Lite specification as JSON in which a string that is exactly `$name` stands for a value.
 * The data itself is not filled in: a template names it (`{"name": "lines"}`) and the renderer hands it to Vega.
 */
import type { Chart } from './chart.js'
import { type MeasureText, PLOT_WIDTH, placeMarks, wrapFacts } from './place.js'
import type { Tick } from './units.js'

/** A value as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
/** An object as JSON has it. */
export type JsonObject = { readonly [key: string]: Json }

/** Height of the plot without its labels, pixels. */
const PLOT_HEIGHT = 240
/** Sizes of text that is measured here; the themes use the same. */
const SUBTITLE_SIZE = 11
const LEGEND_SIZE = 11
/** Symbol, gaps and padding that Vega puts around each label of a legend. */
const LEGEND_ENTRY_EXTRA = 42

/** The placeholders a template may hold, and what they stand for in this chart. */
export function placeholders(chart: Chart, measure: MeasureText): JsonObject {
  const subtitle = wrapFacts(chart.subtitle, PLOT_WIDTH, (text) => measure(text, SUBTITLE_SIZE))
  const marks = placeMarks(chart.marks, chart.x.domain, measure)
  return {
    title: chart.title,
    subtitle,
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    interpolate: chart.interpolate,
    xDomain: chart.x.domain,
    xTicks: chart.x.ticks.map((tick) => tick.value),
    xLabels: labelExpression(chart.x.ticks),
    xTitle: chart.x.title,
    yDomain: chart.y.domain,
    yTicks: chart.y.ticks.map((tick) => tick.value),
    yLabels: labelExpression(chart.y.ticks),
    yTitle: chart.y.title,
    series: chart.series.map((one) => one.label),
    colors: chart.series.map((one) => one.color),
    dashes: chart.series.map((one) => one.dash),
    legend: legend(chart, measure),
    marks: marks.map((row) => ({ ...row })),
  }
}

/** The specification without its placeholders; `unknown` are those that mean nothing. */
export function fillTemplate(
  template: JsonObject,
  values: JsonObject,
): { readonly spec: JsonObject; readonly unknown: readonly string[] } {
  const unknown = new Set<string>()
  const fill = (node: Json): Json => {
    if (typeof node === 'string') {
      if (!/^\$[a-zA-Z]+$/.test(node)) return node
      const value = values[node.slice(1)]
      if (value === undefined) unknown.add(node)
      return value ?? null
    }
    if (Array.isArray(node)) return node.map(fill)
    if (node === null || typeof node !== 'object') return node
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value)]))
  }
  const spec = Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value)]))
  return { spec, unknown: [...unknown] }
}

/** A Vega expression that gives each tick the label we made, whatever its format. */
function labelExpression(ticks: readonly Tick[]): string {
  const labels = ticks.map((tick) => `${JSON.stringify(String(tick.value))}: ${JSON.stringify(tick.label)}`)
  return `({${labels.join(', ')}})[datum.value]`
}

/** One host needs no legend: its name is in the subtitle. Columns are as many as fit, then evened out. */
function legend(chart: Chart, measure: MeasureText): JsonObject | null {
  if (chart.series.length < 2) return null
  const widest = Math.max(...chart.series.map((one) => measure(one.label, LEGEND_SIZE)))
  const fitting = Math.max(1, Math.floor(PLOT_WIDTH / (widest + LEGEND_ENTRY_EXTRA)))
  const rows = Math.ceil(chart.series.length / fitting)
  return { title: null, orient: 'bottom', columns: Math.ceil(chart.series.length / rows) }
}
