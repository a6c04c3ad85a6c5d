import { type FieldLines, NEWLINE, SEMICOLON } from '../data/bytes.js'
import type { NameIndex } from '../data/names.js'
import { DATE_TIME_LENGTH, parseTimeOfDay, TIME_OF_DAY_AT } from '../data/timestamps.js'
import { ALL_CPUS, cpuNumberAt } from './sadf-checks.js'
import { ITEM_FIELD, type Pass, TIME_FIELD } from './sadf-pass.js'
import { isPlausibleTime, UTC_LENGTH } from './sadf-time.js'

//   vm;1;2026-11-20 06:09:10 UTC;lo;2.00;2.00;0.10;0.10;0.00;0.00;0.00;0.00
//   vm;1;2026-11-20 06:09:10 UTC;eth0;13.00;15.00;65.12;1.13;0.00;0.00;0.00;0.00
//   vm;1;2026-11-20 06:09:11 UTC;lo;0.00;0.00;0.00;0.00;0.00;0.00;0.00;0.00

const ZERO = 0x30
const POINT = 0x2e
const WORD_BYTES = 4
const DOUBLE_BYTES = 8
/** `0.00` as a little-endian word: what most values are. */
const ZERO_TEXT = 0x30302e30
/** So many digits fit into 32 bits. */
const MOST_WHOLE_DIGITS = 9
const NOT_USUAL = -1

/**
 * Reads a row that begins like the one before and holds plain numbers, which nearly all rows do, in one go: no field is
 * looked at twice, and nothing is allocated. Whatever is not quite like that is left to the careful way, which alone
 * knows about damage; both give the same values for the rows that both take.
 */
export class UsualRows {
  /** Epoch milliseconds, END of the row read last. */
  timeMs = Number.NaN
  intervalSec = 0
  /** Index of the row's device, or number of its CPU. */
  item = ALL_CPUS
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly names: NameIndex
  private readonly windowMs: readonly [number, number] | null
  /** A row that begins before this line end is whole, and a word can be read from anywhere in it. */
  private readonly lastLineEnd: number
  /** Offset of the row before, -1 for none. */
  private model = -1
  /** Length of its `vm;1;`. */
  private stampAt = 0
  /** Midnight before it. */
  private dayMs = 0

  constructor(
    bytes: Uint8Array,
    limit: number,
    names: NameIndex,
    windowMs: readonly [number, number] | null,
  ) {
    this.names = names
    // Also where it is a Buffer: the loops below are quickest when they only ever see one kind of array.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.windowMs = windowMs
    this.lastLineEnd = limit > WORD_BYTES ? bytes.lastIndexOf(NEWLINE, limit - WORD_BYTES - 1) : -1
  }

  /** Forgets the row before: below a new header nothing is usual yet. */
  forget(): void {
    this.model = -1
    this.item = ALL_CPUS
  }

  /** Takes the line, which was read the careful way, as the one to go by. */
  follow(lines: FieldLines, timeMs: number, intervalSec: number): void {
    const start = lines.starts[TIME_FIELD] as number
    const length = (lines.starts[TIME_FIELD + 1] as number) - 1 - start
    const timeOfDayMs = parseTimeOfDay(this.bytes, start + TIME_OF_DAY_AT)
    const isUsual = length === UTC_LENGTH && timeOfDayMs >= 0 && intervalSec > 0
    this.model = isUsual ? lines.lineStart : -1
    this.stampAt = start - lines.lineStart
    this.timeMs = timeMs
    this.intervalSec = intervalSec
    this.dayMs = timeMs - timeOfDayMs
  }

  /** Reads the row at `at` into `row` of the pass' section: the offset behind its line, or -1 when it is not usual. */
  read(at: number, pass: Pass, row: number): number {
    if (this.model < 0 || at >= this.lastLineEnd) return NOT_USUAL
    const valuesAt = at + this.stampAt + UTC_LENGTH + 1
    if (valuesAt >= this.lastLineEnd) return NOT_USUAL
    const timeMs = this.isSamePrefix(at, valuesAt) ? this.timeMs : this.readTime(at, at + this.stampAt)
    if (Number.isNaN(timeMs)) return NOT_USUAL
    const next = this.readFields(valuesAt, pass, row)
    if (next === NOT_USUAL) return NOT_USUAL
    this.model = at
    this.timeMs = timeMs
    return next
  }

