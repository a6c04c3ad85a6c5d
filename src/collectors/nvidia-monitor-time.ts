import { parseTimeOfDay } from '../data/timestamps.js'
import type { ReadContext } from './raw-context.js'

//   20261120   06:09:58      -o DT: the node's local time
//   06:09:58                 -o T: without the day

const DATE = /^(\d{4})(\d\d)(\d\d)$/
const DAY_MS = 86_400_000
/** A time of day that goes back by more than this is of the next day; by less, the clock was stepped. */
const LEAST_MIDNIGHT_MS = DAY_MS / 2

function dayOf(date: string): number {
  const [, year, month, day] = (DATE.exec(date) ?? []).map(Number)
  return Date.UTC(year ?? Number.NaN, (month ?? Number.NaN) - 1, day)
}

/** Reads the times of dmon and pmon. Where they have no day, the first one is that of the session nearest to its start. */
export class MonitorClock {
  private readonly windowMs: ReadContext['windowMs']
  private dayMs = Number.NaN
  private lastOfDayMs = Number.NaN

  constructor(windowMs: ReadContext['windowMs']) {
    this.windowMs = windowMs
  }

  /** Epoch milliseconds as if in UTC; NaN when it is no time. `date` null: there is only a time of day. */
  read(date: string | null, time: string): number {
    const ofDayMs = parseTimeOfDay(Buffer.from(time), 0)
    if (time.length !== 'HH:MM:SS'.length) return Number.NaN
    if (date !== null) return dayOf(date) + ofDayMs
    if (Number.isNaN(this.dayMs)) this.dayMs = this.firstDay(ofDayMs)
    else if (ofDayMs < this.lastOfDayMs - LEAST_MIDNIGHT_MS) this.dayMs += DAY_MS
    if (!Number.isNaN(ofDayMs)) this.lastOfDayMs = ofDayMs
    return this.dayMs + ofDayMs
  }

  private firstDay(ofDayMs: number): number {
    const [startMs = Number.NaN] = this.windowMs ?? []
    return Math.round((startMs - ofDayMs) / DAY_MS) * DAY_MS
  }
}
