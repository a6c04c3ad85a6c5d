/** clusterp.log. */
import { appendFileSync } from 'node:fs'
import { shown } from '../config/show.js'
import { asError, hasCode } from '../errors.js'

/** What is told, kept in a file. */
export interface Log {
  readonly write: (text: string) => void
  /** Keeps lines back; what was kept back is written when it ends. */
  readonly hold: (isHeld: boolean) => void
}

interface LogOptions {
  /** null: nothing is logged. */
  readonly logPath: string | null
  readonly stderr: Pick<NodeJS.WriteStream, 'write'>
  readonly now: () => Date
}

/** clusterp.log, a line each with a time. Opened anew for each: the file may be archived in between. */
export function createLog({ logPath, now, stderr }: LogOptions): Log {
  let hasTold = false
  let held: string[] | null = null
  const append = (lines: string): void => {
    if (logPath === null || lines === '') return
    try {
      appendFileSync(logPath, lines, { mode: 0o600 })
    } catch (error) {
      // A log that cannot be written must not stop what is being logged. Without its folder there is no session to log yet.
      if (hasTold || hasCode(error, 'ENOENT')) return
      hasTold = true
      stderr.write(`warning: clusterp.log cannot be written: ${shown(asError(error).message)}\n`)
    }
  }
  return {
    write: (text) => {
      const stamp = now().toISOString()
      const lines = text
        .split('\n')
        .map((line) => `${stamp} ${line}\n`)
        .join('')
      if (held === null) append(lines)
      else held.push(lines)
    },
    hold: (isHeld) => {
      if (isHeld) held ??= []
      else {
        append((held ?? []).join(''))
        held = null
      }
    },
  }
}
