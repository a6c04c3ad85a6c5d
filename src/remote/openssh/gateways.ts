/** Gateways for the `ssh` program: one ControlMaster each, started once and shared by all nodes behind it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostError, hasCode } from '../../errors.js'
import { killGroup } from '../child.js'
import { runProgram } from '../program.js'
import type { AttemptLogin, LoginResult } from './login.js'
import type { OpensshGateway } from './places.js'
import { readStderr } from './stderr.js'
import { controlWords, masterWords, type OpensshProgram, throughGateway } from './words.js'

export interface GatewayOptions extends OpensshProgram {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal | null
  /** Runs a login with back-off while `isTooMany`; bounds how many go on at once. */
  readonly attemptLogin: AttemptLogin
}

export interface OpensshGateways {
  /**
   * ProxyCommand that leads through the chain; null for an empty one. Starts what is not running; a gateway that went
   * away is started once more. Throws the same HostError for all behind a gateway that cannot be logged in to.
   */
  open(chain: readonly OpensshGateway[]): Promise<string | null>
  close(): Promise<void>
}

interface Master {
  readonly gateway: OpensshGateway
  readonly path: string
  readonly child: ChildProcess
  readonly ended: Promise<void>
}

interface Slot {
  master: Promise<Master>
  starts: number
}

/** A lost gateway is built anew once per command. */
const MAX_STARTS = 2
const POLL_MS = 20
const CONTROL_TIMEOUT_MS = 3000
const CLOSE_GRACE_MS = 500
/** A socket's path has 104 bytes on macOS, 108 on Linux; ssh appends 17 characters while it makes it. */
const MAX_SOCKET_PATH = 104 - 17 - 1
const STDERR_CAP = 8000

/**
 * Ends the master when this process is gone, however it went: then the standard input closes. `kill 0` is the group
 * that this shell leads, and the watcher is its own child, not yet waited for.
 */
const GUARDED = [
  'exec 3<&0',
  '{ read -r gone <&3; kill -TERM 0; } &',
  '"$@" </dev/null 3<&-',
  'code=$?',
  'kill -KILL "$!"',
  'exit "$code"',
].join('\n')

/** Gateways that live until `close`. */
export function createOpensshGateways(options: GatewayOptions): OpensshGateways {
  const slots = new Map<string, Slot>()
  const started: Master[] = []
  let folder: Promise<string> | null = null
  let count = 0

  const start = async (gateway: OpensshGateway, proxyCommand: string | null): Promise<Master> => {
    folder ??= makeSocketFolder()
    const path = join(await folder, String(++count))
    const master = await options.attemptLogin({
      prepare: async () => undefined,
      login: (_way, timeoutMs) => startMaster({ gateway, proxyCommand, path, timeoutMs, options }),
    })
    started.push(master)
    return master
  }

  const ensure = async (chain: readonly OpensshGateway[]): Promise<Master> => {
    const gateway = chain.at(-1)
    if (gateway === undefined) throw new Error('a chain of gateways holds at least one')
    const key = JSON.stringify(chain.map(({ name, login }) => [name, login]))
    const before = await open(chain.slice(0, -1))
    const slot = slots.get(key)
    const known = await slot?.master
    if (slot !== undefined && known !== undefined && isAlive(known)) return known
    // Another one may have started it while this one looked.
    const newer = slots.get(key)
    if (newer !== undefined && newer.starts > (slot?.starts ?? 0)) return newer.master
    const starts = (slot?.starts ?? 0) + 1
    if (starts > MAX_STARTS) throw lostTwice(gateway)
    const master = start(gateway, before)
    slots.set(key, { master, starts })
    return master
  }

  const open = async (chain: readonly OpensshGateway[]): Promise<string | null> => {
    if (chain.length === 0) return null
    const { path, gateway } = await ensure(chain)
    return throughGateway(path, gateway.login.hostname, options)
  }

  const close = async (): Promise<void> => {
    // Those behind others were started after them.
    for (const master of started.toReversed()) await stopMaster(master, options)
    if (folder !== null) await rm(await folder, { recursive: true, force: true })
  }
  return { open, close }
}

