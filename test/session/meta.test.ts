import { describe, expect, it } from 'vitest'
import { readMeta, writeMeta } from '../../src/session/meta.js'
import { sampleMeta, temporaryFolder, writeTree } from './sample.js'

describe('readMeta', () => {
  it('gives back what writeMeta wrote', async () => {
    const folder = await temporaryFolder()
    await writeMeta(folder, 'node1:2222', sampleMeta)
    expect(await readMeta(folder, 'node1:2222')).toEqual({ meta: sampleMeta, warning: null })
  })

  it('gives back ports and GPUs where they were looked for, and nothing of them where they were not', async () => {
    const folder = await temporaryFolder()
    const port = { rate_gbit_per_s: 100, state: 'ACTIVE', link_layer: 'InfiniBand', is_readable: false }
    const meta = { ...sampleMeta, infiniband: { 'mlx5_0/1': port }, gpu_count: 8 }
    await writeMeta(folder, 'node1', meta)
    expect(await readMeta(folder, 'node1')).toEqual({ meta, warning: null })
    await writeMeta(folder, 'node2', sampleMeta)
    const { meta: older } = await readMeta(folder, 'node2')
    expect(Object.keys(older ?? {})).not.toEqual(expect.arrayContaining(['infiniband']))
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
