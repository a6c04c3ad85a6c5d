import type { Table } from '../model.js'
import { COMMA } from './bytes.js'
import { LONGEST_NUMBER, writeNumber, writeThreeDigits, writeTwoDigits } from './csv-number.js'
import { DATE_LENGTH, hasMilliseconds } from './timestamps.js'

//   2026-11-20T06:09:58Z,1,1
//   2026-11-20T06:09:58.123Z,1.123,1.001

const LETTER_T = 0x54
const LETTER_Z = 0x5a
const COLON = 0x3a
const POINT = 0x2e
const DAY_MS = 86_400_000
const LEADING_CELLS = 3

/** Most bytes that the leading cells take. */
export const LONGEST_LEAD = LEADING_CELLS * LONGEST_NUMBER

/** `timestamp,elapsed,interval` of a row: the same for all devices of a sample, so it is made once and copied. */
export class LeadingCells {
  /** The cells of the row asked for last, from offset 0 on. */
  readonly view = new DataView(new ArrayBuffer(LONGEST_LEAD))
  private readonly timeMs: Float64Array
  private readonly intervalSec: Float64Array
  private readonly elapsedZeroMs: number
  private readonly hasMilliseconds: boolean
  private readonly elapsedSec = new Float64Array(1)
  private length = 0
  private lastMs = Number.NaN
  private lastSec = Number.NaN
  private dayMs = Number.NaN

  constructor(table: Table, elapsedZeroMs: number) {
    this.timeMs = table.timeMs
    this.intervalSec = table.intervalSec
    this.elapsedZeroMs = elapsedZeroMs
    this.hasMilliseconds = hasMilliseconds(table.timeMs)
  }

  /** Makes the cells of a row; returns their length. */
  make(row: number): number {
    const timeMs = this.timeMs[row] as number
    const intervalSec = this.intervalSec[row] as number
    if (timeMs === this.lastMs && intervalSec === this.lastSec) return this.length
    this.lastMs = timeMs
    this.lastSec = intervalSec
    const { view } = this
    let at = this.writeTimestamp(timeMs)
    view.setUint8(at, COMMA)
    this.elapsedSec[0] = (timeMs - this.elapsedZeroMs) / 1000
    at = writeNumber(view, at + 1, this.elapsedSec, 0, 3)
    view.setUint8(at, COMMA)
    this.length = writeNumber(view, at + 1, this.intervalSec, row, 3)
    return this.length
  }

  private writeTimestamp(timeMs: number): number {
    const { view } = this
    if (!(timeMs >= this.dayMs && timeMs < this.dayMs + DAY_MS)) this.startDay(timeMs)
    const ofDayMs = (timeMs - this.dayMs) | 0
    const seconds = (ofDayMs / 1000) | 0
    const minutes = (seconds / 60) | 0
    const hours = (minutes / 60) | 0
    let at = writeTwoDigits(view, DATE_LENGTH + 1, hours)
    view.setUint8(at, COLON)
    at = writeTwoDigits(view, at + 1, minutes - hours * 60)
    view.setUint8(at, COLON)
    at = writeTwoDigits(view, at + 1, seconds - minutes * 60)
    if (this.hasMilliseconds) {
      view.setUint8(at, POINT)
      at = writeThreeDigits(view, at + 1, ofDayMs - seconds * 1000)
    }
    view.setUint8(at, LETTER_Z)
    return at + 1
  }

  private startDay(timeMs: number): void {
    this.dayMs = Math.floor(timeMs / DAY_MS) * DAY_MS
    const date = new Date(this.dayMs).toISOString()
    for (let index = 0; index < DATE_LENGTH; index++) this.view.setUint8(index, date.charCodeAt(index))
    this.view.setUint8(DATE_LENGTH, LETTER_T)
  }
}
