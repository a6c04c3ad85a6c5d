import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { appendMark } from '../../src/session/marks.js'
import { readTree, temporaryFolder } from './sample.js'

const afterOpen = vi.hoisted(() => ({ once: null as (() => Promise<void>) | null }))

// The real disk; only that something can happen between the opening of a file and what follows.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const open: typeof real.open = async (...args) => {
    const handle = await real.open(...args)
    const happens = afterOpen.once
    afterOpen.once = null
    await happens?.()
    return handle
  }
  return { ...real, open }
})

it('appendMark writes to the new file when the old one is moved away between opening and writing', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'marks.jsonl')
  await appendMark(folder, { atMs: 1, text: 'old' })
  afterOpen.once = () => rename(path, join(folder, 'moved'))
  await appendMark(folder, { atMs: 2, text: 'new' })
  expect(await readFile(path, 'utf8')).toBe('{"atMs":2,"text":"new"}\n')
  expect(Object.keys(await readTree(folder))).toEqual(['marks.jsonl', 'moved'])
})
