import { quote } from '../quote.js'
import { ConnectError } from './failure.js'
import {
  findHost,
  fingerprintOf,
  type HostLines,
  judgeKey,
  type KnownHostLine,
  keyTypeOf,
  knownKeyTypes,
  type LookupName,
  lookupName,
} from './known-hosts.js'
import type { KnownHostsStore } from './known-hosts-store.js'
import { shortPath } from './short-path.js'
import type { SshHop, SshTarget, UnknownKey } from './types.js'

/** Host keys that ssh2 can check, in the order that ssh(1) prefers. */
export const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const
export type HostKeyAlgorithm = (typeof HOST_KEY_ALGORITHMS)[number]

/** Checks the host key of one login and says afterwards what was seen. */
export class HostKeyCheck {
  /** The password may be sent: the key is the known one, or is about to become it. */
  isVerified = false
  fingerprint = ''
  keyType = ''
  /** Why the key was refused; null: it was not. */
  refusal: ConnectError | null = null
  /** Set with `refusal` when the key is in no file. */
  unknown: UnknownKey | null = null
  readonly algorithms: readonly HostKeyAlgorithm[]
  readonly #hop: SshHop
  readonly #expected: SshTarget['expected']
  readonly #lookup: LookupName
  readonly #lines: HostLines
  #key: Buffer | null = null
  #isNew = false

  constructor(hop: SshHop, expected: SshTarget['expected'], lines: readonly KnownHostLine[]) {
    const { hostName, port, hostKeyAlias } = hop.settings
    this.#hop = hop
    this.#expected = expected
    this.#lookup = lookupName(hostName, port, hostKeyAlias)
    this.#lines = findHost(lines, this.#lookup)
    this.algorithms = preferredAlgorithms(knownKeyTypes(this.#lines))
  }

  /** ssh2's hostVerifier: called before the server proves to hold the key, and again at each new key exchange. */
  readonly verify = (key: Buffer): boolean => {
    if (this.#key !== null) return this.#key.equals(key)
    this.#key = Buffer.from(key)
    this.keyType = keyTypeOf(key)
    this.fingerprint = fingerprintOf(key)
    this.refusal = this.#judge(key)
    return this.refusal === null
  }

  /**
   * Writes a key that accept-new let pass; to be called when the handshake has proved it. Says what was written where;
   * null: nothing was.
   */
  async remember(store: KnownHostsStore): Promise<string | null> {
    if (!this.#isNew || this.#key === null) return null
    this.#isNew = false
    const file = this.#hop.settings.userKnownHostsFile
    const { name } = this.#lookup
    const isWritten = await store.add({ file, name, keyType: this.keyType, key: this.#key })
    return isWritten ? `wrote the key of ${name} (${this.#seen}) to ${shortPath(file)}` : null
  }

  #judge(key: Buffer): ConnectError | null {
    const verdict = judgeKey(this.#lines, key)
    const mode = this.#hop.settings.hostKeyChecking
    if (verdict.kind === 'revoked') return this.#refuseRevoked(verdict.line)
    if (this.#expected !== null && this.#expected.fingerprint !== this.fingerprint) return this.#refuseOther()
    this.isVerified = verdict.kind === 'known' || (verdict.kind === 'unknown' && mode === 'accept-new')
    this.#isNew = this.isVerified && verdict.kind === 'unknown'
    if (this.isVerified || mode === 'off') return null
    return verdict.kind === 'unknown' ? this.#refuseUnknown(verdict.note) : this.#refuseChanged(verdict.line)
  }

  #refuseRevoked({ file, line }: KnownHostLine): ConnectError {
    return this.#refuse(`${file} line ${line} marks the host key as @revoked (${this.#seen})`, {
      hint: 'ask who runs the host for its new key; a revoked one is never accepted',
    })
  }

  #refuseOther(): ConnectError {
    const expected = this.#expected?.fingerprint ?? ''
    return this.#refuse(`the host key is ${this.#seen}; when the session started it was ${expected}`, {
      hint: `if the machine was set up anew, its data is gone: clusterp clean --hosts ${this.#hop.name} --discard`,
    })
  }

  #refuseChanged({ file, line, key }: KnownHostLine): ConnectError {
    const known = fingerprintOf(Buffer.from(key, 'base64'))
    return this.#refuse(
      `the host key has changed: the server has ${this.#seen}, ${file} line ${line} has ${known}; ` +
        'somebody may be listening in',
      { hint: `if the change is right: ssh-keygen -f ${quote(file)} -R ${quote(this.#lookup.name)}` },
    )
  }

  #refuseUnknown(note: string | null): ConnectError {
    this.unknown = {
      host: this.#hop.name,
      lookupName: this.#lookup.name,
      keyType: this.keyType,
      fingerprint: this.fingerprint,
      note,
    }
    const where = note ?? `it is not in ${shortPath(this.#hop.settings.userKnownHostsFile)}`
    return this.#refuse(`the host key of ${this.#lookup.name} is unknown (${this.#seen}): ${where}`, {
      hint: 'compare the fingerprint, then: clusterp check --accept-new',
    })
  }

  get #seen(): string {
    return `${this.keyType} ${this.fingerprint}`
  }

  #refuse(what: string, details: { hint: string }): ConnectError {
    return new ConnectError(this.#hop.name, 'host-key', what, details)
  }
}

/** All algorithms, those of key types that known_hosts holds first: the server then shows a key that can be compared. */
export function preferredAlgorithms(knownTypes: readonly string[]): HostKeyAlgorithm[] {
  const isKnown = (algorithm: HostKeyAlgorithm): boolean =>
    knownTypes.includes(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm)
  return [
    ...HOST_KEY_ALGORITHMS.filter(isKnown),
    ...HOST_KEY_ALGORITHMS.filter((algorithm) => !isKnown(algorithm)),
  ]
}
