import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureDirectory, openAtomic, PART_NAME, writeAtomic } from '../../src/session/atomic-file.js'
import { readTree, temporaryFolder, writeTree } from './sample.js'

describe('openAtomic', () => {
  it('leaves the target as it was until the commit', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { target: 'old' })
    const file = await openAtomic(join(folder, 'target'), true)
    await file.write('ne')
    await file.write(Buffer.from('w'))
    const during = await readTree(folder)
    expect(during.target).toBe('old')
    expect(Object.keys(during).filter((name) => PART_NAME.test(name))).toHaveLength(1)
    await file.commit()
    await file.abort()
    expect(await readTree(folder)).toEqual({ target: 'new' })
  })

  it('leaves nothing behind after an abort, also when repeated', async () => {
    const folder = await temporaryFolder()
    const file = await openAtomic(join(folder, 'target'), false)
    await file.write('half')
    await file.abort()
    await file.abort()
    expect(await readTree(folder)).toEqual({})
  })

  it('removes its part when the target cannot be replaced', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'target/inside': 'a folder is in the way' })
    await expect(writeAtomic(join(folder, 'target'), ['x'], true)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    expect(await readTree(folder)).toEqual({ 'target/inside': 'a folder is in the way' })
  })

  it('keeps the target when the chunks fail half way', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { target: 'old' })
    function* failing(): Generator<string> {
      yield 'half'
      throw new Error('no more rows')
    }
    await expect(writeAtomic(join(folder, 'target'), failing(), true)).rejects.toThrow('no more rows')
    expect(await readTree(folder)).toEqual({ target: 'old' })
  })

  it('writes megabytes whole', async () => {
    const folder = await temporaryFolder()
    const megabyte = Buffer.alloc(2 ** 20, 'x')
    await writeAtomic(join(folder, 'big'), [megabyte, megabyte, 'end'], false)
    expect((await readFile(join(folder, 'big'))).length).toBe(2 * 2 ** 20 + 3)
  })
})

describe('ensureDirectory', () => {
  it('makes the folders above too, and takes those that exist', async () => {
    const folder = await temporaryFolder()
    await ensureDirectory(join(folder, 'a/b/c'))
    await ensureDirectory(join(folder, 'a/b/c'))
    expect(existsSync(join(folder, 'a/b/c'))).toBe(true)
  })
})
