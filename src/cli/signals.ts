import { setMaxListeners } from 'node:events'
import type { TakenSignal } from '../commands/context.js'

/** Exit codes of a command that a signal ended: 128 and its number, as in sh. */
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

const TAKEN: readonly TakenSignal[] = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']

/** Signals of one command line, until `stop`. */
export interface Interruption {
  /** Aborted by the first. */
  readonly signal: AbortSignal
  /** What the process ends with because of it; null: none came. */
  readonly code: () => number | null
  /** Gives all of them to `handler`, and aborts nothing, until the function that it returns is called. */
  readonly take: (handler: (signal: TakenSignal) => void) => () => void
  readonly stop: () => void
}

/** The first signal lets the command undo or stop where it is safe; the second ends it at once. A command can take them all. */
export function watchSignals(exit: (code: number) => void): Interruption {
  const controller = new AbortController()
  // One signal for all hosts: a listener each is no leak.
  setMaxListeners(0, controller.signal)
  let code: number | null = null
  let isTaken = false
  const names = Object.keys(SIGNAL_CODES) as (keyof typeof SIGNAL_CODES)[]
  const handlers = names.map((name) => {
    const handler = (): void => {
      // What was taken is the taker's.
      if (isTaken) return
      if (code !== null) exit(SIGNAL_CODES[name])
      code = SIGNAL_CODES[name]
      controller.abort()
    }
    process.on(name, handler)
    return { name, handler }
  })
  return {
    signal: controller.signal,
    code: () => code,
    take: (handler: (signal: TakenSignal) => void) => {
      isTaken = true
      const takers = TAKEN.map((name) => ({ name, listener: () => handler(name) }))
      for (const { name, listener } of takers) process.on(name, listener)
      return () => {
        isTaken = false
        for (const { name, listener } of takers) process.off(name, listener)
      }
    },
    stop: () => {
      for (const { name, handler } of handlers) process.off(name, handler)
    },
  }
}
