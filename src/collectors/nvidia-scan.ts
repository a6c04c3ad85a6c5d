/**
 * The lines of what `nvidia-smi --query-… --format=csv -l` wrote: headers (again after each start of the logger), rows,
 * and whatever else the driver had to say in between, on the same standard output.
 *
 *   timestamp, index, uuid, name, utilization.gpu [%]
 *   2026/11/20 06:09:58.123, 0, GPU-5a4f0a2e-1111-4c1d-9d7e-0123456789ab, NVIDIA H100 80GB HBM3, 97
 *   Unable to determine the device handle for GPU0000:02:00.0: Unknown Error
 */
import { COMMA, decodeText, FieldLines, isBlank, NEWLINE, quoteBytes } from '../data/bytes.js'
import { textBounds } from '../data/text-bounds.js'
import { FileWarnings, WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { RawFile } from '../model.js'
import { isReason, NvidiaClock } from './nvidia-cells.js'
import { type NvidiaHeader, readHeader } from './nvidia-header.js'

const STAMP = /\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g
/** A line with so many fields that is no row is a piece of rows; sentences of the driver have fewer commas. */
const LEAST_FIELDS_OF_PIECE = 3
/** Above this share of broken lines two programs have written to the file at once. */
const MOST_BROKEN_SHARE = 0.05
const NO_CELL = -1

/** What the reader of a kind of query makes of its lines. */
export interface NvidiaVisitor {
  /** A header: returns where the one field that may hold commas stands, null when the query has none. */
  header(header: NvidiaHeader, line: number): number | null
  row(row: NvidiaRow): void
  /** A line that is neither; `line` is its number. */
  text(text: string, line: number): void
  /** A row of which every field is the same reason, such as `[Unknown Error]`. */
  silentRow(reason: string, line: number): void
}

/** The row being read; the same object for each. */
export class NvidiaRow {
  timeMs = Number.NaN
  /** Where the cell chosen by `find` begins and ends in `bytes`, without blanks around it. */
  start = 0
  end = 0
  private readonly lines: FieldLines
  private freeAt = NO_CELL
  private extra = 0

  constructor(lines: FieldLines) {
    this.lines = lines
  }

  get bytes(): Uint8Array {
    return this.lines.bytes
  }

  get line(): number {
    return this.lines.line
  }

  /** Says which field may hold commas, and how many of this line's are in it. */
  place(freeAt: number | null, extra: number): void {
    this.freeAt = freeAt ?? NO_CELL
    this.extra = extra
  }

  /** Finds the cell of the field at a position of the header. */
  find(at: number): void {
    const { bytes, starts } = this.lines
    const isBehind = this.freeAt !== NO_CELL && at > this.freeAt
    const first = isBehind ? at + this.extra : at
    const last = at === this.freeAt ? at + this.extra : first
    let start = starts[first] as number
    let end = (starts[last + 1] as number) - 1
    while (start < end && isBlank(bytes[start])) start++
    while (end > start && isBlank(bytes[end - 1])) end--
    this.start = start
    this.end = end
  }

  /** The cell of a field as text. */
  text(at: number): string {
    return this.textFrom(at, at)
  }

  /** The cells from one field to another as they stand there. */
  textFrom(firstAt: number, lastAt: number): string {
    this.find(firstAt)
    const { start } = this
    this.find(lastAt)
    return decodeText(this.bytes, start, this.end)
  }
}

class NvidiaReader {
  /** True once a header was met. */
  hasHeader = false
  private readonly lines: FieldLines
  private readonly row: NvidiaRow
  private readonly clock = new NvidiaClock()
  private readonly notes: FileWarnings
  private readonly visitor: NvidiaVisitor
  private fieldCount = 0
  private timeAt = 0
  private freeAt: number | null = null
  private rowCount = 0
  private brokenCount = 0

  constructor(lines: FieldLines, notes: FileWarnings, visitor: NvidiaVisitor) {
    this.lines = lines
    this.row = new NvidiaRow(lines)
    this.notes = notes
    this.visitor = visitor
  }

  read(): void {
    const { lines, visitor } = this
    while (lines.next()) {
      if (lines.lineEnd === lines.lineStart) continue
      if (!lines.isTerminated) {
        this.notes.note('cut', lines.line, 'the file ends within this line, which was left out')
        break
      }
      const header = readHeader(lines)
      if (header) this.readHeader(header)
      else if (this.isRow()) {
        this.rowCount++
        visitor.row(this.row)
      } else this.readOther()
    }
    const lineCount = this.rowCount + this.brokenCount
    if (this.brokenCount > MOST_BROKEN_SHARE * lineCount && this.rowCount > 0 && this.brokenCount > 1) {
      const counts = `${this.brokenCount} of ${lineCount} lines are no whole rows`
      this.notes.lose('mixed', 0, `${counts}: did two programs write to it at once?`)
    }
  }

  private readHeader(header: NvidiaHeader): void {
    const timeAt = header.names.indexOf('timestamp')
    if (timeAt < 0) {
      throw new ParseError(
        `read ${this.notes.path}:${this.lines.line}: the query has no "timestamp": nothing says when its rows were measured`,
        { hint: 'record again with --query-gpu=timestamp,index,uuid,…' },
      )
    }
    this.hasHeader = true
    this.timeAt = timeAt
    this.fieldCount = header.names.length
    this.freeAt = this.visitor.header(header, this.lines.line)
  }

  /** Places the row's cells; false for a line that is no row. */
  private isRow(): boolean {
    const { lines, row, freeAt } = this
    const extra = lines.count - this.fieldCount
    if (!this.hasHeader || lines.isOverlong || extra < 0 || (extra > 0 && freeAt === null)) return false
    row.place(freeAt, extra)
    row.find(this.timeAt)
    row.timeMs = this.clock.read(row.bytes, row.start, row.end)
    return !Number.isNaN(row.timeMs) && (extra === 0 || stampCount(this.lineText()) === 1)
  }

  private lineText(): string {
    return decodeText(this.lines.bytes, this.lines.lineStart, this.lines.lineEnd)
  }

  private readOther(): void {
    const { lines } = this
    const text = this.lineText()
    const words = new Set(text.split(',').map((word) => word.trim()))
    const [only = ''] = words
    if (words.size === 1 && lines.count > 1 && isReason(only)) {
      this.visitor.silentRow(only, lines.line)
    } else if (lines.count >= LEAST_FIELDS_OF_PIECE || stampCount(text) > 0) {
      this.brokenCount++
      // Of a file that holds no header at all the first line says best what it is.
      if (!this.hasHeader && this.brokenCount === 1) this.visitor.text(text, lines.line)
      const quoted = quoteBytes(lines.bytes, lines.lineStart, lines.lineEnd)
      this.notes.lose('broken', lines.line, `not a whole row, left out: ${quoted}`)
    } else this.visitor.text(text, lines.line)
  }
}

function stampCount(text: string): number {
  return text.match(STAMP)?.length ?? 0
}

/**
 * Hands a file's headers, whole rows and other lines to the visitor in order; broken rows and a cut last line are
 * warnings. Returns whether there was a header. ParseError when its rows have no time.
 */
export function scanNvidia(file: RawFile, warnings: WarningList, visitor: NvidiaVisitor): boolean {
  const { start, limit } = textBounds(file, warnings)
  const lines = new FieldLines(file.bytes, COMMA, start, limit)
  const reader = new NvidiaReader(lines, new FileWarnings(warnings, file.path), visitor)
  reader.read()
  return reader.hasHeader
}

/** Enough for a header and a sample of many GPUs. */
const HEAD_BYTES = 64 * 1024
/** Fields that may hold commas. */
const FREE_TEXTS = new Set(['name', 'gpu_name', 'process_name'])

/** Time of a file's first row, epoch milliseconds, from its head alone; null when there is none. */
export function firstNvidiaMs(file: RawFile): number | null {
  const head = file.bytes.subarray(0, HEAD_BYTES)
  const end = head.length < file.bytes.length ? head.lastIndexOf(NEWLINE) + 1 : head.length
  let firstMs = Number.NaN
  scanNvidia({ path: file.path, bytes: head.subarray(0, end) }, new WarningList(), {
    header: (header) => {
      const freeAt = header.names.findIndex((name) => FREE_TEXTS.has(name))
      return freeAt < 0 ? null : freeAt
    },
    row: (row) => {
      if (Number.isNaN(firstMs)) firstMs = row.timeMs
    },
    text: () => undefined,
    silentRow: () => undefined,
  })
  return Number.isNaN(firstMs) ? null : firstMs
}

/** True for what nvidia-smi printed as CSV: the first line with commas is a header. */
export function isNvidiaFile(file: RawFile): boolean {
  const lines = new FieldLines(file.bytes.subarray(0, HEAD_BYTES), COMMA)
  while (lines.next()) if (lines.count > 1) return readHeader(lines) !== null
  return false
}
