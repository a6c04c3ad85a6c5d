import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, SessionError } from '../errors.js'
import type { Session, SessionState } from '../model.js'
import { onDisk } from './disk-errors.js'
import { isSessionId, sessionIdTimeMs } from './id.js'
import { type SessionFile, sessionPaths } from './paths.js'
import { listRaw } from './raw.js'
import { readSessionFile } from './store.js'

/** One session of a working directory. */
export interface SessionEntry {
  readonly id: string
  readonly name: string | null
  readonly createdMs: number
  readonly startMs: number | null
  readonly stoppedMs: number | null
  readonly hostCount: number
  /** null: it has no session.json (its raw files were copied here), or a broken one. */
  readonly state: SessionState | null
  /** Below the working directory: `.` or `sessions/<id>`. */
  readonly path: string
}

/** Sessions, the ones in place first and then the archived ones, newest first; and what could not be read. */
export interface SessionList {
  readonly sessions: readonly SessionEntry[]
  readonly warnings: readonly string[]
}

function entryOf(session: Session, path: string): SessionEntry {
  const { id, name, createdMs, startMs, stoppedMs, state } = session
  return { id, name, createdMs, startMs, stoppedMs, hostCount: session.hosts.length, state, path }
}

interface ReadEntry {
  readonly entry: SessionEntry | null
  readonly warning: string | null
}

async function readEntry(folder: string, file: SessionFile, path: string): Promise<ReadEntry> {
  try {
    const session = await readSessionFile(folder, file)
    return { entry: session === null ? null : entryOf(session, path), warning: null }
  } catch (error) {
    if (error instanceof SessionError) return { entry: null, warning: error.message }
    throw error
  }
}

/** What can be said of an archived session from its folder alone. */
async function entryWithoutSession(folder: string, id: string): Promise<SessionEntry> {
  const hosts = new Set([...(await listRaw(folder)).values()].flat())
  return {
    id,
    name: null,
    createdMs: sessionIdTimeMs(id) ?? 0,
    startMs: null,
    stoppedMs: null,
    hostCount: hosts.size,
    state: null,
    path: `sessions/${id}`,
  }
}

async function folderNames(folder: string): Promise<readonly string[]> {
  return onDisk('listing sessions', folder, async () => {
    try {
      const entries = await readdir(folder, { withFileTypes: true })
      return entries
        .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
        .map((entry) => entry.name)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return []
      throw error
    }
  })
}

/** Every session of a working directory; unfinished archives (`*.part`) and broken files are warnings. */
export async function listSessions(directory: string): Promise<SessionList> {
  const sessions: SessionEntry[] = []
  const warnings: string[] = []
  const note = (read: ReadEntry): void => {
    if (read.entry !== null) sessions.push(read.entry)
    if (read.warning !== null) warnings.push(read.warning)
  }
  for (const file of ['session.starting.json', 'session.json'] as const) {
    note(await readEntry(directory, file, '.'))
  }
  const { sessions: archive } = sessionPaths(directory)
  for (const name of [...(await folderNames(archive))].sort().reverse()) {
    if (name.endsWith('.part')) {
      warnings.push(
        `sessions/${name} is an archive that was not finished; the next start or stop goes on with it`,
      )
    }
    if (!isSessionId(name)) continue
    const read = await readEntry(join(archive, name), 'session.json', `sessions/${name}`)
    note({ ...read, entry: read.entry ?? (await entryWithoutSession(join(archive, name), name)) })
  }
  return { sessions, warnings }
}
