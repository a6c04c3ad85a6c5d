import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { asError } from '../../errors.js'
import { createSlots, type Slots } from '../slots.js'
import { AgentDirectory } from './agent.js'
import { Authentication } from './authentication.js'
import type { Connection } from './connection.js'
import { Deadline, orAborted } from './deadline.js'
import { ConnectError } from './failure.js'
import { HostKeyCheck } from './host-key-check.js'
import { Identities } from './identities.js'
import { KnownHostsStore } from './known-hosts-store.js'
import { logIn } from './login.js'
import { PasswordGate } from './password-gate.js'
import { stopped } from './socket.js'
import type { Ssh2Options, SshHop, SshTarget, UnknownKey } from './types.js'

/** First and longest wait before a login that the server dropped early is tried again. */
const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 1000
/** Logins that were dropped together come again in so many groups. */
const RETRY_GROUPS = 8

/** Opens the socket of a hop, again at each attempt. */
export type OpenSocket = (deadline: Deadline) => Promise<Duplex>

/** A hop that was logged in to, and how. */
export interface ConnectedHop {
  readonly connection: Connection
  readonly fingerprint: string
  readonly keyType: string
  readonly loginMs: number
}

/** Logs in to hops. Holds what their logins share: keys, known_hosts, the password's turn, slots. */
export class Logins {
  readonly #options: Ssh2Options
  readonly #identities: Identities
  readonly #store: KnownHostsStore
  readonly #gate = new PasswordGate()
  readonly #slots: Slots
  readonly #unknown = new Map<string, UnknownKey>()
  #attempts = 0

  constructor(options: Ssh2Options) {
    this.#options = options
    this.#identities = new Identities(new AgentDirectory(options.report), options)
    this.#store = new KnownHostsStore(options.report)
    this.#slots = createSlots(options.concurrency)
  }

  get unknownKeys(): readonly UnknownKey[] {
    return [...this.#unknown.values()]
  }

  /** Connects within the hop's deadline. Only what the server dropped before its version line is tried again. */
  async connect(hop: SshHop, expected: SshTarget['expected'], openSocket: OpenSocket): Promise<ConnectedHop> {
    const { connectTimeoutMs, now } = this.#options
    const startedMs = now()
    const deadline = new Deadline(connectTimeoutMs, now)
    try {
      for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
        try {
          const connected = await this.#attempt(hop, expected, await openSocket(deadline), deadline)
          return { ...connected, loginMs: now() - startedMs }
        } catch (error) {
          if (!(error instanceof ConnectError) || error.kind !== 'early') throw error
          if (!(await this.#pause(waitMs, deadline))) throw error
        }
      }
    } finally {
      deadline.clear()
    }
  }

  /** Waits before the next attempt; false when there is no time left for one. */
  async #pause(waitMs: number, deadline: Deadline): Promise<boolean> {
    const share = (this.#attempts++ % RETRY_GROUPS) / RETRY_GROUPS
    const signal = AbortSignal.any([deadline.signal, this.#options.signal])
    return sleep(waitMs * (1 + share), true, { signal }).catch(() => false)
  }

  async #attempt(
    hop: SshHop,
    expected: SshTarget['expected'],
    socket: Duplex,
    deadline: Deadline,
  ): Promise<Omit<ConnectedHop, 'loginMs'>> {
    // Until ssh2 listens, a socket that fails has nobody else to tell it to.
    socket.on('error', () => undefined)
    let giveBack = (): void => undefined
    try {
      giveBack = await deadline.stoppedWhile(this.#takeSlot(hop, deadline))
      return await this.#logIn(hop, expected, socket, deadline)
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      giveBack()
    }
  }

  /** Waits for a slot; what it resolves to gives the slot back. */
  #takeSlot(hop: SshHop, deadline: Deadline): Promise<() => void> {
    const taken = new Promise<() => void>((resolve) => {
      void this.#slots.take(() => new Promise<void>((giveBack) => resolve(giveBack)))
    })
    return orAborted(taken, [this.#options.signal], stopped(hop, deadline), (giveBack) => giveBack())
  }

  async #logIn(
    hop: SshHop,
    expected: SshTarget['expected'],
    socket: Duplex,
    deadline: Deadline,
  ): Promise<Omit<ConnectedHop, 'loginMs'>> {
    const { signal: abort } = this.#options
    const password = hop.takesPassword === false ? null : this.#options.password
    const hold = <T>(waiting: Promise<T>): Promise<T> => deadline.stoppedWhile(waiting)
    const hostKey = new HostKeyCheck(hop, expected, await this.#store.linesOf(hop.settings.knownHostsFiles))
    const identities = await this.#identities.forHost(hop.settings, hold)
    const isPasswordWithheld = password === null && this.#options.password !== null
    const shared = { isPasswordWithheld, gate: this.#gate, hold }
    const authentication = new Authentication({ hop, hostKey, identities, password, ...shared })
    const onHandshake = (): Promise<void> => this.#remember(hop, hostKey)
    try {
      const connection = await logIn({ hop, socket, hostKey, authentication, deadline, abort, onHandshake })
      return { connection, fingerprint: hostKey.fingerprint, keyType: hostKey.keyType }
    } catch (error) {
      if (hostKey.unknown !== null) this.#unknown.set(hop.name, hostKey.unknown)
      throw error
    }
  }

  /** A file that cannot be written is no reason to stay out, as with ssh. */
  async #remember(hop: SshHop, hostKey: HostKeyCheck): Promise<void> {
    const said = await hostKey.remember(this.#store).catch((error: unknown) => {
      const file = hop.settings.userKnownHostsFile
      return `the host key of ${hop.name} could not be added to ${file}: ${asError(error).message}`
    })
    if (said !== null) this.#options.report(said)
  }
}
