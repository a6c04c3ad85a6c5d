/** Where samples are missing, host by host. */
import { isGap } from '../data/table.js'
import { RESOURCES, type Resource, type Table } from '../model.js'
import type { AnalysisContext, Finding } from './finding.js'
import { isoTime } from './phase-view.js'
import { counted, figure, shareText } from './wording.js'

interface Hole {
  readonly resource: Resource
  readonly fromMs: number
  readonly toMs: number
}

/** At the ends, where loggers start and stop at moments of their own, less than this is no gap, seconds. */
const EDGE_SEC = 5
/** … nor are so many intervals. */
const EDGE_INTERVALS = 2
const SECOND_MS = 1000

export class GapCollector {
  private readonly context: AnalysisContext
  private readonly holes = new Map<string, Hole[]>()
  /** What each host has data of. */
  private readonly measured = new Map<string, Set<Resource>>()

  constructor(context: AnalysisContext) {
    this.context = context
  }

  /** Finds what is missing between the rows of a table, and before and after them. */
  add(table: Table): void {
    const { host, resource, timeMs, intervalSec } = table
    if (table.rowCount === 0) return
    const holes = this.holes.get(host) ?? []
    this.holes.set(host, holes)
    this.measured.set(host, (this.measured.get(host) ?? new Set()).add(resource))
    const keep = (fromMs: number, toMs: number): void => {
      if (toMs > fromMs) holes.push({ resource, fromMs, toMs })
    }
    const edgeMs = Math.max(EDGE_SEC, EDGE_INTERVALS * this.context.intervalSec) * SECOND_MS
    let lastMs = Number.NEGATIVE_INFINITY
    for (let row = 0; row < table.rowCount; row++) {
      const endMs = timeMs[row] as number
      const widthSec = intervalSec[row] as number
      const startMs = endMs - widthSec * SECOND_MS
      if (lastMs === Number.NEGATIVE_INFINITY) {
        if (startMs - this.context.fromMs > edgeMs) keep(this.context.fromMs, startMs)
      } else if (startMs > lastMs && isGap(lastMs, endMs, widthSec)) keep(lastMs, startMs)
      lastMs = Math.max(lastMs, endMs)
    }
    if (this.context.toMs - lastMs > edgeMs) keep(lastMs, this.context.toMs)
  }

  /** One finding for each host (and for those resources of it that are missing without the others) with all its gaps. */
  findings(): readonly Finding[] {
    return [...this.holes].flatMap(([host, holes]) => {
      const groups = new Map<string, readonly MergedHole[]>()
      for (const hole of mergeHoles(holes)) {
        const key = RESOURCES.filter((resource) => hole.resources.has(resource)).join()
        groups.set(key, [...(groups.get(key) ?? []), hole])
      }
      return [...groups.values()].map((group) => this.finding(host, group))
    })
  }

  private finding(host: string, holes: readonly MergedHole[]): Finding {
    const missing = RESOURCES.filter((resource) => holes[0]?.resources.has(resource))
    const isAll = missing.length > 1 && missing.length === this.measured.get(host)?.size
    const resource = missing.length === 1 ? (missing[0] ?? null) : null
    const lengths = holes.map(({ fromMs, toMs }) => (toMs - fromMs) / SECOND_MS)
    const missingSec = lengths.reduce((sum, length) => sum + length, 0)
    const runSec = (this.context.toMs - this.context.fromMs) / SECOND_MS
    const share = Math.min(1, missingSec / runSec)
    const of = isAll ? '' : ` of ${missing.join(', ')}`
    const longest = holes.length === 1 ? '' : `, the longest ${figure(Math.max(...lengths))} s`
    return {
      kind: 'gap',
      resource,
      device: null,
      hosts: [host],
      phase: null,
      from: isoTime(holes[0]?.fromMs ?? this.context.fromMs),
      to: isoTime(holes.at(-1)?.toMs ?? this.context.toMs),
      share,
      value: missingSec,
      limit: Math.max(this.context.intervalSec / 2, 1),
      unit: 's',
      text: `${counted(holes.length, 'gap')}: no samples${of} for ${figure(missingSec)} s${longest}, ${shareText(share)} of the run`,
    }
  }
}

interface MergedHole {
  /** Of which there were no samples at some time of it. */
  readonly resources: ReadonlySet<Resource>
  readonly fromMs: number
  readonly toMs: number
}

/** Holes of several resources that overlap are one. */
function mergeHoles(holes: readonly Hole[]): readonly MergedHole[] {
  const merged: MergedHole[] = []
  for (const hole of [...holes].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1)
    if (last === undefined || hole.fromMs >= last.toMs) {
      merged.push({ resources: new Set([hole.resource]), fromMs: hole.fromMs, toMs: hole.toMs })
      continue
    }
    merged[merged.length - 1] = {
      resources: new Set([...last.resources, hole.resource]),
      fromMs: last.fromMs,
      toMs: Math.max(last.toMs, hole.toMs),
    }
  }
  return merged
}
