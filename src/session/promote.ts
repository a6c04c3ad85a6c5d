import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SessionError } from '../errors.js'
import type { Session } from '../model.js'
import {
  type ArchiveOptions,
  archiveInPlace,
  copyConfig,
  finishPart,
  isThere,
  listParts,
  makePart,
  movePiece,
} from './archive.js'
import { syncDirectory } from './atomic-file.js'
import { onDisk, shellWord } from './disk-errors.js'
import { sessionPaths } from './paths.js'
import { readSessionFile } from './store.js'

/** What recoverPromotion had to finish. */
export interface Recovery {
  /** Ids of the sessions whose archiving was finished. */
  readonly archived: readonly string[]
  /** Id of the session that came into place; null when none did. */
  readonly promoted: string | null
}

function isUnderWay(session: Session): boolean {
  return session.state === 'running' || session.state === 'stopping' || session.state === 'stopped'
}

/** Archives that hold their session.json lack only their name. */
async function finishWholeParts(directory: string, options: ArchiveOptions): Promise<readonly string[]> {
  const finished: string[] = []
  for (const part of await listParts(directory)) {
    if (await isThere(join(part.path, 'session.json'))) {
      finished.push(await finishPart(directory, part, options))
    }
  }
  return finished
}

async function promote(
  directory: string,
  starting: Session,
  options: ArchiveOptions,
): Promise<string | null> {
  if (!isUnderWay(starting)) {
    throw new Error(`session ${starting.id} cannot come into place while it is ${starting.state}`)
  }
  const archivedId = await archiveInPlace(directory, starting, options)
  const paths = sessionPaths(directory)
  await onDisk('putting the new session in place', paths.session, async () => {
    await rename(paths.starting, paths.session)
    await syncDirectory(paths.directory)
  })
  options.onStep?.('put session.json in place')
  return archivedId
}

/**
 * Puts the session of session.starting.json, which runs now, in the place of an earlier one, which goes to
 * sessions/<id>/. Killed at any step, a repetition (or recoverPromotion) finishes it. For the holder of the lock; not
 * while a tracker writes session.starting.json (see its moveTo). Returns the archived id; null when nothing lay there.
 */
export async function promoteStarting(directory: string, options: ArchiveOptions): Promise<string | null> {
  const starting = await readSessionFile(directory, 'session.starting.json')
  if (starting !== null) {
    await finishWholeParts(directory, options)
    return promote(directory, starting, options)
  }
  if ((await readSessionFile(directory, 'session.json')) !== null) return null
  throw new SessionError(`putting the new session in place: no session is being started in ${directory}`, {
    hint: `clusterp -C ${shellWord(directory)} start`,
  })
}

/** Finishes what a killed promoteStarting or keepFailed left. For each command that takes the lock, right after it. */
export async function recoverPromotion(directory: string, options: ArchiveOptions): Promise<Recovery> {
  const archived = [...(await finishWholeParts(directory, options))]
  const starting = await readSessionFile(directory, 'session.starting.json')
  if (starting !== null && isUnderWay(starting)) {
    const id = await promote(directory, starting, options)
    return { archived: id === null ? archived : [...archived, id], promoted: starting.id }
  }
  for (const part of await listParts(directory)) {
    if (starting === null) {
      const id = await archiveInPlace(directory, null, options)
      if (id !== null) archived.push(id)
    } else if (part.id === starting.id) archived.push(await keepFailed(directory, options))
  }
  return { archived, promoted: null }
}

/** Forgets the session that was being started: the folder is as it was before. May be repeated. */
export async function discardStarting(directory: string): Promise<void> {
  const { starting, directory: root } = sessionPaths(directory)
  await onDisk('forgetting the failed start', starting, async () => {
    await rm(starting, { force: true })
    await syncDirectory(root)
  })
}

/**
 * Moves a failed start whose clean-up is pending to sessions/<its id>/, where stop and clean find it; what lies in the
 * working directory stays. May be repeated after a kill. Returns the id.
 */
export async function keepFailed(directory: string, options: ArchiveOptions): Promise<string> {
  const starting = await readSessionFile(directory, 'session.starting.json')
  if (starting === null || starting.state !== 'failed') {
    throw new Error(`keeping a failed start: there is none in ${directory}`)
  }
  const { starting: source, directory: root } = sessionPaths(directory)
  const part = await makePart(directory, starting.id, options)
  await copyConfig(directory, part, options)
  await movePiece(source, join(part.path, 'session.json'), options)
  await onDisk('keeping the failed start', root, () => syncDirectory(root))
  return finishPart(directory, part, options)
}
