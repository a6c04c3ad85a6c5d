/**
 * Fills a template: a Vega-Lite specification as JSON in which a string that is exactly `$name` stands for a value, and
 * `{"$each": "panels", "spec": …}` for a list with one specification for each panel, whose own values win. The data
 * itself is not filled in: a template names it (`{"name": "lines"}`) and the renderer hands it to Vega.
 */
import type { Chart, MeasureText } from './chart.js'
import type { Json, JsonObject } from './json.js'
import {
  CAPTION_LINE,
  CAPTION_SIZE,
  PLOT_WIDTH,
  placeLabels,
  wrapCaptions,
  wrapFacts,
  wrapWords,
} from './place.js'

export type { Json, JsonObject } from './json.js'

/** Sizes of text that is measured here; the themes use the same. */
const TITLE_SIZE = 14
const SUBTITLE_SIZE = 11
const LEGEND_SIZE = 11
/** Symbol, gaps and padding that Vega puts around each label of a legend. */
const LEGEND_ENTRY_EXTRA = 42
const KEY_WIDTH = 2
/** Height of a row of a legend, and its distance from the axis. */
const LEGEND_ROW = 18
const LEGEND_OFFSET = 10
/** Ticks, labels and title of the time axis with what lies between them. */
const AXIS_HEIGHT = 40

/** The placeholders a template may hold, and what they stand for in this chart. */
export function placeholders(chart: Chart, measure: MeasureText): JsonObject {
  const special = chart.special?.(measure) ?? {}
  const width = typeof special.pageWidth === 'number' ? special.pageWidth : PLOT_WIDTH
  const labels = placeLabels(chart.marks, chart.events, chart.x.domain, measure)
  const legend = legendOf(chart, width, measure)
  return {
    title: wrapWords(chart.title, width, (text) => measure(text, TITLE_SIZE, true)),
    subtitle: wrapFacts(chart.subtitle, width, (text) => measure(text, SUBTITLE_SIZE)),
    width: PLOT_WIDTH,
    height: chart.height,
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
    legend: legend.value,
    marks: labels.marks.map((row) => ({ ...row })),
    events: labels.events.map((row) => ({ ...row })),
    phases: chart.phases.map((row) => ({ ...row })),
    captions: captionRows(chart.captions, chart.height + AXIS_HEIGHT + legend.height, measure),
    ...special,
  }
}

/** The specification without its placeholders; `unknown` are those that mean nothing. */
export function fillTemplate(
  template: JsonObject,
  values: JsonObject,
): { readonly spec: JsonObject; readonly unknown: readonly string[] } {
  const unknown = new Set<string>()
  const lookUp = (name: string, scope: JsonObject): Json => {
    const value = scope[name]
    if (value === undefined) unknown.add(`$${name}`)
    return value ?? null
  }
  const fill = (node: Json, scope: JsonObject): Json => {
    if (typeof node === 'string') return /^\$[a-zA-Z]\w*$/.test(node) ? lookUp(node.slice(1), scope) : node
    if (Array.isArray(node)) return node.map((item) => fill(item, scope))
    if (!isObject(node)) return node
    if (typeof node.$each === 'string') {
      const items = lookUp(node.$each, scope)
      const { spec = null } = node
      return Array.isArray(items)
        ? items.map((item) => fill(spec, isObject(item) ? { ...scope, ...item } : scope))
        : []
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value, scope)]))
  }
  const spec = Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, values)]))
  return { spec, unknown: [...unknown] }
}

function isObject(node: Json): node is JsonObject {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}

/** A Vega expression that gives each tick or header the label we made, whatever its format. */
export function labelExpression(
  ticks: readonly { readonly value: number | string; readonly label: string }[],
): string {
  const labels = ticks.map((tick) => `${JSON.stringify(String(tick.value))}: ${JSON.stringify(tick.label)}`)
  return `({${labels.join(', ')}})[datum.value]`
}

/** One series needs no legend: its name is in the subtitle. Columns are as many as fit, then evened out. */
function legendOf(
  chart: Chart,
  width: number,
  measure: MeasureText,
): { readonly value: JsonObject | null; readonly height: number } {
  if (chart.series.length < 2) return { value: null, height: 0 }
  const widest = Math.max(...chart.series.map((one) => measure(one.label, LEGEND_SIZE)))
  const fitting = Math.max(1, Math.floor(width / (widest + LEGEND_ENTRY_EXTRA)))
  const rows = Math.ceil(chart.series.length / fitting)
  return {
    value: {
      title: null,
      orient: 'bottom',
      symbolLimit: 0,
      columns: Math.ceil(chart.series.length / rows),
      encoding: { symbols: { strokeWidth: { value: chart.keyWidth ?? KEY_WIDTH } } },
    },
    height: LEGEND_OFFSET + rows * LEGEND_ROW,
  }
}

/** Captions broken into lines, each with its distance from the top of the plot, pixels. */
function captionRows(captions: readonly string[], top: number, measure: MeasureText): JsonObject[] {
  const lines = wrapCaptions(captions, (text) => measure(text, CAPTION_SIZE))
  return lines.map((text, index) => ({ text, y: top + (index + 1) * CAPTION_LINE }))
}
