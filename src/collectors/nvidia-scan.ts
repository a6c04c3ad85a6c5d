/**
 * The lines of what `nvidia-smi --query-… --format=csv -l` wrote: headers (again after each start of the logger), rows,
 * and whatever else the driver had to say in between, on the same standard output.
 *
 *   timestamp, index, uuid, name, utilization.gpu [%]
 *   2026/11/20 06:09:58.123, 0, GPU-5a4f0a2e-1111-4c1d-9d7e-0123456789ab, NVIDIA H100 80GB HBM3, 97
 *   Unable to determine the device handle for GPU0000:02:00.0: Unknown Error
 */
import { COMMA, decodeText, FieldLines, NEWLINE, quoteBytes } from '../data/bytes.js'
import { textBounds } from '../data/text-bounds.js'
import { FileWarnings, WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { RawFile } from '../model.js'
import { isReason, NvidiaClock } from './nvidia-cells.js'
import { isMonitorFile, scanMonitor } from './nvidia-dmon.js'
import { type NvidiaHeader, readHeader } from './nvidia-header.js'
import { CsvRow, type NvidiaVisitor } from './nvidia-row.js'
import type { ReadContext } from './raw-context.js'

const STAMP = /\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g
/** A line with so many fields that is no row is a piece of rows; sentences of the driver have fewer commas. */
const LEAST_FIELDS_OF_PIECE = 3
/** Above this share of broken lines two programs have written to the file at once. */
const MOST_BROKEN_SHARE = 0.05

class NvidiaReader {
  /** True once a header was met. */
  hasHeader = false
  private readonly lines: FieldLines
  private readonly row: CsvRow
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
    this.row = new CsvRow(lines)
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
 * warnings. Returns whether there was a header. ParseError when its rows have no time. `windowMs`: as in ReadContext.
 */
export function scanNvidia(
  file: RawFile,
  warnings: WarningList,
  visitor: NvidiaVisitor,
  windowMs: ReadContext['windowMs'] = null,
): boolean {
  if (isMonitorFile(file)) return scanMonitor(file, warnings, visitor, windowMs)
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

/** True for what nvidia-smi printed: as CSV, whose first line with commas is a header, or as dmon and pmon do. */
export function isNvidiaFile(file: RawFile): boolean {
  if (isMonitorFile(file)) return true
  const lines = new FieldLines(file.bytes.subarray(0, HEAD_BYTES), COMMA)
  while (lines.next()) if (lines.count > 1) return readHeader(lines) !== null
  return false
}
