import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { hasCode } from '../errors.js'
import type { Mark } from '../model.js'
import { onDisk } from './disk-errors.js'
import { sessionPaths } from './paths.js'

/** The marks of a session in the order of their times, and how many lines were none. */
export interface ReadMarks {
  readonly marks: readonly Mark[]
  readonly badLines: number
}

const NEWLINE = 10

async function endsInsideLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return false
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== NEWLINE
}

async function appendLines(path: string, lines: string): Promise<FileHandle> {
  const handle = await open(path, 'a+')
  try {
    // A line cut by a power failure ends here, and does not take the next one with it.
    const text = (await endsInsideLine(handle)) ? `\n${lines}` : lines
    const bytes = Buffer.from(text)
    const { bytesWritten } = await handle.write(bytes)
    if (bytesWritten < bytes.length) {
      throw Object.assign(new Error('write: no space left on device'), { code: 'ENOSPC' })
    }
    await handle.datasync()
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function isStillAt(path: string, handle: FileHandle): Promise<boolean> {
  const [opened, named] = await Promise.all([
    handle.stat(),
    stat(path).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return null
      throw error
    }),
  ])
  return named !== null && named.ino === opened.ino && named.dev === opened.dev
}

/** Appends one mark to marks.jsonl in one write; needs no lock. It is on the disk when this resolves. */
export async function appendMark(directory: string, mark: Mark): Promise<void> {
  const path = sessionPaths(directory).marks
  const line = `${JSON.stringify({ atMs: mark.atMs, text: mark.text })}\n`
  await onDisk('noting the mark', path, async () => {
    for (let isWritten = false; !isWritten; ) {
      const handle = await appendLines(path, line)
      try {
        // A start may have moved the file into the archive between the opening and the writing: then again.
        isWritten = await isStillAt(path, handle)
      } finally {
        await handle.close()
      }
    }
  })
}

function asMark(line: string): Mark | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    // A cut line: counted by the caller.
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { atMs, text } = value as Record<string, unknown>
  return typeof atMs === 'number' && typeof text === 'string' ? { atMs, text } : null
}

// {"atMs":1773480413000,"text":"load data"}
// {"atMs":1773480532125,"text":"epoch 1"}
// {"atMs":1773480598
/** The marks in the text of a marks.jsonl; a line that is none (the last can be cut) is counted. */
export function parseMarks(text: string): ReadMarks {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const read = lines.map(asMark)
  const marks = read.filter((mark) => mark !== null).sort((left, right) => left.atMs - right.atMs)
  return { marks, badLines: lines.length - marks.length }
}

/** The marks of a working directory; none when there is no marks.jsonl. */
export async function readMarks(directory: string): Promise<ReadMarks> {
  const path = sessionPaths(directory).marks
  return onDisk('reading the marks', path, async () => {
    try {
      return parseMarks(await readFile(path, 'utf8'))
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return { marks: [], badLines: 0 }
      throw error
    }
  })
}
