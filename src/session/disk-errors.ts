import { dirname } from 'node:path'
import { asError, ClusterpError, SessionError } from '../errors.js'

/** `text` as one word of a shell line that a person pastes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

interface DiskTrouble {
  readonly happened: string
  readonly hint: (path: string) => string
}

const lookAt = (path: string): string => `ls -ld ${shellWord(dirname(path))} ${shellWord(path)}`
const freeSpace = (path: string): string =>
  `make room (df -h ${shellWord(dirname(path))}), or work elsewhere: clusterp -C DIRECTORY …`
const wayIsBlocked: DiskTrouble = {
  happened: 'a file is where a folder should be',
  hint: (path) => `look at it and move it away: ${lookAt(path)}`,
}
const notAllowed: DiskTrouble = {
  happened: 'permission denied',
  hint: (path) => `see who owns it: ${lookAt(path)}; or work elsewhere: clusterp -C DIRECTORY …`,
}

const TROUBLES: Readonly<Record<string, DiskTrouble>> = {
  ENOSPC: { happened: 'the disk is full', hint: freeSpace },
  EDQUOT: { happened: 'your disk quota is used up', hint: freeSpace },
  EFBIG: {
    happened: 'the file would be larger than allowed',
    hint: () => 'raise the limit: ulimit -f unlimited',
  },
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: { happened: 'the file system is read-only', hint: () => 'work elsewhere: clusterp -C DIRECTORY …' },
  ENOTDIR: wayIsBlocked,
  EEXIST: wayIsBlocked,
  EISDIR: {
    happened: 'a folder is where a file should be',
    hint: (path) => `look at it and move it away: ${lookAt(path)}`,
  },
  ENOENT: { happened: 'no such file or folder', hint: lookAt },
  ENOTEMPTY: { happened: 'the folder is not empty', hint: lookAt },
  EXDEV: {
    happened: 'it lies on another file system than the working directory',
    hint: () =>
      'keep raw, parsed, plot and sessions in the working directory itself, then repeat the command',
  },
  EBUSY: { happened: 'it is in use or a mount point', hint: lookAt },
  ENAMETOOLONG: {
    happened: 'the name is too long',
    hint: () => 'use a shorter directory, host name or alias',
  },
  ELOOP: { happened: 'the symbolic links lead in a circle', hint: lookAt },
  EMFILE: { happened: 'too many files are open', hint: () => 'raise the limit: ulimit -n 4096' },
  ENFILE: { happened: 'too many files are open on this machine', hint: () => 'repeat the command later' },
  EIO: { happened: 'the disk reports a read or write error', hint: () => 'see dmesg; work on another disk' },
  ESTALE: {
    happened: 'the network file system lost it',
    hint: () => 'mount it again, then repeat the command',
  },
  ERR_FS_FILE_TOO_LARGE: {
    happened: 'it is larger than 2 GiB',
    hint: () => 'use a longer interval, or a smaller max_size in config.yml',
  },
}

function errorCode(thrown: unknown): string | null {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : null
}

/**
 * Turns a failure of the disk into a sentence: `doing` is what was being done, `path` what it was done to. Errors that
 * are already sentences, and programming errors, come back as they are.
 */
export function asDiskError(doing: string, path: string, thrown: unknown): Error {
  const code = errorCode(thrown)
  if (thrown instanceof ClusterpError || code === null) return asError(thrown)
  const trouble = TROUBLES[code]
  const happened = trouble?.happened ?? asError(thrown).message
  return new SessionError(`${doing}: ${path}: ${happened}`, {
    hint: trouble?.hint(path) ?? null,
    cause: thrown,
  })
}

/** Runs `work` and turns what the disk throws into a sentence, see asDiskError. */
export async function onDisk<T>(doing: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw asDiskError(doing, path, cause)
  }
}
