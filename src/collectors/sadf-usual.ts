import { type FieldLines, NEWLINE, SEMICOLON } from '../data/bytes.js'
import type { NameIndex } from '../data/names.js'
import { DATE_TIME_LENGTH, parseTimeOfDay, TIME_OF_DAY_AT } from '../data/timestamps.js'
import { ALL_CPUS, cpuNumberAt } from './sadf-checks.js'
import type { CoreReducer } from './sadf-cores.js'
import type { EventList } from './sadf-events.js'
import { type Pass, TIME_FIELD } from './sadf-pass.js'
import { PLAIN_LOOKAHEAD, readPlainNumbers } from './sadf-plain.js'
import { NO_ITEM } from './sadf-rows.js'
import { plausibleTimes, UTC_LENGTH } from './sadf-time.js'

//   vm;1;2026-11-20 06:09:10 UTC;lo;2.00;2.00;0.10;0.10;0.00;0.00;0.00;0.00
//   vm;1;2026-11-20 06:09:10 UTC;eth0;13.00;15.00;65.12;1.13;0.00;0.00;0.00;0.00
//   vm;1;2026-11-20 06:09:11 UTC;lo;0.00;0.00;0.00;0.00;0.00;0.00;0.00;0.00

const DOUBLE_BYTES = 8
const NOT_USUAL = -1

/** What rows are read into besides their section. */
export interface RowTargets {
  readonly names: NameIndex
  readonly cores: CoreReducer
  readonly events: EventList
}

/**
 * Reads rows that begin like the one before and hold plain numbers, which nearly all rows do, in one go: no field is
 * looked at twice, and nothing is allocated. Whatever is not quite like that is left to the careful way, which alone
 * knows about damage; both give the same values for the rows that both take.
 */
export class UsualRows {
  /** Epoch milliseconds, END of the row read last. */
  timeMs = Number.NaN
  intervalSec = 0
  /** Offset behind the rows that were read. */
  position = 0
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly into: RowTargets
  private readonly earliestMs: number
  private readonly latestMs: number
  /** A row that begins before this line end is whole, and a number can be looked for from anywhere in it. */
  private readonly lastLineEnd: number
  /** Offset of the row before, -1 for none. */
  private model = -1
  /** Length of its `vm;1;`. */
  private stampAt = 0
  /** Midnight before it. */
  private dayMs = 0
  /** Number of the CPU that the row read last is of. */
  private core = ALL_CPUS

  constructor(
    bytes: Uint8Array,
    limit: number,
    into: RowTargets,
    windowMs: readonly [number, number] | null,
  ) {
    this.into = into
    // Also where it is a Buffer: the loops below are quickest when they only ever see one kind of array.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const [earliestMs, latestMs] = plausibleTimes(windowMs)
    this.earliestMs = earliestMs
    this.latestMs = latestMs
    const isShort = limit <= PLAIN_LOOKAHEAD
    this.lastLineEnd = isShort ? -1 : bytes.lastIndexOf(NEWLINE, limit - PLAIN_LOOKAHEAD - 1)
  }

