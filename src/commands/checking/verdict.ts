/** What a check comes to. */

export interface Verdict {
  readonly state: 'ok' | 'warn' | 'fail'
  readonly text: string
  /** What to paste or to change; null when there is nothing to do. */
  readonly remedy: string | null
  /** The remedy is to be typed on the node, not here. */
  readonly isForNode: boolean
}

/** A verdict with the name of its check. */
export interface NamedVerdict extends Verdict {
  readonly name: string
}

/** All is well. */
export function ok(text: string): Verdict {
  return { state: 'ok', text, remedy: null, isForNode: false }
}

/** Something that spoils data, or will be in the way, but keeps nobody from starting. */
export function warn(text: string, remedy: string | null): Verdict {
  return { state: 'warn', text, remedy, isForNode: false }
}

/** A session would fail, or lack what was asked for. */
export function fail(text: string, remedy: string | null): Verdict {
  return { state: 'fail', text, remedy, isForNode: false }
}

/** The verdict with its remedy to be typed on the node. */
export function onNode(verdict: Verdict): Verdict {
  return { ...verdict, isForNode: true }
}
