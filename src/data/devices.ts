import type { DeviceSelection, NodeMeta, Resource } from '../model.js'
import { isPhysicalDiskName, isPhysicalInterfaceName, wholeDiskName } from './device-names.js'

/** Which devices of a host are wanted. */
export interface DeviceChoice {
  /** Alias by device name as the raw file has it. */
  readonly kept: ReadonlyMap<string, string>
  /** Configured names that this host does not have. */
  readonly missing: readonly string[]
}

/** What a node says of its devices. */
export type DeviceFacts = Pick<NodeMeta, 'disks' | 'interfaces' | 'disk_names' | 'default_interface'>

const KERNEL_NUMBER = /^dev(\d+)-(\d+)$/

/** The disk's kernel name where sysstat wrote only its number, as in `dev8-0`; unknown names stay as they are. */
export function diskNameOf(name: string, meta: DeviceFacts | null): string {
  const match = KERNEL_NUMBER.exec(name)
  if (!match || !meta) return name
  const number = `${match[1]}:${match[2]}`
  return Object.entries(meta.disks).find(([, disk]) => disk.number === number)?.[0] ?? name
}

/** A record's own value: a device may be called `constructor`. */
function ownValue<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined
}

function autoDisks(seen: readonly string[], meta: DeviceFacts | null): string[] {
  return seen.filter((name) => {
    const disk = ownValue(meta?.disks, diskNameOf(name, meta))
    return disk ? disk.is_physical : isPhysicalDiskName(name) && !isPartition(name, seen)
  })
}

function isPartition(name: string, seen: readonly string[]): boolean {
  const whole = wholeDiskName(name)
  return whole !== null && seen.includes(whole)
}

function autoInterfaces(seen: readonly string[], meta: DeviceFacts | null): string[] {
  const known = meta?.interfaces
  const upBonds = new Set(
    seen.filter((name) => {
      const nic = ownValue(known, name)
      return nic?.is_bond && nic.is_up
    }),
  )
  const kept = seen.filter((name) => {
    const nic = ownValue(known, name)
    if (!nic) return isPhysicalInterfaceName(name)
    if (name === 'lo' || !nic.is_up || (nic.bond !== null && upBonds.has(nic.bond))) return false
    return nic.is_physical || hasSlaves(name, meta)
  })
  const fallback = meta?.default_interface ?? null
  return kept.length === 0 && fallback !== null && seen.includes(fallback) ? [fallback] : kept
}

function hasSlaves(bond: string, meta: DeviceFacts | null): boolean {
  return Object.values(meta?.interfaces ?? {}).some((nic) => nic.bond === bond)
}

function autoDevices(
  resource: Resource,
  seen: readonly string[],
  meta: DeviceFacts | null,
): readonly string[] {
  if (resource === 'disk') return autoDisks(seen, meta)
  if (resource === 'network') return autoInterfaces(seen, meta)
  return seen
}

/** The whole disk that a configured disk, partition, `/dev/X` or mount point lies on; null when this host has none. */
function resolveDisk(configured: string, seen: readonly string[], meta: DeviceFacts | null): string | null {
  const seenAs = new Map(seen.map((name) => [diskNameOf(name, meta), name]))
  const short = configured.replace(/^\/dev\/(mapper\/)?/, '')
  const resolved = ownValue(meta?.disk_names, configured) ?? ownValue(meta?.disk_names, short)
  const candidates = [resolved ?? null, wholeDiskName(short), diskNameOf(short, meta)]
  for (const name of candidates) {
    const found = name === null ? undefined : seenAs.get(name)
    if (found !== undefined) return found
  }
  return null
}

/** Picks a host's devices by the configuration; `seen` are the names in the raw file. */
export function chooseDevices(
  resource: Resource,
  selection: DeviceSelection,
  seen: readonly string[],
  meta: DeviceFacts | null,
): DeviceChoice {
  if (selection.kind === 'none') return { kept: new Map(), missing: [] }
  const kept = new Map<string, string>()
  if (selection.kind === 'auto') {
    for (const name of autoDevices(resource, seen, meta)) {
      kept.set(name, resource === 'disk' ? diskNameOf(name, meta) : name)
    }
    return { kept, missing: [] }
  }
  const missing: string[] = []
  for (const { name, alias } of selection.devices) {
    const exact = seen.includes(name) ? name : null
    const found = resource === 'disk' ? resolveDisk(name, seen, meta) : exact
    if (found === null) missing.push(name)
    else if (!kept.has(found)) kept.set(found, alias)
  }
  return { kept, missing }
}
