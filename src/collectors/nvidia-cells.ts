/**
 * Single cells of nvidia-smi's CSV. What is no number is "not measured", never 0, and its word is kept as the reason.
 *
 *   97 %, 8192 MiB, 143.21 W, 1980 MHz, P0, Not Active, 0x0000000000000004
 *   97, 8192, 143.21, 1980
 *   [N/A], [Not Supported], [Unknown Error], [GPU is lost], [GPU requires reset], -
 */
import { decodeText, isBlank, parseDecimal, parseTwoDigits } from '../data/bytes.js'
import { DATE_TIME_LENGTH, parseTimeOfDay, TIME_OF_DAY_AT } from '../data/timestamps.js'

const MINUS = 0x2d
const POINT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30
const NINE = 0x39

/** nvidia-smi has always meant 2^20 bytes, also while it wrote MB. */
export const MEBIBYTE = 2 ** 20
const UNIT_FACTORS: ReadonlyMap<string, number> = new Map([
  ['%', 1],
  ['w', 1],
  ['mw', 1e-3],
  ['mhz', 1],
  ['ghz', 1e3],
  ['c', 1],
  ['mib', MEBIBYTE],
  ['mb', MEBIBYTE],
  ['kib', 2 ** 10],
  ['kb', 2 ** 10],
  ['gib', 2 ** 30],
  ['gb', 2 ** 30],
  ['b', 1],
  ['bytes', 1],
])

/** Words for what this GPU, driver or user cannot be told: no fault of the moment. */
const NOT_AVAILABLE =
  /^(?:|-|\[?(?:n\/a|not supported|not available|not found|unknown|insufficient permissions)\]?)$/i
const REASON = /^(?:\[.*\]|ERR!|-|N\/A|Not Supported)$/i

/** What one measured unit is in the unit of our columns; null for a unit that is not known. */
export function unitFactor(unit: string): number | null {
  return UNIT_FACTORS.get(unit.toLowerCase()) ?? null
}

/** True for a cell that says why there is no value, such as `[N/A]` or `-`. */
export function isReason(text: string): boolean {
  return REASON.test(text)
}

/** True for a reason that tells of a fault, such as `[GPU is lost]`; false for `[N/A]` and its like. */
export function isFault(text: string): boolean {
  return isReason(text) && !NOT_AVAILABLE.test(text)
}

function isOfNumber(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= ZERO && byte <= NINE) || byte === POINT || byte === MINUS)
}

/**
 * The number of a cell without blanks around it, in the unit that `factor` makes of the header's; a unit in the cell
 * itself counts instead. NaN for anything else.
 */
export function readQuantity(bytes: Uint8Array, start: number, end: number, factor: number): number {
  let numberEnd = start
  while (numberEnd < end && isOfNumber(bytes[numberEnd])) numberEnd++
  const value = parseDecimal(bytes, start, numberEnd)
  if (numberEnd === end) return value * factor
  let unitStart = numberEnd
  while (unitStart < end && isBlank(bytes[unitStart])) unitStart++
  return value * (unitFactor(decodeText(bytes, unitStart, end)) ?? Number.NaN)
}

const MOST_FRACTION_DIGITS = 6

/** Reads timestamps such as `2026/11/20 06:09:58.123`; the day is remembered, since rows repeat it. */
export class NvidiaClock {
  private dayText = Number.NaN
  private dayMs = Number.NaN

  /** Epoch milliseconds of a cell as UTC; NaN when it is no time. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const fractionDigits = end - start - DATE_TIME_LENGTH - 1
    if (fractionDigits < -1 || fractionDigits > MOST_FRACTION_DIGITS) return Number.NaN
    const fractionMs = fractionDigits < 0 ? 0 : readFraction(bytes, start + DATE_TIME_LENGTH, end)
    return this.readDay(bytes, start) + parseTimeOfDay(bytes, start + TIME_OF_DAY_AT) + fractionMs
  }

  private readDay(bytes: Uint8Array, at: number): number {
    const isDate =
      (bytes[at + 4] === SLASH && bytes[at + 7] === SLASH) ||
      (bytes[at + 4] === MINUS && bytes[at + 7] === MINUS)
    if (!isDate) return Number.NaN
    const year = parseTwoDigits(bytes, at) * 100 + parseTwoDigits(bytes, at + 2)
    const month = parseTwoDigits(bytes, at + 5)
    const day = parseTwoDigits(bytes, at + 8)
    const text = (year * 100 + month) * 100 + day
    if (text === this.dayText) return this.dayMs
    const date = new Date(Date.UTC(year, month - 1, day))
    const isReal = year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    this.dayText = text
    this.dayMs = isReal ? date.getTime() : Number.NaN
    return this.dayMs
  }
}

/** Whole milliseconds of `.123`, whose point stands at `start`. */
function readFraction(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== POINT) return Number.NaN
  if (end === start + 1) return 0
  const digits = parseDecimal(bytes, start + 1, end)
  return digits >= 0 ? Math.floor((digits * 1000) / 10 ** (end - start - 1)) : Number.NaN
}
