import { setMaxListeners } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { ClientChannel } from 'ssh2'
import { asError } from '../../errors.js'
import type { TransportCall, TransportEnd } from '../transport.js'
import type { Connection } from './connection.js'

/** Time to read what had arrived when the connection went away. */
const DRAIN_MS = 1000

/** How long, and how often, a session is asked for that the server does not give. */
const SESSION_WAIT_MS = 2000
const SESSION_RETRY_MS = 50

/** Runs a script on the standard input of `sh` at the other end of a connection. */
export function runOverSsh(connection: Connection, call: TransportCall): Promise<TransportEnd> {
  return new ScriptRun(connection, call).done
}

/** One call, from opening its channel to its end. A throw of `onStdout` is passed on. */
class ScriptRun {
  readonly done: Promise<TransportEnd>
  readonly #connection: Connection
  readonly #call: TransportCall
  #channel: ClientChannel | null = null
  #isOver = false
  #drain: NodeJS.Timeout | undefined
  #exit: { readonly signal: string | null } | null = null
  /** Settles when the last chunk has been dealt with; the channel may be closed before that. */
  #taken: Promise<void> = Promise.resolve()
  #resolve: (end: TransportEnd) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  constructor(connection: Connection, call: TransportCall) {
    this.#connection = connection
    this.#call = call
    const settled = new Promise<TransportEnd>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    const { timeoutMs, signal } = call
    const timer = setTimeout(() => this.#end('timeout', `no answer within ${timeoutMs / 1000} s`), timeoutMs)
    const onAbort = (): void => this.#end('aborted', 'interrupted')
    // One signal for the calls to all hosts: many listeners are no leak.
    if (signal !== null) setMaxListeners(0, signal)
    signal?.addEventListener('abort', onAbort)
    this.done = settled.finally(() => {
      this.#isOver = true
      clearTimeout(timer)
      clearTimeout(this.#drain)
      signal?.removeEventListener('abort', onAbort)
      this.#leaveChannel()
    })
    if (signal?.aborted) onAbort()
    else this.#open()
  }

  #open(): void {
    const giveUpMs = performance.now() + SESSION_WAIT_MS
    void this.#connection.gone.then(() => this.#lost())
    this.#openChannel(giveUpMs)
  }

  #openChannel(giveUpMs: number): void {
    if (this.#isOver) return
    try {
      this.#connection.client.exec('sh', (error, channel) => {
        if (error === undefined) this.#start(channel)
        // sshd frees the session of the call before a moment after it has closed its channel.
        else if (isRefusal(error) && performance.now() < giveUpMs) {
          setTimeout(() => this.#openChannel(giveUpMs), SESSION_RETRY_MS)
        } else this.#end('lost', this.#refusedDetail(error))
      })
    } catch (error) {
      // ssh2 throws when the connection is gone.
      this.#end('lost', this.#connection.lostReason ?? asError(error).message)
    }
  }

  #start(channel: ClientChannel): void {
    this.#channel = channel
    // Opened too late: nobody waits for the script any more, so it is not sent.
    if (this.#isOver) {
      this.#leaveChannel()
      return
    }
    channel.on('error', (error: unknown) => this.#end('lost', asError(error).message))
    channel.on('exit', (_code: number | null, signal?: string) => {
      this.#exit = { signal: signal ?? null }
    })
    channel.on('close', () => void this.#taken.then(() => this.#closed()))
    channel.stderr.on('data', (chunk: Buffer) => this.#call.onStderr(chunk))
    channel.on('data', (chunk: Buffer) => {
      channel.pause()
      this.#taken = this.#call.onStdout(chunk).then(
        () => void channel.resume(),
        (error: unknown) => this.#reject(error),
      )
    })
    channel.end(this.#call.script)
  }

  /** The connection went away; what had arrived before is still handed out, and may hold the script's end. */
  #lost(): void {
    // A call that is over waits for nothing: its timer would keep the program from ending.
    if (this.#isOver) return
    const graceMs = this.#channel === null ? 0 : DRAIN_MS
    this.#drain = setTimeout(() => this.#end('lost', this.#lostDetail()), graceMs)
  }

  #closed(): void {
    if (this.#exit === null) this.#end('lost', this.#lostDetail())
    else if (this.#exit.signal !== null) this.#end('lost', `sh was ended by ${this.#exit.signal}`)
    else this.#end('closed', '')
  }

  #end(kind: TransportEnd['kind'], detail: string): void {
    this.#resolve({ kind, detail })
  }

  #lostDetail(): string {
    return this.#connection.lostReason ?? 'the node closed the channel before the script had ended'
  }

  #refusedDetail(error: Error): string {
    if (this.#connection.lostReason !== null) return this.#connection.lostReason
    const said = error.message.replace(/^\(SSH\) Channel open failure: /, '')
    return `the node opens no session: ${said} (MaxSessions of its sshd, or an earlier script still runs there)`
  }

  /** Lets go of a channel that nobody reads any more; its data are thrown away. */
  #leaveChannel(): void {
    const channel = this.#channel
    if (channel === null) return
    channel.removeAllListeners('data')
    channel.stderr.removeAllListeners('data')
    channel.resume()
    channel.stderr.resume()
    channel.close()
  }
}

/** The server said no to the session; without a reason it was the connection that went away. */
function isRefusal(error: Error): boolean {
  return typeof (error as { reason?: unknown }).reason === 'number'
}
