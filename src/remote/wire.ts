/**
 * Reads what a node script prints, as it comes:
 *
 *   Welcome to node7!                                   anything before BEGIN is a banner
 *   clusterp-0f3a5c77d2e91b04 BEGIN
 *   boot_id<TAB>7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab    a fact: key, tab, value
 *   clusterp-0f3a5c77d2e91b04 FRAME cpu                 one gzip member follows, then a newline and
 *   clusterp-0f3a5c77d2e91b04 TRAIL rc 0 1852 9f86d0…   exit code, raw bytes, SHA-256 of raw
 *   clusterp-0f3a5c77d2e91b04 END 0                     only this line says that the call ended, and how
 */

export interface FrameTrail {
  /** Exit code of the node's converter. */
  readonly code: number
  /** Uncompressed bytes; -1 when the node could not count. */
  readonly rawBytes: number
  /** Lower-case hex; null when the node has no sha256sum. */
  readonly sha256: string | null
}

/** Takes frames as they come; each promise is awaited before more is read. `data` must copy what it keeps. */
export interface FrameSink {
  open(name: string): Promise<void>
  data(chunk: Uint8Array): Promise<void>
  close(trail: FrameTrail): Promise<void>
}

export interface Fact {
  readonly key: string
  readonly value: string
}

/** Most bytes of facts a call may print, and of one line. */
export const FACTS_CAP_BYTES = 4 << 20
/** `rc 124 18446744073709551615 <64 hex digits>` and some blanks. */
const LONGEST_TRAIL_BYTES = 1024

export class WireReader {
  readonly facts: Fact[] = []
  /** Exit code of the script's body; null until the end marker came. */
  code: number | null = null
  readonly #begin: Buffer
  readonly #lineStart: Buffer
  readonly #trailStart: Buffer
  readonly #sink: FrameSink | null
  #state: 'banner' | 'lines' | 'frame' | 'ended' = 'banner'
  #rest: Buffer = Buffer.alloc(0)
  #factBytes = 0
  #isDroppingLine = false

  constructor(marker: string, sink: FrameSink | null) {
    this.#begin = Buffer.from(`\n${marker} BEGIN\n`)
    this.#lineStart = Buffer.from(`${marker} `)
    this.#trailStart = Buffer.from(`\n${marker} TRAIL `)
    this.#sink = sink
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#state === 'ended') return
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    while (await this.#step());
  }

  /** Takes one piece off the rest; false when more bytes are needed. */
  async #step(): Promise<boolean> {
    if (this.#state === 'ended') return false
    if (this.#state === 'banner') return this.#skipBanner()
    if (this.#state === 'frame') return this.#takeFrame()
    const end = this.#rest.indexOf(10)
    if (end < 0) {
      this.#isDroppingLine ||= this.#rest.length > FACTS_CAP_BYTES
      if (this.#isDroppingLine) this.#rest = Buffer.alloc(0)
      return false
    }
    const line = this.#rest.subarray(0, end)
    this.#rest = this.#rest.subarray(end + 1)
    if (!this.#isDroppingLine) await this.#takeLine(line)
    this.#isDroppingLine = false
    return true
  }

  #skipBanner(): boolean {
    const at = this.#rest.indexOf(this.#begin)
    if (at < 0) {
      this.#rest = this.#rest.subarray(Math.max(0, this.#rest.length - this.#begin.length + 1))
      return false
    }
    this.#rest = this.#rest.subarray(at + this.#begin.length)
    this.#state = 'lines'
    return true
  }

  async #takeFrame(): Promise<boolean> {
    const at = this.#rest.indexOf(this.#trailStart)
    if (at < 0) {
      const safe = this.#rest.length - this.#trailStart.length + 1
      if (safe > 0) {
        await this.#sink?.data(this.#rest.subarray(0, safe))
        this.#rest = this.#rest.subarray(safe)
      }
      return false
    }
    const lineEnd = this.#rest.indexOf(10, at + 1)
    if (lineEnd < 0) {
      // No node script prints that: what follows cannot be told from data.
      if (this.#rest.length - at > LONGEST_TRAIL_BYTES) this.#state = 'ended'
      return false
    }
    if (at > 0) await this.#sink?.data(this.#rest.subarray(0, at))
    const words = this.#rest.toString('latin1', at + this.#trailStart.length, lineEnd).split(' ')
    const sum = words[3] ?? '-'
    await this.#sink?.close({
      code: Number(words[1]),
      rawBytes: Number(words[2]),
      sha256: /^[0-9a-f]{64}$/.test(sum) ? sum : null,
    })
    this.#rest = this.#rest.subarray(lineEnd + 1)
    this.#state = 'lines'
    return true
  }

  async #takeLine(line: Buffer): Promise<void> {
    if (line.subarray(0, this.#lineStart.length).equals(this.#lineStart)) {
      const [word, value] = line.toString('utf8', this.#lineStart.length).split(' ')
      if (word === 'END') {
        this.code = Number(value)
        this.#state = 'ended'
      } else if (word === 'FRAME') {
        await this.#sink?.open(value ?? '')
        this.#state = 'frame'
      }
      return
    }
    this.#factBytes += line.length
    const tab = line.indexOf(9)
    if (tab < 0 || this.#factBytes > FACTS_CAP_BYTES) return
    this.facts.push({ key: line.toString('utf8', 0, tab), value: line.toString('utf8', tab + 1) })
  }
}
