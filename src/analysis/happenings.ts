/** Findings made of what happened on the nodes: restarts, clock steps, GPUs that stopped answering. */
import type { RawEvent } from '../model.js'
import type { AnalysisContext, Finding, FindingKind } from './finding.js'
import { isoTime } from './phase-view.js'
import { counted } from './wording.js'

const KIND_OF: Readonly<Record<RawEvent['kind'], FindingKind | null>> = {
  restart: 'gap',
  'clock-step': 'clock',
  gpu: 'errors',
  comment: null,
}

/** One finding for each kind of event and text: a fault of many hosts is told once. */
export function happenings(context: AnalysisContext): readonly Finding[] {
  const groups = new Map<string, RawEvent[]>()
  for (const event of context.events) {
    if (KIND_OF[event.kind] === null) continue
    const key = JSON.stringify([event.kind, event.text])
    groups.set(key, [...(groups.get(key) ?? []), event])
  }
  return [...groups.values()].flatMap((events) => {
    const [first] = events
    const kind = first === undefined ? null : KIND_OF[first.kind]
    if (first === undefined || kind === null) return []
    const times = events.length === 1 ? '' : ` (${counted(events.length, 'time')})`
    return [
      {
        kind,
        resource: first.kind === 'gpu' ? ('gpu' as const) : null,
        device: null,
        hosts: [...new Set(events.map(({ host }) => host))],
        phase: null,
        from: isoTime(first.atMs),
        to: isoTime(events.at(-1)?.atMs ?? first.atMs),
        share: null,
        value: events.length,
        limit: 0,
        unit: 'events',
        text: `${first.text}${times}`,
      },
    ]
  })
}
