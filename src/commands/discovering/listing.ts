/** The lists of config.yml that stand for what was found on many nodes. */

import type { DeviceEntry, DeviceList } from '../../config/device-lists.js'
import { fileNameKey, nameProblem } from '../../config/names.js'
import { foldHosts } from '../folded-hosts.js'
import type { HostDevice, HostDevices } from './found.js'

type Kind = Exclude<keyof HostDevices, 'host'>

/** A device with the hosts that have it. */
interface Found {
  readonly name: string
  readonly hosts: readonly { readonly host: string; readonly device: HostDevice }[]
}

/** The lists to write, by the key of config.yml. */
export function deviceLists(found: readonly HostDevices[]): readonly DeviceList[] {
  return [
    { key: 'filesystem_names', ...listOf(found, 'disks', diskAliases) },
    { key: 'net_interfaces', ...listOf(found, 'interfaces', interfaceAliases) },
    { key: 'gpus', ...sameEverywhere(found, 'gpus') },
    { key: 'infiniband', ...sameEverywhere(found, 'infiniband') },
  ]
}

type Listing = Omit<DeviceList, 'key'>
type Aliases = (devices: readonly Found[], found: readonly HostDevices[]) => ReadonlyMap<string, string>

const AUTO = { entries: null }

function listOf(found: readonly HostDevices[], kind: Kind, aliasesOf: Aliases): Listing {
  const devices = gather(found, kind)
  if (devices.length === 0) return { ...AUTO, note: 'no node has one now' }
  const aliases = withoutCollisions(aliasesOf(devices, found), devices)
  return { note: null, entries: devices.map((device) => entryOf(device, aliases, found.length)) }
}

/** A list would make a node that lacks one of its devices incomplete: only where all are alike it says more than `auto`. */
function sameEverywhere(found: readonly HostDevices[], kind: Kind): Listing {
  const devices = gather(found, kind)
  if (devices.length === 0) return { ...AUTO, note: 'no node has one now' }
  if (devices.some(({ hosts }) => hosts.length < found.length)) {
    return { ...AUTO, note: unlikeText(found, kind) }
  }
  return { note: null, entries: devices.map((device) => entryOf(device, new Map(), found.length)) }
}

/** Every device of the nodes once, those that most have first. */
function gather(found: readonly HostDevices[], kind: Kind): readonly Found[] {
  const byName = new Map<string, { host: string; device: HostDevice }[]>()
  for (const one of found) {
    for (const device of one[kind]) {
      byName.set(device.name, [...(byName.get(device.name) ?? []), { host: one.host, device }])
    }
  }
  const devices = [...byName]
    .map(([name, hosts]) => ({ name, hosts }))
    .filter(({ name }) => nameProblem(name) === null)
  return devices.sort(
    (one, other) => other.hosts.length - one.hosts.length || compareNames(one.name, other.name),
  )
}

/** `sda2` before `sda10`. */
function compareNames(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

/** `[0-7] on node[1-2]; none on node3`. */
function unlikeText(found: readonly HostDevices[], kind: Kind): string {
  const hostsBySet = new Map<string, string[]>()
  for (const one of found) {
    const names = foldHosts(one[kind].map(({ name }) => name)) || 'none'
    hostsBySet.set(names, [...(hostsBySet.get(names) ?? []), one.host])
  }
  return [...hostsBySet].map(([names, hosts]) => `${names} on ${foldHosts(hosts)}`).join('; ')
}

function entryOf(device: Found, aliases: ReadonlyMap<string, string>, hostCount: number): DeviceEntry {
  const notes = new Map<string, string[]>()
  for (const { host, device: own } of device.hosts)
    notes.set(own.note, [...(notes.get(own.note) ?? []), host])
  const isEverywhere = device.hosts.length === hostCount && notes.size === 1
  const parts = [...notes].map(([note, hosts]) => {
    const where = isEverywhere ? '' : foldHosts(hosts)
    return note === '' || where === '' ? note + where : `${note} on ${where}`
  })
  return { name: device.name, alias: aliases.get(device.name) ?? null, note: parts.join('; ') }
}

/** The nickname on which all hosts agree that have the device; null when they do not, or one has none. */
function agreedNickname({ hosts }: Found): string | null {
  const nicknames = new Set(hosts.map(({ device }) => device.nickname))
  const [nickname = null] = nicknames
  return nicknames.size === 1 ? nickname : null
}

function diskAliases(devices: readonly Found[]): ReadonlyMap<string, string> {
  return new Map(
    devices.flatMap((device) => {
      const nickname = agreedNickname(device)
      return nickname === null ? [] : [[device.name, nickname] as const]
    }),
  )
}

/** Interfaces have an alias only where it joins different names of the same thing: em0 here, ens3 there. */
function interfaceAliases(
  devices: readonly Found[],
  found: readonly HostDevices[],
): ReadonlyMap<string, string> {
  const named = devices.map((device) => ({ name: device.name, nickname: agreedNickname(device) }))
  const nicknames = new Set(named.flatMap(({ nickname }) => nickname ?? []))
  const aliases = new Map<string, string>()
  for (const nickname of nicknames) {
    const names = named.filter((one) => one.nickname === nickname).map(({ name }) => name)
    const isOnePerHost = found.every(
      ({ interfaces }) => interfaces.filter(({ name }) => names.includes(name)).length <= 1,
    )
    if (names.length > 1 && isOnePerHost) for (const name of names) aliases.set(name, nickname)
  }
  return aliases
}

/** Takes back aliases that would stand for two devices of one host, or read as another name. */
function withoutCollisions(
  aliases: ReadonlyMap<string, string>,
  devices: readonly Found[],
): ReadonlyMap<string, string> {
  const aliasOf = (name: string): string => aliases.get(name) ?? name
  const isFree = (device: Found): boolean => {
    const alias = aliasOf(device.name)
    if (nameProblem(alias) !== null) return false
    const key = fileNameKey(alias)
    return devices.every((other) => {
      if (other.name === device.name) return true
      // Its own name comes back to the other one where its alias is taken back.
      if (fileNameKey(other.name) === key) return false
      const otherAlias = aliasOf(other.name)
      return fileNameKey(otherAlias) !== key || (otherAlias === alias && !shareHost(device, other))
    })
  }
  const free = devices.filter((device) => aliases.has(device.name) && isFree(device))
  return new Map(free.map(({ name }) => [name, aliasOf(name)]))
}

function shareHost(one: Found, other: Found): boolean {
  const names = new Set(one.hosts.map(({ host }) => host))
  return other.hosts.some(({ host }) => names.has(host))
}
