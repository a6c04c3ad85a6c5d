import { createHash, type Hash } from 'node:crypto'
import { createGunzip, type Gunzip } from 'node:zlib'
import type { FrameSpec } from '../collectors/collector.js'
import { HostError } from '../errors.js'
import { type CallOptions, callNodeOrThrow } from './call.js'
import { type NodePlace, placeVariables } from './place.js'
import { shellFile } from './shell-files.js'
import type { Transport } from './transport.js'
import type { Fact, FrameSink, FrameTrail } from './wire.js'

/** A file that has its name only after `commit`, and is on the disk then. */
export interface PullTarget {
  readonly write: (chunk: Uint8Array) => Promise<void>
  readonly commit: () => Promise<void>
  readonly abort: () => Promise<void>
}

/** Opens the file for a frame: `raw/<target>/<host>`, or `.sa.gz` for one that is kept compressed. */
export type OpenTarget = (frame: FrameSpec) => Promise<PullTarget>

/** What came of one frame. */
export interface PulledFrame {
  readonly name: string
  /** Exit code of the converter on the node; 2 of `sadf`: the file ends early, what is before is good. */
  readonly code: number
  readonly rawBytes: number
}

export interface PullRequest {
  readonly place: NodePlace
  /** What is fetched, in order, and shell lines that the frames need. */
  readonly frames: readonly FrameSpec[]
  readonly frameLines: string
  /** Shell lines behind the frames that say facts, and who takes these. */
  readonly factLines?: string
  readonly takeFacts?: (facts: readonly Fact[]) => void
  /** Most bytes of one frame, before and after decompression. */
  readonly capBytes: number
  readonly openTarget: OpenTarget
}

/**
 * Fetches a host's files and verifies each against the length and SHA-256 that the node computed. Nothing gets its name
 * before all have passed; a HostError leaves the session's raw/ as it was.
 */
export async function pullNode(
  transport: Transport,
  request: PullRequest,
  options: Omit<CallOptions, 'doing' | 'sink'>,
): Promise<readonly PulledFrame[]> {
  const { frames, frameLines, factLines = '', place } = request
  const lines = frames.map((frame) => `frame ${frame.name} ${frame.command}`)
  const script = {
    variables: placeVariables(place),
    body: `send_frames() {\n${frameLines}\n${lines.join('\n')}\n${factLines}\n}\n${shellFile('pull.sh')}`,
  }
  const receiver = new FrameReceiver(transport.host, request)
  try {
    const { facts } = await callNodeOrThrow(transport, script, { ...options, doing: 'fetch', sink: receiver })
    const pulled = await receiver.commit()
    request.takeFacts?.(facts)
    return pulled
  } catch (error) {
    await receiver.abort()
    throw error
  }
}

interface OpenFrame {
  readonly spec: FrameSpec
  readonly gunzip: Gunzip
  readonly hash: Hash
  /** Resolves to the number of raw bytes when the member has been read to its end. */
  readonly unpacked: Promise<number>
  readonly target: PullTarget
  packedBytes: number
}

class FrameReceiver implements FrameSink {
  readonly #host: string
  readonly #request: PullRequest
  readonly #targets = new Map<string, PullTarget>()
  readonly #done: PulledFrame[] = []
  #frame: OpenFrame | null = null

  constructor(host: string, request: PullRequest) {
    this.#host = host
    this.#request = request
  }

  async open(name: string): Promise<void> {
    const spec = this.#request.frames.find((frame) => frame.name === name)
    if (spec === undefined) throw this.#error(`the node sent "${name}", which was not asked for`)
    if (spec !== this.#request.frames[this.#done.length])
      throw this.#error(`the node sent "${name}" out of its turn`)
    const target = this.#targets.get(spec.target) ?? (await this.#request.openTarget(spec))
    this.#targets.set(spec.target, target)
    const gunzip = createGunzip()
    const hash = createHash('sha256')
    const unpacked = this.#unpack(spec, gunzip, hash, target)
    // The error is thrown where `unpacked` is awaited; this keeps Node from calling it unhandled until then.
    unpacked.catch(() => undefined)
    this.#frame = { spec, gunzip, hash, target, unpacked, packedBytes: 0 }
  }

  async data(chunk: Uint8Array): Promise<void> {
    const frame = this.#frame
    if (frame === null) return
    frame.packedBytes += chunk.length
    if (frame.packedBytes > this.#request.capBytes) throw this.#tooLarge(frame.spec)
    // The chunk is a view of a buffer that is used again.
    const copy = Buffer.from(chunk)
    if (frame.spec.keepAs === 'gzip') await frame.target.write(copy)
    if (frame.gunzip.write(copy)) return
    // Not `once` of node:events: it rejects with zlib's error before `unpacked` has made a sentence of it.
    const drained = new Promise<void>((resolve) => frame.gunzip.once('drain', resolve))
    await Promise.race([drained, frame.unpacked])
  }

  async close(trail: FrameTrail): Promise<void> {
    const frame = this.#frame
    if (frame === null) return
    this.#frame = null
    frame.gunzip.end()
    const rawBytes = await frame.unpacked
    const { name } = frame.spec
    if (trail.rawBytes !== rawBytes) {
      throw this.#error(`${name}: ${rawBytes} bytes arrived, the node sent ${trail.rawBytes}`)
    }
    if (trail.sha256 !== null && trail.sha256 !== frame.hash.digest('hex')) {
      throw this.#error(`${name}: the SHA-256 of what arrived is not that of what was sent`)
    }
    this.#done.push({ name, code: trail.code, rawBytes })
  }

  /** Gives every file its name. Throws when a frame that was asked for did not come. */
  async commit(): Promise<readonly PulledFrame[]> {
    const missing = this.#request.frames.filter(
      (frame) => !this.#done.some((done) => done.name === frame.name),
    )
    if (missing.length > 0)
      throw this.#error(`${missing.map((frame) => frame.name).join(', ')} did not arrive`)
    for (const target of this.#targets.values()) await target.commit()
    return this.#done
  }

  async abort(): Promise<void> {
    const frame = this.#frame
    frame?.gunzip.destroy()
    // What was wrong is told already; a write that is under way has to end before its file is taken back.
    await frame?.unpacked.catch(() => undefined)
    for (const target of this.#targets.values()) await target.abort()
  }

  async #unpack(spec: FrameSpec, gunzip: Gunzip, hash: Hash, target: PullTarget): Promise<number> {
    let rawBytes = 0
    for await (const piece of this.#pieces(spec, gunzip)) {
      rawBytes += piece.length
      if (rawBytes > this.#request.capBytes) throw this.#tooLarge(spec)
      hash.update(piece)
      if (spec.keepAs === 'text') await target.write(piece)
    }
    return rawBytes
  }

  /** What comes out of the decompressor; only its own failures are told as such. */
  async *#pieces(spec: FrameSpec, gunzip: Gunzip): AsyncGenerator<Buffer> {
    try {
      for await (const piece of gunzip) yield piece as Buffer
    } catch (error) {
      throw this.#error(`${spec.name}: what arrived is no whole gzip stream`, error)
    }
  }

  #tooLarge(spec: FrameSpec): HostError {
    return this.#error(`${spec.name}: more than ${this.#request.capBytes} bytes; the rest was not read`)
  }

  #error(what: string, cause?: unknown): HostError {
    return new HostError(this.#host, `fetch: ${what}`, { cause })
  }
}