  /**
   * True when the bytes from `at` to `end` are those of the row before. They are compared eight at a time, as doubles:
   * text is never the bit pattern of a NaN, nor of a zero, of which there are two.
   */
  private isSamePrefix(at: number, end: number): boolean {
    const { view, bytes, model } = this
    let other = model
    let position = at
    for (; position + DOUBLE_BYTES <= end; position += DOUBLE_BYTES) {
      if (view.getFloat64(position, true) !== view.getFloat64(other, true)) return false
      other += DOUBLE_BYTES
    }
    while (position < end && bytes[position] === bytes[other]) {
      position++
      other++
    }
    return position === end
  }

  /** Epoch milliseconds of a row with another time of day than the one before; NaN when more than that differs. */
  private readTime(at: number, stampAt: number): number {
    const { bytes, model } = this
    const timeAt = stampAt + TIME_OF_DAY_AT
    if (!this.isSamePrefix(at, timeAt)) return Number.NaN
    const toModel = model - at
    for (let position = stampAt + DATE_TIME_LENGTH; position <= stampAt + UTC_LENGTH; position++) {
      if (bytes[position] !== bytes[position + toModel]) return Number.NaN
    }
    const timeMs = this.dayMs + parseTimeOfDay(bytes, timeAt)
    return isPlausibleTime(timeMs, this.windowMs) ? timeMs : Number.NaN
  }

  private readFields(start: number, pass: Pass, row: number): number {
    const { bytes, view, names } = this
    if (!pass.hasItem) return readPlainNumbers(bytes, view, start, pass, row)
    const expectedEnd = pass.hasNames ? names.endOfExpected(bytes, start, SEMICOLON) : -1
    let end = expectedEnd
    if (end < 0) {
      end = start
      while (bytes[end] !== SEMICOLON && bytes[end] !== NEWLINE) end++
      if (bytes[end] === NEWLINE || !(pass.hasNames || this.readCore(start, end, pass, row))) return NOT_USUAL
    }
    const next = readPlainNumbers(bytes, view, end + 1, pass, row)
    if (next === NOT_USUAL || !pass.hasNames) return next
    this.item = expectedEnd < 0 ? names.find(bytes, start, end) : names.takeExpected()
    return next
  }

  /** Reads the number of a CPU; false when it is none. */
  private readCore(start: number, end: number, pass: Pass, row: number): boolean {
    const core = cpuNumberAt(this.bytes, start, end)
    this.item = core
    const target = pass.targetOf[ITEM_FIELD] as number
    if (target < 0) return !Number.isNaN(core)
    pass.rows.cells[target * pass.rows.capacity + row] = core
    return core >= 0
  }
}

/**
 * Reads the numbers of a row from `start` to its line end, each with two decimals or none; the offset behind the line, or
 * -1 when one of them is otherwise.
 */
function readPlainNumbers(bytes: Uint8Array, view: DataView, start: number, pass: Pass, row: number): number {
  const { targetOf, scaleOf, mostOf, isAddedOf, fieldCount, missing, hasItem, hasAdded } = pass
  const { cells, capacity } = pass.rows
  const last = fieldCount - 1
  let at = start
  for (let column = hasItem ? ITEM_FIELD + 1 : ITEM_FIELD; column < fieldCount; column++) {
    const target = targetOf[column] as number
    const end = column === last ? NEWLINE : SEMICOLON
    let value = 0
    if (bytes[at + WORD_BYTES] === end && view.getInt32(at, true) === ZERO_TEXT) at += WORD_BYTES
    else if (target < 0) {
      while (bytes[at] !== SEMICOLON && bytes[at] !== NEWLINE) at++
      if (bytes[at] !== end) return NOT_USUAL
    } else {
      const first = at
      let digit = (bytes[at] as number) - ZERO
      let whole = 0
      while (digit >= 0 && digit <= 9) {
        whole = (whole * 10 + digit) | 0
        digit = (bytes[++at] as number) - ZERO
      }
      if (at === first || at - first > MOST_WHOLE_DIGITS) return NOT_USUAL
      value = whole
      if (digit === POINT - ZERO) {
        const tenths = (bytes[at + 1] as number) - ZERO
        const hundredths = (bytes[at + 2] as number) - ZERO
        if (tenths < 0 || tenths > 9 || hundredths < 0 || hundredths > 9) return NOT_USUAL
        // A whole mantissa below 2^53 and one division: the double that is nearest.
        value = (whole * 100 + tenths * 10 + hundredths) / 100
        at += 3
      }
      value *= scaleOf[column] as number
      if (bytes[at] !== end || value > (mostOf[column] as number)) return NOT_USUAL
    }
    at++
    if (target < 0) continue
    const cell = target * capacity + row
    cells[cell] = hasAdded && isAddedOf[column] === 1 ? (cells[cell] as number) + value : value
  }
  for (let index = 0; index < missing.length; index++) {
    cells[(missing[index] as number) * capacity + row] = Number.NaN
  }
  return at
}
