import type { Dirent } from 'node:fs'
import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode, SessionError } from '../errors.js'
import { type RawFile, RESOURCES, type Resource } from '../model.js'
import { type AtomicFile, ensureDirectory, openAtomic, PART_NAME } from './atomic-file.js'
import { onDisk } from './disk-errors.js'
import { CORES_FOLDER, META_FOLDER, SYSSTAT_FOLDER, safeFileName, sessionPaths } from './paths.js'

const RAW_FOLDERS: readonly string[] = [...RESOURCES, CORES_FOLDER, SYSSTAT_FOLDER, META_FOLDER]

/** The folders below raw/ that hold what a resource is computed from. */
function foldersOf(resource: Resource): readonly string[] {
  return resource === 'cpu' ? [resource, CORES_FOLDER] : [resource]
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

async function isFile(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile()
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

/** Names of finished files in a folder: no hidden ones, no folders, none that is still being written. */
async function fileNamesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = []
  for (const entry of await entriesOf(folder)) {
    if (entry.name.startsWith('.') || PART_NAME.test(entry.name)) continue
    if (await isFile(join(folder, entry.name), entry)) names.push(entry.name)
  }
  return names
}

/** For each resource the hosts that have raw files, sorted by name; resources without any are left out. */
export async function listRaw(directory: string): Promise<ReadonlyMap<Resource, readonly string[]>> {
  const { raw } = sessionPaths(directory)
  return onDisk('looking for raw files', raw, async () => {
    const hostsByResource = new Map<Resource, readonly string[]>()
    for (const resource of RESOURCES) {
      const folders = foldersOf(resource).map((folder) => join(raw, folder))
      const hosts = new Set((await Promise.all(folders.map(fileNamesIn))).flat())
      if (hosts.size > 0) hostsByResource.set(resource, [...hosts].sort())
    }
    return hostsByResource
  })
}

/** The raw files of one resource of one host, those that exist; for cpu the busiest-core file comes second. */
export async function readRawFiles(
  directory: string,
  resource: Resource,
  host: string,
): Promise<readonly RawFile[]> {
  return readEach(directory, resource, host, readFile)
}

/** Enough for a header and the first samples of thousands of devices. */
const HEAD_BYTES = 1 << 20

/** The same files as `readRawFiles`, of each at most the first MiB: enough to find its first sample. */
export async function readRawHeads(
  directory: string,
  resource: Resource,
  host: string,
): Promise<readonly RawFile[]> {
  return readEach(directory, resource, host, readHead)
}

async function readEach(
  directory: string,
  resource: Resource,
  host: string,
  read: (path: string) => Promise<Uint8Array>,
): Promise<readonly RawFile[]> {
  const { directory: root } = sessionPaths(directory)
  const files: RawFile[] = []
  for (const folder of foldersOf(resource)) {
    const path = `raw/${folder}/${safeFileName('host name', host)}`
    const bytes = await onDisk('reading a raw file', join(root, path), async () => {
      try {
        return await read(join(root, path))
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return null
        throw error
      }
    })
    if (bytes !== null) files.push({ path, bytes })
  }
  return files
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const head = Buffer.alloc(Math.min(size, HEAD_BYTES))
    let length = 0
    for (;;) {
      const { bytesRead } = await file.read(head, length, head.length - length, length)
      length += bytesRead
      if (bytesRead === 0 || length === head.length) return head.subarray(0, length)
    }
  } finally {
    await file.close()
  }
}

/** A raw file that is being pulled: it has its name only after `commit`, and is on the disk then. */
export interface RawTarget {
  /** Absolute path that the file will have. */
  readonly path: string
  readonly write: (chunk: Uint8Array) => Promise<void>
  readonly commit: () => Promise<void>
  /** Removes what was written; does nothing after `commit`. */
  readonly abort: () => Promise<void>
}

function checkedRawPath(relative: string): readonly string[] {
  const segments = relative.split('/')
  const [top = '', folder = '', name = ''] = segments
  if (segments.length !== 3 || top !== 'raw' || !RAW_FOLDERS.includes(folder)) {
    throw new SessionError(`writing a raw file: ${JSON.stringify(relative)} is no raw/<resource>/<host>`)
  }
  return [top, folder, safeFileName('host name', name)]
}

function withSentences(path: string, file: AtomicFile): RawTarget {
  const doing = 'writing a raw file'
  return {
    path,
    write: (chunk) => onDisk(doing, path, () => file.write(chunk)),
    commit: () => onDisk(doing, path, () => file.commit()),
    abort: () => onDisk(doing, path, () => file.abort()),
  }
}

/** Begins the file `relative` (`raw/<resource>/<host>`) as an exclusive temporary one beside it. */
export async function openRawTarget(directory: string, relative: string): Promise<RawTarget> {
  const path = join(sessionPaths(directory).directory, ...checkedRawPath(relative))
  return onDisk('writing a raw file', path, async () => {
    await ensureDirectory(dirname(path))
    return withSentences(path, await openAtomic(path, true))
  })
}

/** Removes what interrupted pulls left below raw/; only for the holder of the lock. Returns how many files. */
export async function removeRawParts(directory: string): Promise<number> {
  const { raw } = sessionPaths(directory)
  return onDisk('removing unfinished raw files', raw, async () => {
    let removed = 0
    for (const folder of RAW_FOLDERS) {
      for (const entry of await entriesOf(join(raw, folder))) {
        if (!entry.isFile() || !PART_NAME.test(entry.name)) continue
        await rm(join(raw, folder, entry.name), { force: true })
        removed++
      }
    }
    return removed
  })
}
