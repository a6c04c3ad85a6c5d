/** Which devices the nodes have, and what each is worth being called. */
import type { NodeFacts } from '../../collectors/collector.js'
import { isActivePort, portText } from '../../collectors/infiniband.js'
import { likelyDevices } from '../checking/node-checks.js'

/** A host that answered. */
export interface AnsweringHost {
  readonly name: string
  readonly facts: NodeFacts
}

/** A device of one host. */
export interface HostDevice {
  readonly name: string
  /** Name that it may share with devices of other hosts that do the same work; null: none comes to mind. */
  readonly nickname: string | null
  /** What it is, for people; empty when there is nothing to say. */
  readonly note: string
}

/** What one host has of everything that config.yml can list. */
export interface HostDevices {
  readonly host: string
  readonly disks: readonly HostDevice[]
  readonly interfaces: readonly HostDevice[]
  readonly gpus: readonly HostDevice[]
  readonly infiniband: readonly HostDevice[]
}

/** Devices of a host that are worth drawing. */
export function devicesOf({ name, facts }: AnsweringHost): HostDevices {
  return {
    host: name,
    disks: likelyDevices('disk', facts).map((disk) => diskOf(disk, facts)),
    interfaces: likelyDevices('network', facts).map((nic, _, all) =>
      interfaceOf(nic, facts, all.length === 1),
    ),
    gpus: (facts.gpu?.gpus ?? []).map(({ index }) => ({ name: index, nickname: null, note: '' })),
    infiniband: infinibandOf(facts),
  }
}

/** A device stands for all its ports. */
function infinibandOf(facts: NodeFacts): readonly HostDevice[] {
  const notes = new Map<string, string[]>()
  for (const port of (facts.infiniband ?? []).filter(isActivePort)) {
    const parts = [
      portText(port),
      ...(port.linkLayer === null ? [] : [port.linkLayer]),
      ...(port.rateGbitPerSec === null ? [] : [`${port.rateGbitPerSec} Gbit/s`]),
      ...(port.isReadable ? [] : ['its counters cannot be read']),
    ]
    notes.set(port.device, [...(notes.get(port.device) ?? []), parts.join(' ')])
  }
  return [...notes].map(([name, ports]) => ({ name, nickname: null, note: ports.join(', ') }))
}

const ROOT_NAME = 'root'
/** What a machine starts from says little of what a disk is for. */
const BOOT_MOUNTS = /^\/(?:boot|efi)(?:\/|$)/

function diskOf(name: string, facts: NodeFacts): HostDevice {
  const mounts = facts.mounts.filter(({ disks }) => disks.includes(name))
  // A RAID is none of its disks alone.
  const own = mounts.filter(({ disks, path }) => disks.length === 1 && !BOOT_MOUNTS.test(path))
  const main = own.find(({ path }) => path === '/') ?? own[0]
  const nickname = main === undefined ? null : main.path.slice(1).replaceAll('/', '_') || ROOT_NAME
  return { name, nickname, note: mounts.map(({ path, disks }) => path + raidText(disks)).join(' ') }
}

function raidText(disks: readonly string[]): string {
  return disks.length === 1 ? '' : ` (over ${disks.join(', ')})`
}

const MBIT_PER_GBIT = 1000
/** Names of IP interfaces on InfiniBand: their speed is no Ethernet's. */
const OVER_INFINIBAND = /^ib/

function interfaceOf(name: string, facts: NodeFacts, isOnly: boolean): HostDevice {
  const nic = facts.interfaces[name]
  const mbit = nic?.speed_mbit_per_s ?? null
  const slaves = Object.keys(facts.interfaces).filter((other) => facts.interfaces[other]?.bond === name)
  const note = [
    mbit === null ? '' : `${mbit} Mbit/s`,
    slaves.length === 0 ? '' : `bond of ${slaves.join(', ')}`,
    nic?.is_physical === false && slaves.length === 0 ? 'virtual' : '',
  ]
  return {
    name,
    nickname: ethernetName(name, mbit, isOnly),
    note: note.filter((text) => text !== '').join(', '),
  }
}

function ethernetName(name: string, mbit: number | null, isOnly: boolean): string | null {
  if (OVER_INFINIBAND.test(name)) return null
  if (mbit === null) return isOnly ? 'Ethernet' : null
  return mbit < MBIT_PER_GBIT ? `${mbit}_Megabit_Ethernet` : `${mbit / MBIT_PER_GBIT}_Gigabit_Ethernet`
}
