import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { hasCode } from '../../errors.js'
import type { TakenSignal } from '../context.js'
import { NOT_EXECUTABLE, NOT_FOUND } from './find-program.js'

/** How a job ended; `failure`: it could not be started, and why. */
export interface JobEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly failure: string | null
}

export interface Job {
  /** Sends a signal to the job, and to nothing else. */
  readonly send: (signal: TakenSignal) => void
  readonly ended: Promise<JobEnd>
}

/**
 * Starts the job with clusterp's own stdin, stdout and stderr, in its process group: the keys of the terminal reach both. What
 * it starts and leaves in the background is not waited for.
 */
export function startJob(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  onSendFailure: (error: Error) => void,
): Job {
  const [program = '', ...rest] = words
  const child = spawn(program, rest, { stdio: 'inherit', env: { ...env } })
  let isStarted = false
  child.once('spawn', () => {
    isStarted = true
  })
  const ended = new Promise<JobEnd>((resolve) => {
    child.on('error', (error) => {
      // A job that runs as another user, such as sudo, cannot be signalled; it runs on.
      if (isStarted) onSendFailure(error)
      else resolve({ exitCode: startCode(error), signal: null, failure: error.message })
    })
    child.on('exit', (exitCode, signal) => resolve({ exitCode, signal, failure: null }))
  })
  return { send: (signal) => void child.kill(signal), ended }
}

function startCode(error: Error): number {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') ? NOT_FOUND : NOT_EXECUTABLE
}

/** What clusterp ends with: the job's own exit code, or 128 and the number of the signal that ended it. */
export function exitCodeOfJob({ exitCode, signal }: JobEnd): number {
  return signal === null ? (exitCode ?? 1) : 128 + constants.signals[signal]
}
