import { decodeText, NEWLINE, quoteBytes } from '../data/bytes.js'
import { textBounds } from '../data/text-bounds.js'
import { FileWarnings, type WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { RawFile } from '../model.js'
import type { ReadContext } from './raw-context.js'

//   # clusterp-proc 1 cpu 100 7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab
//   @ 1795161600.512345 5123.41 3
//   cpu  1130 0 450 99000 12 0 3 0 0 0

const HASH = 0x23
const AT = 0x40
const VERSION = '1'
const HEADER = /^# clusterp-proc (\S+) (\S+) (\d+) (\S+)$/
const STAMP = /^@ (-|\d+(?:\.\d+)?) (\d+(?:\.\d+)?) (\d+)$/
/** A whole-second stamp lies up to 1 s before its time; further off, the wall clock was stepped since the start. */
const LARGEST_STAMP_ERROR_SEC = 1.5

/** What a file of the sampler says of itself. */
export interface ProcHeader {
  readonly resource: string
  readonly ticksPerSec: number
  readonly bootId: string
}

/** One sample: its time and the verbatim lines of /proc. */
export interface ProcSample {
  readonly header: ProcHeader
  /** True when nothing before it in the file can be subtracted from it: the sampler had been started anew. */
  readonly isBaseline: boolean
  /** True when the node had booted anew before it. */
  readonly isAfterBoot: boolean
  /** Epoch milliseconds. */
  readonly timeMs: number
  readonly uptimeSec: number
  /** Number of the stamp's line. */
  readonly line: number
  readonly bytes: Uint8Array
  /** Offsets of the lines' first bytes, and behind their last. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

interface Stamp {
  readonly epochText: string
  readonly uptimeSec: number
  readonly lineCount: number
}

class ProcReader {
  private readonly bytes: Uint8Array
  private readonly limit: number
  private readonly context: ReadContext
  private readonly notes: FileWarnings
  private at: number
  private line = 0
  private lineStart = 0
  private lineEnd = 0
  private isTerminated = true
  private header: ProcHeader | null = null
  private firstBootId: string | null = null

  constructor(
    file: RawFile,
    bounds: { readonly start: number; readonly limit: number },
    context: ReadContext,
    notes: FileWarnings,
  ) {
    this.bytes = file.bytes
    this.at = bounds.start
    this.limit = bounds.limit
    this.context = context
    this.notes = notes
  }

  *samples(): Generator<ProcSample> {
    let isBaseline = true
    let isAfterBoot = false
    while (this.next()) {
      const first = this.bytes[this.lineStart]
      if (first === HASH) {
        const before = this.header?.bootId ?? null
        this.readHeader()
        isBaseline = true
        isAfterBoot ||= before !== null && before !== this.header?.bootId
      } else if (first === AT && this.header) {
        const sample = this.readSample(this.header, isBaseline, isAfterBoot)
        if (!sample) continue
        yield sample
        isBaseline = false
        isAfterBoot = false
      } else if (this.lineEnd > this.lineStart) this.lose('not a line of the sampler')
    }
  }

  private next(): boolean {
    if (this.at >= this.limit) return false
    const newline = this.bytes.indexOf(NEWLINE, this.at)
    const end = newline < 0 || newline >= this.limit ? this.limit : newline
    this.isTerminated = end < this.limit
    this.lineStart = this.at
    this.lineEnd = end > this.at && this.bytes[end - 1] === 0x0d ? end - 1 : end
    this.at = end + 1
    this.line++
    return true
  }

  private text(): string {
    return decodeText(this.bytes, this.lineStart, this.lineEnd)
  }

  private readHeader(): void {
    const match = HEADER.exec(this.text())
    if (!match) {
      if (!this.header && this.isTerminated) throw this.error('not a header of the /proc sampler')
      this.lose('not a header of the /proc sampler')
      return
    }
    const [, version, resource = '', ticks, bootId = ''] = match
    if (version !== VERSION) throw this.error(`version ${version} of the sampler's format is not known here`)
    this.header = { resource, ticksPerSec: Number(ticks), bootId }
    this.firstBootId ??= bootId
  }

  private readSample(header: ProcHeader, isBaseline: boolean, isAfterBoot: boolean): ProcSample | null {
    const line = this.line
    const stamp = this.isTerminated ? stampOf(this.text()) : null
    if (!stamp) {
      this.lose('not a stamp of the sampler')
      return null
    }
    const timeMs = this.timeOf(stamp, header)
    const starts: number[] = []
    const ends: number[] = []
    while (starts.length < stamp.lineCount && this.at < this.limit) {
      if (this.bytes[this.at] === AT || this.bytes[this.at] === HASH) break
      this.next()
      if (!this.isTerminated) break
      starts.push(this.lineStart)
      ends.push(this.lineEnd)
    }
    if (starts.length < stamp.lineCount) {
      const what = `a sample of ${stamp.lineCount} lines has only ${starts.length}, left out`
      if (this.at >= this.limit) this.notes.note('cut', line, `${what}: the file ends within it`)
      else this.notes.lose('short', line, what)
      return null
    }
    const { uptimeSec } = stamp
    return { header, isBaseline, isAfterBoot, timeMs, uptimeSec, line, bytes: this.bytes, starts, ends }
  }

  /** Epoch milliseconds: the stamp's own where it has decimals, else by the uptime where wall - uptime is known. */
  private timeOf(stamp: Stamp, header: ProcHeader): number {
    const { epochText, uptimeSec } = stamp
    if (epochText.includes('.')) return Math.round(Number(epochText) * 1000)
    const isFirstBoot = header.bootId === this.firstBootId
    const wallMinusUptime = isFirstBoot ? (this.context.meta?.wall_minus_uptime_s ?? null) : null
    const epochSec = epochText === '-' ? null : Number(epochText)
    if (wallMinusUptime === null) {
      if (epochSec !== null) return epochSec * 1000
      throw new ParseError(
        `read ${this.notes.path}:${this.line}: the stamp has no wall-clock time, and raw/meta does not tell it`,
        { hint: `put raw/meta/${this.context.host}.json of the same session beside it` },
      )
    }
    const timeSec = wallMinusUptime + uptimeSec
    const isStepped = epochSec !== null && Math.abs(timeSec - epochSec - 0.5) > LARGEST_STAMP_ERROR_SEC
    return isStepped ? epochSec * 1000 : Math.round(timeSec * 1000)
  }

  private lose(what: string): void {
    const quoted = quoteBytes(this.bytes, this.lineStart, this.lineEnd)
    if (this.isTerminated) this.notes.lose('line', this.line, `${what}, left out: ${quoted}`)
    else this.notes.note('cut', this.line, 'the file ends within this line, which was left out')
  }

  private error(what: string): ParseError {
    const quoted = quoteBytes(this.bytes, this.lineStart, this.lineEnd)
    return new ParseError(`read ${this.notes.path}:${this.line}: ${what}: ${quoted}`, {
      hint: 'fetch the file again, or use the version of clusterp that recorded it',
    })
  }
}

function stampOf(text: string): Stamp | null {
  const match = STAMP.exec(text)
  if (!match) return null
  const [, epochText = '', uptime, lineCount] = match
  return { epochText, uptimeSec: Number(uptime), lineCount: Number(lineCount) }
}

/** True when a file begins like one of the /proc sampler. */
export function isProcFile(file: RawFile): boolean {
  return /^\s*# clusterp-proc /.test(decodeText(file.bytes, 0, Math.min(file.bytes.length, 64)))
}

/** The whole samples of a sampler's file in order; a cut sample is a warning. ParseError when it is no such file. */
export function* scanProc(file: RawFile, context: ReadContext, warnings: WarningList): Generator<ProcSample> {
  const bounds = textBounds(file, warnings)
  const notes = new FileWarnings(warnings, file.path)
  yield* new ProcReader(file, bounds, context, notes).samples()
}
