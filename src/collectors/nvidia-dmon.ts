/**
 * What `nvidia-smi dmon` and `nvidia-smi pmon` printed, for files that somebody else recorded: two header lines, again at
 * times and at each start, then a row per GPU or process, its words apart by blanks.
 *
 *   #Date       Time        gpu    pwr  gtemp  mtemp     sm    mem    enc    dec   mclk   pclk     fb   bar1
 *   #YYYYMMDD   HH:MM:SS    Idx      W      C      C      %      %      %      %    MHz    MHz     MB     MB
 *    20261120   06:09:58      0    143     61      -     97     41      0      0   1215   1410   8192      2
 */
import { decodeText, FieldLines, NEWLINE, quoteBytes } from '../data/bytes.js'
import { textBounds } from '../data/text-bounds.js'
import { FileWarnings, type WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { RawFile } from '../model.js'
import { MonitorClock } from './nvidia-monitor-time.js'
import type { NvidiaVisitor } from './nvidia-row.js'
import { WordRow } from './nvidia-words.js'
import type { ReadContext } from './raw-context.js'

const HASH = 0x23
/** No byte: lines are taken apart here. */
const NO_SEPARATOR = -1
const HEAD_BYTES = 64 * 1024
/** The second header line holds units, of which every driver has had the same. */
const UNITS_WORD = 'idx'
const NO_VALUE = '-'

/** What our query has for the columns of dmon; pwr of 390 stands before `temp`, later `gtemp` and `mtemp`. */
const DEVICE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['gpu', 'index'],
  ['pwr', 'power.draw'],
  ['temp', 'temperature.gpu'],
  ['gtemp', 'temperature.gpu'],
  ['sm', 'utilization.gpu'],
  ['mem', 'utilization.memory'],
  ['mclk', 'clocks.mem'],
  ['pclk', 'clocks.sm'],
  ['fb', 'memory.used'],
])
/** And for those of pmon, whose `sm` and `mem` are a process' own. */
const PROCESS_FIELDS: ReadonlyMap<string, string> = new Map([
  ['gpu', 'gpu_uuid'],
  ['pid', 'pid'],
  ['fb', 'used_gpu_memory'],
  ['command', 'process_name'],
])

/** Where the columns of the present header stand. */
interface MonitorLayout {
  readonly fieldCount: number
  readonly dateAt: number | null
  readonly timeAt: number
  /** Of a process; null: the rows are of GPUs. */
  readonly pidAt: number | null
}

class MonitorReader {
  hasHeader = false
  private readonly lines: FieldLines
  private readonly row: WordRow
  private readonly clock: MonitorClock
  private readonly windowMs: ReadContext['windowMs']
  private readonly notes: FileWarnings
  private readonly visitor: NvidiaVisitor
  private layout: MonitorLayout | null = null

  constructor(
    lines: FieldLines,
    notes: FileWarnings,
    visitor: NvidiaVisitor,
    windowMs: ReadContext['windowMs'],
  ) {
    this.lines = lines
    this.row = new WordRow(lines.bytes)
    this.clock = new MonitorClock(windowMs)
    this.windowMs = windowMs
    this.notes = notes
    this.visitor = visitor
  }

  read(): void {
    const { lines } = this
    while (lines.next()) {
      if (lines.lineEnd === lines.lineStart) continue
      if (!lines.isTerminated) {
        this.notes.note('cut', lines.line, 'the file ends within this line, which was left out')
        return
      }
      if (lines.bytes[lines.lineStart] === HASH) this.readHash()
      else if (this.layout) this.readRow(this.layout)
      else this.visitor.text(this.lineText().trim(), lines.line)
    }
  }

  private lineText(): string {
    return decodeText(this.lines.bytes, this.lines.lineStart, this.lines.lineEnd)
  }

  /** A header, the line of units below it, or a remark. */
  private readHash(): void {
    const { lines, row } = this
    row.split(lines.lineStart + 1, lines.lineEnd, lines.line, Number.POSITIVE_INFINITY)
    const words = row.words()
    if (isHeader(words)) this.readHeader(words)
    else if (!words.includes(UNITS_WORD)) this.visitor.text(this.lineText(), lines.line)
  }

