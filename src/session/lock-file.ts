import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { hasCode } from '../errors.js'
import type { ProcessIdentity } from './process-identity.js'

/** Who holds a lock. */
export interface LockOwner extends ProcessIdentity {
  readonly command: string
  readonly sinceMs: number
  /** 16 random hex digits, new for each lock taken: tells a lock from one that came after it. */
  readonly token: string
}

/** What lies at the place of a lock; `unreadable`: nothing that a clusterp wrote whole. */
export type LockContent =
  | { readonly kind: 'none' }
  | { readonly kind: 'owner'; readonly owner: LockOwner }
  | { readonly kind: 'unreadable' }

const TOKEN = /^[0-9a-f]{16}$/

// File systems without hard links (exFAT, some FUSE and SMB mounts) answer link(2) with one of these.
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EACCES']

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

function asOwner(value: unknown): LockOwner | null {
  if (typeof value !== 'object' || value === null) return null
  const { host, pid, startTime, bootId, pidNamespace, command, sinceMs, token } = value as Record<
    string,
    unknown
  >
  if (typeof host !== 'string' || typeof command !== 'string' || typeof sinceMs !== 'number') return null
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null
  if (!isTextOrNull(startTime) || !isTextOrNull(bootId) || !isTextOrNull(pidNamespace)) return null
  if (typeof token !== 'string' || !TOKEN.test(token)) return null
  return { host, pid, startTime, bootId, pidNamespace, command, sinceMs, token }
}

// {"host":"login1","pid":4711,"startTime":"8061433","bootId":"7d2e…","pidNamespace":"pid:[4026531836]",
//  "command":"stop","sinceMs":1773480413000,"token":"00c0ffee00c0ffee"}
/** The owner in the text of a lock; null when it holds none. */
export function parseLock(text: string): LockOwner | null {
  try {
    return asOwner(JSON.parse(text))
  } catch {
    // Not JSON: cut, empty, or not ours.
    return null
  }
}

/** What the lock at `path` says. */
export async function readLockFile(path: string): Promise<LockContent> {
  try {
    const owner = parseLock(await readFile(path, 'utf8'))
    return owner === null ? { kind: 'unreadable' } : { kind: 'owner', owner }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { kind: 'none' }
    throw error
  }
}

async function writeNew(path: string, owner: LockOwner): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(`${JSON.stringify(owner)}\n`)
    // Unsynced, a power failure could leave an empty lock, which nobody may take over.
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function isOurs(path: string, token: string): Promise<boolean> {
  const content = await readLockFile(path)
  return content.kind === 'owner' && content.owner.token === token
}

async function createWithoutLinks(path: string, owner: LockOwner): Promise<boolean> {
  try {
    await writeNew(path, owner)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

function temporaryName(path: string, owner: LockOwner): string {
  return `${path}.${owner.token}.new`
}

/** Makes the lock at `path`, never seen empty; false when there is one already. */
export async function createLockFile(
  path: string,
  owner: LockOwner,
  makeLink: typeof link = link,
): Promise<boolean> {
  const temporary = temporaryName(path, owner)
  let isWritten = false
  try {
    await writeNew(temporary, owner)
    isWritten = true
    await makeLink(temporary, path)
    return true
  } catch (error) {
    // NFS can lose the answer to a link that was made, and then say that it exists.
    if (hasCode(error, 'EEXIST')) return await isOurs(path, owner.token)
    // The holder of the lock tidies up: there is a lock now. (The folder itself is there, or writing had failed.)
    if (isWritten && hasCode(error, 'ENOENT')) return false
    if (isWritten && NO_LINKS.some((code) => hasCode(error, code)))
      return await createWithoutLinks(path, owner)
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Puts our lock in the place of another in one step. */
export async function replaceLockFile(path: string, owner: LockOwner): Promise<void> {
  const temporary = temporaryName(path, owner)
  try {
    await writeNew(temporary, owner)
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Removes the lock at `path` if it is still the one with this token. */
export async function removeLockFile(path: string, token: string): Promise<void> {
  if (await isOurs(path, token)) await rm(path, { force: true })
}
