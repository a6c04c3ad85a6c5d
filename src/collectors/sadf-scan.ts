import { decodeText, FieldLines, parseDecimal, quoteBytes, SEMICOLON } from '../data/bytes.js'
import { NameIndex } from '../data/names.js'
import { textBounds } from '../data/text-bounds.js'
import { FileWarnings, type WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { RawFile } from '../model.js'
import type { ReadContext } from './raw-context.js'
import { ALL_CPUS, checkFirstRow, cpuNumberAt, notSadf } from './sadf-checks.js'
import { CoreReducer } from './sadf-cores.js'
import { EventList } from './sadf-events.js'
import { FIXED_FIELDS, headerNames, ITEM_FIELD, type Pass, SectionStore, TIME_FIELD } from './sadf-pass.js'
import { NO_ITEM } from './sadf-rows.js'
import type { SectionKind } from './sadf-sections.js'
import { isLocalTime, isPlausibleTime, StampReader } from './sadf-time.js'
import { type RowTargets, UsualRows } from './sadf-usual.js'
import { readValues } from './sadf-values.js'

//   # hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle
//   vm;1;2026-11-20 06:28:20 UTC;-1;65.48;0.00;23.35;0.00;0.00;11.17
//   vm;-1;2026-11-20 06:28:20 UTC;LINUX-RESTART	(2 CPU)

const HASH = 0x23
const MINUS = 0x2d
const INTERVAL_FIELD = 1
const LONGEST_NAME = 80
const LONGEST_INTERVAL_SEC = 31 * 86_400

/** Rows that the rest of the section can hold if they are as long as this line. */
function expectedRows(lines: FieldLines): number {
  const rest = lines.bytes.indexOf(HASH, lines.position)
  const bytesLeft = (rest < 0 ? lines.bytes.length : rest) - lines.lineStart
  return Math.ceil(bytesLeft / (lines.lineEnd - lines.lineStart + 1))
}

/** Reads the sections of some kinds out of `sadf -d` files, one file after the other. */
export class SadfScanner {
  readonly store: SectionStore
  readonly devices = new NameIndex()
  readonly events: EventList
  private readonly context: ReadContext
  private readonly warnings: WarningList
  private readonly stamps = new StampReader()
  private readonly cores: CoreReducer
  private notes: FileWarnings
  private hasHeader = false
  private readonly into: RowTargets
  private usual: UsualRows
  private pass: Pass | null = null

  constructor(wanted: readonly SectionKind[], context: ReadContext, warnings: WarningList) {
    this.store = new SectionStore(wanted)
    this.context = context
    this.warnings = warnings
    this.notes = new FileWarnings(warnings, '')
    this.events = new EventList(context.host)
    this.cores = new CoreReducer(this.store.rowsOf('cores'))
    this.into = { names: this.devices, cores: this.cores, events: this.events }
    this.usual = new UsualRows(new Uint8Array(0), 0, this.into, null)
  }

  /** Reads one file into the store; a file that is no `sadf -d` output at all is a ParseError. */
  scan(file: RawFile): void {
    const { start, limit } = textBounds(file, this.warnings)
    const lines = new FieldLines(file.bytes, SEMICOLON, start, limit)
    this.notes = new FileWarnings(this.warnings, file.path)
    this.usual = new UsualRows(file.bytes, limit, this.into, this.context.windowMs)
    this.pass = null
    this.hasHeader = false
    let hasEvent = false
    while (lines.next()) {
      if (lines.lineEnd === lines.lineStart) continue
      if (file.bytes[lines.lineStart] === HASH) this.openPass(lines)
      else if (lines.count <= FIXED_FIELDS || lines.isOverlong) this.lose(lines, 'not a row of sadf -d')
      else if (file.bytes[lines.starts[INTERVAL_FIELD] as number] === MINUS) {
        hasEvent = this.readSpecial(lines) || hasEvent
      } else if (this.pass) this.readRows(lines, this.pass)
      else if (!this.hasHeader) this.lose(lines, 'a row before any header line')
    }
    this.cores.finish()
    if (!this.hasHeader && !hasEvent) throw notSadf(file, start, limit)
  }

  private openPass(lines: FieldLines): void {
    this.cores.finish()
    this.usual.forget()
    this.hasHeader = true
    // The last header of a cut file is not whole, and nothing stands below it.
    this.pass =
      lines.isTerminated && !lines.isOverlong
        ? this.store.openPass(headerNames(lines), this.notes.path)
        : null
  }

  /** Reads a row with interval -1; true when it was one that sadf writes. */
  private readSpecial(lines: FieldLines): boolean {
    const timeMs = this.timeOf(lines)
    const text = decodeText(lines.bytes, lines.starts[ITEM_FIELD] as number, lines.lineEnd)
    if (Number.isNaN(timeMs) || !this.events.addSpecial(timeMs, text)) {
      this.lose(lines, 'not a row of sadf -d')
      return false
    }
    // After a restart the clock may have been set: that is no step within the series.
    if (this.pass && text.startsWith('LINUX')) this.pass.previousTimeMs = Number.NaN
    return true
  }

  private readRows(lines: FieldLines, pass: Pass): void {
    if (this.readRow(lines, pass) && pass.isRegular) this.readUsualRows(lines, pass, this.usual)
  }

  /** Reads a row with all its checks; true when it was taken. */
  private readRow(lines: FieldLines, pass: Pass): boolean {
    const { rows } = pass
    const extra = lines.count - pass.fieldCount
    if (extra < 0 || (extra > 0 && !pass.hasNames)) {
      return this.lose(lines, `${lines.count} fields where the header has ${pass.fieldCount}`)
    }
    if (pass.rowsSeen++ === 0) checkFirstRow(lines, pass, this.context, this.notes)
    const intervalSec = parseDecimal(lines.bytes, lines.starts[1] as number, (lines.starts[2] as number) - 1)
    const timeMs = this.timeOf(lines)
    if (!this.isPlausible(lines, timeMs, intervalSec)) return false
    // Of a CPU section most rows are single CPUs', which are folded into one.
    if (rows.isFull) rows.reserve(pass.hasCpu ? 1 : expectedRows(lines))
    const row = rows.rowCount
    if (!readValues(lines, pass, row, this.notes)) return this.lose(lines, 'not a number')
    if (intervalSec === 0) this.emptyRates(lines, pass)
    const start = lines.starts[ITEM_FIELD] as number
    const end = (lines.starts[ITEM_FIELD + 1 + extra] as number) - 1
    const core = pass.hasCpu ? cpuNumberAt(lines.bytes, start, end) : ALL_CPUS
    if (Number.isNaN(core)) return this.lose(lines, 'not the number of a CPU')
    const item = pass.hasNames ? this.devices.find(lines.bytes, start, end) : core
    this.usual.follow(lines, timeMs, intervalSec)
    this.takeRow(pass, item, this.usual, lines.line)
    return true
  }

  /** Reads the rows below one that was read with all checks, as long as they are like it. */
  private readUsualRows(lines: FieldLines, pass: Pass, usual: UsualRows): void {
    const { rows } = pass
    for (;;) {
      const count = usual.read(lines.position, lines.line + 1, pass)
      pass.rowsSeen += count
      lines.skipTo(usual.position, count)
      if (!rows.isFull) return
      rows.reserve(1)
    }
  }

  /** Adds the row whose values were just read to its section; a single CPU's row is folded into the busiest core. */
  private takeRow(pass: Pass, item: number, sample: UsualRows, line: number): void {
    const { rows } = pass
    const { timeMs, intervalSec } = sample
    const row = rows.rowCount
    rows.timeMs[row] = timeMs
    rows.intervalSec[row] = intervalSec
    rows.pass[row] = pass.number
    rows.line[row] = line
    rows.item[row] = pass.hasNames ? item : NO_ITEM
    if (!this.isOwnRow(pass, item, line)) return
    pass.follow(timeMs, intervalSec, this.events)
    rows.rowCount++
  }

  /** False for a row that does not stand in the table itself: of a single CPU, or of a device that was met already. */
  private isOwnRow(pass: Pass, item: number, line: number): boolean {
    const { rows } = pass
    const timeMs = rows.timeMs[rows.rowCount] as number
    if (pass.hasNames) {
      const met = pass.items.meet(item, timeMs, line)
      if (met === 'same-second') this.noteSameSecond(line)
      else if (met !== null) this.noteSharedName(item, line, met)
      return met === null || met === 'same-second'
    }
    if (pass.hasCores) return item !== ALL_CPUS
    if (item !== ALL_CPUS) this.cores.add(rows, rows.rowCount, item)
    else if (timeMs === pass.previousTimeMs) this.noteSameSecond(line)
    return item === ALL_CPUS
  }

  private noteSharedName(item: number, line: number, otherLine: number): void {
    const name = JSON.stringify((this.devices.names[item] ?? '').slice(0, LONGEST_NAME))
    const what = `${name} was in this sample on line ${otherLine} already: two devices share a name`
    this.notes.lose('shared name', line, `${what}, the first is taken`)
  }

  private noteSameSecond(line: number): void {
    this.notes.note('same second', line, 'a second sample of the same second, both are kept')
  }

  private emptyRates(lines: FieldLines, pass: Pass): void {
    const { spec, values, rowCount } = pass.rows
    if (!spec.isRate) return
    this.notes.note('interval 0', lines.line, 'interval 0: its rates were left empty')
    for (const column of values) column[rowCount] = Number.NaN
  }

  private isPlausible(lines: FieldLines, timeMs: number, intervalSec: number): boolean {
    if (Number.isNaN(timeMs) || Number.isNaN(intervalSec)) {
      this.lose(lines, 'no time or interval')
      return false
    }
    const isTrue = intervalSec <= LONGEST_INTERVAL_SEC && isPlausibleTime(timeMs, this.context.windowMs)
    if (!isTrue)
      this.lose(lines, `its time or its interval of ${intervalSec} s cannot be true`, 'implausible')
    return isTrue
  }

  private timeOf(lines: FieldLines): number {
    const { bytes, starts } = lines
    const start = starts[TIME_FIELD] as number
    const end = (starts[TIME_FIELD + 1] as number) - 1
    const timeMs = this.stamps.read(bytes, start, end)
    if (Number.isNaN(timeMs) && isLocalTime(bytes, start, end)) {
      const stamp = quoteBytes(bytes, start, end)
      throw new ParseError(
        `read ${this.notes.path}:${lines.line}: ${stamp} is local time, which cannot be placed`,
        { hint: 'convert it again with plain sadf -d, without -T and -t' },
      )
    }
    return timeMs
  }

  private lose(lines: FieldLines, what: string, kind = 'row'): false {
    if (this.pass) this.pass.previousTimeMs = Number.NaN
    const { bytes, lineStart, lineEnd, line } = lines
    if (!lines.isTerminated)
      this.notes.note('cut', line, 'the file ends within this line, which was left out')
    else this.notes.lose(kind, line, `${what}, left out: ${quoteBytes(bytes, lineStart, lineEnd)}`)
    return false
  }
}
