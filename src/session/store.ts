import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, SessionError } from '../errors.js'
import type { Session } from '../model.js'
import { PART_NAME, writeAtomic } from './atomic-file.js'
import { asDiskError, onDisk, shellWord } from './disk-errors.js'
import { type SessionFile, sessionPaths } from './paths.js'
import { schemaProblems, sessionSchema } from './schema.js'

/** A session as read, and the file it was read from. */
export interface StoredSession {
  readonly session: Session
  readonly file: SessionFile
}

/** The version of session.json that this clusterp writes and reads. */
const SESSION_VERSION = 1

/** The text of a file; null when there is none. */
async function readTextIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw asDiskError('reading the session', path, error)
  }
}

function brokenFile(path: string, what: string, cause?: unknown): SessionError {
  const word = shellWord(path)
  return new SessionError(`reading the session: ${path}: ${what}`, {
    hint: `correct the file; if nothing of this session is left on the nodes, set it aside: mv ${word} ${shellWord(`${path}.broken`)}`,
    cause,
  })
}

function versionOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
}

// {
//   "version": 1,
//   "id": "20260314-092653-0badcafe",
/** The session in the text of a session file; `path` is only for messages. Throws a SessionError. */
export function parseSession(path: string, text: string): Session {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw brokenFile(path, text.trim() === '' ? 'the file is empty' : 'the file is not valid JSON', cause)
  }
  const version = versionOf(value)
  if (version === undefined) throw brokenFile(path, 'this is not a session file of clusterp')
  if (version !== SESSION_VERSION) {
    throw new SessionError(
      `reading the session: ${path}: its version is ${JSON.stringify(version)}, this clusterp reads ${SESSION_VERSION}`,
      { hint: 'use the clusterp that wrote it (clusterpVersion in the file)' },
    )
  }
  const parsed = sessionSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw brokenFile(path, schemaProblems(sessionSchema, value).join('; '))
}

/** The session in one of the two files; null when the file does not exist. Throws a SessionError on a broken one. */
export async function readSessionFile(directory: string, file: SessionFile): Promise<Session | null> {
  const path = sessionPaths(directory).sessionFile(file)
  const text = await readTextIfThere(path)
  return text === null ? null : parseSession(path, text)
}

/** The session of a working directory, the one that is being started first; null when there is none. */
export async function readSession(directory: string): Promise<StoredSession | null> {
  for (const file of ['session.starting.json', 'session.json'] as const) {
    const session = await readSessionFile(directory, file)
    if (session !== null) return { session, file }
  }
  return null
}

// The last write asked for of each path, so that writes of one file follow each other in the order of the calls.
const lastWrites = new Map<string, Promise<void>>()

function inOrder(path: string, write: () => Promise<void>): Promise<void> {
  const mine = (lastWrites.get(path) ?? Promise.resolve()).then(write, write)
  lastWrites.set(path, mine)
  const forget = (): void => {
    if (lastWrites.get(path) === mine) lastWrites.delete(path)
  }
  mine.then(forget, forget)
  return mine
}

/** Puts a session on the disk, whole or not at all; it survives a power failure once this resolves. */
export function writeSession(directory: string, session: Session, file: SessionFile): Promise<void> {
  const path = sessionPaths(directory).sessionFile(file)
  const text = `${JSON.stringify(session, null, 2)}\n`
  return inOrder(path, () => onDisk('writing the session', path, () => writeAtomic(path, [text], true)))
}

/** Removes what a command that was killed while it wrote a session file left beside it; only for the holder of the lock. */
export async function removeSessionParts(directory: string): Promise<void> {
  await onDisk('removing unfinished session files', directory, async () => {
    for (const name of await readdir(directory)) {
      if (/^session\.(starting\.)?json\.part-/.test(name) && PART_NAME.test(name)) {
        await rm(join(directory, name), { force: true })
      }
    }
  })
}
