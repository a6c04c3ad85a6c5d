import { describe, expect, it } from 'vitest'
import { chooseGpus } from '../../src/data/gpu-devices.js'
import { createTable } from '../../src/data/table.js'

const table = createTable('gpu', 'node1', {
  timeMs: Float64Array.of(1000, 1000, 2000),
  intervalSec: Float64Array.of(1, 1, 1),
  devices: ['GPU-a', 'GPU-b'],
  deviceIndex: Uint32Array.of(0, 1, 0),
  columns: new Map([['index', Float64Array.of(0, 1, 0)]]),
})

describe('chooseGpus', () => {
  it('calls GPUs by their index on auto', () => {
    const { kept, missing } = chooseGpus({ kind: 'auto' }, table)
    expect([...kept]).toEqual([
      ['GPU-a', 'gpu0'],
      ['GPU-b', 'gpu1'],
    ])
    expect(missing).toEqual([])
  })

  it('takes listed ones by index or UUID, under their alias, and names those that are not there', () => {
    const devices = [
      { name: '1', alias: 'TRAIN' },
      { name: 'GPU-a', alias: 'GPU-a' },
      { name: '7', alias: '7' },
    ]
    const { kept, missing } = chooseGpus({ kind: 'listed', devices }, table)
    expect([...kept]).toEqual([
      ['GPU-b', 'TRAIN'],
      ['GPU-a', 'gpu0'],
    ])
    expect(missing).toEqual(['7'])
  })

  it('takes none where none are wanted', () => {
    expect(chooseGpus({ kind: 'none' }, table).kept.size).toBe(0)
  })
})
