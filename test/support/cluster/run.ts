/** Runs a program to its end, and gives up on one that has none. */
import { spawn } from 'node:child_process'
import type { Ran, Running, RunOptions } from './types.js'

const DEFAULT_TIMEOUT_MS = 60_000

/** What is known before the program is started; `env` is the whole environment. */
export interface Command extends RunOptions {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Starts a program in a process group of its own. */
export function start(command: Command): Running {
  const [file = '', ...words] = command.argv
  const child = spawn(file, words, {
    cwd: command.cwd,
    env: { ...command.env },
    detached: true,
    stdio: [command.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const { pid, stdout, stderr } = child
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  const signal = (name: NodeJS.Signals): void => {
    if (pid !== undefined && isRunning()) process.kill(-pid, name)
  }
  let isTimedOut = false
  const timer = setTimeout(() => {
    isTimedOut = true
    signal('SIGKILL')
    // What holds the pipes open may be in another group.
    stdout?.destroy()
    stderr?.destroy()
  }, command.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  const texts = { stdout: '', stderr: '' }
  stdout?.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text
  })
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text
  })
  child.stdin?.on('error', (error) => {
    texts.stderr += `\n[its input was closed: ${error.message}]\n`
  })
  child.stdin?.end(command.stdin)
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, name) => {
      clearTimeout(timer)
      resolve({ code, signal: name, isTimedOut, ...texts, json: lastObject(texts.stdout) })
    })
  })
  return { signal, ended }
}

/** Runs a program that must succeed; gives what it printed. */
export async function must(command: Command): Promise<string> {
  const ran = await start(command).ended
  if (ran.code === 0) return ran.stdout
  const how = ran.isTimedOut ? 'had no end' : `ended with ${ran.code ?? ran.signal}`
  throw new Error(`${command.argv.join(' ')} ${how}: ${ran.stderr.trim() || ran.stdout.trim()}`)
}

/** PATH of a host: what Debian gives to root. */
export const HOST_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Environment of somebody who has set nothing. */
export function plainEnv(user: string, home: string, path: string): Readonly<Record<string, string>> {
  return { PATH: path, HOME: home, USER: user, LOGNAME: user, SHELL: '/bin/sh' }
}

function lastObject(stdout: string): Ran['json'] {
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) return null
  try {
    return JSON.parse(last) as Record<string, unknown>
  } catch {
    // A line that only begins like an object.
    return null
  }
}
