/** What every layout draws around its data: who, when, marks, phases, events. */
import { phasesOf } from '../data/phases.js'
import type { Resource } from '../model.js'
import type { PlotKind } from './catalogue.js'
import type { Chart, EventRow, MarkRow, PhaseRow } from './chart.js'
import type { SeriesStyle } from './colors.js'
import type { ChartContext } from './context.js'
import { eventsOf } from './events.js'
import type { SeriesReducer } from './reduce.js'
import { rulesOf } from './size.js'
import { elapsedAxis, formatLength, formatLocalTime } from './units.js'

/** One series of a plot: a host, or a device of a host. */
export interface PlotSeries extends SeriesStyle {
  readonly label: string
  /** The host as configured, and as it is called on plots. */
  readonly host: string
  readonly hostLabel: string
  readonly reducer: SeriesReducer
}

/** What a layout is given. */
export interface PlotInput {
  readonly context: ChartContext
  readonly kind: PlotKind
  /** File stem and title of the plot. */
  readonly name: string
  readonly title: string
  /** Alias that the plot is named after; null for a plot that is the only one of its kind. */
  readonly alias: string | null
  /** The only host by its label, several by their number. */
  readonly who: string
  readonly series: readonly PlotSeries[]
}

/** The parts of a chart that do not depend on its layout. */
export type Frame = Pick<
  Chart,
  'resource' | 'name' | 'title' | 'captions' | 'theme' | 'size' | 'x' | 'marks' | 'phases' | 'events'
>

/** The frame of a plot; its captions are those of the session. */
export function frameOf(input: PlotInput): Frame {
  const { context, kind } = input
  return {
    ...sessionFrame(context, kind.resource),
    name: input.name,
    title: input.title,
    events: plotEvents(input),
  }
}

/** The frame of a chart that belongs to no plot of the catalogue. */
export function sessionFrame(
  context: ChartContext,
  resource: Resource | null,
): Omit<Frame, 'name' | 'title'> {
  const [fromMs, toMs] = context.rangeMs
  const { timeSteps } = rulesOf(context.size)
  return {
    resource,
    captions: context.captions ?? [],
    theme: context.theme,
    ...(context.size === undefined ? {} : { size: context.size }),
    x: elapsedAxis((fromMs - context.startMs) / 1000, (toMs - context.startMs) / 1000, timeSteps),
    marks: marksInRange(context),
    phases: shadedPhases(context),
    events: [],
  }
}

const MOST_NOTES = 4

/** The facts below the title; `binMs` 0: each sample is drawn as it is. */
export function subtitleOf(
  context: ChartContext,
  who: string,
  drawn: string | null,
  facts: readonly string[],
): string {
  const { rangeMs, notes } = context
  const shown =
    notes.length > MOST_NOTES
      ? [...notes.slice(0, MOST_NOTES - 1), `${notes.length - MOST_NOTES + 1} more notes`]
      : notes
  const all = [
    context.sessionName,
    who,
    drawn,
    `start ${formatLocalTime(context.startMs, context.zoneOffsetMinutes)}`,
    formatLength((rangeMs[1] - rangeMs[0]) / 1000),
    ...facts,
    ...shown,
  ]
  return all.filter((fact) => fact !== null && fact !== '').join(' · ')
}

/** What a point stands for: a sample, or the mean of several. `binMs` 0: a sample. */
export function describePoints(context: ChartContext, binMs: number, withRange: boolean): string {
  if (binMs <= context.intervalSec * 1000) return `every ${formatLength(context.intervalSec)}`
  return `mean${withRange ? ' and min–max' : ''} of ${formatLength(binMs / 1000)}`
}

function plotEvents({ context, kind, series }: PlotInput): readonly EventRow[] {
  return eventsOf(context, kind.resource, series)
}

function marksInRange(context: ChartContext): readonly MarkRow[] {
  const [fromMs, toMs] = context.rangeMs
  return context.marks
    .filter((mark) => mark.atMs >= fromMs && mark.atMs <= toMs)
    .map((mark) => ({ x: (mark.atMs - context.startMs) / 1000, text: mark.text }))
    .sort((a, b) => a.x - b.x)
}

/** Every second phase: the neighbours tell themselves apart, and one phase alone needs no shade. */
function shadedPhases({ marks, rangeMs, startMs }: ChartContext): readonly PhaseRow[] {
  return phasesOf(marks, ...rangeMs)
    .filter((_, index) => index % 2 === 1)
    .map((phase) => ({ x: (phase.fromMs - startMs) / 1000, x2: (phase.toMs - startMs) / 1000 }))
}
