import { ParseError } from '../errors.js'
import type { Resource, Table } from '../model.js'
import { COMMA, decodeText, FieldLines, parseDecimal, QUOTE, quoteBytes } from './bytes.js'
import { type ColumnSpec, CSV_COLUMNS } from './columns.js'
import { readQuotedRecord } from './csv-cells.js'
import { NameIndex } from './names.js'
import { createTable } from './table.js'
import { DATE_LENGTH, DATE_TIME_LENGTH, DateTimeReader } from './timestamps.js'

//   timestamp,elapsed_s,interval_s,device,alias,transfers_per_s,read_bytes_per_s
//   2026-11-20T06:09:58Z,1,1,vda,OS,1,32768
//   2026-11-20T06:09:59Z,2,1,"a,b","a,b",1,

const FIRST_CAPACITY = 1024
const LETTER_T = 0x54
const LETTER_Z = 0x5a
const POINT = 0x2e
const SHORTEST_TIMESTAMP = DATE_TIME_LENGTH + 1
const LONGEST_TIMESTAMP = SHORTEST_TIMESTAMP + 4
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

export interface CsvSource {
  readonly resource: Resource
  readonly host: string
  /** What the file is called in messages. */
  readonly path: string
  /** Columns that are needed, besides time, interval and device; all of the resource's without it. */
  readonly columns?: readonly string[]
}

/** Cells of one record: cell `i` reaches from `starts[i]` to `starts[i + 1] - 1` of `bytes`. */
interface Cells {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly count: number
}

/** A column while it is read; a name is kept as its index, so that no row costs a string. */
interface Target {
  readonly spec: ColumnSpec
  readonly cell: number
  /** The number, or the index of the name; NaN for an empty cell. */
  values: Float64Array
  readonly names: NameIndex
}

const TIMESTAMP: ColumnSpec = { name: 'timestamp', kind: 'text', decimals: 0 }
const INTERVAL: ColumnSpec = { name: 'interval_s', kind: 'number', decimals: 3 }

function wantedColumns(source: CsvSource): ColumnSpec[] {
  const { columns } = source
  const wanted = CSV_COLUMNS[source.resource].filter(
    ({ kind, name }) => kind === 'device' || kind === 'alias' || !columns || columns.includes(name),
  )
  return [TIMESTAMP, INTERVAL, ...wanted]
}

function cellText(cells: Cells, cell: number): string {
  return decodeText(cells.bytes, cells.starts[cell] as number, (cells.starts[cell + 1] as number) - 1)
}

class CsvReader {
  private readonly source: CsvSource
  private readonly targets: readonly Target[]
  private readonly cellCount: number
  private capacity = FIRST_CAPACITY
  private rowCount = 0
  private readonly dateTimes = new DateTimeReader()

  constructor(header: Cells, source: CsvSource) {
    this.source = source
    this.cellCount = header.count
    const names = Array.from({ length: header.count }, (_, cell) => cellText(header, cell).trim())
    this.targets = wantedColumns(source).flatMap((spec) => {
      const cell = names.indexOf(spec.name)
      if (cell < 0 && spec.kind === 'alias') return []
      if (cell < 0) throw this.problem(1, `the column "${spec.name}" is missing`)
      return [{ spec, cell, values: new Float64Array(FIRST_CAPACITY), names: new NameIndex() }]
    })
  }

  problem(line: number, what: string): ParseError {
    return new ParseError(`read ${this.source.path}:${line}: ${what}`, {
      hint: 'write it again from the raw files: clusterp parse',
    })
  }

  readRow(cells: Cells, line: number): void {
    if (cells.count !== this.cellCount) {
      throw this.problem(line, `${cells.count} cells where the header has ${this.cellCount}`)
    }
    if (this.rowCount === this.capacity) this.grow()
    const { bytes, starts } = cells
    for (const target of this.targets) {
      const start = starts[target.cell] as number
      const end = (starts[target.cell + 1] as number) - 1
      target.values[this.rowCount] = this.readCell(bytes, start, end, target, line)
    }
    this.rowCount++
  }

