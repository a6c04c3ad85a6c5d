import { parseTwoDigits } from './bytes.js'

//   2026-11-20 06:09:58 UTC      sadf -d
//   2026-11-20 06-09-02 UTC      sadf -d of sysstat 10.0.3
//   2026-11-20T06:09:58Z         parsed CSV

const DASH = 0x2d
const COLON = 0x3a
/** Length of `YYYY-MM-DD`. */
export const DATE_LENGTH = 10
/** Length of `YYYY-MM-DD HH:MM:SS`. */
export const DATE_TIME_LENGTH = 19
/** Where `HH:MM:SS` begins in it. */
export const TIME_OF_DAY_AT = DATE_LENGTH + 1

/** Reads dates and times of day in UTC; the day and the whole stamp are remembered, since rows repeat them. */
export class DateTimeReader {
  private readonly last = new Uint8Array(DATE_TIME_LENGTH)
  private lastMs = Number.NaN
  private dayMs = Number.NaN

  /** Epoch milliseconds of the 19 bytes `YYYY-MM-DD?HH:MM:SS` at `at` (`-` for `:` too); NaN when they are no time. */
  read(bytes: Uint8Array, at: number): number {
    const { last } = this
    if (at + DATE_TIME_LENGTH > bytes.length) return Number.NaN
    // From the right, where stamps differ first.
    let same = DATE_TIME_LENGTH
    while (same > 0 && last[same - 1] === bytes[at + same - 1]) same--
    if (same === 0) return this.lastMs
    if (same <= DATE_LENGTH || !this.isSameDay(bytes, at)) this.dayMs = readDay(bytes, at)
    for (let index = 0; index < DATE_TIME_LENGTH; index++) last[index] = bytes[at + index] as number
    this.lastMs = this.dayMs + parseTimeOfDay(bytes, at + TIME_OF_DAY_AT)
    return this.lastMs
  }

  private isSameDay(bytes: Uint8Array, at: number): boolean {
    for (let index = 0; index < DATE_LENGTH; index++) if (this.last[index] !== bytes[at + index]) return false
    return true
  }
}

function readDay(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH) return Number.NaN
  const year = parseTwoDigits(bytes, at) * 100 + parseTwoDigits(bytes, at + 2)
  const month = parseTwoDigits(bytes, at + 5)
  const day = parseTwoDigits(bytes, at + 8)
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal = year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal ? date.getTime() : Number.NaN
}

/** Milliseconds since midnight of the 8 bytes `HH:MM:SS` at `at` (`-` for `:` too); NaN when they are no time. */
export function parseTimeOfDay(bytes: Uint8Array, at: number): number {
  const separator = bytes[at + 2]
  if ((separator !== COLON && separator !== DASH) || bytes[at + 5] !== separator) return Number.NaN
  const hours = parseTwoDigits(bytes, at)
  const minutes = parseTwoDigits(bytes, at + 3)
  const seconds = parseTwoDigits(bytes, at + 6)
  if (!(hours < 24 && minutes < 60 && seconds <= 60)) return Number.NaN
  return ((hours * 60 + minutes) * 60 + seconds) * 1000
}

/** True when some time is no whole second. */
export function hasMilliseconds(timeMs: Float64Array): boolean {
  // Not `%`, which is a call of fmod for doubles, ten times as slow.
  for (let row = 0; row < timeMs.length; row++) {
    const seconds = (timeMs[row] as number) / 1000
    if (Math.floor(seconds) !== seconds) return true
  }
  return false
}
