/** What happened on the nodes, as far as a plot shows it. */
import type { RawEvent, Resource } from '../model.js'
import type { EventRow } from './chart.js'
import type { ChartContext } from './context.js'
import { type Axis, formatElapsed } from './units.js'

/** A series that events are drawn at. */
export interface EventSeries {
  readonly host: string
  readonly hostLabel: string
  readonly label: string
  readonly color: string
}

/**
 * The events of the hosts that are drawn, in order of time, each at the host's first series: restarts and clock steps on
 * every plot, what GPUs said on plots of GPUs. Comments are not drawn.
 */
export function eventsOf(
  context: ChartContext,
  resource: Resource,
  series: readonly EventSeries[],
): readonly EventRow[] {
  const [fromMs, toMs] = context.rangeMs
  const rows: EventRow[] = []
  for (const event of context.events ?? []) {
    const one = series.find(({ host }) => host === event.host)
    if (one === undefined || !isShown(event, resource)) continue
    if (event.atMs < fromMs || event.atMs > toMs) continue
    const x = (event.atMs - context.startMs) / 1000
    rows.push({ x, text: `${one.hostLabel}: ${event.text}`, series: one.label, color: one.color })
  }
  return rows.sort((a, b) => a.x - b.x)
}

function isShown(event: RawEvent, resource: Resource): boolean {
  if (event.kind === 'comment') return false
  return event.kind !== 'gpu' || resource === 'gpu' || resource === 'gpu-processes'
}

const MOST_NAMED = 6

/** A sentence that names the events where the plot has no room for labels; none without events. */
export function describeEvents(events: readonly EventRow[], axis: Axis): readonly string[] {
  if (events.length === 0) return []
  const named = events.slice(0, MOST_NAMED).map((event) => `${formatElapsed(event.x, axis)} ${event.text}`)
  const rest = events.length > MOST_NAMED ? ` · ${events.length - MOST_NAMED} more` : ''
  return [`▾ ${named.join(' · ')}${rest}`]
}
