import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { SessionError } from '../errors.js'
import { asDiskError, onDisk, shellWord } from './disk-errors.js'
import { createLockFile, type LockOwner, readLockFile, removeLockFile, replaceLockFile } from './lock-file.js'
import { sessionPaths } from './paths.js'
import { currentProcess, type ProcessIdentity, processFate } from './process-identity.js'

/** The lock of a working directory, held until `release`. */
export interface Lock {
  readonly owner: LockOwner
  /** Removes the lock if it is still ours; may be called twice. */
  readonly release: () => Promise<void>
}

/**
 * `live`: a process of this machine works here. `stale`: it is gone. `foreign`: another machine's or container's, which
 * cannot be judged from here. `unreadable`: nothing that clusterp wrote whole.
 */
export type LockStatus =
  | { readonly state: 'none' | 'unreadable'; readonly owner: null }
  | { readonly state: 'live' | 'stale' | 'foreign'; readonly owner: LockOwner }

/** A lock that is being taken over by others is looked at again after this, so often. */
const LOOK_AGAIN_MS = 20
const LOOKS = 250

/** So often while it cannot be read: where there are no hard links, a lock is empty for a moment. */
const UNREADABLE_LOOKS = 25

// session.lock.<token>: a claim on a dead lock (and claims on dead claims); ….new: a lock that is being written.
const LEFT_BESIDE_LOCK = /^session\.lock(\.[0-9a-f]{16})+(\.new)?$/

type Busy = Exclude<LockStatus, { state: 'none' }>

async function judge(owner: LockOwner, self: ProcessIdentity): Promise<LockStatus> {
  if (owner.bootId !== null && owner.bootId === self.bootId) {
    // One kernel. The pids of another container on it say nothing here.
    if (owner.pidNamespace !== self.pidNamespace) return { state: 'foreign', owner }
  } else if (owner.host !== self.host) return { state: 'foreign', owner }
  else if (owner.bootId !== null && self.bootId !== null) return { state: 'stale', owner }
  const fate = await processFate(owner)
  return { state: fate === 'alive' ? 'live' : 'stale', owner }
}

async function statusAt(path: string, self: ProcessIdentity): Promise<LockStatus> {
  const content = await readLockFile(path)
  if (content.kind === 'owner') return judge(content.owner, self)
  return { state: content.kind, owner: null }
}

/**
 * Replaces the lock of a dead process; false when another taker was faster. Who may replace is decided by a lock of
 * its own, named after the dead lock: a taker that comes late finds the dead lock gone and leaves the new one alone.
 */
async function takeOver(path: string, dead: LockOwner, ours: LockOwner): Promise<boolean> {
  const claim = `${path}.${dead.token}`
  if ((await takeAt(claim, ours)) !== null) return false
  try {
    const content = await readLockFile(path)
    if (content.kind !== 'owner' || content.owner.token !== dead.token) return false
    await replaceLockFile(path, ours)
    return true
  } finally {
    await removeLockFile(claim, ours.token)
  }
}

/** Takes the lock at `path`; null when it is ours, else who has it. */
async function takeAt(path: string, ours: LockOwner): Promise<Busy | null> {
  let status: LockStatus = { state: 'none', owner: null }
  for (let look = 0; look < LOOKS; look++) {
    status = await statusAt(path, ours)
    if (status.state === 'live' || status.state === 'foreign') return status
    if (status.state === 'none' && (await createLockFile(path, ours))) return null
    if (status.state === 'stale' && (await takeOver(path, status.owner, ours))) return null
    if (status.state === 'unreadable' && look >= UNREADABLE_LOOKS) return status
    await wait(LOOK_AGAIN_MS)
  }
  return status.state === 'none' ? { state: 'unreadable', owner: null } : status
}

/**
 * Removes what takers that were killed left beside the lock. Only for its holder: while the lock is ours, a claim on
 * an earlier one decides nothing any more.
 */
async function removeLeftClaims(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    if (LEFT_BESIDE_LOCK.test(name)) await rm(join(folder, name), { force: true })
  }
}

/** How long something lasts, in the largest unit that makes it 1 or more; below 0 (clocks differ) it is 0 s. */
export function ageText(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`
}

function busyError(directory: string, busy: Busy, what: { command: string; now: Date }): SessionError {
  const remove = `rm ${shellWord(sessionPaths(directory).lock)}`
  const where = `${what.command}: ${directory}`
  if (busy.owner === null) {
    return new SessionError(`${where}: session.lock is held, but does not say by whom`, {
      hint: `if no clusterp works here, remove it: ${remove}`,
    })
  }
  const { owner } = busy
  const held = `"clusterp ${owner.command}" (pid ${owner.pid}) for ${ageText(what.now.getTime() - owner.sinceMs)}`
  if (busy.state === 'foreign') {
    return new SessionError(`${where} is in use on machine ${owner.host} by ${held}`, {
      hint: `if it no longer runs there (ps -p ${owner.pid}), remove the lock: ${remove}`,
    })
  }
  return new SessionError(`${where} is in use by ${held}`, {
    hint: `wait until it has ended; to look at it: ps -fp ${owner.pid}`,
  })
}

/**
 * Takes the lock of a working directory for `command` (its name, no secrets). The lock of a process that is gone is
 * taken over at once; a live or another machine's is refused with a SessionError that names it.
 */
export async function acquireLock(directory: string, what: { command: string; now: Date }): Promise<Lock> {
  const path = sessionPaths(directory).lock
  const identity = await currentProcess()
  const token = randomBytes(8).toString('hex')
  const owner: LockOwner = { ...identity, command: what.command, sinceMs: what.now.getTime(), token }
  const busy = await onDisk('locking the session', path, () => takeAt(path, owner))
  if (busy !== null) throw busyError(directory, busy, what)
  const release = (): Promise<void> =>
    onDisk('unlocking the session', path, () => removeLockFile(path, token))
  try {
    await onDisk('locking the session', path, () => removeLeftClaims(path))
  } catch (error) {
    await release()
    throw error
  }
  return { owner, release }
}

/** Who holds the lock of a working directory, without taking it. */
export async function readLock(directory: string): Promise<LockStatus> {
  const path = sessionPaths(directory).lock
  try {
    return await statusAt(path, await currentProcess())
  } catch (cause) {
    throw asDiskError('looking at the lock', path, cause)
  }
}
