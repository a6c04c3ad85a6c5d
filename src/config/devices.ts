import type { Device, DeviceSelection } from '../model.js'
import { splitHostList } from './hosts.js'
import { fileNameKey, nameProblem } from './names.js'
import type { Parsed } from './quantities.js'
import { alsoIn, described, shown } from './show.js'
import type { YamlValue } from './yaml.js'

const WORDS = ['auto', 'none'] as const

interface PlacedDevice {
  readonly where: string
  readonly device: Device
}

/**
 * Reads what to draw of a kind of device: `auto`, `none`, one name, or a list of names and `name: ALIAS`. `where` is
 * how messages call the key. An empty list is `none`.
 */
export function readDevices(
  value: YamlValue,
  where: string,
): { readonly selection: DeviceSelection; readonly problems: readonly string[] } {
  const items = itemsOf(value)
  const word = WORDS.find((candidate) => items.length === 1 && items[0] === candidate)
  if (word !== undefined) return { selection: { kind: word }, problems: [] }
  const problems: string[] = []
  const placed: PlacedDevice[] = []
  for (const [index, item] of items.entries()) {
    const itemWhere = Array.isArray(value) ? `${where}[${index}]` : where
    const device = deviceOf(item)
    if ('problem' in device) problems.push(`${itemWhere}: ${device.problem}`)
    else placed.push({ where: itemWhere, device: device.value })
  }
  problems.push(...findCollisions(placed))
  if (items.length === 0) return { selection: { kind: 'none' }, problems }
  return { selection: { kind: 'listed', devices: placed.map(({ device }) => device) }, problems }
}

function itemsOf(value: YamlValue): YamlValue[] {
  if (typeof value === 'string') return splitHostList(value)
  if (value instanceof Map) return [...value].map((pair) => new Map([pair]))
  return value ?? []
}

function deviceOf(item: YamlValue): Parsed<Device> {
  const pairs = item instanceof Map ? [...item] : []
  if (pairs.length > 1) return { problem: 'holds several keys; an entry is one device, as in sda: OS' }
  const [name, alias] = pairs[0] ?? [item, null]
  if (typeof name !== 'string') return { problem: `must be a name or name: ALIAS, got ${described(name)}` }
  if (alias !== null && typeof alias !== 'string') {
    return { problem: `the alias of "${shown(name)}" must be a text, got ${described(alias)}` }
  }
  if (WORDS.some((word) => word === name))
    return { problem: `"${name}" cannot stand beside names of devices` }
  const shownAlias = alias === null || alias === '' ? name : alias
  const nameFound = nameProblem(name)
  if (nameFound !== null) return { problem: `"${shown(name)}" ${nameFound}` }
  const aliasFound = nameProblem(shownAlias)
  if (aliasFound !== null) return { problem: `alias "${shown(shownAlias)}" ${aliasFound}` }
  return { value: { name, alias: shownAlias } }
}

// The same alias twice is meant: em0 and ens3 are one plot on mixed nodes. Two aliases that become one file are not.
function findCollisions(placed: readonly PlacedDevice[]): string[] {
  const problems: string[] = []
  const byName = new Map<string, PlacedDevice>()
  const byFile = new Map<string, PlacedDevice>()
  for (const item of placed) {
    const { name, alias } = item.device
    const twin = byName.get(name)
    if (twin === undefined) byName.set(name, item)
    else problems.push(`${item.where}: "${shown(name)}" is listed twice${alsoIn(item.where, twin.where)}`)
    const earlier = byFile.get(fileNameKey(alias))
    if (earlier === undefined) byFile.set(fileNameKey(alias), item)
    else if (earlier.device.alias !== alias) {
      const both = `alias "${shown(alias)}" would be the same file name as "${shown(earlier.device.alias)}"`
      problems.push(`${item.where}: ${both}${alsoIn(item.where, earlier.where)}`)
    }
  }
  return problems
}
