import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { type MarksWatch, watchMarks } from '../../../src/commands/running/marks-file.js'
import type { Mark } from '../../../src/model.js'
import { temporaryFolder } from '../../session/sample.js'

interface Watched {
  readonly path: string
  readonly watch: MarksWatch
  readonly kept: Mark[]
  readonly texts: () => readonly string[]
  readonly warnings: string[]
}

async function watched(): Promise<Watched> {
  const path = join(await temporaryFolder(), 'run.marks')
  const kept: Mark[] = []
  const warnings: string[] = []
  const watch = await watchMarks({
    path,
    now: Date.now,
    keep: async (mark) => {
      kept.push(mark)
    },
    warn: (text) => warnings.push(text),
  })
  return { path, watch, kept, texts: () => kept.map((mark) => mark.text), warnings }
}

describe('watchMarks', () => {
  it('keeps a line within 100 ms and a little of its being written, with that time', async () => {
    const { path, watch, kept } = await watched()
    const atMs = Date.now()
    appendFileSync(path, 'load\n')
    await vi.waitFor(() => expect(kept).toHaveLength(1), { interval: 5 })
    expect(kept[0]?.text).toBe('load')
    expect((kept[0]?.atMs ?? 0) - atMs).toBeLessThan(200)
    await watch.finish()
  })

  it('reads what is left when the job has ended, also without a newline, and removes the file', async () => {
    const { path, watch, texts } = await watched()
    appendFileSync(path, 'one\ntwo\nthree')
    await watch.finish()
    expect(texts()).toEqual(['one', 'two', 'three'])
    expect(existsSync(path)).toBe(false)
  })

  it('begins with an empty file, whatever an earlier run left', async () => {
    const path = join(await temporaryFolder(), 'run.marks')
    writeFileSync(path, 'of yesterday\n')
    const kept: Mark[] = []
    const keep = async (mark: Mark): Promise<void> => void kept.push(mark)
    await (await watchMarks({ path, now: Date.now, keep, warn: () => undefined })).finish()
    expect(kept).toEqual([])
  })

  it.each([
    ['written anew, shorter', (path: string) => writeFileSync(path, 'b\n')],
    ['written anew, as long', (path: string) => writeFileSync(path, 'beta one\n')],
    ['written anew, longer', (path: string) => writeFileSync(path, 'beta and more\n')],
    [
      'replaced by another',
      (path: string) => {
        writeFileSync(`${path}.new`, 'beta\n')
        renameSync(`${path}.new`, path)
      },
    ],
    [
      'removed and made again',
      (path: string) => {
        rmSync(path)
        writeFileSync(path, 'bb\n')
      },
    ],
  ])('reads a file that was %s from its beginning', async (_how, change) => {
    const { path, watch, texts } = await watched()
    appendFileSync(path, 'alpha 1\n')
    await vi.waitFor(() => expect(texts()).toEqual(['alpha 1']))
    change(path)
    await vi.waitFor(() => expect(texts()).toHaveLength(2))
    appendFileSync(path, 'c\n')
    await watch.finish()
    expect(texts()).toEqual(['alpha 1', expect.stringMatching(/^b/), 'c'])
  })

  it('takes nothing twice from a file that was only touched', async () => {
    const { path, watch, texts } = await watched()
    appendFileSync(path, 'a\n')
    await vi.waitFor(() => expect(texts()).toEqual(['a']))
    utimesSync(path, 1, 1)
    await new Promise((resolve) => setTimeout(resolve, 250))
    await watch.finish()
    expect(texts()).toEqual(['a'])
  })

  it('leaves a flood out after 10000, and says so once', async () => {
    const { path, watch, kept, warnings } = await watched()
    appendFileSync(path, 'y\n'.repeat(200_000))
    await watch.finish()
    expect(kept).toHaveLength(10_000)
    expect(warnings).toEqual(['marks: the job notes more than 10000; the rest are left out'])
  })

  it('goes on when a mark cannot be kept, and says why once', async () => {
    const path = join(await temporaryFolder(), 'run.marks')
    const warnings: string[] = []
    const watch = await watchMarks({
      path,
      now: Date.now,
      keep: async () => {
        throw new Error('no space left')
      },
      warn: (text) => warnings.push(text),
    })
    appendFileSync(path, 'a\n')
    await vi.waitFor(() => expect(warnings).toHaveLength(1))
    appendFileSync(path, 'b\n')
    await watch.finish()
    expect(warnings).toEqual([`marks: ${path}: no space left`])
  })

  it('ends all the same when the job has left something that cannot be removed', async () => {
    const { path, watch, warnings } = await watched()
    rmSync(path)
    mkdirSync(path)
    await watch.finish()
    expect(warnings).toHaveLength(1)
    expect(existsSync(path)).toBe(true)
  })
})
