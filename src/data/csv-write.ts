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

/** Commas, quotes and line breaks need quotes by RFC 4180; blanks at an end would else be lost by what trims lines. */
const NEEDS_QUOTES = /[",\r\n]|^[ \t]|[ \t]$/

function cellBytes(text: string): Uint8Array {
  return encoder.encode(NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
}

/** A column as it is written: numbers, or names by an index per row; neither when nothing was measured. */
interface ColumnPlan {
  readonly decimals: number
  readonly values: Float64Array | null
  readonly cells: readonly Uint8Array[]
  /** Index into `cells` for each row. */
  readonly index: Uint32Array | null
}

const EMPTY_CELL: Uint8Array = new Uint8Array(0)

function deviceColumn(table: Table, nameOf: (device: string) => string): ColumnPlan {
  const cells = table.devices.map((device) => cellBytes(nameOf(device)))
  return { decimals: 0, values: null, cells, index: table.deviceIndex }
}

function textColumn(values: readonly (string | null)[]): ColumnPlan {
  const cells: Uint8Array[] = [EMPTY_CELL]
  const known = new Map<string, number>()
  const index = Uint32Array.from(values, (text) => {
    if (text === null) return 0
    let cell = known.get(text)
    if (cell === undefined) {
      cell = cells.push(cellBytes(text)) - 1
      known.set(text, cell)
    }
    return cell
  })
  return { decimals: 0, values: null, cells, index }
}

function planOf(table: Table, column: ColumnSpec, options: CsvOptions): ColumnPlan {
  const { kind, name, decimals } = column
  if (kind === 'device') return deviceColumn(table, (device) => device)
  if (kind === 'alias') return deviceColumn(table, options.aliasOf)
  if (kind === 'text') return textColumn(table.textColumns.get(name) ?? [])
  return { decimals, values: table.columns.get(name) ?? null, cells: [], index: null }
}

/** Most bytes that a row can take. */
function rowBytes(plans: readonly ColumnPlan[]): number {
  const longest = plans.map(({ cells }) =>
    cells.reduce((most, cell) => Math.max(most, cell.length), LONGEST_NUMBER),
  )
  return longest.reduce((sum, length) => sum + length + 1, LEADING_COLUMNS.length * (LONGEST_NUMBER + 1))
}

/** `timestamp,elapsed,interval` of a row: the same for all devices of a sample, so it is made once and copied. */
class LeadingCells {
  private readonly table: Table
  private readonly elapsedZeroMs: number
  private readonly hasMilliseconds: boolean
  private readonly buffer = new Uint8Array(3 * LONGEST_NUMBER)
  private cells: Uint8Array = EMPTY_CELL
  private timeMs = Number.NaN
  private intervalSec = Number.NaN

  constructor(table: Table, elapsedZeroMs: number) {
    this.table = table
    this.elapsedZeroMs = elapsedZeroMs
    this.hasMilliseconds = table.timeMs.some((timeMs) => timeMs % 1000 !== 0)
  }

  of(row: number): Uint8Array {
    const timeMs = this.table.timeMs[row] as number
    const intervalSec = this.table.intervalSec[row] as number
    if (timeMs !== this.timeMs || intervalSec !== this.intervalSec) this.make(timeMs, intervalSec)
    return this.cells
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

/** Copies a dozen bytes, for which a loop beats `set`; returns the offset behind them. */
function copyBytes(target: Uint8Array, at: number, source: Uint8Array): number {
  for (let index = 0; index < source.length; index++) target[at + index] = source[index] as number
  return at + source.length
}

function writeRow(bytes: Uint8Array, start: number, plans: readonly ColumnPlan[], row: number): number {
  let at = start
  for (let column = 0; column < plans.length; column++) {
    const { values, decimals, index, cells } = plans[column] as ColumnPlan
    bytes[at++] = COMMA
    if (values !== null) {
      const value = values[row] as number
      if (!Number.isNaN(value)) at = writeNumber(bytes, at, value, decimals)
    } else if (index !== null) {
      at = copyBytes(bytes, at, cells[index[row] as number] ?? EMPTY_CELL)
    }
  }
  bytes[at] = NEWLINE
  return at + 1
}

function keptDevices(table: Table, keep: CsvOptions['keep']): readonly boolean[] | null {
  return keep && table.deviceIndex ? table.devices.map((device) => keep(device)) : null
}

/** The table as CSV in UTF-8, cut into chunks: a header line, then a line per row in the table's order. */
export function tableToCsv(table: Table, options: CsvOptions): Uint8Array[] {
  const columns = CSV_COLUMNS[table.resource]
  const plans = columns.map((column) => planOf(table, column, options))
  const header = [...LEADING_COLUMNS, ...columns.map((column) => column.name)].join(',')
  const chunks: Uint8Array[] = [encoder.encode(`${header}\n`)]
  const leading = new LeadingCells(table, options.elapsedZeroMs)
  const kept = keptDevices(table, options.keep)
  const mostBytes = rowBytes(plans)
  let bytes = new Uint8Array(Math.max(CHUNK_BYTES, mostBytes))
  let at = 0
  for (let row = 0; row < table.rowCount; row++) {
    if (kept && kept[table.deviceIndex?.[row] as number] !== true) continue
    if (at + mostBytes > bytes.length) {
      chunks.push(bytes.subarray(0, at))
      bytes = new Uint8Array(bytes.length)
      at = 0
    }
    at = copyBytes(bytes, at, leading.of(row))
    at = writeRow(bytes, at, plans, row)
  }
  if (at > 0) chunks.push(bytes.subarray(0, at))
  return chunks
}
