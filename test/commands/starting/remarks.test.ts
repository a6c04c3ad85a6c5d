import { describe, expect, it } from 'vitest'
import type { GpuFacts, PortFacts } from '../../../src/collectors/collector.js'
import { remarksOn } from '../../../src/commands/starting/remarks.js'
import { resolveConfig } from '../../../src/config/config.js'
import type { Config } from '../../../src/model.js'
import { FACTS } from '../../collectors/node-facts.js'

const { config } = resolveConfig({ path: 'config.yml', text: 'hosts: [n1]\n', env: {}, flags: {} })
const LISTED = { kind: 'listed', devices: [{ name: '0', alias: '0' }] } as const
const PORTS = { kind: 'listed', devices: [{ name: 'mlx5_0', alias: 'IB' }] } as const
const BROKEN: GpuFacts = {
  problem: 'driver not loaded (rc 9)',
  fields: [],
  gpus: [],
  driverVersion: null,
}
const CLOSED: PortFacts = {
  device: 'mlx5_0',
  port: 1,
  state: 'ACTIVE',
  isReadable: false,
  rateGbitPerSec: 100,
  linkLayer: 'InfiniBand',
}
const having = { ...FACTS, hasNvidiaSmi: true, gpu: BROKEN, infiniband: [CLOSED] }
const GPU_TEXT = 'no GPU data: driver not loaded (rc 9)'
const PORT_TEXT = 'no InfiniBand data: the counters of mlx5_0/1 cannot be read'

describe('what is missing from the start', () => {
  it('is a note on auto', () => {
    expect(remarksOn(having, config)).toEqual({ notes: [GPU_TEXT, PORT_TEXT], problems: [] })
  })

  it('makes the data partial where it was asked for by name, each for itself', () => {
    const asked: Config = { ...config, gpus: LISTED }
    expect(remarksOn(having, asked)).toEqual({ notes: [PORT_TEXT], problems: [GPU_TEXT] })
    const both: Config = { ...asked, infiniband: PORTS }
    expect(remarksOn(having, both)).toEqual({ notes: [], problems: [GPU_TEXT, PORT_TEXT] })
  })

  it('is no GPU data where a node has no nvidia-smi, only if GPUs were asked for by name', () => {
    expect(remarksOn(FACTS, config)).toEqual({ notes: [], problems: [] })
    expect(remarksOn(FACTS, { ...config, gpus: LISTED })).toEqual({
      notes: [],
      problems: ['no GPU data: the node has no nvidia-smi'],
    })
  })

  it('is nothing where nothing is wanted', () => {
    const none = { kind: 'none' } as const
    expect(remarksOn({ ...having, gpu: null }, { ...config, gpus: none, infiniband: none })).toEqual({
      notes: [],
      problems: [],
    })
  })
})
