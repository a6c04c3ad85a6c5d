import { type BigIntStats, type FSWatcher, watch } from 'node:fs'
import { type FileHandle, open, rm, stat, writeFile } from 'node:fs/promises'
import { asError, hasCode } from '../../errors.js'
import type { Mark } from '../../model.js'
import { createMarkLines } from './mark-lines.js'

export interface MarksWatch {
  /** Reads what is left, keeps it, and removes the file. Never throws: the job's end must be told all the same. */
  readonly finish: () => Promise<void>
}

export interface MarksWatchOptions {
  readonly path: string
  readonly now: () => number
  readonly keep: (mark: Mark) => Promise<void>
  readonly warn: (text: string) => void
}

/** `fs.watch` is silent on network file systems. */
const POLL_MS = 100
/** Beginning of the file that is compared, to tell one that grew from one that was written anew. */
const COMPARED_BYTES = 65_536
const PIECE_BYTES = 1 << 20
/** A job that writes more is not marking its phases. */
const MOST_MARKS = 10_000

/** Makes the file anew and takes each line that appears in it as a mark, at the time when it is seen. */
export async function watchMarks(options: MarksWatchOptions): Promise<MarksWatch> {
  await writeFile(options.path, '')
  const reader = createReader(options)
  let turn: Promise<void> = Promise.resolve()
  let isWaiting = false
  const look = (): void => {
    if (isWaiting) return
    isWaiting = true
    turn = turn.then(() => {
      isWaiting = false
      return reader.read()
    })
  }
  const timer = setInterval(look, POLL_MS)
  const watcher = watchFile(options.path, look)
  return {
    finish: async () => {
      clearInterval(timer)
      watcher?.close()
      await turn
      await reader.read()
      await reader.end()
      await reader.remove()
    },
  }
}

function watchFile(path: string, look: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, look)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    // No more watches are to be had: the timer looks.
    return null
  }
}

interface Reader {
  /** Reads what has come since the last time. */
  readonly read: () => Promise<void>
  readonly end: () => Promise<void>
  readonly remove: () => Promise<void>
}

function createReader({ path, now, keep, warn }: MarksWatchOptions): Reader {
  const lines = createMarkLines()
  let seen = 0
  let start = Buffer.alloc(0)
  let stamp = ''
  let count = 0
  let isBroken = false
  const keepAll = async (marks: readonly Mark[]): Promise<void> => {
    for (const mark of marks) {
      count++
      if (count === MOST_MARKS + 1)
        warn(`marks: the job notes more than ${MOST_MARKS}; the rest are left out`)
      if (count <= MOST_MARKS) await keep(mark)
    }
  }
  const readNew = async (file: FileHandle): Promise<void> => {
    const found = await file.stat({ bigint: true })
    const { size } = found
    stamp = stampOf(found)
    const atMs = now()
    if (Number(size) < seen || !(await readAt(file, 0, start.length)).equals(start)) {
      seen = 0
      start = Buffer.alloc(0)
      lines.reset()
    }
    while (seen < Number(size) && count <= MOST_MARKS) {
      const piece = await readAt(file, seen, Math.min(PIECE_BYTES, Number(size) - seen))
      if (piece.length === 0) return
      if (seen < COMPARED_BYTES) start = Buffer.concat([start, piece]).subarray(0, COMPARED_BYTES)
      seen += piece.length
      await keepAll(lines.add(piece, atMs))
    }
  }
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (thrown) {
      // A job may remove its file, and make another of the same name.
      if (hasCode(thrown, 'ENOENT') || isBroken) return
      isBroken = true
      warn(`marks: ${path}: ${asError(thrown).message}`)
    }
  }
  return {
    read: () =>
      guarded(async () => {
        // Ten times a second: no more than this while nothing has changed.
        if (stampOf(await stat(path, { bigint: true })) !== stamp) await withFile(path, readNew)
      }),
    end: () => guarded(() => keepAll(lines.end(now()))),
    remove: () => guarded(() => rm(path, { force: true })),
  }
}

/** Changes with every write, and with another file in its place. */
function stampOf({ size, mtimeNs, ino }: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ino'>): string {
  return `${size} ${mtimeNs} ${ino}`
}

async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'r')
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from)
  return buffer.subarray(0, bytesRead)
}
