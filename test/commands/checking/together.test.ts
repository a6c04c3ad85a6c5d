import { describe, expect, it } from 'vitest'
import type { NodeFacts } from '../../../src/collectors/collector.js'
import {
  checkDevices,
  findLackingDevices,
  findSameMachines,
  refuseSameMachine,
  type SeenHost,
} from '../../../src/commands/checking/together.js'
import { DEFAULTS } from '../../../src/config/defaults.js'
import { ConfigError } from '../../../src/errors.js'
import type { Config, Device } from '../../../src/model.js'
import { FACTS } from '../../collectors/node-facts.js'

const seen = (name: string, change: Partial<NodeFacts> = {}): SeenHost => ({
  host: { name },
  facts: { ...FACTS, bootId: `boot-${name}`, ...change },
})
const nic = FACTS.interfaces.em0
if (nic === undefined) throw new Error('the sample node has no em0')
const withNic = (name: string) => ({ interfaces: { lo: nic, [name]: nic }, defaultInterface: name })
const config = (change: Partial<Config>): Config => ({ ...DEFAULTS, hosts: [], ...change })
const nics = (...devices: Device[]) => config({ interfaces: { kind: 'listed', devices } })
const device = (name: string, alias = name): Device => ({ name, alias })

const MIXED = [seen('n1'), seen('n2', withNic('ens3')), seen('n3', withNic('ens3'))]

describe('configured devices', () => {
  it('are no finding on auto, and where every node has them', () => {
    expect(findLackingDevices(config({}), MIXED)).toEqual([])
    expect(
      findLackingDevices(config({ filesystems: { kind: 'listed', devices: [device('sda')] } }), MIXED),
    ).toEqual([])
  })

  it('are a warning where some nodes lack them, in one sentence for the same nodes', () => {
    expect(checkDevices(nics(device('em0')), MIXED)).toEqual([
      'net_interfaces: 2 of 3 nodes have no "em0" (n2 has ens3, lo)',
    ])
    const [finding, ...others] = findLackingDevices(
      config({
        filesystems: { kind: 'listed', devices: ['sda', 'sdb', 'sdc'].map((name) => device(name)) },
      }),
      [
        seen('n1', {
          disks: Object.fromEntries(
            ['sda', 'sdb', 'sdc'].map((name) => [name, { number: '8:0', is_physical: true }]),
          ),
        }),
        seen('n2'),
      ],
    )
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      name: 'disks',
      state: 'warn',
      hosts: ['n2'],
      text: 'filesystem_names: 1 of 2 nodes have no "sdb", "sdc" (n2 has sda)',
    })
  })

  it('are no finding where another of the same alias stands in', () => {
    expect(checkDevices(nics(device('em0', 'LAN'), device('ens3', 'LAN')), MIXED)).toEqual([])
    expect(checkDevices(nics(device('em0', 'A'), device('ens3', 'B')), MIXED)).toHaveLength(2)
  })

  it('are a mistake in the config where no node has them, also when another stands in', () => {
    const wrong = nics(device('em0', 'LAN'), device('ens3', 'LAN'), device('em9', 'LAN'))
    expect(() => checkDevices(wrong, MIXED)).toThrow(ConfigError)
    expect(() => checkDevices(wrong, MIXED)).toThrow('net_interfaces: no node has "em9" (n1 has em0, lo)')
    expect(findLackingDevices(wrong, MIXED)).toMatchObject([{ state: 'fail', hosts: ['n1', 'n2', 'n3'] }])
  })

  it('are looked for among the InfiniBand ports too', () => {
    const port = {
      device: 'mlx5_0',
      port: 1,
      state: 'ACTIVE',
      isReadable: true,
      rateGbitPerSec: 100,
      linkLayer: null,
    }
    const both = [seen('n1', { infiniband: [port] }), seen('n2')]
    const wanted = (name: string) => config({ infiniband: { kind: 'listed', devices: [device(name)] } })
    expect(checkDevices(wanted('mlx5_0'), both)).toEqual([
      'infiniband: 1 of 2 nodes have no "mlx5_0" (n2 has none)',
    ])
    expect(() => checkDevices(wanted('mlx5_7'), both)).toThrow(
      'infiniband: no node has "mlx5_7" (n1 has mlx5_0/1)',
    )
  })
})

describe('two names of one machine', () => {
  it('are found by boot id and process-id namespace', () => {
    const twins = [seen('a', { bootId: 'x' }), seen('b'), seen('c', { bootId: 'x' })]
    expect(findSameMachines(twins)).toMatchObject([
      { hosts: ['a', 'c'], state: 'fail', text: 'a and c are one machine' },
    ])
    expect(() => refuseSameMachine(twins)).toThrow('start: hosts: a and c are one machine')
    const containers = [seen('a', { bootId: 'x' }), seen('c', { bootId: 'x', pidNamespace: 'pid:[2]' })]
    expect(findSameMachines(containers)).toEqual([])
    expect(() => refuseSameMachine(containers)).not.toThrow()
  })
})
