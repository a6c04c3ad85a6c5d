import { decodeText, type FieldLines, parseDecimal, quoteBytes } from '../data/bytes.js'
import type { FileWarnings } from '../data/warnings.js'
import { ITEM_FIELD, type Pass } from './sadf-pass.js'

//   vm;1;2026-11-20 06:09:58 UTC;vda;1.00;32.00;0.00;0.00;32.00;0.00;0.00;0.00

/** Rounding may put a percentage this far below 0. */
const LEAST_VALUE = -0.01
const NOT_MEASURED = /^[+-]?(nan|inf|infinity)$/i
/** `97.49` is whole even when the file ends behind it; of `97.4` or `97` the rest may be lost. */
const WHOLE_DECIMAL = /[.,]\d\d$/

/**
 * Reads the values of the line into `row` of the pass' section. False when the line is the cut end of the file and no
 * whole row.
 */
export function readValues(lines: FieldLines, pass: Pass, row: number, warnings: FileWarnings): boolean {
  const { bytes, starts } = lines
  const { columns, targets, scales, isAdded, mosts } = pass
  const { values } = pass.rows
  // Semicolons in the device's name.
  const extra = lines.count - pass.fieldCount
  for (const target of pass.missing) (values[target] as Float64Array)[row] = Number.NaN
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] as number
    const field = column > ITEM_FIELD ? column + extra : column
    const start = starts[field] as number
    const end = (starts[field + 1] as number) - 1
    const target = targets[index] as number
    const cells = values[target] as Float64Array
    let value = parseDecimal(bytes, start, end) * (scales[index] as number)
    if (!(value >= LEAST_VALUE && value <= (mosts[index] as number))) {
      if (Number.isNaN(value) && !lines.isTerminated && !isNotMeasured(bytes, start, end)) return false
      noteOddValue(lines, pass.header[column] ?? '', { start, end }, warnings)
      value = Number.NaN
    }
    cells[row] = isAdded[index] === 1 ? (cells[row] as number) + value : value
  }
  if (!lines.isTerminated) dropCutValue(lines, pass, row)
  return true
}

/** True for what C prints when there is no number. */
function isNotMeasured(bytes: Uint8Array, start: number, end: number): boolean {
  return NOT_MEASURED.test(decodeText(bytes, start, end))
}

function noteOddValue(
  lines: FieldLines,
  column: string,
  place: { readonly start: number; readonly end: number },
  warnings: FileWarnings,
): void {
  const { bytes } = lines
  if (isNotMeasured(bytes, place.start, place.end)) return
  const isNumber = !Number.isNaN(parseDecimal(bytes, place.start, place.end))
  const judgement = isNumber ? 'cannot be true' : 'is no number'
  const quoted = quoteBytes(bytes, place.start, place.end)
  warnings.note(`odd ${column}`, lines.line, `${column}: ${quoted} ${judgement} and was left empty`)
}

/** The last value of a file without a last line end is only taken when it is surely whole. */
function dropCutValue(lines: FieldLines, pass: Pass, row: number): void {
  const lastText = lines.text(lines.count - 1)
  const lastColumn = pass.fieldCount - 1
  if (WHOLE_DECIMAL.test(lastText)) return
  pass.columns.forEach((column, index) => {
    if (column === lastColumn)
      (pass.rows.values[pass.targets[index] as number] as Float64Array)[row] = Number.NaN
  })
}
