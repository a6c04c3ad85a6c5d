import { HostError } from '../errors.js'
import type { RecordedLogin, SshConfig } from '../model.js'
import { commandTransport } from './command.js'
import { localTransport } from './local.js'
import { createOpensshPool, type OpensshPool } from './openssh.js'
import { createSshConfigReader, type ResolvedHop, type SshConfigReader } from './ssh/ssh-config.js'
import { createSsh2Pool } from './ssh/ssh2-pool.js'
import type { Ssh2Pool, SshTarget, UnknownKey } from './ssh/types.js'
import type { Transport } from './transport.js'

/** Where to connect to. */
export interface NodeAddress {
  readonly name: string
  readonly isLocal: boolean
  readonly hostname: string
  readonly user: string | null
  readonly port: number | null
  /** null: as ssh_config and config.yml say. */
  readonly login: RecordedLogin | null
}

/** An open way to a node. */
export interface NodeLink {
  readonly transport: Transport
  /** How it came about, to be recorded; null for this machine and for a COMMAND. */
  readonly login: RecordedLogin | null
}

export interface ConnectorOptions {
  readonly ssh: SshConfig
  /** null: none is ever sent. */
  readonly password: string | null
  readonly connectTimeoutMs: number
  readonly concurrency: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** Home folder and login name of the user here, from the password file as ssh takes them. */
  readonly home: string
  readonly user: string
  readonly isTerminal: boolean
  readonly signal: AbortSignal
  readonly ask: (question: { readonly text: string; readonly isSecret: boolean }) => Promise<string>
  readonly report: (warning: string) => void
  readonly now: () => number
  readonly random: (bytes: number) => Uint8Array
}

/** Opens ways to nodes, for one command. */
export interface Connector {
  /** Opens a way to a node. Throws HostError when there is none. */
  readonly open: (address: NodeAddress) => Promise<NodeLink>
  /** Host keys that were refused because nobody has written them down, for one message about all. */
  readonly unknownKeys: () => readonly UnknownKey[]
  /** Closes what the ways share. */
  readonly close: () => Promise<void>
}

/** Makes the connector of one command; nothing is opened until the first host is asked for. */
export function createConnector(options: ConnectorOptions): Connector {
  const ways = new SshWays(options)
  return {
    open: async (address) => {
      if (address.isLocal) return { transport: localTransport(address.name), login: null }
      const { connect } = options.ssh
      if (connect.kind === 'command') {
        const transport = commandTransport(address.name, connect.words, address.hostname)
        return { transport, login: null }
      }
      return connect.kind === 'openssh' ? ways.openByProgram(address) : ways.openBuiltIn(address)
    },
    unknownKeys: () => ways.unknownKeys(),
    close: () => ways.close(),
  }
}

/** The two ways over SSH and what they share; each part is made when it is first needed. */
class SshWays {
  readonly #options: ConnectorOptions
  readonly #readers = new Map<string, SshConfigReader>()
  #builtIn: Ssh2Pool | null = null
  #byProgram: OpensshPool | null = null

  constructor(options: ConnectorOptions) {
    this.#options = options
  }

  async openBuiltIn(address: NodeAddress): Promise<NodeLink> {
    const target = await this.#targetOf(address)
    this.#builtIn ??= createSsh2Pool(this.#options)
    const transport = await this.#builtIn.open(target.target)
    const { hostName, user, port, fingerprint } = transport.login
    return { transport, login: { hostName, user, port, ...gatewaysOf(target.hops), fingerprint } }
  }

  async openByProgram(address: NodeAddress): Promise<NodeLink> {
    const { settings, hops } = await this.#resolve(address)
    this.#byProgram ??= createOpensshPool(this.#options)
    const gateways = hops.map((hop) => hop.address)
    const { name, hostname, user, port, login } = address
    const transport = await this.#byProgram.open({
      name,
      hostname,
      user: login?.user ?? user,
      port: login?.port ?? port ?? this.#options.ssh.port,
      gateways,
    })
    return {
      transport,
      login: {
        hostName: settings.hostName,
        user: settings.user,
        port: settings.port,
        ...gatewaysOf(hops),
        fingerprint: null,
      },
    }
  }

  unknownKeys(): readonly UnknownKey[] {
    return this.#builtIn?.unknownKeys() ?? []
  }

  async close(): Promise<void> {
    await this.#builtIn?.close()
    await this.#byProgram?.close()
  }

  async #targetOf(address: NodeAddress): Promise<{ target: SshTarget; hops: readonly ResolvedHop[] }> {
    const { settings, hops: resolved } = await this.#resolve(address)
    const { login } = address
    // A recorded gateway always names its user; whether that was so when it was configured is recorded beside it.
    const hops =
      login === null
        ? resolved
        : resolved.map((hop) => ({ ...hop, takesPassword: login.passwordGateways.includes(hop.address) }))
    const target: SshTarget = {
      name: address.name,
      settings: login === null ? settings : { ...settings, hostName: login.hostName },
      hops,
      expected: login === null || login.fingerprint === null ? null : { fingerprint: login.fingerprint },
    }
    return { target, hops }
  }

  async #resolve(address: NodeAddress) {
    const { login } = address
    const asked = {
      hostname: address.hostname,
      user: login?.user ?? address.user,
      port: login?.port ?? address.port,
    }
    const reader = this.#readerFor(login?.gateways ?? [])
    try {
      // A login without gateways stays one, whatever the configuration says today.
      if (login?.gateways.length === 0) return { settings: await reader.settingsOf(asked, 'node'), hops: [] }
      return await reader.resolve(asked)
    } catch (thrown) {
      if (thrown instanceof HostError)
        throw new HostError(address.name, thrown.message, { hint: thrown.hint, cause: thrown })
      throw thrown
    }
  }

  /** One for each chain of recorded gateways: a recorded one replaces what the configuration says today. */
  #readerFor(gateways: readonly string[]): SshConfigReader {
    const key = gateways.join(',')
    const known = this.#readers.get(key)
    if (known !== undefined) return known
    const { ssh, home, user, env, report } = this.#options
    const overrides = gateways.length === 0 ? ssh : { ...ssh, gateways }
    const reader = createSshConfigReader({ home, user, vars: env, overrides, report })
    this.#readers.set(key, reader)
    return reader
  }
}

function gatewaysOf(hops: readonly ResolvedHop[]): Pick<RecordedLogin, 'gateways' | 'passwordGateways'> {
  return {
    gateways: hops.map((hop) => hop.address),
    passwordGateways: hops.filter((hop) => hop.takesPassword).map((hop) => hop.address),
  }
}
