import { describe, expect, it } from 'vitest'
import type { NodeFacts, PortFacts } from '../../../src/collectors/collector.js'
import { devicesOf } from '../../../src/commands/discovering/found.js'
import { deviceLists } from '../../../src/commands/discovering/listing.js'
import type { DeviceKey } from '../../../src/config/device-lists.js'
import type { InterfaceMeta } from '../../../src/model.js'
import { FACTS } from '../../collectors/node-facts.js'

const disk = { number: '8:0', is_physical: true }
const disks = (...names: string[]) => ({ disks: Object.fromEntries(names.map((name) => [name, disk])) })
const nic = (change: Partial<InterfaceMeta> = {}): InterfaceMeta => ({
  speed_mbit_per_s: 10_000,
  duplex: 'full',
  is_up: true,
  is_physical: true,
  bond: null,
  is_bond: false,
  ...change,
})
const nics = (interfaces: Readonly<Record<string, InterfaceMeta>>) => ({ interfaces, defaultInterface: null })
const mount = (path: string, ...on: string[]) => ({ path, disks: on })
const gpus = (count: number) => ({
  gpu: {
    problem: null,
    fields: [],
    gpus: Array.from({ length: count }, (_, index) => ({ index: String(index), uuid: `GPU-${index}` })),
    driverVersion: '550',
  },
})
const PORT: PortFacts = {
  device: 'mlx5_0',
  port: 1,
  state: 'ACTIVE',
  isReadable: true,
  rateGbitPerSec: 100,
  linkLayer: 'InfiniBand',
}

/** What is written at a key for nodes n1, n2 …: entries as `name: alias # note`, or the note of `auto`. */
function written(key: DeviceKey, ...nodes: readonly Partial<NodeFacts>[]): readonly string[] | string {
  const found = nodes.map((change, at) => devicesOf({ name: `n${at + 1}`, facts: { ...FACTS, ...change } }))
  const list = deviceLists(found).find((one) => one.key === key)
  if (list === undefined) throw new Error(`no list for ${key}`)
  if (list.entries === null) return `auto # ${list.note}`
  return list.entries.map(({ name, alias, note }) => {
    const item = alias === null ? name : `${name}: ${alias}`
    return note === '' ? item : `${item} # ${note}`
  })
}

describe('disks', () => {
  it('carry the mount point that they have on every node as alias', () => {
    const node = {
      ...disks('sda', 'sdb'),
      mounts: [mount('/boot/efi', 'sda'), mount('/', 'sda'), mount('/data/x', 'sdb')],
    }
    expect(written('filesystem_names', node, node)).toEqual([
      'sda: root # /boot/efi /',
      'sdb: data_x # /data/x',
    ])
  })

  it('keep their name where nodes use them for different things, and say so', () => {
    const root = { ...disks('sda'), mounts: [mount('/', 'sda')] }
    const data = { ...disks('sda', 'nvme0n1'), mounts: [mount('/data', 'sda'), mount('/', 'nvme0n1')] }
    expect(written('filesystem_names', root, data, root)).toEqual([
      'sda # / on n[1,3]; /data on n2',
      'nvme0n1: root # / on n2',
    ])
  })

  it('share an alias over nodes, and never on one node', () => {
    const ofSata = { ...disks('sda'), mounts: [mount('/', 'sda')] }
    const ofNvme = { ...disks('nvme0n1'), mounts: [mount('/', 'nvme0n1')] }
    expect(written('filesystem_names', ofSata, ofNvme)).toEqual([
      'nvme0n1: root # / on n2',
      'sda: root # / on n1',
    ])
    const both = { ...disks('sda', 'nvme0n1'), mounts: [mount('/', 'sda'), mount('/', 'nvme0n1')] }
    expect(written('filesystem_names', both)).toEqual(['nvme0n1 # /', 'sda # /'])
  })

  it('have no alias below a RAID, nor one that is the name of another or no name at all', () => {
    const raid = { ...disks('sda', 'sdb'), mounts: [mount('/', 'sda', 'sdb')] }
    expect(written('filesystem_names', raid)).toEqual(['sda # / (over sda, sdb)', 'sdb # / (over sda, sdb)'])
    const tricky = {
      ...disks('sda', 'sdb', 'sdc'),
      mounts: [mount('/sdb', 'sda'), mount('/a..b', 'sdb'), mount('/C', 'sdc')],
    }
    expect(written('filesystem_names', tricky)).toEqual(['sda # /sdb', 'sdb # /a..b', 'sdc: C # /C'])
    const folded = { ...disks('sda', 'sdb'), mounts: [mount('/Data', 'sda'), mount('/data', 'sdb')] }
    expect(written('filesystem_names', folded)).toEqual(['sda # /Data', 'sdb # /data'])
  })

  it('are auto where no node has any', () => {
    expect(written('filesystem_names', disks())).toBe('auto # no node has one now')
  })
})

