import type { SectionSpec } from './sadf-sections.js'

const FIRST_CAPACITY = 64
const GROWTH = 2

/** Item of a row in a section without items. */
export const NO_ITEM = 0

/** Rows of one kind of section from all files of a resource, in typed arrays that grow; NaN is "not measured". */
export class SectionRows {
  readonly spec: SectionSpec
  rowCount = 0
  timeMs = new Float64Array(FIRST_CAPACITY)
  intervalSec = new Float64Array(FIRST_CAPACITY)
  /** Index of the device's name, or the CPU's number (-1 for all). */
  item = new Int32Array(FIRST_CAPACITY)
  line = new Uint32Array(FIRST_CAPACITY)
  /** A new pass begins with each header: rows of two passes over the same time may be the same rows again. */
  pass = new Uint32Array(FIRST_CAPACITY)
  /** All values, field after field, each with room for `capacity` rows: one array is quicker to fill than several. */
  cells: Float64Array<ArrayBuffer>
  /** The parts of `cells`, one per field of the section. */
  values: readonly Float64Array<ArrayBuffer>[]
  capacity = FIRST_CAPACITY

  constructor(spec: SectionSpec) {
    this.spec = spec
    this.cells = new Float64Array(FIRST_CAPACITY * spec.fields.length)
    this.values = this.parts()
  }

  /** True when there is no room for one more row. */
  get isFull(): boolean {
    return this.rowCount === this.capacity
  }

  /** Makes room for at least so many more rows. */
  reserve(rowCount: number): void {
    if (this.rowCount + rowCount <= this.capacity) return
    const capacity = Math.max(this.rowCount + rowCount, this.capacity * GROWTH)
    this.capacity = capacity
    this.timeMs = grown(this.timeMs, new Float64Array(capacity))
    this.intervalSec = grown(this.intervalSec, new Float64Array(capacity))
    this.item = grown(this.item, new Int32Array(capacity))
    this.line = grown(this.line, new Uint32Array(capacity))
    this.pass = grown(this.pass, new Uint32Array(capacity))
    const before = this.values
    this.cells = new Float64Array(capacity * before.length)
    this.values = this.parts()
    for (const [field, values] of this.values.entries()) values.set(before[field] ?? [])
  }

  /** The values of a field, one per row: not a copy, so it holds until a row is added. */
  column(name: string): Float64Array<ArrayBuffer> {
    const index = this.spec.fields.findIndex((field) => field.name === name)
    return (this.values[index] as Float64Array<ArrayBuffer>).subarray(0, this.rowCount)
  }

  /** Keeps only the rows for which `isKept` holds, in their order. */
  filter(isKept: (row: number) => boolean): void {
    const arrays = [this.timeMs, this.intervalSec, this.item, this.line, this.pass, ...this.values]
    let count = 0
    for (let row = 0; row < this.rowCount; row++) {
      if (!isKept(row)) continue
      if (row !== count) for (const array of arrays) array[count] = array[row] as number
      count++
    }
    this.rowCount = count
  }

  /** True when two rows have the same width and values. */
  isSameRow(row: number, other: number): boolean {
    if (this.intervalSec[row] !== this.intervalSec[other]) return false
    return this.values.every((values) => Object.is(values[row], values[other]))
  }

  private parts(): Float64Array<ArrayBuffer>[] {
    return this.spec.fields.map((_, field) =>
      this.cells.subarray(field * this.capacity, (field + 1) * this.capacity),
    )
  }
}

function grown<T extends Float64Array | Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** True when some pass reaches back into the time of an earlier one. */
function hasOverlap(rows: SectionRows): boolean {
  const { timeMs, pass, rowCount } = rows
  if (rowCount === 0 || pass[0] === pass[rowCount - 1]) return false
  let latestBefore = Number.NEGATIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY
  for (let row = 0; row < rowCount; row++) {
    if (row > 0 && pass[row] !== pass[row - 1]) latestBefore = latest
    const time = timeMs[row] as number
    if (time <= latestBefore) return true
    if (time > latest) latest = time
  }
  return false
}

/** Two rows of different passes that say different things about the same time and item. */
export interface RowConflict {
  readonly row: number
  readonly otherRow: number
}

/**
 * Drops rows that an earlier pass has as well (`-u` and `-u -P ALL` written into one file). Rows of the same sample that
 * differ are both kept and the first such pair is returned: they are samples of one second, or two loggers.
 */
export function dropRepeatedRows(rows: SectionRows): RowConflict | null {
  if (!hasOverlap(rows)) return null
  const rowsByKey = new Map<string, number[]>()
  const matchedInPass = new Uint32Array(rows.rowCount)
  const isRepeated = new Uint8Array(rows.rowCount)
  let conflict: RowConflict | null = null
  for (let row = 0; row < rows.rowCount; row++) {
    const key = `${rows.timeMs[row]};${rows.item[row]}`
    const pass = rows.pass[row] as number
    let known = rowsByKey.get(key)
    if (!known) {
      known = []
      rowsByKey.set(key, known)
    }
    const earlier = known.filter((other) => rows.pass[other] !== pass && matchedInPass[other] !== pass)
    const same = earlier.find((other) => rows.isSameRow(row, other))
    if (same !== undefined) {
      matchedInPass[same] = pass
      isRepeated[row] = 1
      continue
    }
    const [otherRow] = earlier
    if (otherRow !== undefined) conflict ??= { row, otherRow }
    known.push(row)
  }
  if (!isRepeated.includes(1)) return conflict
  // Rows move up: the conflict's rows are told by where they stand afterwards.
  const shiftOf = (row: number): number => isRepeated.subarray(0, row).reduce((sum, one) => sum + one, 0)
  rows.filter((row) => isRepeated[row] === 0)
  if (!conflict) return null
  const { row, otherRow }: RowConflict = conflict
  return { row: row - shiftOf(row), otherRow: otherRow - shiftOf(otherRow) }
}
