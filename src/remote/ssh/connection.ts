import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { asError } from '../../errors.js'

/** A connection from which no byte came for this long is dead, for a keepalive goes out every 5 s. */
const SILENCE_TICKS = 4
const TICK_MS = 5000
/** After a polite end the socket is closed in any case: Node would live on for 8 s on a silent link. */
const CLOSE_GRACE_MS = 500

/** A connection that is logged in, to a node or to a gateway. */
export class Connection {
  readonly client: Client
  readonly #socket: Duplex
  readonly #gone: Promise<void>
  #lostReason: string | null = null
  #hasHeard = true
  #silentTicks = 0
  #resolveGone: () => void = () => undefined

  constructor(client: Client, socket: Duplex) {
    this.client = client
    this.#socket = socket
    socket.on('data', () => {
      this.#hasHeard = true
    })
    const watch = setInterval(() => this.#tick(), TICK_MS)
    watch.unref()
    client.on('error', (error) => this.#lose(asError(error).message))
    this.#gone = new Promise((resolve) => {
      this.#resolveGone = resolve
    })
    // A channel of a gateway that was ended from the far side does not close by itself.
    client.on('end', () => {
      this.#lose('the connection was closed by the other side')
      socket.destroy()
    })
    client.on('close', () => {
      this.#lose('the connection was closed by the other side')
      this.#resolveGone()
    })
    void this.#gone.then(() => clearInterval(watch))
  }

  /** Why the connection is gone; null while it is open. */
  get lostReason(): string | null {
    return this.#lostReason
  }

  /** Resolves when the connection is gone, for whatever reason. */
  get gone(): Promise<void> {
    return this.#gone
  }

  /** Ends the connection; at the latest half a second later it is gone. */
  async close(): Promise<void> {
    if (this.#lostReason === null) {
      this.#lose('closed')
      this.client.end()
      const timer = setTimeout(() => this.#drop(), CLOSE_GRACE_MS)
      await this.#gone
      clearTimeout(timer)
    }
    this.#drop()
  }

  /** Gives a connection up that has failed. */
  abandon(reason: string): void {
    this.#lose(reason)
    this.#drop()
  }

  #tick(): void {
    this.#silentTicks = this.#hasHeard ? 0 : this.#silentTicks + 1
    this.#hasHeard = false
    // Counted in ticks, not by the clock: a controller that was asleep or busy has not listened meanwhile.
    if (this.#silentTicks < SILENCE_TICKS) return
    this.abandon(`no byte came for ${(SILENCE_TICKS * TICK_MS) / 1000} s`)
  }

  /** A channel of a silent gateway never says that it is closed: what waits is told here. */
  #drop(): void {
    this.#socket.destroy()
    this.#resolveGone()
  }

  #lose(reason: string): void {
    this.#lostReason ??= reason
  }
}
