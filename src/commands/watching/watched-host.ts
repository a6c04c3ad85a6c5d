import { asHostError, HostError } from '../../errors.js'
import type { Outcome, SessionHost } from '../../model.js'
import { ConnectError } from '../../remote/ssh/failure.js'
import type { Transport } from '../../remote/transport.js'
import { durationText } from '../phrases.js'
import { type HostReport, isToBeAsked, silentReport } from './host-report.js'
import { AwaitedError } from './silent-hosts.js'

/** How a watched host is reached and asked; both throw HostError. */
export interface HostWays {
  readonly open: (host: SessionHost) => Promise<Transport>
  readonly ask: (host: SessionHost, transport: Transport) => Promise<HostReport>
  readonly now: () => number
}

/** A lost node is tried again with this much time between two tries. */
const RETRY_MS = 2000
/** A node that answered before and now refuses the login may be booting; more tries could lock the user out. */
const REFUSED_RETRY_MS = 60_000
const MOST_REFUSALS = 3
/** One that never answered and is no better known is not worth a login each round. */
const STRANGER_RETRY_MS = 30_000
/** So long an answer may take before the row says that there is none. */
const PATIENCE_MS = 3000

/** How long to wait before a failed host is tried again; null: it is not. */
export function retryDelayMs(
  error: Error,
  past: { readonly hasAnswered: boolean; readonly refusals: number },
): number | null {
  if (error instanceof ConnectError) {
    if (error.kind === 'host-key') return null
    if (error.kind === 'refused')
      return past.hasAnswered && past.refusals < MOST_REFUSALS ? REFUSED_RETRY_MS : null
    return RETRY_MS
  }
  return past.hasAnswered ? RETRY_MS : STRANGER_RETRY_MS
}

/** One host over the rounds of a watch: its connection stays open, and one that was lost is opened anew. */
export class WatchedHost {
  #transport: Transport | null = null
  #asking: { readonly done: Promise<void>; readonly sinceMs: number } | null = null
  #latest: Outcome<HostReport> | null = null
  #hasAnswered = false
  #refusals = 0
  /** null: never again. */
  #nextTryMs: number | null = 0
  readonly #closing = new Set<Promise<void>>()

  get isConnected(): boolean {
    return this.#transport !== null
  }

  get hasFailed(): boolean {
    return this.#latest?.ok === false && this.#nextTryMs !== null
  }

  /** Asks the host unless its last answer is still awaited or it is too early for another try. */
  look(host: SessionHost, ways: HostWays): Promise<void> {
    if (!isToBeAsked(host)) {
      this.#latest = { host: host.name, ok: true, value: silentReport(host), warnings: [] }
      return Promise.resolve()
    }
    if (this.#asking !== null) return this.#asking.done
    if (this.#nextTryMs === null || ways.now() < this.#nextTryMs) return Promise.resolve()
    const done = this.#ask(host, ways).finally(() => {
      this.#asking = null
    })
    this.#asking = { done, sinceMs: ways.now() }
    return done
  }

  /** What is known of the host; one that answered before and now keeps its answer to itself has failed. */
  outcome(host: SessionHost, nowMs: number): Outcome<HostReport> {
    if (this.#latest === null) return { host: host.name, ok: false, error: new AwaitedError(host.name) }
    const waitedMs = this.#asking === null ? 0 : nowMs - this.#asking.sinceMs
    if (!this.#latest.ok || waitedMs <= PATIENCE_MS) return this.#latest
    const error = new HostError(host.name, `no answer for ${durationText(Math.round(waitedMs / 1000))}`)
    return { host: host.name, ok: false, error }
  }

  /** Waits for what is under way, and closes the connection. */
  async close(): Promise<void> {
    await this.#asking?.done
    this.#leave()
    await Promise.all(this.#closing)
  }

  async #ask(host: SessionHost, ways: HostWays): Promise<void> {
    try {
      this.#transport ??= await ways.open(host)
      const value = await ways.ask(host, this.#transport)
      this.#latest = { host: host.name, ok: true, value, warnings: [] }
      this.#hasAnswered = true
      this.#refusals = 0
    } catch (thrown) {
      const error = asHostError(host.name, 'status', thrown)
      this.#latest = { host: host.name, ok: false, error }
      if (error instanceof ConnectError && error.kind === 'refused') this.#refusals++
      const delayMs = retryDelayMs(error, { hasAnswered: this.#hasAnswered, refusals: this.#refusals })
      this.#nextTryMs = delayMs === null ? null : ways.now() + delayMs
      this.#leave()
    }
  }

  /** The end of a lost connection may take its time; nobody waits for it but `close`. */
  #leave(): void {
    if (this.#transport === null) return
    const closed = this.#transport.close().finally(() => this.#closing.delete(closed))
    this.#closing.add(closed)
    this.#transport = null
  }
}
