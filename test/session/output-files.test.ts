import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionError } from '../../src/errors.js'
import { removeStale, writeOutput } from '../../src/session/output-files.js'
import { readTree, temporaryFolder, writeTree } from './sample.js'

async function* slowly(...pieces: string[]): AsyncGenerator<string> {
  for (const piece of pieces) {
    await Promise.resolve()
    yield piece
  }
}

describe('writeOutput', () => {
  it('writes text, bytes and pieces, and makes the folders', async () => {
    const folder = await temporaryFolder()
    await writeOutput(join(folder, 'parsed/cpu/node1.csv'), ['a,b\n', '1,2\n'])
    await writeOutput(join(folder, 'plot/a b/größe.svg'), '<svg/>')
    await writeOutput(join(folder, 'plot/x.png'), Buffer.from('png'))
    await writeOutput(join(folder, 'parsed/cpu/node2.csv'), slowly('x', 'y'))
    expect(await readTree(folder)).toEqual({
      'parsed/cpu/node1.csv': 'a,b\n1,2\n',
      'parsed/cpu/node2.csv': 'xy',
      'plot/a b/größe.svg': '<svg/>',
      'plot/x.png': 'png',
    })
  })

  it('keeps the earlier file when the pieces fail, and passes their error on', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'a.csv': 'old' })
    const failure = new TypeError('column is missing')
    async function* failing(): AsyncGenerator<string> {
      yield 'half'
      throw failure
    }
    await expect(writeOutput(join(folder, 'a.csv'), failing())).rejects.toBe(failure)
    expect(await readTree(folder)).toEqual({ 'a.csv': 'old' })
  })

  it('says so when a file or a folder is in the way', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { plot: '' })
    await expect(writeOutput(join(folder, 'plot/cpu/x.svg'), 'x')).rejects.toThrow(SessionError)
    await mkdir(join(folder, 'report.html'))
    await expect(writeOutput(join(folder, 'report.html'), 'x')).rejects.toThrow(
      `writing: ${join(folder, 'report.html')}: a folder is where a file should be`,
    )
    expect(Object.keys(await readTree(folder))).toEqual(['plot'])
  })
})

describe('removeStale', () => {
  it('removes our files that were not written now, and nothing else', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, {
      'sda_read.svg': '',
      'sdb_read.svg': '',
      'sdb_read.png': '',
      'old.csv': '',
      'old.pdf': '',
      'old.eps': '',
      'half.svg.part-0badcafe': '',
      'notes.txt': '',
      '.svg': '',
      'mine.part-0badcafe': '',
      'archive.csv/inside.csv': '',
    })
    expect(await removeStale(folder, new Set(['sda_read.svg']))).toEqual([
      'half.svg.part-0badcafe',
      'old.csv',
      'old.eps',
      'old.pdf',
      'sdb_read.png',
      'sdb_read.svg',
    ])
    expect(Object.keys(await readTree(folder)).sort()).toEqual([
      '.svg',
      'archive.csv/inside.csv',
      'mine.part-0badcafe',
      'notes.txt',
      'sda_read.svg',
    ])
    expect((await stat(folder)).isDirectory()).toBe(true)
  })

  it('keeps a name that the disk gives back in another Unicode form', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { ['größe.csv'.normalize('NFD')]: '' })
    expect(await removeStale(folder, new Set(['größe.csv'.normalize('NFC')]))).toEqual([])
  })

  it('has nothing to do without the folder', async () => {
    expect(await removeStale(join(await temporaryFolder(), 'missing'), new Set())).toEqual([])
  })
})
