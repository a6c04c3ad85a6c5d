/** A /sys of a test's own with InfiniBand ports in it, for CLUSTERP_SYSFS_ROOT; disks and interfaces are this machine's. */
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Files of a port by their path below its folder, such as `counters/port_rcv_data`. */
export type PortFiles = Readonly<Record<string, string | number | bigint>>

/** Makes the tree, without a port. */
export function newSysfs(root: string): string {
  mkdirSync(join(root, 'class/infiniband'), { recursive: true })
  symlinkSync('/sys/block', join(root, 'block'))
  symlinkSync('/sys/class/net', join(root, 'class/net'))
  symlinkSync('/sys/class/block', join(root, 'class/block'))
  return root
}

/** A link of 100 Gbit/s that is up. */
export const ACTIVE: PortFiles = { state: '4: ACTIVE', rate: '100 Gb/sec (4X EDR)', link_layer: 'InfiniBand' }
export const DOWN: PortFiles = { ...ACTIVE, state: '1: DOWN' }

/** A file whose reading fails, as a driver's may: a folder stands in its place. */
export const UNREADABLE = '/'

/** Writes files of a port; a reader meets each either as it was or as it is now. */
export function writePort(root: string, device: string, port: number, files: PortFiles): void {
  for (const [name, value] of Object.entries(files)) {
    const path = join(root, 'class/infiniband', device, 'ports', String(port), name)
    mkdirSync(dirname(path), { recursive: true })
    if (value === UNREADABLE) {
      mkdirSync(path, { recursive: true })
      continue
    }
    writeFileSync(`${path}.new`, `${value}\n`)
    renameSync(`${path}.new`, path)
  }
}

/** A port that InfiniBand hardware has, by words of four bytes in and out, errors and discards. */
export function infinibandPort(
  received: number | bigint,
  sent: number | bigint,
  errors = 0,
  discards = 0,
): PortFiles {
  return {
    'counters/port_rcv_data': received,
    'counters/port_xmit_data': sent,
    'counters/port_rcv_errors': errors,
    'counters/port_xmit_discards': discards,
  }
}
