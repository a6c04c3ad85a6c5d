import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from '../errors.js'
import type { NodeMeta } from '../model.js'
import { ensureDirectory, writeAtomic } from './atomic-file.js'
import { onDisk } from './disk-errors.js'
import { sessionPaths } from './paths.js'
import { nodeMetaSchema, schemaProblems } from './schema.js'

/** What is known of a node: `meta` null: nothing; then `warning` says why if there is a file, else it is null. */
export interface ReadMeta {
  readonly meta: NodeMeta | null
  readonly warning: string | null
}

function ignored(host: string, what: string): ReadMeta {
  return { meta: null, warning: `raw/meta/${host}.json: ${what}; the file is ignored` }
}

// {
//   "host": "node1",
//   "node_name": "node1.cluster",
/** What the text of raw/meta/<host>.json says; keys that are absent are not known. */
export function parseMeta(host: string, text: string): ReadMeta {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    // Told as a warning: nothing but this one addition is lost.
    return ignored(host, 'not valid JSON')
  }
  const parsed = nodeMetaSchema.safeParse(value)
  if (parsed.success) return { meta: parsed.data, warning: null }
  return ignored(host, schemaProblems(nodeMetaSchema, value).join('; '))
}

/** Reads what a node said about itself; a missing or broken file is no error, as it only adds to the raw files. */
export async function readMeta(directory: string, host: string): Promise<ReadMeta> {
  const path = sessionPaths(directory).metaFile(host)
  return onDisk('reading what is known of a node', path, async () => {
    try {
      return parseMeta(host, await readFile(path, 'utf8'))
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return { meta: null, warning: null }
      throw error
    }
  })
}

/** Writes raw/meta/<host>.json, whole or not at all. */
export async function writeMeta(directory: string, host: string, meta: NodeMeta): Promise<void> {
  const path = sessionPaths(directory).metaFile(host)
  await onDisk('writing what is known of a node', path, async () => {
    await ensureDirectory(dirname(path))
    await writeAtomic(path, [`${JSON.stringify(meta, null, 2)}\n`], true)
  })
}
