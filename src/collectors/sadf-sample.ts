//   vm;1;2026-11-20 06:09:10 UTC;lo;2.00;2.00;0.10;0.10;0.00;0.00;0.00;0.00
//   vm;1;2026-11-20 06:09:10 UTC;eth0;13.00;15.00;65.12;1.13;0.00;0.00;0.00;0.00
//   vm;1;2026-11-20 06:09:11 UTC;lo;0.00;0.00;0.00;0.00;0.00;0.00;0.00;0.00

const FIRST_CAPACITY = 64

/** The devices met so far in the sample that is being read. */
export class SampleItems {
  private timeMs = Number.NaN
  private firstItem = -1
  private firstLine = 0
  /** Line of each item's latest row, 0 for none. */
  private lineOf = new Uint32Array(FIRST_CAPACITY)

  /** True when the item stands in the sample of this time already: it shares its name, or another sample begins. */
  has(item: number, timeMs: number): boolean {
    return (
      timeMs === this.timeMs && item < this.lineOf.length && (this.lineOf[item] as number) >= this.firstLine
    )
  }

  /**
   * Notes that an item's row was met: `same-second` when a sample begins in the second of the one before, the line of
   * the other row when the item was already met in this sample, else null.
   */
  meet(item: number, timeMs: number, line: number): 'same-second' | number | null {
    if (item >= this.lineOf.length) this.grow(item)
    const isSameTime = timeMs === this.timeMs
    if (!isSameTime || item === this.firstItem) {
      this.timeMs = timeMs
      this.firstItem = item
      this.firstLine = line
    } else if (this.has(item, timeMs)) return this.lineOf[item] as number
    this.lineOf[item] = line
    return isSameTime && item === this.firstItem ? 'same-second' : null
  }

  private grow(item: number): void {
    const lineOf = new Uint32Array(2 * item)
    lineOf.set(this.lineOf)
    this.lineOf = lineOf
  }
}