  toTable(): Table {
    const columns = new Map<string, Float64Array>()
    const textColumns = new Map<string, readonly (string | null)[]>()
    let times = new Float64Array(0)
    let intervals = new Float64Array(0)
    let devices: readonly string[] = []
    let deviceIndex: Uint32Array | null = null
    for (const { spec, values, names } of this.targets) {
      const used = values.subarray(0, this.rowCount)
      if (spec === TIMESTAMP) times = used.slice()
      else if (spec === INTERVAL) intervals = used.slice()
      else if (spec.kind === 'number') columns.set(spec.name, used.slice())
      else if (spec.kind === 'device') {
        devices = names.names
        deviceIndex = Uint32Array.from(used)
      } else
        textColumns.set(
          spec.name,
          Array.from(used, (index) => names.names[index] ?? null),
        )
    }
    const parts = { timeMs: times, intervalSec: intervals, devices, deviceIndex, columns, textColumns }
    const table = createTable(this.source.resource, this.source.host, parts)
    return this.source.columns ? { ...table, columns } : table
  }

  private readCell(bytes: Uint8Array, start: number, end: number, target: Target, line: number): number {
    const { spec, names } = target
    if (spec === TIMESTAMP) return this.readTime(bytes, start, end, line)
    if (spec.kind === 'device') return names.find(bytes, start, end)
    if (start === end) return Number.NaN
    if (spec.kind !== 'number') return names.find(bytes, start, end)
    const value = parseDecimal(bytes, start, end)
    if (!Number.isNaN(value)) return value
    throw this.problem(line, `${spec.name}: ${quoteBytes(bytes, start, end)} is not a number`)
  }

  /** Epoch milliseconds of a cell such as `2026-11-20T06:09:58Z` or `2026-11-20T06:09:58.123Z`. */
  private readTime(bytes: Uint8Array, start: number, end: number, line: number): number {
    const length = end - start
    const isUtc = bytes[start + DATE_LENGTH] === LETTER_T && bytes[end - 1] === LETTER_Z
    if (isUtc && length >= SHORTEST_TIMESTAMP && length <= LONGEST_TIMESTAMP) {
      const wholeMs = this.dateTimes.read(bytes, start)
      const pointAt = start + DATE_TIME_LENGTH
      if (length === SHORTEST_TIMESTAMP && !Number.isNaN(wholeMs)) return wholeMs
      const timeMs = wholeMs + Math.round(parseDecimal(bytes, pointAt, end - 1) * 1000)
      if (bytes[pointAt] === POINT && !Number.isNaN(timeMs)) return timeMs
    }
    throw this.problem(line, `timestamp: ${quoteBytes(bytes, start, end)} is not like 2026-11-20T06:09:58Z`)
  }

  private grow(): void {
    this.capacity *= 2
    for (const target of this.targets) {
      const values = new Float64Array(this.capacity)
      values.set(target.values)
      target.values = values
    }
  }
}

/**
 * Reads a parsed CSV: what `tableToCsv` writes, also with other line ends, columns in another order, and columns of its
 * own, which are passed over. An empty cell is NaN or null; `alias` becomes a text column.
 */
export function readTableCsv(bytes: Uint8Array, source: CsvSource): Table {
  const hasMark = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte)
  const lines = new FieldLines(bytes, COMMA, hasMark ? 3 : 0)
  if (!lines.next() || lines.isOverlong) {
    throw new ParseError(`read ${source.path}: no header line`, { hint: 'write it again: clusterp parse' })
  }
  let reader: CsvReader | null = null
  let nextQuote = bytes.indexOf(QUOTE)
  do {
    if (lines.lineEnd === lines.lineStart) continue
    let cells: Cells = lines
    const line = lines.line
    if (nextQuote >= 0 && nextQuote < lines.position) {
      const record = readQuotedRecord(bytes, lines.lineStart)
      if (!record.isWhole) {
        throw new ParseError(`read ${source.path}:${line}: a quoted cell does not end where it should`)
      }
      lines.skipTo(record.next, record.innerLines)
      nextQuote = bytes.indexOf(QUOTE, record.next)
      cells = record
    }
    if (reader) reader.readRow(cells, line)
    else reader = new CsvReader(cells, source)
  } while (lines.next())
  if (!reader)
    throw new ParseError(`read ${source.path}: no header line`, { hint: 'write it again: clusterp parse' })
  return reader.toTable()
}
