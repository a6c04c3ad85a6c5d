/** What a job without Node writes into $CLUSTERP_MARKS, as it comes: whole lines out of a file that grows or begins anew. */
import type { Mark } from '../../model.js'
import { markText } from '../mark-text.js'

const NEWLINE = 10
/** Of a line that never ends only its beginning is kept; a mark is cut at 300 characters. */
const LONGEST_LINE_BYTES = 4096

/** Puts lines together from pieces; the last one waits for its newline. */
export interface MarkLines {
  /** The marks of the lines that `bytes` completes. */
  readonly add: (bytes: Uint8Array, seenMs: number) => readonly Mark[]
  /** The mark of a last line without a newline; none when there is none. */
  readonly end: (seenMs: number) => readonly Mark[]
  /** Forgets the line that has begun. */
  readonly reset: () => void
}

export function createMarkLines(): MarkLines {
  let begun = Buffer.alloc(0)
  const take = (bytes: Uint8Array): void => {
    begun = Buffer.concat([begun, bytes.subarray(0, Math.max(0, LONGEST_LINE_BYTES - begun.length))])
  }
  const finish = (seenMs: number): readonly Mark[] => {
    const mark = markOfLine(begun.toString('utf8'), seenMs)
    begun = Buffer.alloc(0)
    return mark === null ? [] : [mark]
  }
  return {
    add: (bytes, seenMs) => {
      const marks: Mark[] = []
      let from = 0
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
        take(bytes.subarray(from, at))
        marks.push(...finish(seenMs))
        from = at + 1
      }
      take(bytes.subarray(from))
      return marks
    },
    end: finish,
    reset: () => {
      begun = Buffer.alloc(0)
    },
  }
}

//   epoch 1
//   {"atMs":1795161600000,"text":"epoch 2"}
//   {"atMs":1795161660250.5,"text":"evaluate"}
/** The mark of a line: at the time that it names, else when it was seen; null for an empty one. */
export function markOfLine(line: string, seenMs: number): Mark | null {
  const given = asObject(line)
  const { atMs = null, text = null } = given ?? {}
  const isGiven = typeof text === 'string' && (atMs === null || isMoment(atMs))
  const plain = markText(isGiven ? text : line)
  if (plain === '') return null
  return { atMs: isGiven && typeof atMs === 'number' ? atMs : seenMs, text: plain }
}

/** The last moment that a Date can hold (ECMA-262, time values). */
const LAST_MS = 8.64e15

const isMoment = (value: unknown): boolean => typeof value === 'number' && value > 0 && value <= LAST_MS

function asObject(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    // A text that only begins like JSON.
    return null
  }
}
