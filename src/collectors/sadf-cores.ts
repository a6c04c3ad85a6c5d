import { NO_ITEM, type SectionRows } from './sadf-rows.js'

//   vm;1;2026-11-20 06:09:10 UTC;-1;30.81;0.00;13.13;0.00;0.00;56.06
//   vm;1;2026-11-20 06:09:10 UTC;0;16.33;0.00;14.29;0.00;0.00;69.39
//   vm;1;2026-11-20 06:09:10 UTC;1;45.00;0.00;11.00;1.00;0.00;43.00

/** Positions of the fields of a CPU section. */
const IOWAIT = 3
const IDLE = 5

/** A core busier than this counts as one of `cores_above_90`. */
export const BUSY_CORE_PERCENT = 90

/** Folds the rows of single CPUs into one row per sample: the busiest core, how many are above 90 %, and the mean. */
export class CoreReducer {
  private readonly target: SectionRows
  private readonly busiestCore: number
  private readonly coresAbove: number
  private readonly firstMean: number
  private isOpen = false
  private lastCore = -1
  private busiestPercent = Number.NaN
  private coreCount = 0

  constructor(target: SectionRows) {
    const names = target.spec.fields.map((field) => field.name)
    this.target = target
    this.busiestCore = names.indexOf('busiest_core')
    this.coresAbove = names.indexOf('cores_above_90')
    this.firstMean = names.findIndex((name) => name.startsWith('mean_'))
  }

  /** Takes one CPU's row of `source`, whose values are user, nice, system, iowait, steal and idle. */
  add(source: SectionRows, row: number, core: number): void {
    const { target } = this
    const isSameSample =
      this.isOpen &&
      core > this.lastCore &&
      target.timeMs[target.rowCount] === source.timeMs[row] &&
      target.pass[target.rowCount] === source.pass[row]
    if (!isSameSample) this.open(source, row)
    this.lastCore = core
    const { values } = source
    const busy = 100 - (values[IDLE]?.[row] as number) - (values[IOWAIT]?.[row] as number)
    if (Number.isNaN(busy)) return
    this.coreCount++
    for (let field = 0; field < values.length; field++) {
      this.increase(this.firstMean + field, values[field]?.[row] as number)
    }
    if (busy > BUSY_CORE_PERCENT) this.increase(this.coresAbove, 1)
    if (busy <= this.busiestPercent) return
    this.busiestPercent = busy
    this.set(this.busiestCore, core)
    for (let field = 0; field < values.length; field++) this.set(field, values[field]?.[row] as number)
  }

  /** Closes the last sample. */
  finish(): void {
    if (!this.isOpen) return
    this.isOpen = false
    const { target, coreCount } = this
    if (coreCount === 0) return
    for (const column of target.values.slice(this.firstMean)) {
      column[target.rowCount] = (column[target.rowCount] as number) / coreCount
    }
    target.rowCount++
  }

  private open(source: SectionRows, row: number): void {
    this.finish()
    const { target } = this
    if (target.isFull) target.reserve(1)
    const at = target.rowCount
    target.timeMs[at] = source.timeMs[row] as number
    target.intervalSec[at] = source.intervalSec[row] as number
    target.item[at] = NO_ITEM
    target.pass[at] = source.pass[row] as number
    target.line[at] = source.line[row] as number
    for (const column of target.values) column[at] = 0
    this.isOpen = true
    this.coreCount = 0
    this.busiestPercent = Number.NEGATIVE_INFINITY
  }

  private increase(field: number, by: number): void {
    const column = this.target.values[field] as Float64Array
    column[this.target.rowCount] = (column[this.target.rowCount] as number) + by
  }

  private set(field: number, value: number): void {
    const column = this.target.values[field] as Float64Array
    column[this.target.rowCount] = value
  }
}
