import { describe, expect, it } from 'vitest'
import { readMeta, writeMeta } from '../../src/session/meta.js'
import { sampleMeta, temporaryFolder, writeTree } from './sample.js'

describe('readMeta', () => {
  it('gives back what writeMeta wrote', async () => {
    const folder = await temporaryFolder()
    await writeMeta(folder, 'node1:2222', sampleMeta)
    expect(await readMeta(folder, 'node1:2222')).toEqual({ meta: sampleMeta, warning: null })
  })

  it('is null without a warning when there is no file', async () => {
    expect(await readMeta(await temporaryFolder(), 'node1')).toEqual({ meta: null, warning: null })
  })

  it('takes absent keys for not known', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'raw/meta/node1.json': '{"host": "node1", "collector": "proc", "cpus": 8}' })
    const { meta, warning } = await readMeta(folder, 'node1')
    expect(warning).toBeNull()
    expect(meta).toMatchObject({ cpus: 8, memory_total_bytes: null, zone: null, interfaces: {}, disks: {} })
  })

  it.each([
    ['{"host": "node1"', 'raw/meta/node1.json: not valid JSON; the file is ignored'],
    ['', 'raw/meta/node1.json: not valid JSON; the file is ignored'],
    ['{"host": "node1", "collector": "sar", "cpus": "16"}', 'raw/meta/node1.json: cpus: '],
    ['[]', 'raw/meta/node1.json: '],
  ])('ignores %j with a warning', async (text, warning) => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'raw/meta/node1.json': text })
    const read = await readMeta(folder, 'node1')
    expect(read.meta).toBeNull()
    expect(read.warning).toContain(warning)
  })
})
