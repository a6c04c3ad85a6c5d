import { COMMA, isBlank } from '../data/bytes.js'
import { NvidiaRow } from './nvidia-row.js'

//   20261120   06:09:58      0       4711     C    97    41     -     -  8092   python train.p
//   20261120, 06:09:58, 0, 143, 61

/** Words of a line, apart by blanks or commas (`--format csv` of 545). */
export class WordRow extends NvidiaRow {
  /** Number of words. */
  count = 0
  readonly bytes: Uint8Array
  line = 0
  private readonly starts: number[] = []
  private readonly ends: number[] = []

  constructor(bytes: Uint8Array) {
    super()
    this.bytes = bytes
  }

  /** Takes a line apart; the last of `most` words is all that is left of it. */
  split(start: number, end: number, line: number, most: number): void {
    this.line = line
    this.count = 0
    const isBetween = (at: number): boolean => isBlank(this.bytes[at]) || this.bytes[at] === COMMA
    let at = start
    while (at < end) {
      while (at < end && isBetween(at)) at++
      if (at === end) break
      const from = at
      if (this.count + 1 === most) at = end
      while (at < end && !isBetween(at)) at++
      this.starts[this.count] = from
      this.ends[this.count] = at
      this.count++
    }
  }

  find(at: number): void {
    this.start = this.starts[at] ?? 0
    this.end = at < this.count ? (this.ends[at] as number) : this.start
  }

  /** All words in lower case. */
  words(): string[] {
    return Array.from({ length: this.count }, (_, at) => this.text(at).toLowerCase())
  }
}
