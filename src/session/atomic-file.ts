import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { hasCode } from '../errors.js'

// Not write-file-atomic: it takes a short write for a whole one, and so puts a cut file in place of a good one when
// the disk is full (60000 bytes asked for on a full tmpfs: no error, 45056 written; seen with 7.0.1).

/** Name of a file that is being written beside its target: `<target>.part-<8 hex digits>`. */
export const PART_NAME = /\.part-[0-9a-f]{8}$/

/** A file that appears under its name whole or not at all. */
export interface AtomicFile {
  /** Appends all of `chunk`. Calls must follow each other. */
  readonly write: (chunk: Uint8Array | string) => Promise<void>
  /** Puts what was written in place of the target. */
  readonly commit: () => Promise<void>
  /** Removes what was written; does nothing after a commit or another abort. */
  readonly abort: () => Promise<void>
}

// A file system that cannot sync a folder (some network and FUSE ones) says so with one of these.
const FOLDER_SYNC_UNKNOWN = [
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EISDIR',
  'EBADF',
  'EPERM',
  'EACCES',
]

/** Puts the names in a folder on the disk, so that a rename survives a power failure. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!FOLDER_SYNC_UNKNOWN.some((code) => hasCode(error, code))) throw error
  } finally {
    await handle.close()
  }
}

/** Makes a folder and those above it, and puts the new names on the disk. */
export async function ensureDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true })
  if (first === undefined) return
  const top = dirname(resolve(first))
  let above = resolve(directory)
  do {
    above = dirname(above)
    await syncDirectory(above)
  } while (above !== top && above !== dirname(above))
}

/** What a file may be unless it is private; the umask takes its part away. */
const USUAL_MODE = 0o666

/**
 * Begins a file that replaces `target` at `commit`; `isDurable`: it is on the disk when `commit` resolves. It has `mode` from
 * its first byte on.
 */
export async function openAtomic(
  target: string,
  isDurable: boolean,
  mode: number = USUAL_MODE,
): Promise<AtomicFile> {
  const part = `${target}.part-${randomBytes(4).toString('hex')}`
  const handle = await open(part, 'wx', mode)
  let state: 'open' | 'closed' | 'done' = 'open'
  const close = async (): Promise<void> => {
    if (state !== 'open') return
    state = 'closed'
    await handle.close()
  }
  return {
    write: async (chunk) => {
      // writeFile of a handle goes on from its position and repeats short writes.
      await handle.writeFile(chunk)
    },
    commit: async () => {
      if (isDurable) await handle.sync()
      await close()
      await rename(part, target)
      state = 'done'
      if (isDurable) await syncDirectory(dirname(target))
    },
    abort: async () => {
      if (state === 'done') return
      await close()
      state = 'done'
      await rm(part, { force: true })
    },
  }
}

/** Replaces `target` by a file of these chunks, whole or not at all. */
export async function writeAtomic(
  target: string,
  chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  isDurable: boolean,
  mode: number = USUAL_MODE,
): Promise<void> {
  const file = await openAtomic(target, isDurable, mode)
  try {
    for await (const chunk of chunks) await file.write(chunk)
    await file.commit()
  } finally {
    await file.abort()
  }
}
