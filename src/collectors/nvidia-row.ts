import { decodeText, type FieldLines, isBlank } from '../data/bytes.js'
import type { NvidiaHeader } from './nvidia-header.js'

//   2026/11/20 06:09:58.123, 0, GPU-5a4f0a2e-1111-4c1d-9d7e-0123456789ab, Odd, Name, 97
//    20261120   06:09:58      0    143     61      -     97     41

/** A row of nvidia-smi, whichever way it was printed. The same object for each row of a file. */
export abstract class NvidiaRow {
  /** Epoch milliseconds, as if the time were UTC. */
  timeMs = Number.NaN
  /** Where the cell chosen by `find` begins and ends in `bytes`, without blanks around it. */
  start = 0
  end = 0

  abstract get bytes(): Uint8Array
  /** Number of its line. */
  abstract get line(): number

  /** Finds the cell of the field at a position of the header. */
  abstract find(at: number): void

  /** The cell of a field as text. */
  text(at: number): string {
    return this.textFrom(at, at)
  }

  /** The cells from one field to another as they stand there. */
  textFrom(firstAt: number, lastAt: number): string {
    this.find(firstAt)
    const { start } = this
    this.find(lastAt)
    return decodeText(this.bytes, start, this.end)
  }
}

/** What the reader of a kind of query makes of its lines. */
export interface NvidiaVisitor {
  /** A header: returns where the one field that may hold commas stands, null when the query has none. */
  header(header: NvidiaHeader, line: number): number | null
  row(row: NvidiaRow): void
  /** A line that is neither; `line` is its number. */
  text(text: string, line: number): void
  /** A row of which every field is the same reason, such as `[Unknown Error]`. */
  silentRow(reason: string, line: number): void
}

const NO_CELL = -1

/** A row of CSV, of which one field may hold commas. */
export class CsvRow extends NvidiaRow {
  private readonly lines: FieldLines
  private freeAt = NO_CELL
  private extra = 0

  constructor(lines: FieldLines) {
    super()
    this.lines = lines
  }

  get bytes(): Uint8Array {
    return this.lines.bytes
  }

  get line(): number {
    return this.lines.line
  }

  /** Says which field may hold commas, and how many of this line's are in it. */
  place(freeAt: number | null, extra: number): void {
    this.freeAt = freeAt ?? NO_CELL
    this.extra = extra
  }

  find(at: number): void {
    const { bytes, starts } = this.lines
    const isBehind = this.freeAt !== NO_CELL && at > this.freeAt
    const first = isBehind ? at + this.extra : at
    const last = at === this.freeAt ? at + this.extra : first
    let start = starts[first] as number
    let end = (starts[last + 1] as number) - 1
    while (start < end && isBlank(bytes[start])) start++
    while (end > start && isBlank(bytes[end - 1])) end--
    this.start = start
    this.end = end
  }
}
