import type { Duplex } from 'node:stream'
import { byHand } from './by-hand.js'
import type { Connection } from './connection.js'
import type { Deadline } from './deadline.js'
import { behindGateway, ConnectError } from './failure.js'
import { openForward } from './forward.js'
import type { Logins, OpenSocket } from './logins.js'
import { openDirect } from './socket.js'
import type { SshHop } from './types.js'

interface Shared {
  current: Promise<Connection>
  isRebuilt: boolean
}

/** Connections to gateways, one for each chain of them, shared by all hosts behind it. */
export class Gateways {
  readonly #logins: Logins
  readonly #abort: AbortSignal
  readonly #shared = new Map<string, Shared>()

  constructor(logins: Logins, abort: AbortSignal) {
    this.#logins = logins
    this.#abort = abort
  }

  /** How to open a socket to `hop` behind `chain`, once the chain itself stands. */
  async wayTo(hop: SshHop, chain: readonly SshHop[]): Promise<OpenSocket> {
    const last = chain.at(-1)
    if (last === undefined) return (deadline) => openDirect(hop, deadline, this.#abort)
    const gateway = { ...last, hops: chain.slice(0, -1) }
    await this.#connectionTo(hop, gateway, chain)
    return (deadline) => this.#openThrough(gateway, hop, chain, deadline)
  }

  async #openThrough(
    gateway: SshHop,
    hop: SshHop,
    chain: readonly SshHop[],
    deadline: Deadline,
  ): Promise<Duplex> {
    for (;;) {
      const connection = await deadline.stoppedWhile(this.#connectionTo(hop, gateway, chain))
      try {
        return await openForward({ hop: gateway, connection }, hop, deadline, this.#abort)
      } catch (error) {
        // Lost while it was asked: nothing has reached the node yet, so the rebuilt one is asked again.
        if (connection.lostReason === null || deadline.isOver || this.#abort.aborted) throw error
      }
    }
  }

  /** Ends all of them, the farthest first. */
  async close(): Promise<void> {
    const farthestFirst = [...this.#shared.entries()].sort(([one], [other]) => other.length - one.length)
    for (const [, { current }] of farthestFirst) {
      const connection = await current.catch(() => null)
      await connection?.close()
    }
  }

  async #connectionTo(hop: SshHop, gateway: SshHop, chain: readonly SshHop[]): Promise<Connection> {
    try {
      return await this.#openConnection(gateway, chain)
    } catch (error) {
      throw error instanceof ConnectError ? behindGateway(hop.name, gateway.name, error) : error
    }
  }

  async #openConnection(gateway: SshHop, chain: readonly SshHop[]): Promise<Connection> {
    const shared = this.#sharedFor(gateway, chain)
    for (;;) {
      const attempt = shared.current
      const connection = await attempt
      if (connection.lostReason === null) return connection
      if (attempt !== shared.current) continue
      if (shared.isRebuilt) {
        throw new ConnectError(gateway.name, 'lost', `lost for the second time: ${connection.lostReason}`, {
          hint: `is it overloaded, or its network? ${byHand(gateway)} uptime`,
        })
      }
      shared.isRebuilt = true
      shared.current = this.#build(gateway, chain)
    }
  }

  #sharedFor(gateway: SshHop, chain: readonly SshHop[]): Shared {
    const key = JSON.stringify(chain.map(({ settings }) => [settings.user, settings.hostName, settings.port]))
    const known = this.#shared.get(key)
    if (known !== undefined) return known
    const shared: Shared = { current: this.#build(gateway, chain), isRebuilt: false }
    this.#shared.set(key, shared)
    return shared
  }

  async #build(gateway: SshHop, chain: readonly SshHop[]): Promise<Connection> {
    const openSocket = await this.wayTo(gateway, chain.slice(0, -1))
    const { connection } = await this.#logins.connect(gateway, null, openSocket)
    return connection
  }
}
