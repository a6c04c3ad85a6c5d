/**
 * Reading numbers and fields straight from bytes: a string per field would cost ten times the time.
 *
 *   vm;1;2026-11-20 06:09:10 UTC;eth0;13.00;15.00;65.12;1.13
 *   vm;1;2026-11-20 06:09:58 UTC;-1;0,50;0,00;2,01
 *   2026-11-20T06:09:58Z,1,1,vda,OS,1,32768
 */

export const NEWLINE = 0x0a
export const SEMICOLON = 0x3b
export const COMMA = 0x2c
export const QUOTE = 0x22
const CARRIAGE_RETURN = 0x0d
const TAB = 0x09
const BLANK = 0x20
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

/** Above this many digits a mantissa may exceed 2^53, so that the quick way would round twice. */
const EXACT_DIGITS = 15
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent)

/** More fields than any sysstat section has columns, with room for `;` in an interface's name. */
const MAX_FIELDS = 128

const LONGEST_QUOTE = 80

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The bytes from `start` to `end` as text; what is not UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end))
}

/** The bytes from `start` to `end` in quotes for a message, cut when long. */
export function quoteBytes(bytes: Uint8Array, start: number, end: number): string {
  const cutAt = start + LONGEST_QUOTE
  return JSON.stringify(decodeText(bytes, start, Math.min(end, cutAt))) + (end > cutAt ? '…' : '')
}

/** True when the bytes from `start` to `end` are exactly those of `other`. */
export function equalsBytes(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  const length = end - start
  if (length !== other.length) return false
  for (let at = 0; at < length; at++) if (bytes[start + at] !== other[at]) return false
  return true
}

/** True for a blank or a tab. */
export function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === TAB
}

/** The number written from `start` to `end`, with a decimal point or comma; NaN for anything else, also for nothing. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS
  const first = isNegative ? start + 1 : start
  let mantissa = 0
  let pointAt = -1
  for (let at = first; at < end; at++) {
    const byte = bytes[at] as number
    const digit = byte - ZERO
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit
    else if ((byte === POINT || byte === COMMA) && pointAt < 0) pointAt = at
    else return Number.NaN
  }
  const digits = end - first - (pointAt < 0 ? 0 : 1)
  if (digits <= 0) return Number.NaN
  if (digits > EXACT_DIGITS) return Number(decodeText(bytes, start, end).replace(',', '.'))
  const value = pointAt < 0 ? mantissa : mantissa / (POWERS_OF_TEN[end - pointAt - 1] as number)
  return isNegative ? -value : value
}

/** The number of exactly two digits at `at`; NaN when they are not digits. */
export function parseTwoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO
  const ones = (bytes[at + 1] as number) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Reads whitespace-separated numbers from `start` on into `target`; returns how many there were. */
export function readNumbers(bytes: Uint8Array, start: number, end: number, target: Float64Array): number {
  let count = 0
  let at = start
  while (at < end && count < target.length) {
    while (at < end && isBlank(bytes[at])) at++
    const from = at
    while (at < end && !isBlank(bytes[at])) at++
    if (at > from) target[count++] = parseDecimal(bytes, from, at)
  }
  return count
}

/** Steps through lines, noting where each field begins; blanks and a carriage return at a line's end do not count. */
export class FieldLines {
  readonly bytes: Uint8Array
  /** Field `i` of the line reaches from `starts[i]` to `starts[i + 1] - 1`, without its separator. */
  readonly starts = new Int32Array(MAX_FIELDS + 2)
  /** Number of fields of the line, at least 1. */
  count = 0
  /** Line number, from 1. */
  line = 0
  lineStart = 0
  /** Past the last byte that counts. */
  lineEnd = 0
  /** False when the bytes end within this line. */
  isTerminated = true
  private readonly separator: number
  private readonly limit: number
  private at: number

  constructor(bytes: Uint8Array, separator: number, start = 0, limit = bytes.length) {
    this.bytes = bytes
    this.separator = separator
    this.at = start
    this.limit = limit
  }

  /** Goes to the next line; false at the end. */
  next(): boolean {
    const { bytes, starts, separator, limit } = this
    let at = this.at
    if (at >= limit) return false
    this.lineStart = at
    starts[0] = at
    let count = 1
    for (; at < limit; at++) {
      const byte = bytes[at]
      if (byte === separator) {
        if (count <= MAX_FIELDS) starts[count] = at + 1
        count++
      } else if (byte === NEWLINE) break
    }
    this.isTerminated = at < limit
    this.at = at + 1
    this.line++
    this.count = count
    this.lineEnd = this.trimmedEnd(at)
    if (count <= MAX_FIELDS) starts[count] = this.lineEnd + 1
    return true
  }

  /** True when the line has more fields than are noted: it is nothing that sysstat or clusterp writes. */
  get isOverlong(): boolean {
    return this.count > MAX_FIELDS
  }

  /** Offset of the next line. */
  get position(): number {
    return this.at
  }

  /** Goes on at an offset further down, which `skippedLines` line ends lie before. */
  skipTo(position: number, skippedLines: number): void {
    this.at = position
    this.line += skippedLines
  }

  /** Field `index` as text. */
  text(index: number): string {
    const { bytes, starts } = this
    return decodeText(bytes, starts[index] as number, (starts[index + 1] as number) - 1)
  }

  private trimmedEnd(lineEnd: number): number {
    const { bytes, lineStart, separator } = this
    let end = lineEnd
    while (end > lineStart) {
      const byte = bytes[end - 1]
      if (byte === separator || (byte !== CARRIAGE_RETURN && !isBlank(byte))) break
      end--
    }
    return end
  }
}
