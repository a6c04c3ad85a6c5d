import { COMMA, NEWLINE, QUOTE } from './bytes.js'

//   2026-11-20T06:09:59Z,2,1,"a,b","say ""x""",1,

const CARRIAGE_RETURN = 0x0d

/** One record of a CSV with its quotes taken off; cell `i` reaches from `starts[i]` to `starts[i + 1] - 1`. */
export interface CsvRecord {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly count: number
  /** Offset behind the record's line end. */
  readonly next: number
  /** Line ends within quoted cells. */
  readonly innerLines: number
  /** False when a quote is never closed, or text follows a closing quote. */
  readonly isWhole: boolean
}

/** The record that begins at `start`, quoted as RFC 4180 has it; its cells may hold commas, quotes and line ends. */
export function readQuotedRecord(bytes: Uint8Array, start: number): CsvRecord {
  const text: number[] = []
  const starts = [0]
  let isQuoted = false
  let wasQuoted = false
  let isWhole = true
  let innerLines = 0
  let at = start
  for (; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (isQuoted) {
      if (byte === QUOTE && bytes[at + 1] === QUOTE) text.push(bytes[++at] as number)
      else if (byte === QUOTE) isQuoted = false
      else text.push(byte)
      if (byte === NEWLINE) innerLines++
    } else if (byte === NEWLINE) break
    else if (byte === COMMA) {
      text.push(COMMA)
      starts.push(text.length)
      wasQuoted = false
    } else if (byte === QUOTE && text.length === starts.at(-1) && !wasQuoted) {
      isQuoted = true
      wasQuoted = true
    } else if (byte !== CARRIAGE_RETURN || bytes[at + 1] !== NEWLINE) {
      if (wasQuoted) isWhole = false
      text.push(byte)
    }
  }
  const count = starts.length
  starts.push(text.length + 1)
  return {
    bytes: Uint8Array.from(text),
    starts: Int32Array.from(starts),
    count,
    next: at + 1,
    innerLines,
    isWhole: isWhole && !isQuoted,
  }
}
