/**
 * Fills a template: a Vega-Lite specification as JSON in which a string that is exactly `$name` stands for a value, and
 * `{"$each": "panels", "spec": …}` for a list with one specification for each panel, whose own values win. The data
 * itself is not filled in: a template names it (`{"name": "lines"}`) and the renderer hands it to Vega.
 */
import type { Chart, MeasureText } from './chart.js'
import type { Json, JsonObject } from './json.js'
import { CAPTION_LINE, CAPTION_SIZE, placeLabels, wrapCaptions, wrapLines } from './place.js'
import { innerWidth, PLOT_WIDTH } from './size.js'

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
  const width = numberIn(special.plotWidth) ?? chart.width ?? PLOT_WIDTH
  const pageWidth = numberIn(special.pageWidth) ?? innerWidth(chart.size)
  const labels = placeLabels(chart.marks, chart.events, { domain: chart.x.domain, width }, measure)
  const legend = legendOf(chart, numberIn(special.pageWidth) ?? width, measure)
  return {
    title: wrapLines(chart.title, pageWidth, (text) => measure(text, TITLE_SIZE, true)),
    subtitle: wrapLines(chart.subtitle, pageWidth, (text) => measure(text, SUBTITLE_SIZE)),
    titleFrame: chart.size === 'column' ? 'bounds' : 'group',
    width,
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
    captionX: chart.captionX ?? 0,
    captions: captionRows(chart, { width: pageWidth, legendHeight: legend.height }, measure),
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

function numberIn(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null
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
      ...(chart.size === 'column' ? { labelLimit: width - LEGEND_ENTRY_EXTRA } : {}),
      columns: Math.ceil(chart.series.length / rows),
      encoding: {
        symbols: {
          strokeWidth: { value: chart.keyWidth ?? KEY_WIDTH },
          ...(chart.size === 'column' ? { strokeJoin: { value: 'bevel' } } : {}),
        },
      },
    },
    height: LEGEND_OFFSET + LEGEND_ROW + (rows - 1) * rowHeight(chart),
  }
}

/** Vega leaves room at each end of a key for the corner that a line with mitred joins could have there. */
const MITRED_KEY = 2.5
/** A row of a legend without the thickness of its key, pixels. */
const LEGEND_ROW_BARE = 14

/** Distance of the rows of a legend, pixels; in a column keys have no corners, so that thick ones stand closer. */
function rowHeight({ keyWidth = KEY_WIDTH, size }: Chart): number {
  const room = size === 'column' ? keyWidth : MITRED_KEY * keyWidth - 1
  return Math.max(LEGEND_ROW, LEGEND_ROW_BARE + room)
}

/** Captions broken into lines, each with its distance from the top of the plot, pixels. */
function captionRows(
  { captions, height }: Chart,
  room: { readonly width: number; readonly legendHeight: number },
  measure: MeasureText,
): JsonObject[] {
  const top = height + AXIS_HEIGHT + room.legendHeight
  const lines = wrapCaptions(captions, (text) => measure(text, CAPTION_SIZE), room.width)
  return lines.map((text, index) => ({ text, y: top + (index + 1) * CAPTION_LINE }))
}
