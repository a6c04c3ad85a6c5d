/** Which folder is meant by a word on the command line. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { didYouMean } from '../../config/show.js'
import { ConfigError, hasCode } from '../../errors.js'
import { listSessions, type SessionEntry } from '../../session/list.js'

/**
 * The session folder that `word` names, absolute: a folder as seen from `directory`, or the id or the name of one of its
 * sessions. Throws a ConfigError with the near match.
 */
export async function findSession(directory: string, word: string): Promise<string> {
  const folder = resolve(directory, word)
  if (await isFolder(folder)) return folder
  const { sessions } = await listSessions(directory)
  const named = sessions.filter(({ id, name }) => id === word || name === word)
  const byId = named.find(({ id }) => id === word)
  const [first, second] = byId === undefined ? named : [byId]
  if (first !== undefined && second === undefined) return join(directory, first.path)
  if (first !== undefined) {
    throw new ConfigError(`compare: ${named.length} sessions are named "${word}"`, {
      hint: `say which one by its id: ${named.map(({ id }) => id).join(', ')}`,
    })
  }
  const known = [...(await neighbours(folder, word)), ...wordsOf(sessions)]
  throw new ConfigError(
    `compare: "${word}" is no folder and no session of this one${didYouMean(word, known)}`,
    {
      hint: 'see the sessions of this folder: clusterp sessions',
    },
  )
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR')) return false
    throw thrown
  }
}

function wordsOf(sessions: readonly SessionEntry[]): readonly string[] {
  return sessions.flatMap(({ id, name, path }) => [id, ...(name === null ? [] : [name]), path])
}

/** Folders beside the one that was typed, as they would be typed. */
async function neighbours(folder: string, word: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(dirname(folder), { withFileTypes: true })
    const lead = word.slice(0, word.length - basename(word).length)
    return entries.filter((entry) => entry.isDirectory()).map((entry) => lead + entry.name)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR')) return []
    throw thrown
  }
}
