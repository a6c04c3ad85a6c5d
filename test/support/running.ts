/** Starts the program and talks to it while it runs: signals, keys of a terminal, its standard input. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Place } from './program.js'

export const PROGRAM = fileURLToPath(new URL('../../bin/clusterp.js', import.meta.url))

export interface Running {
  /** Pid of clusterp; of `script`, where it runs in a terminal. */
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Waits until one of the two contains this. */
  readonly saw: (text: string) => Promise<void>
  readonly send: (signal: NodeJS.Signals) => void
  /** Types, or gives to its standard input. */
  readonly type: (text: string) => void
  readonly endInput: () => void
  readonly ended: Promise<number | null>
}

const PATIENCE_MS = 30_000

function plainEnv(place: Place): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !key.startsWith('CLUSTERP_'))
  return { ...Object.fromEntries(kept), TZ: 'UTC', NO_COLOR: '1', TEST_PLACE: place.root }
}

/** `clusterp WORDS…` in a process group of its own, without a terminal. */
export function startClusterp(place: Place, words: readonly string[]): Running {
  return follow(place, process.execPath, [PROGRAM, ...words])
}

/** `clusterp WORDS…` in a terminal of its own, where what is typed is echoed; `redirection` as of `sh`. */
export function startInTerminal(place: Place, words: readonly string[], redirection = ''): Running {
  const line = [process.execPath, PROGRAM, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  // By `exec`: the keys would end a shell in between.
  return follow(place, 'script', ['-qefc', `exec ${line.join(' ')} ${redirection}`, '/dev/null'])
}

function follow(place: Place, program: string, words: readonly string[]): Running {
  const child: ChildProcessWithoutNullStreams = spawn(program, words, {
    cwd: place.directory,
    env: { ...plainEnv(place), SHELL: '/bin/sh' },
    detached: true,
    stdio: 'pipe',
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  // It may end before it has read all.
  child.stdin.on('error', () => undefined)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code))
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${program} was not started`)
  return {
    pid,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    saw: (text) => waitFor(said, text),
    send: (signal) => void process.kill(pid, signal),
    type: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    ended,
  }
}

async function waitFor(said: Readonly<Record<'stdout' | 'stderr', string>>, text: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS
  while (!said.stdout.includes(text) && !said.stderr.includes(text)) {
    if (performance.now() > endMs) throw new Error(`never said "${text}", but: ${said.stdout}${said.stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Words of a job that writes the name of each signal that it gets to its stdout, and ends with 5 after so many. */
export function countingJob(count: number): readonly string[] {
  const script = `
    let left = ${count}
    for (const name of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])
      process.on(name, () => { console.log('got ' + name); left -= 1 })
    const end = Date.now() + 20000
    const look = () => {
      if (left > 0 && Date.now() < end) setTimeout(look, 20)
      // One that comes twice comes within this.
      else setTimeout(() => process.exit(5), 400)
    }
    look()
    console.log('ready')`
  return [process.execPath, '-e', script]
}

/** How often the counting job got each signal. */
export function counted(stdout: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [, name = ''] of stdout.matchAll(/got (SIG\w+)/g)) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