  /** Forgets the row before: below a new header nothing is usual yet. */
  forget(): void {
    this.model = -1
    this.core = ALL_CPUS
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

  /**
   * Reads rows from `start` on into the section of the pass as long as they are usual and there is room; returns how many
   * lines they were, and `position` says where they end.
   */
  read(start: number, firstLine: number, pass: Pass): number {
    const { bytes, view, lastLineEnd, intervalSec } = this
    const { names, events } = this.into
    const { rows, hasNames, hasCpu, plain, items } = pass
    const prefixLength = this.stampAt + UTC_LENGTH + 1
    const firstRow = rows.rowCount
    let { model, timeMs } = this
    let line = firstLine
    let at = start
    while (model >= 0 && !rows.isFull) {
      let valuesAt = at + prefixLength
      if (valuesAt >= lastLineEnd) break
      let rowMs = timeMs
      if (!isSameText(view, at, model, prefixLength)) {
        rowMs = this.readTime(at, model)
        if (Number.isNaN(rowMs)) break
      }
      let item = NO_ITEM
      if (hasNames) {
        item = names.expected
        valuesAt = names.endOfExpected(bytes, valuesAt, SEMICOLON) + 1
        if (valuesAt === 0 || items.has(item, rowMs)) break
      } else {
        if (hasCpu) valuesAt = this.readCore(valuesAt, pass)
        if (valuesAt < 0 || (rowMs === pass.previousTimeMs && this.core === ALL_CPUS)) break
      }
      const next = readPlainNumbers(bytes, view, valuesAt, plain, rows)
      if (next < 0) break
      timeMs = rowMs
      const row = rows.rowCount
      rows.timeMs[row] = timeMs
      rows.line[row] = line
      rows.item[row] = item
      if (hasNames) {
        names.takeExpected()
        items.meet(item, timeMs, line)
      }
      if (!hasCpu || this.isOwnRow(pass)) {
        pass.follow(timeMs, intervalSec, events)
        rows.rowCount++
      }
      line++
      model = at
      at = next
    }
    this.model = model
    this.timeMs = timeMs
    this.position = at
    rows.pass.fill(pass.number, firstRow, rows.rowCount)
    rows.intervalSec.fill(intervalSec, firstRow, rows.rowCount)
    return line - firstLine
  }

  /** Reads the number of a CPU: the offset behind it, or -1 when it is none that this section has rows of. */
  private readCore(start: number, pass: Pass): number {
    const { bytes } = this
    let end = start
    while (bytes[end] !== SEMICOLON && bytes[end] !== NEWLINE) end++
    if (bytes[end] === NEWLINE) return NOT_USUAL
    const core = cpuNumberAt(bytes, start, end)
    if (Number.isNaN(core) || (core === ALL_CPUS && pass.hasCores)) return NOT_USUAL
    const { cells, capacity, rowCount } = pass.rows
    if (pass.itemTarget >= 0) cells[pass.itemTarget * capacity + rowCount] = core
    this.core = core
    return end + 1
  }

  /** False for a single CPU's row, which is folded into its sample's busiest core. */
  private isOwnRow(pass: Pass): boolean {
    if (this.core === ALL_CPUS || pass.hasCores) return true
    const { rows } = pass
    rows.pass[rows.rowCount] = pass.number
    rows.intervalSec[rows.rowCount] = this.intervalSec
    this.into.cores.add(rows, rows.rowCount, this.core)
    return false
  }

  /** Epoch milliseconds of a row with another time of day than the one before; NaN when more than that differs. */
  private readTime(at: number, model: number): number {
    const { bytes } = this
    const stampAt = at + this.stampAt
    const timeAt = stampAt + TIME_OF_DAY_AT
    if (!isSameText(this.view, at, model, timeAt - at)) return Number.NaN
    const toModel = model - at
    for (let position = stampAt + DATE_TIME_LENGTH; position <= stampAt + UTC_LENGTH; position++) {
      if (bytes[position] !== bytes[position + toModel]) return Number.NaN
    }
    const timeMs = this.dayMs + parseTimeOfDay(bytes, timeAt)
    return timeMs >= this.earliestMs && timeMs <= this.latestMs ? timeMs : Number.NaN
  }
}

/**
 * True when `length` bytes, at least eight, are the same at both places. They are compared eight at a time, as doubles, the
 * last eight first, where stamps differ: text is never the bit pattern of a NaN, nor of a zero, of which there are two.
 */
function isSameText(view: DataView, start: number, other: number, length: number): boolean {
  const last = length - DOUBLE_BYTES
  if (view.getFloat64(start + last, true) !== view.getFloat64(other + last, true)) return false
  for (let at = 0; at < last; at += DOUBLE_BYTES) {
    if (view.getFloat64(start + at, true) !== view.getFloat64(other + at, true)) return false
  }
  return true
}
