/** Which span of time is drawn. */
import { ConfigError } from '../../errors.js'
import type { Mark } from '../../model.js'

/** First and last moment of one CSV. */
export interface CsvSpan {
  /** Beginning of the first sample, epoch milliseconds. */
  readonly fromMs: number
  /** End of the last sample. */
  readonly toMs: number
  /** Width of the first sample, seconds. */
  readonly intervalSec: number
}

// timestamp,elapsed_s,interval_s,user_pct,…
// 2026-11-20T08:05:21Z,1,1,3.03,…
// 2026-11-20T08:05:22Z,2,1,0,…
/** The span of a CSV from its first and last lines; null when it has no row. */
export function csvSpan(edges: { readonly head: string; readonly tail: string }): CsvSpan | null {
  const [header = '', ...rows] = edges.head.split('\n')
  const names = header
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(',')
  const at = names.indexOf('timestamp')
  const width = names.indexOf('interval_s')
  const first = rows[0]?.trimEnd().split(',') ?? []
  const last = edges.tail.trimEnd().split('\n').at(-1)?.split(',') ?? []
  const firstMs = Date.parse(first[at] ?? '')
  const lastMs = Date.parse(last[at] ?? '')
  const intervalSec = Number(first[width])
  if (Number.isNaN(firstMs) || Number.isNaN(lastMs) || !(intervalSec > 0)) return null
  return { fromMs: firstMs - intervalSec * 1000, toMs: Math.max(firstMs, lastMs), intervalSec }
}

/** What a moment given as `--from` or `--to` may refer to. */
export interface MomentFrame {
  readonly zeroMs: number
  readonly zoneOffsetMinutes: number
  readonly marks: readonly Mark[]
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, min: 60, h: 3600, d: 86_400 }
const DAY_MS = 86_400_000

/**
 * A moment as typed: elapsed (`90`, `90s`, `5m`), time of day at the controller (`12:04`, `12:04:30`: the first one after
 * the start), a timestamp (`2026-11-20T08:05:21Z`), or the name of a mark. Epoch milliseconds.
 */
export function parseMoment(flag: string, text: string, frame: MomentFrame): number {
  const mark = frame.marks.find((candidate) => candidate.text === text)
  if (mark !== undefined) return mark.atMs
  const elapsed = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?$/.exec(text)
  if (elapsed !== null) {
    return frame.zeroMs + Number(elapsed[1]) * (UNIT_SECONDS[elapsed[2] ?? ''] ?? 1) * 1000
  }
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text)
  if (clock !== null) {
    const offsetMs = frame.zoneOffsetMinutes * 60_000
    const midnightMs = Math.floor((frame.zeroMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs
    const [, hour, minute, second = 0] = clock
    const ofDayMs = (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000
    const todayMs = midnightMs + ofDayMs
    return todayMs + 60_000 > frame.zeroMs ? todayMs : todayMs + DAY_MS
  }
  const stampMs = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(stampMs)) return stampMs
  const names = frame.marks.map((candidate) => `"${candidate.text}"`).join(', ')
  throw new ConfigError(`plot: --${flag} "${text}" is neither a time nor a mark`, {
    hint: `elapsed: 90, 5m   time of day: 12:04   marks: ${names || 'there are none'}`,
  })
}
