import { lstat, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { hasCode, SessionError } from '../errors.js'
import { ensureDirectory, PART_NAME, syncDirectory, writeAtomic } from './atomic-file.js'
import { asDiskError, onDisk, shellWord } from './disk-errors.js'
import { isSessionId, newSessionId } from './id.js'
import { appendMark, parseMarks } from './marks.js'
import { sessionPaths } from './paths.js'
import { readSessionFile } from './store.js'

/** How an earlier session is put away. */
export interface ArchiveOptions {
  /** Takes the secrets out of the text of a config.yml. */
  readonly redact: (configText: string) => string
  /** Whether clusterp.log goes along; false when the running command has it open. */
  readonly moveLog: boolean
  /** The config.yml to copy; the one in the working directory when absent. */
  readonly configPath?: string
  readonly random: (bytes: number) => Uint8Array
  /** Called after each change on the disk with what was done. */
  readonly onStep?: (step: string) => void
}

/** A folder below sessions/ that is being built: `<id>.part`. */
export interface ArchivePart {
  readonly id: string
  readonly path: string
}

const DOING = 'archiving the earlier session'
const PART_ENDING = '.part'

// What an earlier session leaves in the working directory. Its session.json follows when all of these are moved.
const PIECES = ['raw', 'parsed', 'plot', 'report.html', 'run.json', 'marks.jsonl'] as const

// Any of these makes a session even without session.json; the first that exists dates it.
const DATED_BY = ['raw', 'parsed', 'plot', 'report.html'] as const

/** Length of `YYYYMMDD-HHMMSS`. */
const ID_TIME_LENGTH = 15

async function existing<T>(look: Promise<T>): Promise<T | null> {
  try {
    return await look
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** True when something, even a dangling link, has this name. */
export async function isThere(path: string): Promise<boolean> {
  return onDisk(DOING, path, async () => (await existing(lstat(path))) !== null)
}

/** The unfinished archives of a working directory. */
export async function listParts(directory: string): Promise<readonly ArchivePart[]> {
  const { sessions } = sessionPaths(directory)
  const names = await onDisk(DOING, sessions, async () => (await existing(readdir(sessions))) ?? [])
  return names
    .filter((name) => name.endsWith(PART_ENDING) && isSessionId(name.slice(0, -PART_ENDING.length)))
    .sort()
    .map((name) => ({ id: name.slice(0, -PART_ENDING.length), path: join(sessions, name) }))
}

/** Makes, or finds again, the unfinished archive `<id>.part`. */
export async function makePart(directory: string, id: string, options: ArchiveOptions): Promise<ArchivePart> {
  const { sessions } = sessionPaths(directory)
  const path = join(sessions, id + PART_ENDING)
  await onDisk(DOING, path, async () => {
    await ensureDirectory(sessions)
    await mkdir(path, { recursive: true })
    await syncDirectory(sessions)
  })
  options.onStep?.(`made ${id}${PART_ENDING}`)
  return { id, path }
}

/** Copies config.yml without its secrets into an archive; nothing to do without one, or when it was copied before. */
export async function copyConfig(
  directory: string,
  part: ArchivePart,
  options: ArchiveOptions,
): Promise<void> {
  const source = options.configPath ?? sessionPaths(directory).config
  const target = join(part.path, 'config.yml')
  if (await isThere(target)) return
  const text = await onDisk(DOING, source, () => existing(readFile(source, 'utf8')))
  if (text === null) return
  const redacted = options.redact(text)
  await onDisk(DOING, target, () => writeAtomic(target, [redacted], true))
  options.onStep?.('copied config.yml')
}

/** A relative link would lead elsewhere from its new place: an absolute one is put there instead. */
async function moveLink(source: string, target: string, leadsTo: string): Promise<void> {
  const absolute = resolve(dirname(source), leadsTo)
  const before = await existing(readlink(target))
  if (before === null) await symlink(absolute, target)
  if (before === null || before === absolute) await rm(source)
}

/** Moves one file or folder into an archive. What has its name there already was moved by an earlier try: then not. */
export async function movePiece(source: string, target: string, options: ArchiveOptions): Promise<void> {
  await onDisk(DOING, source, async () => {
    const found = await existing(lstat(source))
    if (found === null) return
    const leadsTo = found.isSymbolicLink() ? await readlink(source) : null
    if (leadsTo !== null && !isAbsolute(leadsTo)) await moveLink(source, target, leadsTo)
    else if (await isThere(target)) return
    else await rename(source, target)
    options.onStep?.(`moved ${source}`)
  })
}

/** Gives an archive that holds everything its final name. */
export async function finishPart(
  directory: string,
  part: ArchivePart,
  options: ArchiveOptions,
): Promise<string> {
  const { sessions, archived } = sessionPaths(directory)
  await onDisk(DOING, part.path, async () => {
    // A copy of config.yml that was cut short.
    for (const name of await readdir(part.path)) {
      if (PART_NAME.test(name)) await rm(join(part.path, name))
    }
    await syncDirectory(part.path)
    await rename(part.path, archived(part.id))
    await syncDirectory(sessions)
  })
  options.onStep?.(`finished ${part.id}`)
  return part.id
}

async function freeId(directory: string, wanted: string, options: ArchiveOptions): Promise<string> {
  if (!(await isThere(sessionPaths(directory).archived(wanted)))) return wanted
  const time = wanted.slice(0, ID_TIME_LENGTH)
  return `${time}-${Buffer.from(options.random(4)).toString('hex')}`
}

/** When the oldest kind of piece in place was last changed; null when nothing of a session lies there. */
async function pieceTime(directory: string): Promise<Date | null> {
  for (const name of DATED_BY) {
    const path = join(sessionPaths(directory).directory, name)
    const found = await onDisk(DOING, path, () => existing(stat(path)))
    if (found === null) continue
    const isEmpty = found.isDirectory() && (await onDisk(DOING, path, () => readdir(path))).length === 0
    if (!isEmpty) return found.mtime
  }
  return null
}

/** The id under which what lies in the working directory is archived; null when nothing does. */
async function idInPlace(directory: string, options: ArchiveOptions): Promise<string | null> {
  const session = await readSessionFile(directory, 'session.json')
  if (session !== null) {
    if (session.state !== 'stopped' && session.state !== 'failed') {
      throw new SessionError(`${DOING}: session ${session.id} in ${directory} is still ${session.state}`, {
        hint: `clusterp -C ${shellWord(directory)} stop`,
      })
    }
    return freeId(directory, session.id, options)
  }
  const time = await pieceTime(directory)
  return time === null ? null : newSessionId(time, options.random)
}

/** Takes marks of the new session, made while the earlier one still lay in place, out of the archive again. */
async function returnLateMarks(
  directory: string,
  part: ArchivePart,
  sinceMs: number,
  options: ArchiveOptions,
): Promise<void> {
  const path = join(part.path, 'marks.jsonl')
  const text = await onDisk(DOING, path, () => existing(readFile(path, 'utf8')))
  if (text === null) return
  const late = parseMarks(text).marks.filter((mark) => mark.atMs >= sinceMs)
  if (late.length === 0) return
  const { marks } = sessionPaths(directory)
  const inPlace = await onDisk(DOING, marks, async () => (await existing(readFile(marks, 'utf8'))) ?? '')
  const returned = new Set(parseMarks(inPlace).marks.map((mark) => JSON.stringify(mark)))
  for (const mark of late) {
    if (returned.has(JSON.stringify(mark))) continue
    await appendMark(directory, mark)
    options.onStep?.('returned a mark of the new session')
  }
  const isEarly = (line: string): boolean => !parseMarks(line).marks.some((mark) => mark.atMs >= sinceMs)
  const early = text.split('\n').filter(isEarly).join('\n')
  await onDisk(DOING, path, () => writeAtomic(path, [early], true))
  options.onStep?.('took the marks of the new session out of the archive')
}

/**
 * Moves what an earlier session left in the working directory to sessions/<id>/, going on with an archive that was
 * begun before. `next` is the session that takes its place; null when there is none. Returns the id; null when there
 * was nothing to move.
 */
export async function archiveInPlace(
  directory: string,
  next: { readonly id: string; readonly createdMs: number } | null,
  options: ArchiveOptions,
): Promise<string | null> {
  const begun = (await listParts(directory)).find((part) => part.id !== next?.id)
  const id = begun?.id ?? (await idInPlace(directory, options))
  if (id === null) return null
  const part = await makePart(directory, id, options)
  const { directory: root, session } = sessionPaths(directory)
  await copyConfig(directory, part, options)
  for (const name of options.moveLog ? [...PIECES, 'clusterp.log'] : PIECES) {
    await movePiece(join(root, name), join(part.path, name), options)
  }
  if (next !== null) await returnLateMarks(directory, part, next.createdMs, options)
  await syncFolders([part.path, root])
  await movePiece(session, join(part.path, 'session.json'), options)
  await syncFolders([root])
  return finishPart(directory, part, options)
}

async function syncFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    try {
      await syncDirectory(folder)
    } catch (cause) {
      throw asDiskError(DOING, folder, cause)
    }
  }
}
