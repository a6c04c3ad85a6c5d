import type { Table } from '../model.js'
import { COMMA, NEWLINE } from './bytes.js'
import { type ColumnSpec, CSV_COLUMNS, LEADING_COLUMNS } from './columns.js'
import { LONGEST_NUMBER, writeNumber } from './csv-number.js'

const CHUNK_BYTES = 1 << 20
const encoder = new TextEncoder()

export interface CsvOptions {
  /** What `elapsed_s` counts from, epoch milliseconds. */
  readonly elapsedZeroMs: number
  readonly aliasOf: (device: string) => string
  /** Devices whose rows are written; all without it. */
  readonly keep?: (device: string) => boolean
}

/** Gathers bytes in chunks; `reserve` makes sure that the current chunk has room. */
class ChunkWriter {
  bytes = new Uint8Array(CHUNK_BYTES)
  at = 0
  readonly chunks: Uint8Array[] = []

  reserve(size: number): void {
    if (this.at + size <= this.bytes.length) return
    this.finish()
    this.bytes = new Uint8Array(Math.max(CHUNK_BYTES, size))
  }

  finish(): Uint8Array[] {
    if (this.at > 0) this.chunks.push(this.bytes.subarray(0, this.at))
    this.at = 0
    return this.chunks
  }

  copy(source: Uint8Array): void {
    const { bytes, at } = this
    // A loop beats `set` for the dozen bytes that a name or a time has.
    for (let index = 0; index < source.length; index++) bytes[at + index] = source[index] as number
    this.at = at + source.length
  }
}

/** Commas, quotes and line breaks need quotes by RFC 4180; blanks at an end would else be lost by what trims lines. */
const NEEDS_QUOTES = /[",\r\n]|^[ \t]|[ \t]$/

function cellBytes(text: string): Uint8Array {
  return encoder.encode(NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
}

/** Writes one column's cell of a row into the writer, which has room for it. */
type CellWriter = (writer: ChunkWriter, row: number) => void

function numberCells(values: Float64Array | undefined, decimals: number): CellWriter {
  if (!values) return () => undefined
  return (writer, row) => {
    writer.at = writeNumber(writer.bytes, writer.at, values[row] as number, decimals)
  }
}

function textCells(values: readonly (string | null)[] | undefined): CellWriter {
  if (!values) return () => undefined
  const cells = new Map<string, Uint8Array>()
  return (writer, row) => {
    const text = values[row] ?? null
    if (text === null) return
    let cell = cells.get(text)
    if (!cell) {
      cell = cellBytes(text)
      cells.set(text, cell)
    }
    writer.reserve(cell.length + LONGEST_NUMBER)
    writer.copy(cell)
  }
}

function deviceCells(table: Table, nameOf: (device: string) => string): CellWriter {
  const { deviceIndex } = table
  if (!deviceIndex) return () => undefined
  const cells = table.devices.map((device) => cellBytes(nameOf(device)))
  return (writer, row) => {
    const cell = cells[deviceIndex[row] as number]
    if (!cell) return
    writer.reserve(cell.length + LONGEST_NUMBER)
    writer.copy(cell)
  }
}

function cellWriterOf(table: Table, column: ColumnSpec, options: CsvOptions): CellWriter {
  if (column.kind === 'device') return deviceCells(table, (device) => device)
  if (column.kind === 'alias') return deviceCells(table, options.aliasOf)
  if (column.kind === 'text') return textCells(table.textColumns.get(column.name))
  return numberCells(table.columns.get(column.name), column.decimals)
}

/** `timestamp,elapsed,interval` of a row: the same for all devices of a sample, so it is made once and copied. */
class LeadingCells {
  private readonly table: Table
  private readonly elapsedZeroMs: number
  private readonly hasMilliseconds: boolean
  private readonly buffer = new Uint8Array(3 * LONGEST_NUMBER)
  private cells = new Uint8Array(0)
  private timeMs = Number.NaN
  private intervalSec = Number.NaN

  constructor(table: Table, elapsedZeroMs: number) {
    this.table = table
    this.elapsedZeroMs = elapsedZeroMs
    this.hasMilliseconds = table.timeMs.some((timeMs) => timeMs % 1000 !== 0)
  }

  write(writer: ChunkWriter, row: number): void {
    const timeMs = this.table.timeMs[row] as number
    const intervalSec = this.table.intervalSec[row] as number
    if (timeMs !== this.timeMs || intervalSec !== this.intervalSec) this.make(timeMs, intervalSec)
    writer.copy(this.cells)
  }

  private make(timeMs: number, intervalSec: number): void {
    const iso = new Date(timeMs).toISOString()
    const buffer = this.buffer
    let at = encoder.encodeInto(this.hasMilliseconds ? iso : `${iso.slice(0, -5)}Z`, buffer).written
    buffer[at++] = COMMA
    at = writeNumber(buffer, at, (timeMs - this.elapsedZeroMs) / 1000, 3)
    buffer[at++] = COMMA
    at = writeNumber(buffer, at, intervalSec, 3)
    this.cells = buffer.subarray(0, at)
    this.timeMs = timeMs
    this.intervalSec = intervalSec
  }
}

function keptDevices(table: Table, keep: CsvOptions['keep']): readonly boolean[] | null {
  return keep && table.deviceIndex ? table.devices.map((device) => keep(device)) : null
}

/** The table as CSV in UTF-8, cut into chunks: a header line, then a line per row in the table's order. */
export function tableToCsv(table: Table, options: CsvOptions): Uint8Array[] {
  const columns = CSV_COLUMNS[table.resource]
  const cellWriters = columns.map((column) => cellWriterOf(table, column, options))
  const writer = new ChunkWriter()
  const header = [...LEADING_COLUMNS, ...columns.map((column) => column.name)].join(',')
  writer.copy(encoder.encode(`${header}\n`))
  const leading = new LeadingCells(table, options.elapsedZeroMs)
  const kept = keptDevices(table, options.keep)
  const rowBytes = (LEADING_COLUMNS.length + columns.length) * (LONGEST_NUMBER + 1)
  for (let row = 0; row < table.rowCount; row++) {
    if (kept && kept[table.deviceIndex?.[row] as number] !== true) continue
    writer.reserve(rowBytes)
    leading.write(writer, row)
    for (const writeCell of cellWriters) {
      writer.bytes[writer.at++] = COMMA
      writeCell(writer, row)
    }
    writer.bytes[writer.at++] = NEWLINE
  }
  return writer.finish()
}
