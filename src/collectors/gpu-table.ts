/**
 * What `nvidia-smi --query-gpu=… --format=csv,nounits -l N` wrote as a table: a row per GPU and sample, keyed by UUID.
 *
 *   timestamp, index, uuid, name, utilization.gpu [%], memory.used [MiB], power.draw [W], pstate
 *   2026/11/20 06:09:58.123, 0, GPU-5a4f0a2e-1111-4c1d-9d7e-0123456789ab, NVIDIA A100-SXM4-40GB, 97, 8192, 143.21, P0
 *   2026/11/20 06:09:58.127, 1, GPU-77b10c3d-2222-4c1d-9d7e-0123456789ab, NVIDIA A100-SXM4-40GB, [N/A], 4, 54.80, P8
 */
import { createTable } from '../data/table.js'
import { FileWarnings, WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { ParsedResource, RawFile, Table } from '../model.js'
import { lossText } from './gpu-faults.js'
import { findColumns, findIdentity, GPU_COLUMNS, type IdentityFields } from './gpu-fields.js'
import { GpuIdentities } from './gpu-identity.js'
import { findThrottleFields, ThrottleReader } from './gpu-throttle.js'
import { GpuValues, RepeatedTexts, type RowHealth } from './gpu-values.js'
import { isMonitorFile } from './nvidia-dmon.js'
import { type FieldPlace, findField, type NvidiaHeader } from './nvidia-header.js'
import { NvidiaSayings } from './nvidia-messages.js'
import type { NvidiaRow, NvidiaVisitor } from './nvidia-row.js'
import { SAME_SAMPLE_MS } from './nvidia-samples.js'
import { scanNvidia } from './nvidia-scan.js'
import { NvidiaTimes } from './nvidia-times.js'
import type { ReadContext } from './raw-context.js'

/** Where the fields of the present header stand. */
interface GpuLayout {
  readonly identity: IdentityFields
  readonly places: readonly (FieldPlace | null)[]
  readonly pstate: number | null
  readonly throttle: ThrottleReader
}

class GpuReader implements NvidiaVisitor {
  readonly gpus = new GpuIdentities()
  readonly times: NvidiaTimes
  readonly values: GpuValues
  private readonly indexes: number[] = []
  private readonly names = new RepeatedTexts()
  private readonly pstates = new RepeatedTexts()
  private readonly reasons: (string | null)[] = []
  private readonly sayings: NvidiaSayings
  private readonly notes: FileWarnings
  private layout: GpuLayout | null = null
  private readonly lost = new Set<number>()
  /** Whether each GPU's utilization was ever measured. */
  private readonly hasUtilization = new Map<number, boolean>()

  constructor(times: NvidiaTimes, sayings: NvidiaSayings, notes: FileWarnings) {
    this.times = times
    this.sayings = sayings
    this.notes = notes
    this.values = new GpuValues(notes)
  }

  header(header: NvidiaHeader, line: number): number | null {
    if (header.names.includes('pid')) {
      throw new ParseError(`read ${this.notes.path}:${line}: it holds processes, not GPUs`, {
        hint: 'it belongs into raw/gpu-processes/',
      })
    }
    const identity = findIdentity(header)
    this.layout = {
      identity,
      places: findColumns(header),
      pstate: findField(header, ['pstate'])?.at ?? null,
      throttle: new ThrottleReader(findThrottleFields(header)),
    }
    return identity.name
  }

  text(text: string, line: number): void {
    this.sayings.add(text, line)
  }

  silentRow(reason: string, line: number): void {
    this.sayings.addSilent(reason, line)
  }

  row(row: NvidiaRow): void {
    const { layout } = this
    if (!layout) return
    const gpu = this.gpus.find(row, layout.identity)
    if (gpu === null) {
      this.sayings.addRemark('a GPU does not say which one it is', row.line)
      return
    }
    if (layout.identity.isBlind && this.times.distanceMs(row.timeMs) < SAME_SAMPLE_MS) {
      throw new ParseError(
        `read ${this.notes.path}:${row.line}: cannot tell GPUs apart: the query has neither uuid nor index`,
        { hint: 'record again with --query-gpu=timestamp,index,uuid,…' },
      )
    }
    if (!this.times.add(row, gpu)) return
    const health = this.values.add(row, layout.places)
    this.indexes.push(this.gpus.indexOf(gpu))
    this.names.add(row, layout.identity.name)
    this.pstates.add(row, layout.pstate)
    const reasons = layout.throttle.read(row)
    this.reasons.push(reasons)
    const isAnswering = health.measured > 0 || reasons !== null || this.pstates.texts.at(-1) !== null
    this.follow(gpu, row.line, health, isAnswering)
  }

  toTable(host: string): Table {
    const { kept, timeMs, intervalSec, subject } = this.times.toSamples()
    const pick = (values: readonly number[]): Float64Array =>
      Float64Array.from(kept, (row) => values[row] as number)
    const pickText = (texts: readonly (string | null)[]): (string | null)[] =>
      Array.from(kept, (row) => texts[row] ?? null)
    return createTable('gpu', host, {
      timeMs,
      intervalSec,
      devices: this.gpus.names,
      deviceIndex: subject,
      columns: new Map([
        ['index', pick(this.indexes)],
        ...GPU_COLUMNS.map(({ name }, at) => [name, pick(this.values.columns[at] ?? [])] as const),
      ]),
      textColumns: new Map([
        ['name', pickText(this.names.texts)],
        ['pstate', pickText(this.pstates.texts)],
        ['throttle_reasons', pickText(this.reasons)],
      ]),
    })
  }

  /** Says of which GPUs the utilization was asked for in vain throughout. */
  noteUnmeasured(): void {
    const without = [...this.hasUtilization].filter(([, has]) => !has).map(([gpu]) => this.gpus.labelOf(gpu))
    if (without.length === 0) return
    const what = `the utilization of ${without.join(', ')} is not available, as of a GPU that MIG has split`
    this.notes.note('no utilization', 0, what)
  }

  /** Notes faults: of single cells as a warning, of the whole GPU as an event when it begins and ends. */
  private follow(gpu: number, line: number, health: RowHealth, isAnswering: boolean): void {
    const label = this.gpus.labelOf(gpu)
    const { fault } = health
    if (isAnswering) {
      if (this.lost.delete(gpu)) this.sayings.addEvent(`${label} answers again`, line)
      const had = this.hasUtilization.get(gpu)
      if (!had && (health.lacksUtilization ? fault === null : true)) {
        this.hasUtilization.set(gpu, !health.lacksUtilization)
      }
      if (fault)
        this.notes.note(`fault ${gpu} ${fault.text}`, line, `${label}: ${fault.text} for ${fault.column}`)
    } else if (fault) {
      this.lost.add(gpu)
      const reason = fault.text.replace(/^\[(.*)\]$/, '$1')
      this.notes.note(`lost ${gpu} ${reason}`, line, `${label}: ${reason}: no value of it was measured`)
      this.sayings.addEvent(lossText(label, reason), line)
    }
  }
}

/** GPUs that one dmon shows at most (nvidia-smi.1): 4 up to driver 535, 16 from 545 on. */
const MOST_MONITORED = [
  { count: 4, said: 'dmon of driver <= 535 shows at most 4 GPUs' },
  { count: 16, said: 'dmon shows at most 16 GPUs' },
] as const

/** Warns of the GPUs that dmon left out without a word. */
function noteUnmonitored(seenCount: number, context: ReadContext, notes: FileWarnings): void {
  const most = MOST_MONITORED.find(({ count }) => count === seenCount)
  const gpuCount = context.meta?.gpu_count ?? 0
  if (most && gpuCount > seenCount) notes.note('unmonitored', 0, `${most.said}; this node has ${gpuCount}`)
}

/** The table of a host's GPUs; ParseError when the file cannot be read at all. */
export function parseGpu(file: RawFile, context: ReadContext): ParsedResource {
  const warnings = new WarningList()
  const notes = new FileWarnings(warnings, file.path)
  const sayings = new NvidiaSayings(context.host, notes)
  const times = new NvidiaTimes(context, sayings, notes)
  const reader = new GpuReader(times, sayings, notes)
  const hasHeader = scanNvidia(file, warnings, reader, context.windowMs)
  const table = reader.toTable(context.host)
  sayings.warn(hasHeader, table.rowCount === 0)
  reader.noteUnmeasured()
  if (isMonitorFile(file)) noteUnmonitored(table.devices.length, context, notes)
  if (table.rowCount === 0 && hasHeader) notes.note('no rows', 0, 'it holds no rows')
  return { table, events: times.toEvents((gpu) => reader.gpus.labelOf(gpu)), warnings: warnings.toList() }
}
