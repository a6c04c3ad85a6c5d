/**
 * What nvidia-smi prints in place of rows, on standard output: why there are no values, or what happened to a GPU.
 *
 *   NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.
 *   Failed to initialize NVML: Driver/library version mismatch
 *   Field "clocks_event_reasons.active" is not a valid field to query.
 */
import type { FileWarnings } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { RawEvent } from '../model.js'
import { faultOf, type GpuFault, labelOf, lossText } from './gpu-faults.js'

/** Known sentences, what they mean, and the exit code that goes with them (nvidia-smi.1 of driver 550; 18 seen). */
const CAUSES: readonly (readonly [said: RegExp, cause: string])[] = [
  [/NVIDIA-SMI has failed because/i, 'driver not loaded (rc 9)'],
  [/couldn't find libnvidia-ml|NVML.*library.*not found/i, 'NVML library not found (rc 12)'],
  [/driver\/library version mismatch/i, 'driver and library have different versions (rc 18)'],
  [/no devices were found/i, 'no devices were found (rc 6)'],
  [/insufficient permissions/i, 'insufficient permissions (rc 4)'],
  [/GPU is lost|fallen off the bus/i, 'a GPU has fallen off the bus (rc 15)'],
  [/failed to initialize NVML/i, 'NVML could not be initialized'],
]
const LONGEST_QUOTE = 80
const UNKNOWN_FIELD = /^Field "([^"]*)" is not a valid field to query/

/** Why nvidia-smi had no rows, such as `driver not loaded (rc 9)`; null for a sentence that does not say. */
export function causeOf(text: string): string | null {
  return CAUSES.find(([said]) => said.test(text))?.[1] ?? null
}

interface Said {
  readonly text: string
  readonly line: number
  readonly atMs: number
  /** Rows before it. */
  readonly rowCount: number
  /** null: it is not about a GPU that can no longer be asked. */
  readonly fault: GpuFault | null
}

/** What is known of a file's GPUs when all its rows are read; null for a file of processes. */
export interface GpuRows {
  /** Label of the only GPU whose rows end after so many rows, near enough; null when there is none, or several. */
  missingAfter(rowCount: number): string | null
}

/** Gathers what nvidia-smi said between its rows; a sentence that comes again with each sample is one event. */
export class NvidiaSayings {
  private readonly host: string
  private readonly notes: FileWarnings
  private readonly said: Said[] = []
  /** What is to be warned of, by its text: the lines where it stands. */
  private readonly warnings = new Map<string, { readonly message: string; readonly lines: number[] }>()
  /** Number of the sample in which each sentence was met last. */
  private readonly lastSample = new Map<string, number>()
  private sample = 0
  private rowCount = 0
  private timeMs = Number.NaN

  constructor(host: string, notes: FileWarnings) {
    this.host = host
    this.notes = notes
  }

  /** Says that rows of another sample follow. */
  beginSample(): void {
    this.sample++
  }

  /** Says that a row was met, and that the lines from here on belong to its time, epoch milliseconds. */
  setTime(timeMs: number): void {
    this.timeMs = timeMs
    this.rowCount++
  }

  /** Notes a line that is no row. */
  add(text: string, line: number): void {
    this.addWarning(text, line, `nvidia-smi said: ${JSON.stringify(text)}`)
    this.addEvent(text, line, faultOf(text))
  }

  /** Notes a row in which a GPU gives the same reason for every field, also for which GPU it is. */
  addSilent(reason: string, line: number): void {
    const text = `a GPU answers ${reason} in every field`
    this.addWarning(text, line, text)
    this.addEvent(text, line, { label: null, busId: null, reason })
  }

  /** Notes what we say of a row that tells nothing. */
  addRemark(text: string, line: number): void {
    this.addWarning(text, line, text)
    this.addEvent(text, line)
  }

  /** Notes what a row tells of its GPU, without a warning. */
  addEvent(text: string, line: number, fault: GpuFault | null = null): void {
    const last = this.lastSample.get(text)
    this.lastSample.set(text, this.sample)
    if (last !== undefined && this.sample - last <= 1) return
    this.said.push({ text, line, atMs: this.timeMs, rowCount: this.rowCount, fault })
  }

  /**
   * The events; what was said before the first row is given that row's time. A lost GPU is told by the file of GPUs: one of
   * processes, where `gpus` is null, leaves it out.
   */
  toEvents(firstMs: number, shiftMs: number, gpus: GpuRows | null): RawEvent[] {
    const told = this.said.filter(({ fault }) => fault === null || gpus !== null)
    return told.map((said) => ({
      host: this.host,
      kind: 'gpu',
      atMs: Number.isNaN(said.atMs) ? firstMs : said.atMs + shiftMs,
      text: eventText(said, gpus),
      place: `${this.notes.path}:${said.line}`,
    }))
  }

  /**
   * Warns of what was said, and with `isEmpty` says why there is not a single row. ParseError for a query that this
   * driver does not understand, and for what nvidia-smi never wrote.
   */
  warn(hasHeader: boolean, isEmpty: boolean): void {
    const cause = isEmpty ? this.explainEmpty(hasHeader) : null
    for (const [text, { message, lines }] of this.warnings) {
      const isExplained = cause !== null && causeOf(text) === cause
      if (!isExplained) for (const line of lines) this.notes.note(`said ${text}`, line, message)
    }
  }

  private addWarning(text: string, line: number, message: string): void {
    const known = this.warnings.get(text)
    if (known) known.lines.push(line)
    else this.warnings.set(text, { message, lines: [line] })
  }

  private explainEmpty(hasHeader: boolean): string | null {
    const field = this.find((text) => UNKNOWN_FIELD.exec(text)?.[1] ?? null)
    if (field) {
      throw new ParseError(
        `read ${this.notes.path}:${field.line}: the driver of ${this.host} does not know the field "${field.found}"`,
        { hint: 'leave it out; the fields it knows, on that node: nvidia-smi --help-query-gpu' },
      )
    }
    const cause = this.find(causeOf)
    if (cause) this.notes.note('no data', cause.line, `no GPU data: ${cause.found}`)
    else if (!hasHeader && this.said[0]) throw this.notNvidia(this.said[0])
    else if (!hasHeader) this.notes.note('no header', 0, 'it ends before its header does')
    return cause?.found ?? null
  }

  private find(test: (text: string) => string | null): { found: string; line: number } | null {
    for (const { text, line } of this.said) {
      const found = test(text)
      if (found !== null) return { found, line }
    }
    return null
  }

  private notNvidia(first: Said): ParseError {
    const place = `${this.notes.path}:${first.line}`
    const quoted = JSON.stringify(first.text.slice(0, LONGEST_QUOTE))
    return new ParseError(`read ${place}: no header of nvidia-smi's CSV: ${quoted}`, {
      hint: 'record with: nvidia-smi --query-gpu=timestamp,index,uuid,name,utilization.gpu --format=csv,nounits -l 10',
    })
  }
}

function eventText({ text, fault, rowCount }: Said, gpus: GpuRows | null): string {
  if (fault === null) return labelOf(text, causeOf(text))
  const address = fault.busId === null ? 'a GPU' : `GPU ${fault.busId}`
  return lossText(fault.label ?? gpus?.missingAfter(rowCount) ?? address, fault.reason)
}