function isAlive({ child }: Master): boolean {
  return child.exitCode === null && child.signalCode === null
}

function lostTwice({ name, byHand }: OpensshGateway): HostError {
  return new HostError(name, `connect: the connection to the gateway "${name}" was lost twice`, {
    hint: `try: ${byHand} true`,
  })
}

async function makeSocketFolder(): Promise<string> {
  const name = 'clusterp-XXXXXX'
  const isShort = Buffer.byteLength(join(tmpdir(), name, '99999')) <= MAX_SOCKET_PATH
  // mkdtemp makes it 0700.
  return mkdtemp(join(isShort ? tmpdir() : '/tmp', 'clusterp-'))
}

async function startMaster(start: {
  readonly gateway: OpensshGateway
  readonly proxyCommand: string | null
  readonly path: string
  readonly timeoutMs: number
  readonly options: GatewayOptions
}): Promise<LoginResult<Master>> {
  const { gateway, path, options, timeoutMs } = start
  const words = masterWords({ ...gateway.login, proxyCommand: start.proxyCommand }, path, options)
  const child = spawn('sh', ['-c', GUARDED, 'sh', options.program, ...words], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...options.env },
  })
  let stderr = ''
  child.stdin.on('error', () => undefined)
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CAP)
  })
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve())
    child.on('close', () => resolve())
    child.on('exit', () => setTimeout(() => child.stderr.destroy(), CLOSE_GRACE_MS).unref())
  })
  const master: Master = { gateway, path, child, ended }
  const state = await waitForSocket(master, timeoutMs, options)
  if (state === 'ready') return { value: master }
  killGroup(child)
  await ended
  return failureOf(gateway, state, stderr, timeoutMs)
}

type MasterState = 'ready' | 'ended' | 'timeout' | 'aborted'

/** The socket is there once the login is through; then the master must also answer. */
async function waitForSocket(
  master: Master,
  timeoutMs: number,
  options: GatewayOptions,
): Promise<MasterState> {
  const limit = AbortSignal.timeout(timeoutMs)
  while (isAlive(master) && master.child.pid !== undefined) {
    if (options.signal?.aborted) return 'aborted'
    if (limit.aborted) return 'timeout'
    if (await isThere(master.path)) {
      return (await order('check', master, options)) === 0 ? 'ready' : 'ended'
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return 'ended'
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return false
    throw thrown
  }
}

async function order(
  what: 'check' | 'exit',
  master: Master,
  options: GatewayOptions,
): Promise<number | null> {
  const words = controlWords(what, master.path, master.gateway.login.hostname)
  const { program, env } = options
  return (await runProgram({ program, words, env, timeoutMs: CONTROL_TIMEOUT_MS })).code
}

function failureOf(
  { name, byHand }: OpensshGateway,
  state: Exclude<MasterState, 'ready'>,
  stderr: string,
  timeoutMs: number,
): { error: HostError; isTooMany: boolean } {
  const fallback =
    state === 'timeout' ? `no answer in ${timeoutMs / 1000} s` : 'the ssh program ended at once'
  const read = readStderr(stderr, { byHand, gateway: null }, fallback)
  const what = state === 'aborted' ? 'interrupted' : read.what
  const error = new HostError(name, `connect: the gateway "${name}": ${what}`, {
    hint: state === 'aborted' ? null : read.hint,
  })
  return { error, isTooMany: state === 'ended' && read.isTooMany }
}

async function stopMaster(master: Master, options: GatewayOptions): Promise<void> {
  if (isAlive(master)) await order('exit', master, options)
  const timer = setTimeout(() => killGroup(master.child), CLOSE_GRACE_MS)
  await master.ended
  clearTimeout(timer)
}