describe('interfaces', () => {
  it('are those that auto takes: the bond, not its slaves, and no veth', () => {
    const interfaces = {
      lo: nic({ is_physical: false }),
      em1: nic({ bond: 'bond0' }),
      em2: nic({ bond: 'bond0' }),
      bond0: nic({ is_physical: false, is_bond: true, speed_mbit_per_s: 20_000 }),
      ...Object.fromEntries(
        Array.from({ length: 300 }, (_, at) => [`veth${at}`, nic({ is_physical: false })]),
      ),
    }
    expect(written('net_interfaces', nics(interfaces))).toEqual(['bond0 # 20000 Mbit/s, bond of em1, em2'])
  })

  it('are joined by their speed where nodes call the same thing differently', () => {
    const nodes = ['em0', 'em0', 'ens3'].map((name) => nics({ [name]: nic() }))
    expect(written('net_interfaces', ...nodes)).toEqual([
      'em0: 10_Gigabit_Ethernet # 10000 Mbit/s on n[1-2]',
      'ens3: 10_Gigabit_Ethernet # 10000 Mbit/s on n3',
    ])
    const slow = nic({ speed_mbit_per_s: 100 })
    const unlike = [nics({ em0: nic(), em1: slow }), nics({ ens3: nic(), ens4: slow })]
    expect(written('net_interfaces', ...unlike)).toEqual([
      'em0: 10_Gigabit_Ethernet # 10000 Mbit/s on n1',
      'em1: 100_Megabit_Ethernet # 100 Mbit/s on n1',
      'ens3: 10_Gigabit_Ethernet # 10000 Mbit/s on n2',
      'ens4: 100_Megabit_Ethernet # 100 Mbit/s on n2',
    ])
  })

  it('keep their names where all nodes have the same, or a node has two that are alike', () => {
    expect(written('net_interfaces', nics({ em0: nic() }), nics({ em0: nic() }))).toEqual([
      'em0 # 10000 Mbit/s',
    ])
    const two = nics({ em0: nic(), em1: nic() })
    expect(written('net_interfaces', two, nics({ ens3: nic() }))).toEqual([
      'em0 # 10000 Mbit/s on n1',
      'em1 # 10000 Mbit/s on n1',
      'ens3 # 10000 Mbit/s on n2',
    ])
  })

  it('of unknown speed are joined only where each node has one', () => {
    const unknown = nic({ speed_mbit_per_s: null })
    expect(written('net_interfaces', nics({ eth0: unknown }), nics({ ens3: unknown }))).toEqual([
      'ens3: Ethernet # n2',
      'eth0: Ethernet # n1',
    ])
    expect(
      written('net_interfaces', nics({ eth0: unknown, eth1: unknown }), nics({ ens3: unknown })),
    ).toEqual(['ens3 # n2', 'eth0 # n1', 'eth1 # n1'])
  })

  it('on InfiniBand are no Ethernet', () => {
    const nodes = ['ib0', 'ib1'].map((name) => nics({ [name]: nic({ speed_mbit_per_s: 100_000 }) }))
    expect(written('net_interfaces', ...nodes)).toEqual([
      'ib0 # 100000 Mbit/s on n1',
      'ib1 # 100000 Mbit/s on n2',
    ])
  })

  it('are one that is up and has a physical name where auto takes none', () => {
    const virtual = nic({ is_physical: false })
    expect(written('net_interfaces', nics({ lo: virtual, eth0: virtual, docker0: virtual }))).toEqual([
      'eth0 # 10000 Mbit/s, virtual',
    ])
  })
})

describe('GPUs and InfiniBand', () => {
  it('are listed where all nodes have the same', () => {
    expect(written('gpus', gpus(2), gpus(2))).toEqual(['0', '1'])
    const ports = { infiniband: [PORT, { ...PORT, port: 2 }, { ...PORT, device: 'mlx5_1', state: 'DOWN' }] }
    expect(written('infiniband', ports)).toEqual([
      'mlx5_0 # mlx5_0/1 InfiniBand 100 Gbit/s, mlx5_0/2 InfiniBand 100 Gbit/s',
    ])
  })

  it('stay on auto where they differ, for a list would make the others incomplete', () => {
    expect(written('gpus', gpus(8), gpus(8), gpus(2), {})).toBe(
      'auto # [0-7] on n[1-2]; [0-1] on n3; none on n4',
    )
    expect(written('infiniband', { infiniband: [PORT] }, {})).toBe('auto # mlx5_0 on n1; none on n2')
    expect(written('infiniband', {})).toBe('auto # no node has one now')
  })
})
