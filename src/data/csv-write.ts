import type { Table } from '../model.js'
import { NEWLINE } from './bytes.js'
import { type ColumnSpec, CSV_COLUMNS, LEADING_COLUMNS } from './columns.js'
import { LeadingCells, LONGEST_LEAD } from './csv-lead.js'
import { LONGEST_NUMBER, WIDEST_CELL, writeCell, writeNumber } from './csv-number.js'

const CHUNK_BYTES = 1 << 20
const WORD_BYTES = 4
const DOUBLE_BYTES = 8
const FOUR_COMMAS = 0x2c2c2c2c
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

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A column as it is written: numbers, or texts by an index per row; a column of nothing has no plan. All plans are made
 * with the same keys in the same order: the loop over them is quickest when they have one shape.
 */
interface ColumnPlan {
  /** Commas before the cell: one, and one for each column of nothing before it. */
  readonly commas: number
  readonly decimals: number
  readonly values: Float64Array | null
  /** Texts in UTF-8, each with room for a last double, and their lengths. */
  readonly cells: readonly DataView[]
  readonly lengths: readonly number[]
  /** Index into `cells` for each row. */
  readonly index: Uint32Array | null
}

function textPlan(texts: readonly string[], index: Uint32Array | null): ColumnPlan | null {
  if (index === null) return null
  const encoded = texts.map((text) => encoder.encode(text))
  const cells = encoded.map((bytes) => {
    const padded = new Uint8Array(bytes.length + DOUBLE_BYTES)
    padded.set(bytes)
    return new DataView(padded.buffer)
  })
  return { commas: 1, decimals: 0, values: null, cells, lengths: encoded.map((bytes) => bytes.length), index }
}

function textColumn(values: readonly (string | null)[]): ColumnPlan | null {
  const texts: string[] = ['']
  const known = new Map<string, number>()
  const index = Uint32Array.from(values, (text) => {
    if (text === null) return 0
    let cell = known.get(text)
    if (cell === undefined) {
      cell = texts.push(quoted(text)) - 1
      known.set(text, cell)
    }
    return cell
  })
  return textPlan(texts, index)
}

function isAllEmpty(values: Float64Array): boolean {
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) return false
  return true
}

function numberColumn(
  values: Float64Array | undefined,
  decimals: number,
  isEmpty: (values: Float64Array) => boolean,
): ColumnPlan | null {
  if (values === undefined || isEmpty(values)) return null
  return { commas: 1, decimals, values, cells: [], lengths: [], index: null }
}

/** The plan of each of a table's columns, null for nothing; a device and its alias beside it are one text. */
function columnPlans(table: Table, options: CsvOptions): (ColumnPlan | null)[] {
  const { devices, deviceIndex } = table
  const columns = CSV_COLUMNS[table.resource]
  // One array may stand for all columns that were not measured.
  const known = new Map<Float64Array, boolean>()
  const isEmpty = (values: Float64Array): boolean => {
    const answer = known.get(values) ?? isAllEmpty(values)
    known.set(values, answer)
    return answer
  }
  return columns.flatMap(({ kind, name, decimals }: ColumnSpec, position) => {
    const isNextAlias = columns[position + 1]?.kind === 'alias'
    if (kind === 'alias' && columns[position - 1]?.kind === 'device') return []
    if (kind === 'text') return textColumn(table.textColumns.get(name) ?? [])
    if (kind === 'number') return numberColumn(table.columns.get(name), decimals, isEmpty)
    const texts = devices.map((device) => {
      const alias = quoted(options.aliasOf(device))
      if (kind === 'alias') return alias
      return isNextAlias ? `${quoted(device)},${alias}` : quoted(device)
    })
    return textPlan(texts, deviceIndex)
  })
}

/** How the rows of a table are written. */
interface RowPlan {
  readonly columns: readonly ColumnPlan[]
  /** Commas behind the last of them, for columns of nothing. */
  readonly commas: number
}

function rowPlan(plans: readonly (ColumnPlan | null)[]): RowPlan {
  let commas = 0
  const columns: ColumnPlan[] = []
  for (const plan of plans) {
    commas++
    if (plan === null) continue
    columns.push({ ...plan, commas })
    commas = 0
  }
  return { columns, commas }
}

