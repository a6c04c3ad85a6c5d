/** `connect: openssh`: nodes by the `ssh` program, for what only it can do (Kerberos, certificates, hardware keys). */
import { setTimeout as sleep } from 'node:timers/promises'
import { HostError } from '../errors.js'
import type { SshConfig } from '../model.js'
import { startHint } from './child.js'
import { createOpensshGateways, type OpensshGateways } from './openssh/gateways.js'
import { type LoginEnd, ShellLink } from './openssh/link.js'
import type { AttemptLogin, LoginAttempt, LoginResult } from './openssh/login.js'
import { gatewayOf, loginOf, namesOf, type OpensshGateway, type OpensshTarget } from './openssh/places.js'
import { type OpensshNames, readStderr } from './openssh/stderr.js'
import { sessionWords } from './openssh/words.js'
import { newMarker } from './script.js'
import { createSlots, type Slots } from './slots.js'
import type { Transport } from './transport.js'

export type { OpensshTarget } from './openssh/places.js'

export interface OpensshOptions {
  /** What config.yml says; its password and gateways are not used here. */
  readonly ssh: SshConfig
  /** For each hop; waiting for a slot does not count. */
  readonly connectTimeoutMs: number
  /** Logins in progress at most. */
  readonly concurrency: number
  /** Environment of the ssh program. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends what is being opened. */
  readonly signal: AbortSignal | null
  readonly random: (bytes: number) => Uint8Array
  /** Milliseconds on any clock that only goes forward. */
  readonly now: () => number
  /** The program; default `ssh`. */
  readonly sshProgram?: string
}

export interface OpensshPool {
  /** Logs in; the login serves all calls of the transport. Throws HostError. */
  open(target: OpensshTarget): Promise<Transport>
  /** Ends every login, nodes before gateways. */
  close(): Promise<void>
}

const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 2000
/** Steps of the golden ratio spread the moments of retries evenly, without chance. */
const SPREAD = 0.618_033_988_75

/** A pool of logins by the ssh program. */
export function createOpensshPool(options: OpensshOptions): OpensshPool {
  const program = options.sshProgram ?? 'ssh'
  const slots = createSlots(options.concurrency)
  const links = new Set<ShellLink>()
  let logins = 0
  const attemptLogin = <W, T>(attempt: LoginAttempt<W, T>): Promise<T> =>
    withBackOff(attempt, (++logins * SPREAD) % 1, options, slots)
  const gateways = createOpensshGateways({ ...options, program, attemptLogin })
  return {
    open: (target) => openNode({ target, options, program, gateways, attemptLogin, links }),
    close: async () => {
      await Promise.all([...links].map((link) => link.close()))
      await gateways.close()
    },
  }
}

/** Tries a login until its deadline as long as the server hangs up before its version line. */
async function withBackOff<W, T>(
  { prepare, login }: LoginAttempt<W, T>,
  spread: number,
  { connectTimeoutMs, now, signal }: OpensshOptions,
  slots: Slots,
): Promise<T> {
  let spentMs = 0
  for (let tries = 0; ; tries++) {
    const way = await prepare()
    const result = await slots.take(async () => {
      const beganMs = now()
      const outcome = await login(way, connectTimeoutMs - spentMs)
      spentMs += now() - beganMs
      return outcome
    })
    if ('value' in result) return result.value
    const pauseMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** tries) * (0.5 + spread)
    spentMs += pauseMs
    if (!result.isTooMany || spentMs >= connectTimeoutMs || signal?.aborted) throw result.error
    // An interruption ends the pause, and the next try says so.
    await sleep(pauseMs, undefined, signal === null ? {} : { signal }).catch(() => undefined)
  }
}

interface Opening {
  readonly target: OpensshTarget
  readonly options: OpensshOptions
  readonly program: string
  readonly gateways: OpensshGateways
  readonly attemptLogin: AttemptLogin
  readonly links: Set<ShellLink>
}

async function openNode(opening: Opening): Promise<Transport> {
  const { target, options, links, gateways } = opening
  const chain = target.gateways.map((text, at, all) =>
    gatewayOf(text, target.name, options.ssh, all.slice(0, at)),
  )
  const link = await opening.attemptLogin({
    prepare: () => wayThrough(gateways, chain, target.name),
    login: (proxyCommand, timeoutMs) => loginOnce(opening, chain, proxyCommand, timeoutMs),
  })
  const lost = (): string => readStderr(link.stderr, namesOf(target, options.ssh, []), 'ssh ended').what
  return {
    host: target.name,
    run: (call) => link.run(call, () => `connection lost: ${lost()}`),
    close: async () => {
      links.delete(link)
      await link.close()
    },
  }
}

// What is wrong with a gateway is the failure of each node behind it.
async function wayThrough(
  gateways: OpensshGateways,
  chain: readonly OpensshGateway[],
  name: string,
): Promise<string | null> {
  try {
    return await gateways.open(chain)
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown
    throw new HostError(name, thrown.message, { hint: thrown.hint, cause: thrown })
  }
}

async function loginOnce(
  { target, options, program, gateways, links }: Opening,
  chain: readonly OpensshGateway[],
  proxyCommand: string | null,
  timeoutMs: number,
): Promise<LoginResult<ShellLink>> {
  const login = { ...loginOf(target, target.port ?? options.ssh.port, options.ssh), proxyCommand }
  const words = sessionWords(login, { program, connectTimeoutMs: options.connectTimeoutMs })
  const link = new ShellLink({ program, words, env: options.env, marker: newMarker(options.random) })
  links.add(link)
  const end = await link.login(timeoutMs, options.signal)
  if (end === 'ready') return { value: link }
  links.delete(link)
  const names = namesOf(target, options.ssh, gateways.refusals(chain))
  return loginFailure({ target, link, names }, end, options)
}

function loginFailure(
  login: { readonly target: OpensshTarget; readonly link: ShellLink; readonly names: OpensshNames },
  end: Exclude<LoginEnd, 'ready'>,
  { connectTimeoutMs, sshProgram }: OpensshOptions,
): { error: HostError; isTooMany: boolean } {
  const { target, link, names } = login
  const startError = link.startError()
  const fail = (what: string, hint: string | null, isTooMany = false) => ({
    error: new HostError(target.name, `connect: ${what}`, { hint, cause: startError ?? undefined }),
    isTooMany,
  })
  if (startError !== null) {
    const missing = 'install OpenSSH (apt-get install openssh-client), or in config.yml: connect: ssh2'
    const hint = startHint(startError) ?? missing
    return fail(`the program ${sshProgram ?? 'ssh'} cannot be started: ${startError.message}`, hint)
  }
  if (end === 'aborted') return fail('interrupted', null)
  if (end === 'timeout') {
    return fail(
      throughGatewayText(names, `no answer in ${connectTimeoutMs / 1000} s`),
      `${names.byHand} true`,
    )
  }
  const said = link.banner.trim().split('\n').at(-1) ?? ''
  const fallback = said === '' ? 'the login ended before sh answered' : `the login ended, saying: ${said}`
  const { what, hint, isTooMany } = readStderr(link.stderr, names, fallback)
  return fail(throughGatewayText(names, what), hint, isTooMany)
}

function throughGatewayText({ gateway }: OpensshNames, what: string): string {
  const isSaid = gateway === null || what.startsWith('the gateway ')
  return isSaid ? what : `through the gateway "${gateway}": ${what}`
}
