/** What all parts of the screen are made from. */
import type { Analysis } from '../../analysis/finding.js'
import type { Phase } from '../../data/phases.js'
import type { Session } from '../../model.js'
import { foldHosts } from '../folded-hosts.js'

export interface SummaryFrame {
  readonly analysis: Analysis
  readonly fromMs: number
  readonly toMs: number
  readonly intervalSec: number
  readonly session: Session | null
  /** Hosts that are judged, and how many the session has. */
  readonly hostCount: number
  readonly knownHostCount: number
  readonly zoneOffsetMinutes: number
  /** --phase was given. */
  readonly isOnePhase: boolean
  /** As `drawnPlots`. */
  readonly plots: ReadonlySet<string>
  /** What a host is called. */
  readonly nameOf: (host: string) => string
}

/** More characters than this are cut: the numbers say how many hosts there are. */
const MOST_CHARACTERS = 48

/** Hosts by their names, folded: `W[1-7]`; cut when they are many and unlike. */
export function hostsText(frame: SummaryFrame, hosts: readonly string[]): string {
  const folded = foldHosts(hosts.map(frame.nameOf))
  if (folded.length <= MOST_CHARACTERS) return folded
  const cut = folded.slice(0, MOST_CHARACTERS)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(','), 0)) || cut}, …`
}

/** From this length on seconds say too much. */
const LONG_RUN_MS = 20 * 60_000
const MINUTE_MS = 60_000

/** A time of day at the controller, with seconds in short runs. */
export function clockText(frame: SummaryFrame, atMs: number): string {
  const local = new Date(atMs + frame.zoneOffsetMinutes * MINUTE_MS).toISOString()
  return frame.toMs - frame.fromMs >= LONG_RUN_MS ? local.slice(11, 16) : local.slice(11, 19)
}

/** `12:04–12:19`. */
export function spanText(frame: SummaryFrame, { fromMs, toMs }: Pick<Phase, 'fromMs' | 'toMs'>): string {
  return `${clockText(frame, fromMs)}–${clockText(frame, toMs)}`
}
