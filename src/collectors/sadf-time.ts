import { decodeText, parseDecimal } from '../data/bytes.js'
import { DATE_LENGTH, DATE_TIME_LENGTH, DateTimeReader } from '../data/timestamps.js'

//   2026-11-20 06:09:58 UTC
//   2026-11-20 06-09-02 UTC      sysstat 10.0.3
//   1795154978                   sadf -U, or -T of 10.0.x

const BLANK = 0x20
const DAY_MS = 86_400_000
/** Length of `YYYY-MM-DD HH:MM:SS UTC`. */
export const UTC_LENGTH = DATE_TIME_LENGTH + 4
const LONGEST_EPOCH = 11
/** Without a session's window, times outside of these years are damage. */
const EARLIEST_MS = Date.UTC(2000, 0, 1)
const LATEST_MS = Date.UTC(2100, 0, 1)
const LOCAL_TIME = /^\d{4}-\d\d-\d\d \d\d[:-]\d\d[:-]\d\d( [A-Za-z+-][\w+-]*)?$/

/** Reads the timestamps of `sadf -d`. */
export class StampReader {
  private readonly dateTimes = new DateTimeReader()

  /** Epoch milliseconds; NaN when it is no time in UTC. */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (end - start === UTC_LENGTH) {
      return isUtc(bytes, end) && bytes[start + DATE_LENGTH] === BLANK
        ? this.dateTimes.read(bytes, start)
        : Number.NaN
    }
    if (end - start > LONGEST_EPOCH) return Number.NaN
    const seconds = parseDecimal(bytes, start, end)
    return Number.isInteger(seconds) ? seconds * 1000 : Number.NaN
  }
}

function isUtc(bytes: Uint8Array, end: number): boolean {
  // " UTC"
  return (
    bytes[end - 1] === 0x43 && bytes[end - 2] === 0x54 && bytes[end - 3] === 0x55 && bytes[end - 4] === BLANK
  )
}

/** True for a date and time without `UTC`: sadf was run with -t or -T. */
export function isLocalTime(bytes: Uint8Array, start: number, end: number): boolean {
  const text = decodeText(bytes, start, end)
  return LOCAL_TIME.test(text) && !text.endsWith(' UTC')
}

/** Earliest and latest time that a sample may be of: within a day of the session where that is known. */
export function plausibleTimes(windowMs: readonly [number, number] | null): readonly [number, number] {
  return windowMs ? [windowMs[0] - DAY_MS, windowMs[1] + DAY_MS] : [EARLIEST_MS, LATEST_MS]
}

/** True when a sample may be of this time. */
export function isPlausibleTime(timeMs: number, windowMs: readonly [number, number] | null): boolean {
  const [earliest, latest] = plausibleTimes(windowMs)
  return timeMs >= earliest && timeMs <= latest
}
