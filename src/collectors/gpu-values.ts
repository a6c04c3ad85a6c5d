/** The measured values of a row of --query-gpu, cell by cell. */
import { decodeText, quoteBytes } from '../data/bytes.js'
import { NameIndex } from '../data/names.js'
import type { FileWarnings } from '../data/warnings.js'
import { GPU_COLUMNS, type GpuColumn } from './gpu-fields.js'
import { isFault, isReason, readQuantity } from './nvidia-cells.js'
import type { FieldPlace } from './nvidia-header.js'
import type { NvidiaRow } from './nvidia-row.js'

//   2026/11/20 06:09:58.123, 0, GPU-5a4f…, NVIDIA A100, 97, 41, 8192, 40960, 61, 143.21, 1410, 1215, P0, [N/A]
//   2026/11/20 06:09:58.127, 1, GPU-77b1…, NVIDIA A100, [GPU is lost], [GPU is lost], [Unknown Error]

const columnIndex = (name: string): number => GPU_COLUMNS.findIndex((column) => column.name === name)
const UTILIZATION = columnIndex('utilization_pct')
const USED = columnIndex('memory_used_bytes')
const TOTAL = columnIndex('memory_total_bytes')
/** Rounding and reserved memory make a little more than all. */
const MOST_USED_SHARE = 1.05

/** What a row came to besides its numbers. */
export interface RowHealth {
  /** How many cells held a number. */
  readonly measured: number
  /** First cell that tells of a fault, such as `[GPU is lost]`; null when none does. */
  readonly fault: { readonly text: string; readonly column: string } | null
  /** True when utilization was asked for and cannot be told. */
  readonly lacksUtilization: boolean
}

/** Reads the numbers of rows; implausible ones are not measured, and a warning. */
export class GpuValues {
  /** One list per column of `GPU_COLUMNS`; NaN is not measured. */
  readonly columns: readonly number[][] = GPU_COLUMNS.map(() => [])
  private readonly notes: FileWarnings
  private fault: RowHealth['fault'] = null

  constructor(notes: FileWarnings) {
    this.notes = notes
  }

  /** Adds a row. */
  add(row: NvidiaRow, places: readonly (FieldPlace | null)[]): RowHealth {
    this.fault = null
    const values = GPU_COLUMNS.map((column, index) => {
      const place = places[index] ?? null
      return place === null ? Number.NaN : this.readCell(row, column, place)
    })
    if ((values[USED] ?? 0) > MOST_USED_SHARE * (values[TOTAL] ?? Number.POSITIVE_INFINITY)) {
      this.notes.note('used', row.line, 'more memory is used than the GPU has, taken as not measured')
      values[USED] = Number.NaN
    }
    let measured = 0
    values.forEach((value, index) => {
      this.columns[index]?.push(value)
      if (!Number.isNaN(value)) measured++
    })
    const isAsked = (places[UTILIZATION] ?? null) !== null
    const lacksUtilization = isAsked && Number.isNaN(values[UTILIZATION])
    return { measured, fault: this.fault, lacksUtilization }
  }

  private readCell(row: NvidiaRow, column: GpuColumn, place: FieldPlace): number {
    row.find(place.at)
    const { bytes, start, end } = row
    const value = readQuantity(bytes, start, end, place.factor)
    if (value >= column.least && value <= column.most) return value
    if (!Number.isNaN(value)) {
      const quoted = quoteBytes(bytes, start, end)
      this.notes.note(
        `range ${column.name}`,
        row.line,
        `${column.name}: ${quoted} is not possible, taken as not measured`,
      )
      return Number.NaN
    }
    const text = decodeText(bytes, start, end)
    if (isFault(text)) this.fault ??= { text, column: column.name }
    else if (text !== '' && !isReason(text)) {
      const quoted = quoteBytes(bytes, start, end)
      this.notes.note(`number ${column.name}`, row.line, `${column.name}: ${quoted} is not a number`)
    }
    return Number.NaN
  }
}

/** A column of texts of which few differ: each is kept once. */
export class RepeatedTexts {
  readonly texts: (string | null)[] = []
  private readonly index = new NameIndex()

  /** Adds a cell; null where it is empty, says why there is nothing, or was not asked for. */
  add(row: NvidiaRow, at: number | null): void {
    if (at === null) {
      this.texts.push(null)
      return
    }
    row.find(at)
    const text = this.index.names[this.index.find(row.bytes, row.start, row.end)] ?? ''
    this.texts.push(text === '' || isReason(text) ? null : text)
  }
}
