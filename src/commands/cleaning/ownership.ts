import type { Session } from '../../model.js'
import type { Leftover } from '../../remote/leftovers.js'

/** A folder found on a host. */
export interface Found {
  readonly host: string
  readonly leftover: Leftover
}

/** What this working directory knows of itself. */
export interface Known {
  /** This machine's name. */
  readonly controller: string
  readonly directory: string
  /** Sessions of this folder, archived ones too. */
  readonly sessionIds: ReadonlySet<string>
  readonly current: Session | null
}

/** Whether a folder belongs to a session of this working directory: by its id, or by what its owner file says. */
export function isOurs({ leftover }: Found, known: Known): boolean {
  if (known.sessionIds.has(leftover.place.sessionId)) return true
  return leftover.controller === known.controller && leftover.directory === known.directory
}

/** Why a folder that is ours is not cleaned without being named; null when it may be. */
export function findReason(found: Found, known: Known): string | null {
  if (!isOurs(found, known)) return null
  const { current } = known
  if (current?.id !== found.leftover.place.sessionId) return null
  if (current.state === 'stopped' || current.state === 'failed') return null
  return `the session is ${current.state}: clusterp stop`
}
