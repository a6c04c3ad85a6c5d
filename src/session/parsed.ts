import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../errors.js'
import { RESOURCES, type Resource } from '../model.js'
import { onDisk } from './disk-errors.js'
import { sessionPaths } from './paths.js'

const ENDING = '.csv'

/** For each resource the hosts that have a CSV, sorted by name; resources without any are left out. */
export async function listParsed(directory: string): Promise<ReadonlyMap<Resource, readonly string[]>> {
  const { parsed } = sessionPaths(directory)
  const hostsByResource = new Map<Resource, readonly string[]>()
  for (const resource of RESOURCES) {
    const folder = join(parsed, resource)
    const names = await onDisk('looking for parsed files', folder, () => namesIn(folder))
    const hosts = names
      .filter((name) => name.endsWith(ENDING) && !name.startsWith('.'))
      .map((name) => name.slice(0, -ENDING.length))
    if (hosts.length > 0) hostsByResource.set(resource, hosts.sort())
  }
  return hostsByResource
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

/** The bytes of one CSV. */
export function readParsed(directory: string, resource: Resource, host: string): Promise<Uint8Array> {
  const path = sessionPaths(directory).parsedFile(resource, host)
  return onDisk('reading a parsed file', path, () => readFile(path))
}

const EDGE_BYTES = 8192

/** The first and last lines of one CSV as text, without reading what lies between. */
export function readParsedEdges(
  directory: string,
  resource: Resource,
  host: string,
): Promise<{ readonly head: string; readonly tail: string }> {
  const path = sessionPaths(directory).parsedFile(resource, host)
  return onDisk('reading a parsed file', path, async () => {
    const handle = await open(path, 'r')
    try {
      const { size } = await handle.stat()
      const read = async (from: number): Promise<string> => {
        const bytes = Buffer.alloc(Math.min(EDGE_BYTES, size))
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, from)
        return bytes.toString('utf8', 0, bytesRead)
      }
      return { head: await read(0), tail: await read(Math.max(0, size - EDGE_BYTES)) }
    } finally {
      await handle.close()
    }
  })
}
