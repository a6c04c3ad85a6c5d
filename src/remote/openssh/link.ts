/**
 * One `ssh … HOST sh` that takes one script after the other: a loop in the far `sh` reads a length, gives so many bytes
 * to a `sh` of their own and says when it is done, so that a node is logged in to once.
 *
 *     clusterp-0f3a5c77d2e91b04 READY
 *     (what the script printed)
 *     clusterp-0f3a5c77d2e91b04 DONE
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { hasCode } from '../../errors.js'
import { hasPipes, killGroup } from '../child.js'
import type { TransportCall, TransportEnd } from '../transport.js'

export interface LinkProgram {
  readonly program: string
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Random text that no node prints by itself. */
  readonly marker: string
}

/** Why a login came to nothing. */
export type LoginEnd = 'ready' | 'ended' | 'timeout' | 'aborted'

const STDERR_CAP = 8000
const BANNER_CAP = 1 << 20
const BANNER_SHOWN = 300
const CLOSE_GRACE_MS = 500
/** All of a script is read before any of it is passed on: a `sh` that ends early leaves no byte of it behind. */
const SCRIPT_CAP = 1 << 20

export class ShellLink {
  /** The last that came on standard error. */
  stderr = ''
  /** The last that was printed before the far `sh` answered. */
  banner = ''
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #chunks: AsyncIterator<Buffer>
  readonly #closed: Promise<void>
  readonly #marker: string
  #rest: Buffer = Buffer.alloc(0)
  #early: TransportEnd | null = null
  #startError: Error | null = null
  #onStderr: ((chunk: Uint8Array) => void) | null = null
  #state: 'idle' | 'busy' | 'over' = 'idle'

