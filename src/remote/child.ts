/**
 * A program of this machine that reads a script on its standard input: `sh` itself, or one that takes the script to a
 * `sh` elsewhere. It has a process group of its own, so that a Ctrl-C at the terminal does not cut a script in the middle.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { hasCode } from '../errors.js'
import type { TransportCall, TransportEnd } from './transport.js'

export interface ChildProgram {
  readonly program: string
  readonly words: readonly string[]
  /** How the end of the program is told; `stderr` is what it said there, cut. */
  readonly endOf: (exit: ChildExit) => TransportEnd
}

export interface ChildExit {
  /** null: ended by a signal. */
  readonly code: number | null
  readonly signal: string | null
  /** What it said on standard error, its first 2000 bytes or so. */
  readonly stderr: string
}

const STDERR_CAP = 2000
/** What left the process group and still holds its output is waited for no longer. */
const OUTPUT_LEFT_OPEN_MS = 500

/** Ends a child, if it still runs, with all that it started in its process group, and soon after its pipes. */
export function killGroup(child: ChildProcess): void {
  // Only this child's own process group: what left it (the loggers) lives on.
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) signalGroup(child.pid)
  const closePipes = (): void => {
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
  }
  setTimeout(closePipes, OUTPUT_LEFT_OPEN_MS).unref()
}

function signalGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (thrown) {
    // EPERM: macOS says so of a group of zombies, Linux of one that runs as another user. Nothing more can be ended.
    if (!hasCode(thrown, 'EPERM') && !hasCode(thrown, 'ESRCH')) throw thrown
  }
}

/** False when no file descriptor was left: the child then has no pipes, whatever its type says, and `error` tells why. */
export function hasPipes(child: ChildProcess): boolean {
  return child.stdout !== undefined
}

/** What to do about a program that could not be started; null when its error alone says enough. */
export function startHint(error: Error): string | null {
  if (!hasCode(error, 'EMFILE') && !hasCode(error, 'ENFILE')) return null
  return 'allow more open files: ulimit -n 4096   or lower concurrency in config.yml'
}

/** Runs the script and reads all the child prints. A throw of `onStdout` ends the child and is passed on. */
export async function runOnChild(program: ChildProgram, call: TransportCall): Promise<TransportEnd> {
  if (call.signal?.aborted) return { kind: 'aborted', detail: 'interrupted' }
  const child = spawn(program.program, program.words, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  let stderr = ''
  const closed = new Promise<TransportEnd>((resolve) => {
    child.on('error', (error) =>
      resolve({ kind: 'lost', detail: `${program.program} cannot be started: ${error.message}` }),
    )
    child.on('close', (code, signal) => resolve(program.endOf({ code, signal, stderr })))
  })
  if (!hasPipes(child)) return closed
  let early: TransportEnd | null = null
  const give = (kind: TransportEnd['kind'], detail: string): void => {
    early ??= { kind, detail }
    killGroup(child)
    // A process that left the group may hold the output open for as long as it lives.
    child.stdout.destroy()
    child.stderr.destroy()
  }
  const timer = setTimeout(
    () => give('timeout', `no answer within ${call.timeoutMs / 1000} s`),
    call.timeoutMs,
  )
  const onAbort = (): void => give('aborted', 'interrupted')
  call.signal?.addEventListener('abort', onAbort, { once: true })
  const takeStderr = (chunk: Buffer): void => {
    if (stderr.length < STDERR_CAP) stderr += chunk.toString('utf8')
    call.onStderr(chunk)
  }
  child.stderr.on('data', takeStderr)
  // A program that ends before it has read the script closes its input (EPIPE); how it ended is told by `close`.
  child.stdin.on('error', () => undefined)
  child.stdin.end(call.script)
  try {
    for await (const chunk of child.stdout) await call.onStdout(chunk as Buffer)
    const end = await closed
    return early ?? end
  } catch (error) {
    if (early !== null && hasCode(error, 'ERR_STREAM_PREMATURE_CLOSE')) return early
    throw error
  } finally {
    give('aborted', 'its output was refused')
    clearTimeout(timer)
    call.signal?.removeEventListener('abort', onAbort)
  }
}