  private readHeader(words: readonly string[]): void {
    const { line } = this.lines
    const timeAt = words.indexOf('time')
    const dateAt = words.indexOf('date')
    if (timeAt < 0 || (dateAt < 0 && this.windowMs === null)) {
      const what =
        timeAt < 0 ? 'no time: nothing says when its rows were measured' : 'a time of day without its date'
      throw new ParseError(`read ${this.notes.path}:${line}: what nvidia-smi monitored has ${what}`, {
        hint: 'record with: nvidia-smi dmon -s pucm -o DT',
      })
    }
    const isOfProcesses = words.includes('pid')
    const fields = isOfProcesses ? PROCESS_FIELDS : DEVICE_FIELDS
    const names = words.map((word, at) =>
      at === timeAt ? 'timestamp' : (fields.get(word) ?? `monitor.${word}`),
    )
    this.hasHeader = true
    this.layout = {
      fieldCount: words.length,
      dateAt: dateAt < 0 ? null : dateAt,
      timeAt,
      pidAt: isOfProcesses ? words.indexOf('pid') : null,
    }
    this.visitor.header({ names, units: names.map(() => '') }, line)
  }

  private readRow(layout: MonitorLayout): void {
    const { lines, row } = this
    const isOfProcesses = layout.pidAt !== null
    const most = isOfProcesses ? layout.fieldCount : Number.POSITIVE_INFINITY
    row.split(lines.lineStart, lines.lineEnd, lines.line, most)
    row.timeMs = this.clock.read(
      layout.dateAt === null ? null : row.text(layout.dateAt),
      row.text(layout.timeAt),
    )
    const isTimed = !Number.isNaN(row.timeMs)
    if (isTimed && row.count === layout.fieldCount) {
      // A GPU without processes has a row too.
      if (layout.pidAt === null || row.text(layout.pidAt) !== NO_VALUE) this.visitor.row(row)
    } else if (isTimed || /^\s*\d/.test(this.lineText())) this.readPiece()
    else this.visitor.text(this.lineText().trim(), lines.line)
  }

  /** A row that is too short or too long; one that holds no value but dashes loses none. */
  private readPiece(): void {
    const { lines, row, notes } = this
    const quoted = quoteBytes(lines.bytes, lines.lineStart, lines.lineEnd)
    const what = `not a whole row, left out: ${quoted}`
    if (row.words().at(-1) === NO_VALUE) notes.note('dashes', lines.line, what)
    else notes.lose('broken', lines.line, what)
  }
}

/** The GPU comes first, but for the time: `# user 4711 gpu` is no header. */
function isHeader(words: readonly string[]): boolean {
  return words.find((word) => word !== 'date' && word !== 'time') === 'gpu'
}

/** True for what dmon or pmon printed: the first line that begins with `#` names a column `gpu`. */
export function isMonitorFile(file: RawFile): boolean {
  const head = file.bytes.subarray(0, HEAD_BYTES)
  const row = new WordRow(head)
  for (let at = 0; at < head.length; ) {
    const newline = head.indexOf(NEWLINE, at)
    const end = newline < 0 ? head.length : newline
    let start = at
    while (start < end && !isPrintable(head[start])) start++
    if (head[start] === HASH && start < end) {
      row.split(start + 1, end, 0, Number.POSITIVE_INFINITY)
      return isHeader(row.words())
    }
    at = end + 1
  }
  return false
}

/** Neither a blank nor of a byte order mark. */
function isPrintable(byte: number | undefined): boolean {
  return byte !== undefined && byte > 0x20 && byte < 0x7f
}

/**
 * Hands the headers and rows of dmon or pmon to a visitor as if they were of a query. Returns whether there was a header.
 * ParseError when its rows have no time, or no day and `windowMs` does not tell one.
 */
export function scanMonitor(
  file: RawFile,
  warnings: WarningList,
  visitor: NvidiaVisitor,
  windowMs: ReadContext['windowMs'],
): boolean {
  const { start, limit } = textBounds(file, warnings)
  const lines = new FieldLines(file.bytes, NO_SEPARATOR, start, limit)
  const reader = new MonitorReader(lines, new FileWarnings(warnings, file.path), visitor, windowMs)
  reader.read()
  return reader.hasHeader
}