/** Most bytes that a row can take. */
function rowBytes({ columns, commas }: RowPlan): number {
  const longest = columns.map(
    (plan) => plan.commas + Math.max(LONGEST_NUMBER, ...plan.cells.map((cell) => cell.byteLength)),
  )
  return longest.reduce((sum, length) => sum + length, LONGEST_LEAD + commas + DOUBLE_BYTES)
}

/**
 * Copies a cell eight bytes at a time, so up to seven too many; returns the offset behind the cell. They go as doubles,
 * which keep their bits: UTF-8 is never the bit pattern of a NaN.
 */
function copyCell(target: DataView, at: number, cell: DataView, length: number): number {
  for (let index = 0; index < length; index += DOUBLE_BYTES) {
    target.setFloat64(at + index, cell.getFloat64(index, true), true)
  }
  return at + length
}

function writeCommas(view: DataView, at: number, count: number): number {
  view.setUint32(at, FOUR_COMMAS)
  for (let index = WORD_BYTES; index < count; index += WORD_BYTES) view.setUint32(at + index, FOUR_COMMAS)
  return at + count
}

function writeRow(view: DataView, start: number, plan: RowPlan, row: number): number {
  const { columns } = plan
  let at = start
  for (let column = 0; column < columns.length; column++) {
    const { commas, values, decimals, index, cells, lengths } = columns[column] as ColumnPlan
    if (commas > 1) at = writeCommas(view, at, commas - 1)
    if (values !== null) {
      const value = values[row] as number
      if (value >= 0 && value <= WIDEST_CELL) at = writeCell(view, at, value, decimals)
      else at = writeNumber(view, writeCommas(view, at, 1), values, row, decimals)
    } else if (index !== null) {
      const cell = index[row] as number
      at = copyCell(view, writeCommas(view, at, 1), cells[cell] as DataView, lengths[cell] as number)
    }
  }
  at = writeCommas(view, at, plan.commas)
  view.setUint8(at, NEWLINE)
  return at + 1
}

function keptDevices(table: Table, keep: CsvOptions['keep']): readonly boolean[] | null {
  return keep && table.deviceIndex ? table.devices.map((device) => keep(device)) : null
}

/** Writes the rows of a table into one buffer again and again. */
class RowWriter {
  private readonly table: Table
  private readonly plan: RowPlan
  private readonly leading: LeadingCells
  private readonly kept: readonly boolean[] | null
  private readonly mostBytes: number
  private readonly view: DataView<ArrayBuffer>
  private row = 0

  constructor(table: Table, options: CsvOptions) {
    this.table = table
    this.plan = rowPlan(columnPlans(table, options))
    this.leading = new LeadingCells(table, options.elapsedZeroMs)
    this.kept = keptDevices(table, options.keep)
    this.mostBytes = rowBytes(this.plan)
    this.view = new DataView(new ArrayBuffer(Math.max(CHUNK_BYTES, this.mostBytes)))
  }

  /** As many of the rows that are left as there is room for; none at the end. */
  next(): Uint8Array {
    const { view, plan, leading, kept, mostBytes } = this
    const { rowCount, deviceIndex } = this.table
    const lastStart = view.byteLength - mostBytes
    let { row } = this
    let at = 0
    for (; row < rowCount && at <= lastStart; row++) {
      if (kept && kept[deviceIndex?.[row] as number] !== true) continue
      at = copyCell(view, at, leading.view, leading.make(row))
      at = writeRow(view, at, plan, row)
    }
    this.row = row
    return new Uint8Array(view.buffer, 0, at)
  }
}

/**
 * The table as CSV in UTF-8, cut into chunks: a header line, then a line per row in the table's order. A chunk is only
 * good until the next one is asked for, which is written into the same memory.
 */
export function* tableToCsv(table: Table, options: CsvOptions): Generator<Uint8Array, void, undefined> {
  const columns = CSV_COLUMNS[table.resource]
  const header = [...LEADING_COLUMNS, ...columns.map((column) => column.name)].join(',')
  yield encoder.encode(`${header}\n`)
  const writer = new RowWriter(table, options)
  for (let chunk = writer.next(); chunk.length > 0; chunk = writer.next()) yield chunk
}
