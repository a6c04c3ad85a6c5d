import { NO_ITEM, type SectionRows } from './sadf-rows.js'

/** Rows of two sections side by side; a row number of -1 means that the section has no such row. */
export interface JoinedRows {
  readonly timeMs: Float64Array
  readonly intervalSec: Float64Array
  readonly item: Int32Array
  readonly leftRow: Int32Array
  readonly rightRow: Int32Array
}

function isSameKey(left: SectionRows, row: number, right: SectionRows, other: number): boolean {
  return (
    other < right.rowCount && left.timeMs[row] === right.timeMs[other] && left.item[row] === right.item[other]
  )
}

/** Finds rows by time and item, each once and in their order. */
class RowFinder {
  private readonly rowsByKey = new Map<string, number[]>()

  constructor(rows: SectionRows) {
    for (let row = rows.rowCount - 1; row >= 0; row--) {
      const key = this.keyOf(rows, row)
      const known = this.rowsByKey.get(key)
      if (known) known.push(row)
      else this.rowsByKey.set(key, [row])
    }
  }

  find(rows: SectionRows, row: number, isUsed: Uint8Array): number {
    const known = this.rowsByKey.get(this.keyOf(rows, row))
    let found = known?.pop()
    while (found !== undefined && isUsed[found] === 1) found = known?.pop()
    return found ?? -1
  }

  private keyOf(rows: SectionRows, row: number): string {
    return `${rows.timeMs[row]};${rows.item[row] ?? NO_ITEM}`
  }
}

/**
 * Puts rows of the same time and item side by side, in the order of `left`; rows that only `right` has follow. Both
 * sections come from the same records, so the next row is nearly always the one that is looked for.
 */
export function joinRows(left: SectionRows, right: SectionRows): JoinedRows {
  if (right.rowCount === 0) return withLeftRows(left, new Int32Array(left.rowCount).fill(-1))
  if (hasSameKeys(left, right)) return withLeftRows(left, rowNumbers(left.rowCount))
  const partner = new Int32Array(left.rowCount).fill(-1)
  const isUsed = new Uint8Array(right.rowCount)
  let finder: RowFinder | null = null
  let cursor = 0
  for (let row = 0; row < left.rowCount; row++) {
    let match = cursor
    if (!isSameKey(left, row, right, cursor) || isUsed[cursor] === 1) {
      finder ??= new RowFinder(right)
      match = finder.find(left, row, isUsed)
      if (match < 0) continue
    }
    partner[row] = match
    isUsed[match] = 1
    cursor = match + 1
  }
  const rest: number[] = []
  for (let row = 0; row < right.rowCount; row++) if (isUsed[row] === 0) rest.push(row)
  const rowCount = left.rowCount + rest.length
  const joined = {
    timeMs: new Float64Array(rowCount),
    intervalSec: new Float64Array(rowCount),
    item: new Int32Array(rowCount),
    leftRow: new Int32Array(rowCount).fill(-1),
    rightRow: new Int32Array(rowCount),
  }
  joined.timeMs.set(left.timeMs.subarray(0, left.rowCount))
  joined.intervalSec.set(left.intervalSec.subarray(0, left.rowCount))
  joined.item.set(left.item.subarray(0, left.rowCount))
  joined.rightRow.set(partner)
  joined.leftRow.set(rowNumbers(left.rowCount))
  rest.forEach((row, index) => {
    joined.timeMs[left.rowCount + index] = right.timeMs[row] as number
    joined.intervalSec[left.rowCount + index] = right.intervalSec[row] as number
    joined.item[left.rowCount + index] = right.item[row] as number
    joined.rightRow[left.rowCount + index] = row
  })
  return joined
}

function rowNumbers(count: number): Int32Array {
  const numbers = new Int32Array(count)
  for (let row = 0; row < count; row++) numbers[row] = row
  return numbers
}

function hasSameKeys(left: SectionRows, right: SectionRows): boolean {
  if (left.rowCount !== right.rowCount) return false
  for (let row = 0; row < left.rowCount; row++) if (!isSameKey(left, row, right, row)) return false
  return true
}

/** The join that adds no row to those of `left`, which are not copied. */
function withLeftRows(left: SectionRows, rightRow: Int32Array): JoinedRows {
  const { rowCount } = left
  return {
    timeMs: left.timeMs.subarray(0, rowCount),
    intervalSec: left.intervalSec.subarray(0, rowCount),
    item: left.item.subarray(0, rowCount),
    leftRow: rowNumbers(rowCount),
    rightRow,
  }
}

/** A field's values by the row numbers of a join; NaN where the section has no row. */
export function gather(rows: SectionRows, name: string, rowNumbers: Int32Array): Float64Array<ArrayBuffer> {
  const values = rows.column(name)
  const gathered = new Float64Array(rowNumbers.length)
  for (let row = 0; row < gathered.length; row++) {
    const from = rowNumbers[row] as number
    gathered[row] = from < 0 ? Number.NaN : (values[from] as number)
  }
  return gathered
}

/** True when a join left a section's rows as they were: nearly always so for the left one. */
function isUnchanged(rows: SectionRows, rowNumbers: Int32Array): boolean {
  if (rowNumbers.length !== rows.rowCount) return false
  for (let row = 0; row < rowNumbers.length; row++) if (rowNumbers[row] !== row) return false
  return true
}

/** All fields of a section by the row numbers of a join; none when it has no rows. */
export function gatherAll(rows: SectionRows, rowNumbers: Int32Array): [string, Float64Array<ArrayBuffer>][] {
  if (rows.rowCount === 0) return []
  const isSame = isUnchanged(rows, rowNumbers)
  return rows.spec.fields.map(({ name }) => [
    name,
    isSame ? rows.column(name) : gather(rows, name, rowNumbers),
  ])
}
