import { NEWLINE, SEMICOLON } from '../data/bytes.js'
import type { SectionRows } from './sadf-rows.js'

//   13.00;15.00;65.12;1.13;0.00;0.00;0.00;0.00
//   1.50;24.00;0.00;0.00;16.00;0.00;0.67;0.10
//   7839848;8018796;16224;0.20;2604;335684

/**
 * What is read from the numbers of a row, column after column. Each array has an entry per column that is read; those in
 * between are passed over.
 */
export interface PlainColumns {
  /** Columns to pass over before it. */
  readonly skips: Int32Array
  /** The section's field that it goes to. */
  readonly fields: Int32Array
  /** Factor to our unit: a power of two, so that it may come before or after the division by 100. */
  readonly scales: Float64Array
  /** Largest number that can be true, in hundredths. */
  readonly mosts: Float64Array
  /** 1 where it adds to a field that an earlier column has set; `hasAdded` when there is one. */
  readonly isAdded: Uint8Array
  readonly hasAdded: boolean
  /** Columns to pass over behind the last. */
  readonly rest: number
  /** Fields that no column goes to. */
  readonly missing: Int32Array
}

/** Bytes behind the start of a number that are looked at when it is plain: so many must follow each line end. */
export const PLAIN_LOOKAHEAD = 16

const NOT_PLAIN = -1
const WORD_BYTES = 4
/** `0.00` as a little-endian word: what most values are. */
const ZERO_TEXT = 0x30302e30
/** `.00;` and `.00` with a line end, likewise. */
const DECIMALS_TEXT = 0x3b30302e
const LAST_DECIMALS_TEXT = 0x0a30302e
const POWERS_OF_TEN = Int32Array.of(1, 10, 100, 1000)

// Four bytes are read as one little-endian word, the first in the lowest bits, and asked all at once: a jump for each
// digit, which the processor cannot foresee, would cost more than everything else together.

/** The four upper bits of the first byte of a word that is no digit are not all 0; 0 when the word is four digits. */
function nonDigits(word: number): number {
  const values = word ^ 0x30303030
  return (values | (values + 0x06060606)) & 0xf0f0f0f0
}

/** The number that four digits make, of which `values` has the values. */
function fourDigits(values: number): number {
  const pairs = Math.imul(values, 10) + (values >> 8)
  return (pairs & 0xff) * 100 + ((pairs >> 16) & 0xff)
}

/**
 * Reads the numbers of a row from `start` to its line end, each with two decimals or none, into `row`; the offset behind
 * the line, or -1 when one of them is otherwise or cannot be true.
 */
export function readPlainNumbers(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  columns: PlainColumns,
  rows: SectionRows,
): number {
  const { skips, fields, scales, mosts, isAdded, hasAdded, missing, rest } = columns
  const { cells, capacity, rowCount } = rows
  const count = fields.length
  let at = start | 0
  for (let index = 0; index < count; index++) {
    for (let skip = skips[index] as number; skip > 0; skip--) {
      if (view.getInt32(at, true) === ZERO_TEXT && bytes[at + WORD_BYTES] === SEMICOLON) at += WORD_BYTES
      else while (bytes[at] !== SEMICOLON && bytes[at] !== NEWLINE) at++
      if (bytes[at] !== SEMICOLON) return NOT_PLAIN
      at++
    }
    const tail = index === count - 1 && rest === 0 ? LAST_DECIMALS_TEXT : DECIMALS_TEXT
    let word = view.getInt32(at, true)
    let value = 0
    if (word === ZERO_TEXT && bytes[at + WORD_BYTES] === tail >> 24) at += WORD_BYTES + 1
    else {
      const first = at
      let whole = 0
      let others = nonDigits(word)
      while (others === 0) {
        whole = whole * 10_000 + fourDigits(word & 0x0f0f0f0f)
        at += WORD_BYTES
        word = view.getInt32(at, true)
        others = nonDigits(word)
      }
      const digits = (31 - Math.clz32(others & -others)) >> 3
      // They are moved to the end of a word; by 32 at once nothing would be moved.
      const values = ((word << (24 - (digits << 3))) << 8) & 0x0f0f0f0f
      whole = whole * (POWERS_OF_TEN[digits] as number) + fourDigits(values)
      at += digits
      const decimals = view.getInt32(at, true) ^ tail
      let hundredths = whole * 100
      if (((decimals | (decimals + 0x00060600)) & 0xfff0f0ff) === 0) {
        hundredths += ((decimals >> 8) & 0xf) * 10 + ((decimals >> 16) & 0xf)
        // A whole number below 2^53 and one division: the double that is nearest.
        value = (hundredths * (scales[index] as number)) / 100
        at += WORD_BYTES
      } else if (bytes[at] === tail >> 24 && at > first) {
        value = whole * (scales[index] as number)
        at++
      } else return NOT_PLAIN
      if (hundredths > (mosts[index] as number)) return NOT_PLAIN
    }
    const cell = (fields[index] as number) * capacity + rowCount
    cells[cell] = hasAdded && isAdded[index] === 1 ? (cells[cell] as number) + value : value
  }
  for (let skip = rest; skip > 0; skip--) {
    while (bytes[at] !== SEMICOLON && bytes[at] !== NEWLINE) at++
    if (bytes[at] !== (skip === 1 ? NEWLINE : SEMICOLON)) return NOT_PLAIN
    at++
  }
  for (let index = 0; index < missing.length; index++) {
    cells[(missing[index] as number) * capacity + rowCount] = Number.NaN
  }
  return at
}
