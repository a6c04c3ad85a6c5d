import { Socket } from 'node:net'
import ssh2, { type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2'
import { asError } from '../../errors.js'

/** An agent that has not answered in this time is left out: it may wait for a window on another screen. */
const LIST_TIMEOUT_MS = 5000

/** The agents that hosts name, each asked once for its keys. */
export class AgentDirectory {
  readonly #report: (warning: string) => void
  readonly #keys = new Map<string, Promise<readonly ParsedKey[]>>()

  constructor(report: (warning: string) => void) {
    this.#report = report
  }

  /** Public keys that the agent at `socketPath` can sign with; none when it does not answer, which is reported once. */
  keysOf(socketPath: string): Promise<readonly ParsedKey[]> {
    const known = this.#keys.get(socketPath)
    if (known !== undefined) return known
    const listing = listKeys(socketPath).catch((thrown: unknown) => {
      this.#report(`the ssh agent at ${socketPath} gives no keys: ${asError(thrown).message}`)
      return []
    })
    this.#keys.set(socketPath, listing)
    return listing
  }
}

/** An agent that may be left waiting: a request that it never answers does not keep Node alive. */
class QuietAgent extends ssh2.OpenSSHAgent {
  override getStream(callback: Parameters<ssh2.OpenSSHAgent['getStream']>[0]): void {
    super.getStream((error, stream) => {
      if (stream instanceof Socket) stream.unref()
      callback(error, stream)
    })
  }
}

function listKeys(socketPath: string): Promise<readonly ParsedKey[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer in ${LIST_TIMEOUT_MS / 1000} s`)),
      LIST_TIMEOUT_MS,
    )
    new QuietAgent(socketPath).getIdentities((error, keys) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve((keys ?? []).flatMap(publicKeyOf))
    })
  })
}

/** An identity as ssh2 hands it out: a key, or a key beside its comment. Keys it cannot use are left out. */
function publicKeyOf(identity: unknown): ParsedKey[] {
  const key = ssh2.utils.parseKey(identity as ParsedKey)
  return key instanceof Error ? [] : [key]
}

/** Signs with one key; `hash` is null for keys whose algorithm has only one. */
export type Signer = (data: Buffer, hash: SignatureHash | null) => Promise<Buffer>
export type SignatureHash = NonNullable<SigningRequestOptions['hash']>

/** Signs with a key that an agent holds. */
export function agentSigner(socketPath: string, key: ParsedKey): Signer {
  return (data, hash) =>
    new Promise((resolve, reject) => {
      const options: SigningRequestOptions = hash === null ? {} : { hash }
      new QuietAgent(socketPath).sign(key, data, options, (error, signature) => {
        if (error || signature === undefined) reject(error ?? new Error('the agent did not sign'))
        else resolve(signature)
      })
    })
}

/**
 * One key as an agent of its own. ssh2 goes through all keys of an agent without a word and hides that one of them was
 * accepted as first of two factors; `hasSigned` tells.
 */
export class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  hasSigned = false
  /** Why the signature could not be made; null: it could, or was not asked for. */
  failure: Error | null = null
  readonly #key: ParsedKey
  readonly #signer: Signer
  readonly #isOver: () => boolean

  /** `isOver`: the login has ended; ssh2 must not be told anything then. */
  constructor(key: ParsedKey, signer: Signer, isOver: () => boolean) {
    super()
    this.#key = key
    this.#signer = signer
    this.#isOver = isOver
  }

  override getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    callback(null, [this.#key])
  }

  override sign(
    _key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    const done = typeof options === 'function' ? options : callback
    const hash = typeof options === 'function' ? null : (options.hash ?? null)
    this.#signer(data, hash)
      .then((signature) => {
        this.hasSigned = true
        if (!this.#isOver()) done?.(null, signature)
      })
      .catch((thrown: unknown) => {
        this.failure = asError(thrown)
        if (!this.#isOver()) done?.(this.failure)
      })
  }
}
