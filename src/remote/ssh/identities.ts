import type { ParsedKey } from 'ssh2'
import { type AgentDirectory, agentSigner, type Signer } from './agent.js'
import { decryptKey, hasCertificate, type KeyFile, readKeyFile } from './key-file.js'
import { shortPath } from './short-path.js'
import type { Ssh2Options, SshHostSettings } from './types.js'

/** A key to log in with: one that is at hand, or one whose signature somebody else makes (agent, passphrase). */
export type Identity =
  | { readonly kind: 'key'; readonly label: string; readonly key: ParsedKey }
  | { readonly kind: 'signer'; readonly label: string; readonly key: ParsedKey; readonly sign: Signer }

/** The keys of a login in the order in which they are tried. */
export interface IdentityList {
  readonly identities: readonly Identity[]
  /** Keys that were left out, one sentence each. */
  readonly notes: readonly string[]
  /** A key or certificate is there that only the ssh program can use. */
  readonly needsOpenssh: boolean
}

/** Runs a wait with the login's deadline stopped. */
export type Hold = <T>(waiting: Promise<T>) => Promise<T>

const PASSPHRASE_TRIES = 3

interface LoadedKey {
  readonly path: string
  readonly file: KeyFile
  readonly hasCertificate: boolean
}

/** The identity files of a command: each read once, and each passphrase asked for once. */
export class Identities {
  readonly #agents: Pick<AgentDirectory, 'keysOf'>
  readonly #ask: Ssh2Options['ask']
  readonly #isTerminal: boolean
  readonly #files = new Map<string, Promise<LoadedKey>>()
  readonly #unlocking = new Map<string, Promise<ParsedKey>>()
  readonly #unlocked = new Map<string, ParsedKey>()
  #lastPrompt: Promise<unknown> = Promise.resolve()

  constructor(agents: Pick<AgentDirectory, 'keysOf'>, options: Pick<Ssh2Options, 'ask' | 'isTerminal'>) {
    this.#agents = agents
    this.#ask = options.ask
    this.#isTerminal = options.isTerminal
  }

  /**
   * Keys for a host: its IdentityFiles in order, then what else the agent holds unless IdentitiesOnly. A file whose
   * key the agent holds is signed with there. Encrypted files that do not say which key they hold come last, because
   * only they cost a prompt before the server was asked.
   */
  async forHost(settings: SshHostSettings, hold: Hold): Promise<IdentityList> {
    const { identityAgent, identityFiles, identitiesOnly } = settings
    const held = identityAgent === null ? [] : await this.#agents.keysOf(identityAgent)
    const loaded = await Promise.all(identityFiles.map((path) => this.#load(path)))
    const known: Identity[] = []
    const unnamed: LoadedKey[] = []
    const notes: string[] = []
    for (const entry of loaded) {
      const note = noteOf(entry)
      if (note !== null) notes.push(note)
      const inAgent = held.find((key) => sameKey(key, publicKeyOf(entry.file)))
      if (identityAgent !== null && inAgent !== undefined) {
        known.push(agentIdentity(identityAgent, inAgent, shortPath(entry.path)))
      } else if (entry.file.kind === 'encrypted' && entry.file.publicKey === null) unnamed.push(entry)
      else known.push(...this.#ofFile(entry, hold))
    }
    const others = identitiesOnly || identityAgent === null ? [] : held
    for (const key of others) {
      if (known.some((identity) => sameKey(identity.key, key))) continue
      known.push(agentIdentity(identityAgent ?? '', key, key.comment || key.type))
    }
    for (const entry of unnamed) known.push(...(await this.#ofUnnamed(entry, hold, notes)))
    const needsOpenssh = loaded.some((entry) => entry.hasCertificate || entry.file.kind === 'hardware')
    return { identities: known, notes, needsOpenssh }
  }

  #load(path: string): Promise<LoadedKey> {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const loading = Promise.all([readKeyFile(path), hasCertificate(path)]).then(([file, certificate]) => ({
      path,
      file,
      hasCertificate: certificate,
    }))
    this.#files.set(path, loading)
    return loading
  }

  #ofFile({ path, file }: LoadedKey, hold: Hold): Identity[] {
    const label = shortPath(path)
    if (file.kind === 'ready') return [{ kind: 'key', label, key: file.key }]
    if (file.kind !== 'encrypted' || file.publicKey === null) return []
    const key = this.#unlocked.get(path)
    if (key !== undefined) return [{ kind: 'key', label, key }]
    // The server is asked about the public key first: the prompt comes only for a key that it takes.
    const sign: Signer = async (data, hash) => {
      const unlocked = await hold(this.#unlock(path, file.text))
      return unlocked.sign(data, hash ?? undefined)
    }
    return [{ kind: 'signer', label, key: file.publicKey, sign }]
  }

  async #ofUnnamed({ path, file }: LoadedKey, hold: Hold, notes: string[]): Promise<Identity[]> {
    if (file.kind !== 'encrypted') return []
    try {
      const key = await hold(this.#unlock(path, file.text))
      return [{ kind: 'key', label: shortPath(path), key }]
    } catch (error) {
      notes.push(error instanceof Error ? error.message : String(error))
      return []
    }
  }

  /** Decrypts a key once for all hosts. */
  #unlock(path: string, text: string): Promise<ParsedKey> {
    const known = this.#unlocking.get(path)
    if (known !== undefined) return known
    // One prompt on the terminal at a time.
    const unlocking = this.#lastPrompt.then(() => this.#askPassphrase(path, text))
    this.#lastPrompt = unlocking.catch(() => undefined)
    this.#unlocking.set(path, unlocking)
    return unlocking
  }

  async #askPassphrase(path: string, text: string): Promise<ParsedKey> {
    const label = shortPath(path)
    if (!this.#isTerminal) {
      throw new Error(
        `${label} is encrypted and there is no terminal to ask on (put it in an agent: ssh-add ${label})`,
      )
    }
    for (let attempt = 1; attempt <= PASSPHRASE_TRIES; attempt++) {
      const again = attempt === 1 ? '' : 'wrong, once more: '
      const passphrase = await this.#ask({ text: `${again}passphrase of ${label}: `, isSecret: true })
      if (passphrase === '') break
      const key = decryptKey(text, passphrase)
      if (key instanceof Error) continue
      this.#unlocked.set(path, key)
      return key
    }
    throw new Error(`${label} is encrypted and its passphrase was not given`)
  }
}

function agentIdentity(socketPath: string, key: ParsedKey, name: string): Identity {
  return { kind: 'signer', label: `${name} (agent)`, key, sign: agentSigner(socketPath, key) }
}

function publicKeyOf(file: KeyFile): ParsedKey | null {
  if (file.kind === 'ready') return file.key
  return file.kind === 'encrypted' || file.kind === 'public' ? file.publicKey : null
}

function sameKey(one: ParsedKey, other: ParsedKey | null): boolean {
  return other !== null && one.getPublicSSH().equals(other.getPublicSSH())
}

function noteOf({ path, file }: LoadedKey): string | null {
  if (file.kind === 'hardware') return `${shortPath(path)} is a hardware key`
  if (file.kind === 'unusable') return `${shortPath(path)} cannot be used: ${file.reason}`
  return null
}
