/** How far a step over many hosts is. */
import { ESCAPE } from './terminal.js'

/** The line that shows how many hosts are through. */
export interface Progress {
  readonly begin: (step: string, total: number) => void
  readonly advance: (isFailure: boolean) => void
  readonly clear: () => void
  readonly draw: () => void
  readonly end: () => void
}

interface ProgressOptions {
  readonly stderr: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>
  readonly isQuiet: boolean
}

/** One line on a terminal: done / failed / left. Elsewhere nothing: each host has its own line. */
export function createProgress({ stderr, isQuiet }: ProgressOptions): Progress {
  const isOn = stderr.isTTY === true && !isQuiet
  let state: { step: string; total: number; done: number; failed: number } | null = null
  const clear = (): void => {
    if (isOn && state !== null) stderr.write(`\r${ESCAPE}K`)
  }
  const draw = (): void => {
    if (!isOn || state === null || state.total < 2) return
    const { step, total, done, failed } = state
    const left = total - done - failed
    stderr.write(`\r${step}: ${done} done, ${failed} failed, ${left} left${ESCAPE}K`)
  }
  return {
    begin: (step, total) => {
      clear()
      state = { step, total, done: 0, failed: 0 }
      draw()
    },
    advance: (isFailure) => {
      if (state === null) return
      if (isFailure) state.failed++
      else state.done++
      draw()
    },
    clear,
    draw,
    end: () => {
      clear()
      state = null
    },
  }
}
