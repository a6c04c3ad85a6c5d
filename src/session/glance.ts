/** What completion shows of a folder's sessions: read without the checks that a command makes, for they take their time. */
import { readdir, readFile } from 'node:fs/promises'
import { isSessionId } from './id.js'
import { type SessionFile, sessionPaths } from './paths.js'

export interface GlancedHost {
  readonly name: string
  readonly alias: string | null
}

export interface GlancedSession {
  readonly id: string
  readonly name: string | null
  readonly hosts: readonly GlancedHost[]
}

/** The session in place as far as its file can be read; null: there is none, or it is no session file. */
export async function glanceSession(directory: string): Promise<GlancedSession | null> {
  const paths = sessionPaths(directory)
  for (const file of ['session.starting.json', 'session.json'] satisfies SessionFile[]) {
    const session = await readFile(paths.sessionFile(file), 'utf8').then(glanced, () => null)
    if (session !== null) return session
  }
  return null
}

/** Ids of the sessions of a folder, the one in place first, then the archived ones, newest first. */
export async function glanceSessionIds(directory: string): Promise<readonly string[]> {
  const current = await glanceSession(directory)
  const names = await readdir(sessionPaths(directory).sessions).catch(() => [])
  const archived = names.filter(isSessionId).sort().reverse()
  return [...new Set([...(current === null ? [] : [current.id]), ...archived])]
}

function glanced(text: string): GlancedSession | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Commands say what is wrong with it; here it only has nothing to offer.
    return null
  }
  if (!isRecord(value) || typeof value.id !== 'string') return null
  const hosts = Array.isArray(value.hosts) ? value.hosts.flatMap(glancedHost) : []
  return { id: value.id, name: typeof value.name === 'string' ? value.name : null, hosts }
}

function glancedHost(value: unknown): readonly GlancedHost[] {
  if (!isRecord(value) || typeof value.name !== 'string') return []
  return [{ name: value.name, alias: typeof value.alias === 'string' ? value.alias : null }]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
