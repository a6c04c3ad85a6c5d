import { existsSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionError } from '../../src/errors.js'
import { listRaw, openRawTarget, readRawFiles, readRawHeads, removeRawParts } from '../../src/session/raw.js'
import { readTree, temporaryFolder, writeTree } from './sample.js'

describe('listRaw', () => {
  it('names the hosts of each resource that has files', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, {
      'raw/cpu/node2': '',
      'raw/cpu/node1': '',
      'raw/cpu-cores/node3': '',
      'raw/gpu-processes/node1:2222': '',
      'raw/sysstat/node1.sa.gz': '',
      'raw/meta/node1.json': '',
      'raw/foreign/node9': '',
    })
    expect([...(await listRaw(folder))]).toEqual([
      ['cpu', ['node1', 'node2', 'node3']],
      ['gpu-processes', ['node1:2222']],
    ])
  })

  it('passes over folders, hidden files, files being pulled and dangling links, and follows other links', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, {
      'raw/disk/.DS_Store': '',
      'raw/disk/node1.part-0badcafe': '',
      'raw/disk/sub/node2': '',
      'elsewhere/file': 'x',
    })
    await symlink('../../elsewhere/file', join(folder, 'raw/disk/node3'))
    await symlink('../../elsewhere/none', join(folder, 'raw/disk/node4'))
    expect([...(await listRaw(folder))]).toEqual([['disk', ['node3']]])
  })

  it('is empty without raw files', async () => {
    expect((await listRaw(await temporaryFolder())).size).toBe(0)
  })
})

describe('readRawHeads', () => {
  const mebibyte = 1 << 20

  it('gives the same as readRawFiles where files are small', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'raw/cpu/node1': 'all', 'raw/cpu-cores/node1': '', 'raw/cpu/node2': 'x' })
    expect(await readRawHeads(folder, 'cpu', 'node1')).toEqual(await readRawFiles(folder, 'cpu', 'node1'))
    expect(await readRawHeads(folder, 'cpu', 'node9')).toEqual([])
  })

  it('gives the first MiB of a larger one', async () => {
    const folder = await temporaryFolder()
    const text = 'vm;1;2026-11-20 06:09:10 UTC\n'.repeat(40_000)
    await writeTree(folder, { 'raw/disk/node1': text })
    const [head] = await readRawHeads(folder, 'disk', 'node1')
    expect(Buffer.from(head?.bytes ?? []).toString()).toBe(text.slice(0, mebibyte))
  })

  it('says what it was doing when it cannot read', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'raw/disk/node1'), { recursive: true })
    await expect(readRawHeads(folder, 'disk', 'node1')).rejects.toThrow(/^reading a raw file/)
  })
})

describe('readRawFiles', () => {
  it('gives the busiest-core file after the cpu file', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'raw/cpu/node1': 'all', 'raw/cpu-cores/node1': 'cores' })
    expect(await readRawFiles(folder, 'cpu', 'node1')).toEqual([
      { path: 'raw/cpu/node1', bytes: Buffer.from('all') },
      { path: 'raw/cpu-cores/node1', bytes: Buffer.from('cores') },
    ])
  })

  it('gives the bytes as they are, and nothing for a host without files', async () => {
    const folder = await temporaryFolder()
    const target = await openRawTarget(folder, 'raw/network/node1')
    await target.write(new Uint8Array([0, 255, 128, 10]))
    await target.commit()
    expect((await readRawFiles(folder, 'network', 'node1'))[0]?.bytes).toEqual(Buffer.from([0, 255, 128, 10]))
    expect(await readRawFiles(folder, 'network', 'node2')).toEqual([])
  })

  it('refuses a host that would lead out of the folder, and says so for a folder in the way', async () => {
    const folder = await temporaryFolder()
    await expect(readRawFiles(folder, 'cpu', '../../etc/passwd')).rejects.toThrow(SessionError)
    await mkdir(join(folder, 'raw/cpu/node1'), { recursive: true })
    await expect(readRawFiles(folder, 'cpu', 'node1')).rejects.toThrow('a folder is where a file should be')
  })
})

describe('openRawTarget', () => {
  it('gives the file its name only at the commit', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'raw/cpu/node1': 'old' })
    const target = await openRawTarget(folder, 'raw/cpu/node1')
    await target.write(Buffer.from('new '))
    await target.write(Buffer.from('text'))
    expect((await readTree(folder))['raw/cpu/node1']).toBe('old')
    expect(target.path).toBe(join(folder, 'raw/cpu/node1'))
    await target.commit()
    await target.abort()
    expect(await readTree(folder)).toEqual({ 'raw/cpu/node1': 'new text' })
  })

  it('leaves nothing of an aborted file, and two pulls of one file do not mix', async () => {
    const folder = await temporaryFolder()
    const first = await openRawTarget(folder, 'raw/sysstat/node1.sa.gz')
    const second = await openRawTarget(folder, 'raw/sysstat/node1.sa.gz')
    await first.write(Buffer.from('first'))
    await second.write(Buffer.from('second'))
    await first.commit()
    await second.abort()
    expect(await readTree(folder)).toEqual({ 'raw/sysstat/node1.sa.gz': 'first' })
  })

  it.each([
    'raw/cpu/../../x',
    'raw/cpu',
    'raw/other/node1',
    'parsed/cpu/node1',
    '/raw/cpu/node1',
    'raw/cpu/a/b',
    'raw/cpu/',
  ])('refuses %j', async (relative) => {
    const folder = await temporaryFolder()
    await expect(openRawTarget(folder, relative)).rejects.toThrow(SessionError)
    expect(existsSync(join(folder, 'raw'))).toBe(false)
  })

  it('says so when a file is where raw/ should be', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { raw: '' })
    await expect(openRawTarget(folder, 'raw/cpu/node1')).rejects.toThrow('a file is where a folder should be')
  })
})

describe('removeRawParts', () => {
  it('removes what killed pulls left, and nothing else', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, {
      'raw/cpu/node1': 'whole',
      'raw/cpu/node1.part-0badcafe': 'half',
      'raw/meta/node1.json.part-00000000': 'half',
      'raw/cpu/node1.part-mine': 'kept',
      'raw/other/x.part-0badcafe': 'kept',
    })
    expect(await removeRawParts(folder)).toBe(2)
    expect(Object.keys(await readTree(folder))).toEqual([
      'raw/cpu/node1',
      'raw/cpu/node1.part-mine',
      'raw/other/x.part-0badcafe',
    ])
    expect(await removeRawParts(join(folder, 'missing'))).toBe(0)
  })
})
