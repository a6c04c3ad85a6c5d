import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { asError, hasCode } from '../../errors.js'
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
  let child: ChildProcess
  try {
    child = spawn(program, rest, { stdio: 'inherit', env: { ...env } })
  } catch (thrown) {
    // Node throws some of the reasons, such as E2BIG of a long command line, and tells others by an event.
    return { send: () => undefined, ended: Promise.resolve(notStarted(asError(thrown))) }
  }
  let isStarted = false
  child.once('spawn', () => {
    isStarted = true
  })
  const ended = new Promise<JobEnd>((resolve) => {
    child.on('error', (error) => {
      // A job that runs as another user, such as sudo, cannot be signalled; it runs on.
      if (isStarted) onSendFailure(error)
      else resolve(notStarted(error))
    })
    child.on('exit', (exitCode, signal) => resolve({ exitCode, signal, failure: null }))
  })
  return { send: (signal) => void child.kill(signal), ended }
}

function notStarted(error: Error): JobEnd {
  const isAbsent = hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')
  return { exitCode: isAbsent ? NOT_FOUND : NOT_EXECUTABLE, signal: null, failure: error.message }
}

/** What clusterp ends with: the job's own exit code, or 128 and the number of the signal that ended it. */
export function exitCodeOfJob({ exitCode, signal }: JobEnd): number {
  return signal === null ? (exitCode ?? 1) : 128 + constants.signals[signal]
}
