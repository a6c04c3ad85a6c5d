import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode } from '../errors.js'
import { openAtomic, PART_NAME } from './atomic-file.js'
import { onDisk } from './disk-errors.js'

/** What an output file is made of: one piece, or pieces as they come. */
export type OutputChunks =
  | string
  | Uint8Array
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>

/** Endings of the files that parse and plot write; nothing else is ever removed. */
const OUR_ENDINGS = ['.csv', '.svg', '.png', '.pdf', '.eps'] as const

function asPieces(chunks: OutputChunks): Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array> {
  return typeof chunks === 'string' || chunks instanceof Uint8Array ? [chunks] : chunks
}

/**
 * Writes a CSV, plot or report with its folders; it appears whole or not at all. Not synced: it can be made again. An
 * error of `chunks` itself comes through unchanged.
 */
export async function writeOutput(path: string, chunks: OutputChunks): Promise<void> {
  const doing = 'writing'
  const file = await onDisk(doing, path, async () => {
    await mkdir(dirname(path), { recursive: true })
    return openAtomic(path, false)
  })
  try {
    for await (const piece of asPieces(chunks)) await onDisk(doing, path, () => file.write(piece))
    await onDisk(doing, path, () => file.commit())
  } finally {
    await onDisk(doing, path, () => file.abort())
  }
}

function isOurs(name: string): boolean {
  const whole = name.replace(PART_NAME, '')
  return OUR_ENDINGS.some((ending) => whole.endsWith(ending) && whole !== ending)
}

/**
 * Removes the CSVs and plots of an earlier run from one folder: files with our endings that are not in `keep` (file
 * names), and what an interrupted run left of them. Returns the names removed, sorted; none if there is no such folder.
 */
export async function removeStale(folder: string, keep: ReadonlySet<string>): Promise<readonly string[]> {
  // macOS can give a name back in another Unicode form than it was written in.
  const kept = new Set([...keep].map((name) => name.normalize('NFC')))
  return onDisk('removing old files', folder, async () => {
    const removed: string[] = []
    try {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (entry.isDirectory() || !isOurs(entry.name) || kept.has(entry.name.normalize('NFC'))) continue
        await rm(join(folder, entry.name), { force: true })
        removed.push(entry.name)
      }
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error
    }
    return removed.sort()
  })
}
