import type { Transport } from '../transport.js'

/** What ssh_config says of a host, with config.yml laid over it. Paths are absolute. */
export interface SshHostSettings {
  readonly hostName: string
  readonly user: string
  readonly port: number
  /** In the order in which they are tried. */
  readonly identityFiles: readonly string[]
  readonly identitiesOnly: boolean
  /** Socket of the agent; null: none is asked. */
  readonly identityAgent: string | null
  /** Hops, each `[user@]host[:port]`; empty: none. */
  readonly proxyJump: readonly string[]
  /** Line for sh, its tokens filled in; null: none. */
  readonly proxyCommand: string | null
  /** Name under which known_hosts has the host, looked up without port; null: its HostName. */
  readonly hostKeyAlias: string | null
  /** User files, then global ones. */
  readonly knownHostsFiles: readonly string[]
  /** Where accept-new writes. */
  readonly userKnownHostsFile: string
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off'
}

/** A gateway or a node: its name as configured, for messages, and where it is. */
export interface SshHop {
  readonly name: string
  readonly settings: SshHostSettings
  /** False: the password is not for it, as for a gateway that names its own user. Absent: it is. */
  readonly takesPassword?: boolean
  /** Gateways before it, in the order in which they are passed. Absent: none. */
  readonly hops?: readonly SshHop[]
}

export interface SshTarget extends SshHop {
  /** Gateways in the order in which they are passed. */
  readonly hops: readonly SshHop[]
  /** Host key when the session started: any other is refused. null: none was recorded. */
  readonly expected: { readonly fingerprint: string } | null
}

export interface Ssh2Options {
  /** null: no password is ever sent. */
  readonly password: string | null
  /** One deadline per hop, stopped while it waits for a slot, a prompt or the password's first host. */
  readonly connectTimeoutMs: number
  /** Logins in progress at most. */
  readonly concurrency: number
  /** Ends what is being opened; connections that are open stay. */
  readonly signal: AbortSignal
  readonly ask: (question: { readonly text: string; readonly isSecret: boolean }) => Promise<string>
  readonly isTerminal: boolean
  readonly report: (warning: string) => void
  /** Milliseconds on any clock that only goes forward. */
  readonly now: () => number
}

/** How a login came about, for session.json. */
export interface LoginFacts {
  readonly hostName: string
  readonly user: string
  readonly port: number
  /** Names of the gateways as configured. */
  readonly gateways: readonly string[]
  /** `SHA256:…` of the host key. */
  readonly fingerprint: string
  readonly keyType: string
  /** From the first packet to the end of the login, prompts and queues included. */
  readonly loginMs: number
}

/** A host key that no known_hosts file holds. */
export interface UnknownKey {
  /** Host or gateway as configured. */
  readonly host: string
  /** As known_hosts would name it: `node1` or `[node1]:2222`. */
  readonly lookupName: string
  readonly keyType: string
  readonly fingerprint: string
  /** Why it counts as unknown when the files do name the host; null when they do not. */
  readonly note: string | null
}

export interface SshTransport extends Transport {
  readonly login: LoginFacts
}

export interface Ssh2Pool {
  /** Throws HostError. May be called for any number of hosts at once; gateways are shared. */
  open(target: SshTarget): Promise<SshTransport>
  /** Unknown host keys that were refused so far, each host once: for one message about all. */
  unknownKeys(): readonly UnknownKey[]
  /** Ends every connection, nodes before gateways. */
  close(): Promise<void>
}