  constructor({ program, words, env, marker }: LinkProgram) {
    this.#marker = marker
    this.#child = spawn(program, words, { detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: { ...env } })
    this.#closed = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#startError = error
        resolve()
      })
      this.#child.on('close', () => resolve())
    })
    // Without pipes `error` comes next, and nothing is read or written.
    this.#chunks = hasPipes(this.#child) ? this.#listen() : noChunks()
  }

  #listen(): AsyncIterator<Buffer> {
    // The program of a ProxyCommand may outlive ssh for a moment, and holds no more than its standard error.
    this.#child.on('exit', () => setTimeout(() => this.#child.stderr.destroy(), CLOSE_GRACE_MS).unref())
    this.#child.stderr.on('data', (chunk: Buffer) => this.#takeStderr(chunk))
    // How the program ended is told by `close`; a write to what has ended says nothing more.
    this.#child.stdin.on('error', () => undefined)
    return this.#child.stdout[Symbol.asyncIterator]()
  }

  /** Waits for the far loop. Ends the program unless it is ready. */
  async login(timeoutMs: number, signal: AbortSignal | null): Promise<LoginEnd> {
    if (hasPipes(this.#child)) this.#child.stdin.write(`${loopText(this.#marker)}\n`)
    const end = await this.#guarded({ timeoutMs, signal }, () =>
      this.#readUntil(`\n${this.#marker} READY\n`, async (chunk) => this.#takeBanner(chunk), BANNER_CAP),
    )
    if (end === 'found') return 'ready'
    killGroup(this.#child)
    await this.#closed
    this.#state = 'over'
    return this.#early === null || this.#early.kind === 'lost' ? 'ended' : loginEndOf(this.#early)
  }

  /** Runs one script. After any end but `closed` the link is over. */
  async run(call: TransportCall, describeLoss: () => string): Promise<TransportEnd> {
    if (this.#state === 'busy') throw new Error('a node takes one script at a time')
    if (this.#state === 'over' || this.hasEnded()) return { kind: 'lost', detail: describeLoss() }
    this.#state = 'busy'
    this.#onStderr = call.onStderr
    try {
      const script = Buffer.from(call.script)
      if (script.length > SCRIPT_CAP) throw new Error(`a script of ${script.length} bytes is too long`)
      this.#child.stdin.write(`${script.length}\n`)
      this.#child.stdin.write(script)
      const end = await this.#guarded(call, () =>
        this.#readUntil(
          `\n${this.#marker} DONE\n`,
          (chunk) => call.onStdout(chunk),
          Number.POSITIVE_INFINITY,
        ),
      )
      if (end === 'found') {
        this.#state = 'idle'
        return { kind: 'closed', detail: '' }
      }
      await this.#closed
      return this.#early ?? { kind: 'lost', detail: describeLoss() }
    } finally {
      this.#onStderr = null
      if (this.#state === 'busy') this.#endNow({ kind: 'lost', detail: 'its output was refused' })
    }
  }

  /** Why the program could not be started; null when it was. */
  startError(): Error | null {
    return this.#startError
  }

  hasEnded(): boolean {
    return this.#startError !== null || this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Ends the far loop, and after half a second the program. */
  async close(): Promise<void> {
    this.#state = 'over'
    if (hasPipes(this.#child)) this.#child.stdin.end()
    const drained = this.#drain()
    const timer = setTimeout(() => killGroup(this.#child), CLOSE_GRACE_MS)
    await Promise.all([this.#closed, drained])
    clearTimeout(timer)
  }

  /** The program counts as closed only when all that it printed was read. */
  async #drain(): Promise<void> {
    while ((await this.#nextChunk()) !== null);
  }

  #takeStderr(chunk: Buffer): void {
    // What went wrong is said last.
    this.stderr = (this.stderr + chunk.toString('utf8')).slice(-STDERR_CAP)
    this.#onStderr?.(chunk)
  }

  #takeBanner(chunk: Uint8Array): void {
    this.banner = (this.banner + Buffer.from(chunk).toString('utf8')).slice(-BANNER_SHOWN)
  }

  #endNow(end: TransportEnd): void {
    this.#early ??= end
    this.#state = 'over'
    killGroup(this.#child)
  }

  /** Ends the program when the time is over or somebody interrupts. */
  async #guarded<T>(
    limits: { readonly timeoutMs: number; readonly signal: AbortSignal | null },
    work: () => Promise<T>,
  ): Promise<T> {
    const { timeoutMs, signal } = limits
    const onAbort = (): void => this.#endNow({ kind: 'aborted', detail: 'interrupted' })
    const onLate = (): void =>
      this.#endNow({ kind: 'timeout', detail: `no answer within ${timeoutMs / 1000} s` })
    const timer = setTimeout(onLate, timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
    try {
      return await work()
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Passes on what comes before `mark`, which is taken out; `ended` when the output ends without it. */
  async #readUntil(
    mark: string,
    pass: (chunk: Uint8Array) => Promise<void>,
    capBytes: number,
  ): Promise<'found' | 'ended'> {
    const bytes = Buffer.from(mark)
    let passed = 0
    for (;;) {
      const at = this.#rest.indexOf(bytes)
      const safe = at >= 0 ? at : Math.max(0, this.#rest.length - bytes.length + 1)
      const part = this.#rest.subarray(0, safe)
      this.#rest = this.#rest.subarray(at >= 0 ? at + bytes.length : safe)
      if (part.length > 0) await pass(part)
      passed += part.length
      if (at >= 0) return 'found'
      const chunk = passed > capBytes ? null : await this.#nextChunk()
      if (chunk === null) {
        if (this.#rest.length > 0) await pass(this.#rest)
        return 'ended'
      }
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    }
  }

  async #nextChunk(): Promise<Buffer | null> {
    try {
      const next = await this.#chunks.next()
      return next.done === true ? null : next.value
    } catch (thrown) {
      if (hasCode(thrown, 'ERR_STREAM_PREMATURE_CLOSE')) return null
      throw thrown
    }
  }
}

async function* noChunks(): AsyncGenerator<Buffer, undefined> {}

function loginEndOf(end: TransportEnd): LoginEnd {
  return end.kind === 'aborted' ? 'aborted' : 'timeout'
}

// `dd` reads one byte at a time, so that nothing of the next script is taken, and writes all of them at once.
function loopText(marker: string): string {
  return `_clusterp_serve() {
printf '\\n%s READY\\n' '${marker}'
while IFS= read -r _clusterp_size && test "$_clusterp_size" -gt 0; do
dd ibs=1 obs=${SCRIPT_CAP} count="$_clusterp_size" 2>/dev/null | sh
printf '\\n%s DONE\\n' '${marker}'
done
}
_clusterp_serve`
}
