/** One ControlMaster: an `ssh -M -N` that holds the login to a gateway and gives forwards to others by a socket. */
import { type ChildProcess, spawn } from 'node:child_process'
import { access } from 'node:fs/promises'
import { HostError, hasCode } from '../../errors.js'
import { hasPipes, killGroup, startHint } from '../child.js'
import { runProgram } from '../program.js'
import type { LoginResult } from './login.js'
import type { OpensshGateway } from './places.js'
import { type OpensshNames, readStderr } from './stderr.js'
import { controlWords, masterWords, type OpensshProgram } from './words.js'

export interface MasterOptions extends OpensshProgram {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends logins in progress; a master that is there stays. */
  readonly signal: AbortSignal | null
}

export interface Master {
  readonly gateway: OpensshGateway
  /** Its socket. */
  readonly path: string
  readonly child: ChildProcess
  readonly ended: Promise<void>
  /** The last that it said on standard error. */
  stderr: string
  /** Why it could not be started; null when it was. */
  startError: Error | null
}

export interface MasterStart {
  readonly gateway: OpensshGateway
  /** Leads through the gateway before this one; null: ssh connects by itself. */
  readonly proxyCommand: string | null
  /** Where its socket goes. */
  readonly path: string
  /** What messages call the gateway before this one, and what that one said. */
  readonly before: Pick<OpensshNames, 'gateway' | 'refusals'>
}

const POLL_MS = 20
const CONTROL_TIMEOUT_MS = 3000
const CLOSE_GRACE_MS = 500
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

/** False once its program has ended. */
export function isAlive({ child }: Master): boolean {
  return child.exitCode === null && child.signalCode === null
}

/** Logs in to a gateway once, within `timeoutMs`. */
export async function startMaster(
  start: MasterStart,
  timeoutMs: number,
  options: MasterOptions,
): Promise<LoginResult<Master>> {
  const { gateway, path, proxyCommand } = start
  const words = masterWords({ ...gateway.login, proxyCommand }, path, options)
  const child = spawn('sh', ['-c', GUARDED, 'sh', options.program, ...words], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...options.env },
  })
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      master.startError = error
      resolve()
    })
    child.on('close', () => resolve())
  })
  const master: Master = { gateway, path, child, ended, stderr: '', startError: null }
  if (!hasPipes(child)) {
    await ended
    return failureOf(master, start, 'ended', options.connectTimeoutMs)
  }
  child.on('exit', () => setTimeout(() => child.stderr.destroy(), CLOSE_GRACE_MS).unref())
  // Nothing is ever written there; that it is gone is told by `close`.
  child.stdin.on('error', () => undefined)
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    master.stderr = (master.stderr + text).slice(-STDERR_CAP)
  })
  const state = await waitForSocket(master, timeoutMs, options)
  if (state === 'ready') return { value: master }
  killGroup(child)
  await ended
  return failureOf(master, start, state, options.connectTimeoutMs)
}

type MasterState = 'ready' | 'ended' | 'timeout' | 'aborted'

/** The socket is there once the login is through; then the master must also answer. */
async function waitForSocket(
  master: Master,
  timeoutMs: number,
  options: MasterOptions,
): Promise<MasterState> {
  const limit = AbortSignal.timeout(Math.ceil(timeoutMs))
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

async function order(what: 'check' | 'exit', master: Master, options: MasterOptions): Promise<number | null> {
  const words = controlWords(what, master.path, master.gateway.login.hostname)
  const { program, env } = options
  return (await runProgram({ program, words, env, timeoutMs: CONTROL_TIMEOUT_MS })).code
}

function failureOf(
  { stderr, startError }: Master,
  { gateway: { name, byHand }, before }: MasterStart,
  state: Exclude<MasterState, 'ready'>,
  timeoutMs: number,
): { error: HostError; isTooMany: boolean } {
  if (startError !== null) {
    const what = `its login cannot be started: ${startError.message}`
    const details = { hint: startHint(startError), cause: startError }
    return {
      error: new HostError(name, `connect: the gateway "${name}": ${what}`, details),
      isTooMany: false,
    }
  }
  const fallback =
    state === 'timeout' ? `no answer in ${timeoutMs / 1000} s` : 'the ssh program ended at once'
  const read = readStderr(stderr, { byHand, isGateway: true, ...before }, fallback)
  const what = state === 'aborted' ? 'interrupted' : read.what
  const error = new HostError(name, `connect: the gateway "${name}": ${what}`, {
    hint: state === 'aborted' ? null : read.hint,
  })
  return { error, isTooMany: state === 'ended' && read.isTooMany }
}

/** Asks it to end, and ends its process group if it does not. */
export async function stopMaster(master: Master, options: MasterOptions): Promise<void> {
  if (isAlive(master)) await order('exit', master, options)
  const timer = setTimeout(() => killGroup(master.child), CLOSE_GRACE_MS)
  await master.ended
  clearTimeout(timer)
}
