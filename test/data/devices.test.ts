import { describe, expect, it } from 'vitest'
import { chooseDevices } from '../../src/data/devices.js'
import type { DeviceSelection, InterfaceMeta, NodeMeta } from '../../src/model.js'

const AUTO: DeviceSelection = { kind: 'auto' }

function listed(...devices: readonly (readonly [string, string])[]): DeviceSelection {
  return { kind: 'listed', devices: devices.map(([name, alias]) => ({ name, alias })) }
}

function nic(part: Partial<InterfaceMeta> = {}): InterfaceMeta {
  return {
    speed_mbit_per_s: null,
    duplex: null,
    is_up: true,
    is_physical: true,
    bond: null,
    is_bond: false,
    ...part,
  }
}

function meta(part: Partial<NodeMeta>): NodeMeta {
  return {
    host: 'n1',
    node_name: 'n1',
    kernel: '6.1',
    cpus: 1,
    memory_total_bytes: null,
    sysstat_version: null,
    driver_version: null,
    collector: 'sar',
    interfaces: {},
    disks: {},
    disk_names: {},
    default_interface: null,
    zone: null,
    clock_ticks_per_s: null,
    wall_minus_uptime_s: null,
    ...part,
  }
}

const keptNames = (...args: Parameters<typeof chooseDevices>): string[] => [
  ...chooseDevices(...args).kept.keys(),
]

describe('auto', () => {
  it('takes whole physical disks as the node told them', () => {
    const node = meta({
      disks: {
        sda: { number: '8:0', is_physical: true },
        'dm-0': { number: '253:0', is_physical: false },
        odd: { number: '9:9', is_physical: true },
      },
    })
    expect(keptNames('disk', AUTO, ['sda', 'dm-0', 'odd', 'loop0', 'sdz'], node)).toEqual([
      'sda',
      'odd',
      'sdz',
    ])
  })

  it('takes them by their names where the node told nothing', () => {
    const seen = [
      'sda',
      'sda1',
      'nvme0n1',
      'nvme0n1p1',
      'vda',
      'loop0',
      'zram0',
      'sr0',
      'dm-0',
      'md0',
      'vg-root',
      'ram0',
    ]
    expect(keptNames('disk', AUTO, seen, null)).toEqual(['sda', 'nvme0n1', 'vda'])
    expect(keptNames('disk', AUTO, ['dev8-0', 'dev7-0'], null)).toEqual(['dev8-0'])
  })

  it('calls a numbered disk by its name', () => {
    const node = meta({ disks: { vda: { number: '254:0', is_physical: true } } })
    expect(chooseDevices('disk', AUTO, ['dev254-0'], node).kept).toEqual(new Map([['dev254-0', 'vda']]))
  })

  it('takes interfaces that are up and physical, and a bond in place of its slaves', () => {
    const node = meta({
      interfaces: {
        lo: nic({ is_physical: false }),
        eth0: nic({ bond: 'bond0' }),
        eth1: nic({ bond: 'bond0' }),
        bond0: nic({ is_physical: false, is_bond: true }),
        bond1: nic({ is_physical: false, is_bond: true }),
        eth2: nic(),
        eth3: nic({ is_up: false }),
        docker0: nic({ is_physical: false }),
      },
      default_interface: 'docker0',
    })
    expect(keptNames('network', AUTO, Object.keys(node.interfaces), node)).toEqual(['bond0', 'eth2'])
  })

  it('takes the interface of the default route when none is physical', () => {
    const node = meta({
      interfaces: { lo: nic({ is_physical: false }), eth0: nic({ is_physical: false }) },
      default_interface: 'eth0',
    })
    expect(keptNames('network', AUTO, ['lo', 'eth0'], node)).toEqual(['eth0'])
  })

  it('takes interfaces by their names where the node told nothing', () => {
    const seen = [
      'lo',
      'eth0',
      'enp5s0f1',
      'em1',
      'wlp2s0',
      'ib0',
      'bond0',
      'eth0.7',
      'veth1a',
      'docker0',
      'br-1f',
      'cni0',
    ]
    expect(keptNames('network', AUTO, seen, null)).toEqual([
      'eth0',
      'enp5s0f1',
      'em1',
      'wlp2s0',
      'ib0',
      'bond0',
    ])
  })
})

describe('listed', () => {
  it('takes the configured devices by alias and names those that are missing', () => {
    const choice = chooseDevices('network', listed(['em0', 'LAN'], ['em9', 'X']), ['lo', 'em0'], null)
    expect(choice).toEqual({ kept: new Map([['em0', 'LAN']]), missing: ['em9'] })
  })

  it('resolves paths, partitions, mount points, and numbers to the whole disk', () => {
    const node = meta({
      disks: { sda: { number: '8:0', is_physical: true }, sdb: { number: '8:16', is_physical: true } },
      disk_names: { '/data': 'sdb', '/dev/mapper/vg-home': 'sdb' },
    })
    const aliasOf = (name: string, seen: readonly string[], known: NodeMeta | null): unknown =>
      [...chooseDevices('disk', listed([name, 'A']), seen, known).kept][0]
    expect(aliasOf('/data', ['sda', 'sdb'], node)).toEqual(['sdb', 'A'])
    expect(aliasOf('/dev/mapper/vg-home', ['sda', 'sdb'], node)).toEqual(['sdb', 'A'])
    expect(aliasOf('/dev/sda', ['sda', 'sdb'], null)).toEqual(['sda', 'A'])
    expect(aliasOf('sda1', ['sda', 'sda1'], null)).toEqual(['sda', 'A'])
    expect(aliasOf('/dev/nvme0n1p2', ['nvme0n1'], null)).toEqual(['nvme0n1', 'A'])
    expect(aliasOf('sdb', ['dev8-0', 'dev8-16'], node)).toEqual(['dev8-16', 'A'])
    expect(aliasOf('dev8-16', ['sda', 'sdb'], node)).toEqual(['sdb', 'A'])
    expect(aliasOf('constructor', ['sda'], node)).toBeUndefined()
  })

  it('gives a disk that is named twice the first alias', () => {
    const choice = chooseDevices('disk', listed(['sda', 'OS'], ['sda1', 'BOOT']), ['sda', 'sdb'], null)
    expect(choice).toEqual({ kept: new Map([['sda', 'OS']]), missing: [] })
  })
})

describe('none', () => {
  it('takes no device', () => {
    expect(chooseDevices('disk', { kind: 'none' }, ['sda'], null)).toEqual({ kept: new Map(), missing: [] })
  })
})
