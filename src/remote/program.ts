/** Runs a program here to its end and gives what it printed. No shell; a process group of its own. */
import { spawn } from 'node:child_process'
import { asError } from '../errors.js'
import { hasPipes, killGroup } from './child.js'

export interface ProgramResult {
  /** null when it was never started or was ended by a signal. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Why it was not started; null when it was. */
  readonly error: Error | null
  /** How it failed, for people; empty when its code is 0. */
  readonly failure: string
}

/** What is printed beyond this is dropped: `ssh -G` prints 5 kB. */
const OUTPUT_CAP = 1 << 20

/** Never throws: a program that is not there, hangs or fails is a result. */
export async function runProgram(options: {
  readonly program: string
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
}): Promise<ProgramResult> {
  const { program, words, env, timeoutMs } = options
  const child = spawn(program, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...env } })
  const output = { stdout: '', stderr: '' }
  for (const name of hasPipes(child) ? (['stdout', 'stderr'] as const) : []) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      if (output[name].length < OUTPUT_CAP) output[name] += text
    })
  }
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    killGroup(child)
  }, timeoutMs)
  return new Promise((resolve) => {
    child.on('error', (thrown) => {
      clearTimeout(timer)
      const error = asError(thrown)
      resolve({ ...output, code: null, error, failure: error.message })
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const failure = isLate ? `no answer within ${timeoutMs / 1000} s` : endOf(code, signal)
      resolve({ ...output, code, error: null, failure })
    })
  })
}

function endOf(code: number | null, signal: string | null): string {
  if (code === 0) return ''
  return code === null ? `ended by ${signal ?? 'a signal'}` : `it ended with code ${code}`
}
