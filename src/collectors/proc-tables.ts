import { NameIndex } from '../data/names.js'
import { createTable, type TableParts } from '../data/table.js'
import { WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { NodeMeta, ParsedResource, RawEvent, RawFile, Resource } from '../model.js'
import { ProcCpu } from './proc-cpu.js'
import { type DeviceLayout, DISK_LAYOUT, NETWORK_LAYOUT } from './proc-devices.js'
import { RowCollector } from './proc-rows.js'
import { type ProcSample, scanProc } from './proc-scan.js'
import { ProcValues, VALUE_LAYOUTS } from './proc-values.js'
import type { ReadContext } from './raw-context.js'

//   @ 1795161600.512345 5123.41 2
//     eth0: 219804731    6353    0    0    0     0          0         0   516842    4054    0    0    0     0       0          0
//   @ 1795161601.512388 5124.41 2

/** Two readings of /proc/uptime, each cut to hundredths of a second. */
const UPTIME_ERROR_MS = 20
/** Wall clock and uptime that grow apart by more than this between two samples show a clock step. */
const SMALLEST_STEP_MS = 1000

/** What makes rows of samples; a new kind of file is one more of these. */
interface SampleReader {
  add(sample: ProcSample, seconds: number | null): void
  toParts(): TableParts
}

/** Counters of one device and the sample that they are from. */
interface Reading {
  readonly counters: Float64Array
  readonly sample: number
}

/** Rows from lines of one device each. */
class ProcDevices implements SampleReader {
  private readonly layout: DeviceLayout
  private readonly meta: NodeMeta | null
  private readonly rows: RowCollector
  private readonly names = new NameIndex()
  private readonly readings: Reading[] = []
  private sampleCount = 0

  constructor(layout: DeviceLayout, meta: NodeMeta | null) {
    this.layout = layout
    this.meta = meta
    this.rows = new RowCollector(layout.columns)
  }

  add(sample: ProcSample, seconds: number | null): void {
    this.sampleCount++
    sample.starts.forEach((start, line) => {
      this.addLine(sample, seconds, start, sample.ends[line] as number)
    })
  }

  toParts(): TableParts {
    return this.rows.toParts(this.names.names)
  }

  private addLine(sample: ProcSample, seconds: number | null, start: number, end: number): void {
    const { layout, readings } = this
    const counters = new Float64Array(layout.counterCount).fill(Number.NaN)
    const place = layout.read(sample.bytes, start, end, counters)
    if (!place) return
    const device = this.names.find(sample.bytes, place[0], place[1])
    const known = readings[device]
    // A device that was away starts anew: its counters may be those of another one.
    if (known && seconds !== null && known.sample === this.sampleCount - 1) {
      const span = { previous: known.counters, current: counters, seconds }
      const values = layout.rates(span, this.names.names[device] ?? '', this.meta)
      this.rows.add(sample.timeMs, seconds, values, device)
    }
    readings[device] = { counters, sample: this.sampleCount }
  }
}

function readerFor(resource: Resource, meta: NodeMeta | null): SampleReader | null {
  if (resource === 'cpu') return new ProcCpu()
  if (resource === 'disk') return new ProcDevices(DISK_LAYOUT, meta)
  if (resource === 'network') return new ProcDevices(NETWORK_LAYOUT, meta)
  if (resource === 'memory' || resource === 'swap' || resource === 'load' || resource === 'paging') {
    return new ProcValues(VALUE_LAYOUTS[resource])
  }
  return null
}

/** Follows the samples of a file: which belong together, how far apart they are, and what happened between them. */
class SampleChain {
  readonly events: RawEvent[] = []
  private readonly host: string
  private previous: ProcSample | null = null

  constructor(host: string) {
    this.host = host
  }

  /** Seconds of uptime since the sample before; null when there is none to subtract. */
  follow(sample: ProcSample): number | null {
    const { previous } = this
    this.previous = sample
    if (sample.isAfterBoot) this.note('restart', sample.timeMs, 'restart')
    if (!previous || sample.isBaseline) return null
    const seconds = sample.uptimeSec - previous.uptimeSec
    if (seconds <= 0) return null
    const stepMs = sample.timeMs - previous.timeMs - seconds * 1000
    if (Math.abs(stepMs) > SMALLEST_STEP_MS) {
      const whole = Math.round(stepMs / 1000)
      this.note('clock-step', sample.timeMs, `the clock was stepped by ${whole > 0 ? '+' : ''}${whole} s`)
    }
    // Uptime comes in hundredths: where the wall clock agrees with it that far, its finer difference is the better one.
    const isFiner = Math.abs(stepMs) <= UPTIME_ERROR_MS
    return Math.round(isFiner ? seconds * 1000 + stepMs : seconds * 1000) / 1000
  }

  private note(kind: RawEvent['kind'], atMs: number, text: string): void {
    this.events.push({ host: this.host, kind, atMs, text })
  }
}

/** The table of one resource of a host from the /proc sampler's files; ParseError when there is nothing in them. */
export function parseProc(
  resource: Resource,
  files: readonly RawFile[],
  context: ReadContext,
): ParsedResource {
  const warnings = new WarningList()
  const reader = readerFor(resource, context.meta)
  const path = files[0]?.path ?? `raw/${resource}/${context.host}`
  if (!reader) throw new ParseError(`read ${path}: the /proc sampler does not record ${resource}`)
  const chain = new SampleChain(context.host)
  for (const file of files) {
    for (const sample of scanProc(file, context, warnings)) {
      if (sample.header.resource !== resource) {
        throw new ParseError(
          `read ${file.path}:${sample.line}: it holds ${sample.header.resource} data, not ${resource}`,
          { hint: 'look whether it was put into the right folder' },
        )
      }
      reader.add(sample, chain.follow(sample))
    }
  }
  const table = createTable(resource, context.host, reader.toParts())
  if (table.rowCount === 0) warnings.add('no rows', 'it holds no rows', { path, line: 0, isLoss: false })
  return { table, events: chain.events, warnings: warnings.toList() }
}

/** End of the first sample that makes a row, epoch milliseconds; null when there is none. */
export function firstProcMs(file: RawFile, context: ReadContext): number | null {
  let hasBaseline = false
  for (const sample of scanProc(file, context, new WarningList())) {
    if (hasBaseline && !sample.isBaseline) return sample.timeMs
    hasBaseline = true
  }
  return null
}
