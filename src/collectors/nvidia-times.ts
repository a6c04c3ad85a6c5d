import type { FileWarnings } from '../data/warnings.js'
import type { RawEvent } from '../model.js'
import { GpuPresence } from './gpu-presence.js'
import type { NvidiaSayings } from './nvidia-messages.js'
import type { NvidiaRow } from './nvidia-row.js'
import { type SampleTimes, sampleTimes } from './nvidia-samples.js'
import { utcShiftMs } from './nvidia-zone.js'
import type { ReadContext } from './raw-context.js'
import { isPlausibleTime } from './sadf-time.js'

//   2026/11/20 06:09:58.123, 0, GPU-a…, 97
//   2026/11/20 06:09:58.127, 1, GPU-b…, 40
//   2026/11/20 06:09:59.125, 0, GPU-a…, 95

/** The rows that are kept, in order: their numbers, and the time columns of a table. */
export interface KeptRows {
  readonly kept: Uint32Array
  readonly timeMs: Float64Array
  readonly intervalSec: Float64Array
  readonly subject: Uint32Array
}

/** Follows the times of rows, and what happened between them. */
export class NvidiaTimes {
  private readonly context: ReadContext
  private readonly sayings: NvidiaSayings
  private readonly notes: FileWarnings
  private readonly timeMs: number[] = []
  private readonly subject: number[] = []
  private readonly lines: number[] = []
  private readonly inSample = new Set<number>()
  private shiftMs = 0
  private samples: SampleTimes | null = null

  constructor(context: ReadContext, sayings: NvidiaSayings, notes: FileWarnings) {
    this.context = context
    this.sayings = sayings
    this.notes = notes
  }

  /** Takes a row of a GPU or a process; false for one of an impossible time, which is lost. */
  add(row: NvidiaRow, subject: number): boolean {
    if (!isPlausibleTime(row.timeMs, this.context.windowMs)) {
      this.notes.lose(
        'time',
        row.line,
        `an implausible time, left out: ${new Date(row.timeMs).toISOString()}`,
      )
      return false
    }
    if (this.inSample.has(subject)) {
      this.sayings.beginSample()
      this.inSample.clear()
    }
    this.inSample.add(subject)
    this.sayings.setTime(row.timeMs)
    this.timeMs.push(row.timeMs)
    this.subject.push(subject)
    this.lines.push(row.line)
    return true
  }

  /** Milliseconds since the row before; NaN when there is none. */
  distanceMs(timeMs: number): number {
    return Math.abs(timeMs - (this.timeMs.at(-1) ?? Number.NaN))
  }

  /** Puts the rows into samples. ParseError when they cannot be of this session. */
  toSamples(): KeptRows {
    const rows = { timeMs: this.timeMs, subject: this.subject }
    const samples = sampleTimes(rows, this.context.intervalSec)
    this.shiftMs = utcShiftMs(samples.timeMs[0] ?? Number.NaN, this.context, this.notes)
    this.samples = samples
    for (const { row, stepMs } of samples.steps) {
      const back = `the time goes back by ${Math.round(-stepMs / 1000)} s here, the order of the rows was kept`
      this.notes.note('step', this.lines[row] ?? 0, back)
    }
    const kept: number[] = []
    samples.isRepeated.forEach((isRepeated, row) => {
      if (!isRepeated) kept.push(row)
      else this.notes.note('twice', this.lines[row] ?? 0, 'a second row of the same sample, left out')
    })
    return {
      kept: Uint32Array.from(kept),
      timeMs: Float64Array.from(kept, (row) => (samples.timeMs[row] as number) + this.shiftMs),
      intervalSec: Float64Array.from(kept, (row) => samples.intervalSec[row] as number),
      subject: Uint32Array.from(kept, (row) => this.subject[row] as number),
    }
  }

  /** What was said and what happened; to be asked after `toSamples`. `labelOf` names a GPU; null: the rows are of others. */
  toEvents(labelOf: ((subject: number) => string) | null): RawEvent[] {
    const { shiftMs, samples } = this
    const firstMs =
      (this.timeMs[0] ?? this.context.windowMs?.[0] ?? Number.NaN) + (this.timeMs[0] ? shiftMs : 0)
    const { host } = this.context
    const steps = (samples?.steps ?? []).map(({ row, stepMs }): RawEvent => {
      const seconds = Math.round(stepMs / 1000)
      const text = `the clock was stepped by ${seconds > 0 ? '+' : ''}${seconds} s`
      return { host, kind: 'clock-step', atMs: (this.timeMs[row] as number) + shiftMs, text }
    })
    const presence = labelOf === null ? null : new GpuPresence(samples, this.subject, labelOf)
    const said = Number.isNaN(firstMs) ? [] : this.sayings.toEvents(firstMs, shiftMs, presence)
    const named = new Set(said.map(({ text }) => text.split(' ')[0]))
    const gone = (presence?.gone() ?? []).filter(({ label }) => !named.has(label))
    for (const { label } of gone) this.notes.note(`gone ${label}`, 0, `${label} has no rows up to the end`)
    return [
      ...said,
      ...steps,
      ...gone.map(({ label, atMs }): RawEvent => {
        return { host, kind: 'gpu', atMs: atMs + shiftMs, text: `${label} no longer answers` }
      }),
    ]
  }
}
