import { describe, expect, it } from 'vitest'
import { chooseGpus, describeGpus } from '../../src/collectors/gpu-devices.js'
import { choosePorts } from '../../src/collectors/infiniband-devices.js'
import type { Device, DeviceSelection, Table } from '../../src/model.js'
import { HEADER, parseGpu, row, uuid } from './gpu-input.js'

const AUTO: DeviceSelection = { kind: 'auto' }
const listed = (...devices: readonly (Device | string)[]): DeviceSelection => ({
  kind: 'listed',
  devices: devices.map((device) => (typeof device === 'string' ? { name: device, alias: device } : device)),
})
const table: Table = parseGpu([
  HEADER,
  row('06:00:00.100', 0, 5, 4, 30),
  row('06:00:00.104', 1, 5, 4, 30),
]).table

describe('chooseGpus', () => {
  it('calls each GPU by its index with auto', () => {
    expect([...chooseGpus(AUTO, table).kept]).toEqual([
      [uuid(0), 'gpu0'],
      [uuid(1), 'gpu1'],
    ])
  })

  it('takes indexes with and without an alias, and UUIDs in any case', () => {
    const byIndex = chooseGpus(listed({ name: '0', alias: 'A' }, '1'), table)
    expect([...byIndex.kept]).toEqual([
      [uuid(0), 'A'],
      [uuid(1), 'gpu1'],
    ])
    const byUuid = chooseGpus(listed({ name: uuid(1).toUpperCase(), alias: 'B' }), table)
    expect([...byUuid.kept]).toEqual([[uuid(1), 'B']])
  })

  it('tells which configured GPUs there are not, and what a person may have meant', () => {
    expect(chooseGpus(listed('0', '7'), table).missing).toEqual(['7'])
    expect(describeGpus(table)).toEqual([`0 (${uuid(0)})`, `1 (${uuid(1)})`])
  })

  it('takes none with none', () => {
    expect(chooseGpus({ kind: 'none' }, table)).toEqual({ kept: new Map(), missing: [] })
  })

  it('goes by the index that a GPU had first, and calls one that took it over by its UUID', () => {
    const later = row('06:00:01.100', 1, 5, 4, 30).replace(', 1, GPU', ', 0, GPU')
    const moved = parseGpu([HEADER, row('06:00:00.100', 0, 5, 4, 30), later]).table
    expect([...chooseGpus(AUTO, moved).kept]).toEqual([
      [uuid(0), 'gpu0'],
      [uuid(1), uuid(1)],
    ])
    expect([...chooseGpus(listed('0'), moved).kept]).toEqual([[uuid(0), 'gpu0']])
  })

  it('counts GPUs where no index was asked for', () => {
    const header = 'timestamp, uuid, utilization.gpu [%]'
    const lines = [uuid(4), uuid(2)].map((name) => `2026/11/20 06:00:00.1, ${name}, 5`)
    const { kept } = chooseGpus(AUTO, parseGpu([header, ...lines]).table)
    expect([...kept]).toEqual([
      [uuid(4), 'gpu0'],
      [uuid(2), 'gpu1'],
    ])
  })
})

describe('choosePorts', () => {
  const seen = ['mlx5_0', 'mlx4_0/1', 'mlx4_0/2']

  it('takes every port with auto, none with none', () => {
    expect([...choosePorts(AUTO, seen).kept.values()]).toEqual(seen)
    expect(choosePorts({ kind: 'none' }, seen).kept.size).toBe(0)
  })

  it('takes all ports of a configured device, or one', () => {
    const chosen = choosePorts(
      listed({ name: 'mlx5_0', alias: 'IB' }, { name: 'mlx4_0', alias: 'OLD' }),
      seen,
    )
    expect([...chosen.kept]).toEqual([
      ['mlx5_0', 'IB'],
      ['mlx4_0/1', 'OLD/1'],
      ['mlx4_0/2', 'OLD/2'],
    ])
    expect([...choosePorts(listed({ name: 'mlx4_0/2', alias: 'X' }), seen).kept]).toEqual([['mlx4_0/2', 'X']])
  })

  it('takes the only port of a device also by its number, and no other number', () => {
    const numbers = new Map([['mlx5_0', 1]])
    const chosen = choosePorts(listed({ name: 'mlx5_0/1', alias: 'IB' }), seen, numbers)
    expect([...chosen.kept]).toEqual([['mlx5_0', 'IB']])
    expect(choosePorts(listed('mlx5_0/2'), seen, numbers).missing).toEqual(['mlx5_0/2'])
  })

  it('tells which configured devices there are not', () => {
    expect(choosePorts(listed('mlx5_0', 'mlx5'), seen).missing).toEqual(['mlx5'])
  })
})
