import { asError } from '../errors.js'
import type { Session, SessionHost } from '../model.js'
import type { SessionFile } from './paths.js'
import { schemaProblems, sessionHostSchema, sessionSchema } from './schema.js'
import { checkTransition } from './states.js'
import { writeSession } from './store.js'

/** Keeps a session in memory and on the disk while many hosts change at once. */
export interface SessionTracker {
  /** The session with all changes so far, on the disk or not yet. */
  readonly current: () => Session
  /** Changes the session; resolves when a state that holds the change is on the disk. */
  readonly update: (change: (session: Session) => Session) => Promise<void>
  /** Changes one host, by its configured name; resolves as `update` does. */
  readonly updateHost: (name: string, change: (host: SessionHost) => SessionHost) => Promise<void>
  /**
   * Runs `move` (which renames the session file) while nothing is being written; later writes go to `file`. When
   * `move` fails the file stays the one before.
   */
  readonly moveTo: (file: SessionFile, move: () => Promise<void>) => Promise<void>
}

function refuseProblems(what: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(`${what} could not be read back: ${problems.join('; ')}`)
}

function withHost(session: Session, name: string, change: (host: SessionHost) => SessionHost): Session {
  const index = session.hosts.findIndex((host) => host.name === name)
  const host = session.hosts[index]
  if (host === undefined) throw new Error(`host ${name} is not in session ${session.id}`)
  const changed = change(host)
  refuseProblems(`host ${name}`, schemaProblems(sessionHostSchema, changed))
  return { ...session, hosts: session.hosts.with(index, changed) }
}

/**
 * A tracker of `session`, which the caller has written to `file` or writes by the first update. A change that is
 * impossible (see states.ts) or could not be read back is a programming error: it rejects and changes nothing. After a
 * failed write the change is kept in memory, and is on the disk with the next write that succeeds.
 */
export function createTracker(directory: string, session: Session, file: SessionFile): SessionTracker {
  let current = session
  let target = file
  // The job that has not begun: it takes along every change made until it begins.
  let waiting: Promise<void> | null = null
  // Ends with the last job asked for, and never rejects: a failure is told to those who wait for that job.
  let idle: Promise<void> = Promise.resolve()

  const enqueue = (job: () => Promise<void>): Promise<void> => {
    const result = idle.then(job)
    idle = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }
  const persist = (): Promise<void> => {
    waiting ??= enqueue(() => {
      waiting = null
      return writeSession(directory, current, target)
    })
    return waiting
  }
  const accept = (next: Session): Promise<void> => {
    checkTransition(current, next)
    current = next
    return persist()
  }
  const attempt = (work: () => Promise<void>): Promise<void> => {
    try {
      return work()
    } catch (error) {
      return Promise.reject(asError(error))
    }
  }
  return {
    current: () => current,
    update: (change) =>
      attempt(() => {
        const next = change(current)
        refuseProblems('the session', schemaProblems(sessionSchema, next))
        return accept(next)
      }),
    updateHost: (name, change) => attempt(() => accept(withHost(current, name, change))),
    moveTo: (next, move) =>
      enqueue(async () => {
        await move()
        target = next
      }),
  }
}
