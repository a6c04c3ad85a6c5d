/** Signals while and after the job runs: it gets each once, and what was recorded is fetched whatever comes. */
import { setMaxListeners } from 'node:events'
import type { CommandContext, TakenSignal } from '../context.js'
import type { Job } from './job.js'

export interface RunSignals {
  /** From now on signals go to this job. */
  readonly attach: (job: Job) => void
  /** It has ended: signals are about what clusterp does. */
  readonly detach: () => void
  /** The first that came while there was no job to give it to; null when none did. */
  readonly early: () => TakenSignal | null
  /** Somebody wants it over: the sample that is due is not waited for. */
  readonly hurry: AbortSignal
  /** Parse and plot are left out. */
  readonly skip: AbortSignal
  /** Even stop is left to a later command. */
  readonly giveUp: AbortSignal
  readonly release: () => void
}

/** Ask for an end. */
const ENDING: readonly TakenSignal[] = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP']
/** Keys of a terminal. */
const KEYS: readonly TakenSignal[] = ['SIGINT', 'SIGQUIT']
/** A job that ends this soon after a signal ended because of it; one that goes on for longer was only told something. */
const BECAUSE_OF_MS = 10_000
/** So many after the end of the job make clusterp leave the nodes to a later stop: more than a nervous double Ctrl-C. */
const GIVING_UP = 3

/** One for all hosts: a listener each is no leak. */
export function newController(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

/** Takes the signals over. `keysReach`: the terminal gives its keys to the job itself. */
export function takeSignals(
  context: Pick<CommandContext, 'takeSignals' | 'report' | 'now'>,
  keysReach: () => boolean,
): RunSignals {
  const [hurry, skip, giveUp] = [newController(), newController(), newController()]
  let job: Job | null = null
  let isOver = false
  let early: TakenSignal | null = null
  let endingMs = Number.NEGATIVE_INFINITY
  let afterCount = 0
  const afterJob = (signal: TakenSignal): void => {
    // A terminal that went away is no reason to leave the rest undone.
    if (!ENDING.includes(signal) || signal === 'SIGHUP') return
    hurry.abort()
    afterCount++
    if (afterCount === 1) {
      skip.abort()
      context.report({
        kind: 'info',
        text: 'the loggers are being stopped; parse and plot are left out (twice more leaves the nodes to: clusterp stop)',
      })
    }
    if (afterCount === GIVING_UP) giveUp.abort()
  }
  const release = context.takeSignals?.((signal) => {
    if (ENDING.includes(signal)) endingMs = context.now()
    if (isOver) afterJob(signal)
    else if (job === null) early ??= signal
    else if (!KEYS.includes(signal) || !keysReach()) job.send(signal)
  })
  return {
    attach: (started) => {
      job = started
    },
    detach: () => {
      isOver = true
      if (context.now() - endingMs < BECAUSE_OF_MS) hurry.abort()
    },
    early: () => early,
    hurry: hurry.signal,
    skip: skip.signal,
    giveUp: giveUp.signal,
    release: release ?? (() => undefined),
  }
}
