import { readFile } from 'node:fs/promises'
import { hasCode } from '../errors.js'
import type { RawEvent } from '../model.js'
import { onDisk } from './disk-errors.js'
import { writeOutput } from './output-files.js'
import { sessionPaths } from './paths.js'

const KINDS: readonly string[] = ['restart', 'comment', 'clock-step', 'gpu'] satisfies RawEvent['kind'][]

/** Writes what happened on the nodes, in order of time, times on the controller's clock; a file of no line says "nothing". */
export async function writeEvents(directory: string, events: readonly RawEvent[]): Promise<void> {
  const ordered = [...events].sort((a, b) => a.atMs - b.atMs)
  const text = ordered.map((event) => `${JSON.stringify(event)}\n`).join('')
  await writeOutput(sessionPaths(directory).events, Buffer.from(text))
}

// {"host":"node3","kind":"gpu","atMs":1773480413000,"text":"gpu 5: no longer answers: GPU is lost"}
// {"host":"node1","kind":"restart","atMs":1773480532000,"text":"the node was rebooted"}
/** What `parse` found to have happened on the nodes, in order of time; none before the first parse. Other lines are left out. */
export function readEvents(directory: string): Promise<readonly RawEvent[]> {
  const path = sessionPaths(directory).events
  return onDisk('reading the events', path, async () => {
    try {
      return (await readFile(path, 'utf8')).split('\n').flatMap(asEvents)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return []
      throw error
    }
  })
}

function asEvents(line: string): readonly RawEvent[] {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    // The empty end of the file, or a line that somebody edited: parse writes the file anew.
    return []
  }
  if (typeof value !== 'object' || value === null) return []
  const { host, kind, atMs, text, place } = value as Record<string, unknown>
  const isWhole =
    typeof host === 'string' && typeof text === 'string' && typeof atMs === 'number' && Number.isFinite(atMs)
  if (!isWhole || typeof kind !== 'string' || !KINDS.includes(kind)) return []
  const event = { host, kind: kind as RawEvent['kind'], atMs, text }
  return [typeof place === 'string' ? { ...event, place } : event]
}
