import type { TableParts } from '../data/table.js'

/** Rows of a table as they are computed, one number at a time. */
export class RowCollector {
  private readonly names: readonly string[]
  private readonly timeMs: number[] = []
  private readonly intervalSec: number[] = []
  private readonly deviceIndex: number[] = []
  private readonly columns: number[][]

  constructor(names: readonly string[]) {
    this.names = names
    this.columns = names.map(() => [])
  }

  /** Adds a row with its values in the order of the names; NaN is "not measured". */
  add(timeMs: number, intervalSec: number, values: readonly number[], device = 0): void {
    this.timeMs.push(timeMs)
    this.intervalSec.push(intervalSec)
    this.deviceIndex.push(device)
    for (let index = 0; index < this.columns.length; index++) {
      this.columns[index]?.push(values[index] ?? Number.NaN)
    }
  }

  /** What was added; `devices` are the names that the rows' devices are indexes of, null for none. */
  toParts(devices: readonly string[] | null): TableParts {
    return {
      timeMs: Float64Array.from(this.timeMs),
      intervalSec: Float64Array.from(this.intervalSec),
      devices: devices ?? [],
      deviceIndex: devices ? Uint32Array.from(this.deviceIndex) : null,
      columns: new Map(this.names.map((name, index) => [name, Float64Array.from(this.columns[index] ?? [])])),
    }
  }
}

/** Differences of counters of one device between two samples. */
export interface Span {
  readonly previous: Float64Array
  readonly current: Float64Array
  readonly seconds: number
}

/** How much counter `index` grew; NaN when it went back (the device was made anew) or is missing. */
export function growth(span: Span, index: number): number {
  const difference = (span.current[index] as number) - (span.previous[index] as number)
  return difference >= 0 ? difference : Number.NaN
}
