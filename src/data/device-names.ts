/**
 * What a device's name alone says, for hosts about which nothing else is known (raw files copied from elsewhere).
 */

/** Kernel names of whole physical disks: SCSI, virtio, Xen, IDE, NVMe, SD cards, mainframe, persistent memory. */
const WHOLE_DISK = /^(?:(?:sd|vd|xvd|hd|dasd)[a-z]+|nvme\d+n\d+|mmcblk\d+|pmem\d+)$/

/** A partition's name is its disk's and a number, with a `p` between them where the disk's name ends in a digit. */
const LETTER_PARTITION = /^((?:sd|vd|xvd|hd|dasd)[a-z]+)\d+$/
const DIGIT_PARTITION = /^(nvme\d+n\d+|mmcblk\d+|pmem\d+)p\d+$/

/** `devM-m` as sysstat up to 12.3 writes disks without `-p`. */
const NUMBERED_DISK = /^dev(\d+)-\d+$/

/** Majors of RAM disks, floppies, loop, md, CD and network block devices (Documentation/admin-guide/devices.txt). */
const VIRTUAL_MAJORS = new Set([1, 2, 7, 9, 11, 43])

/** Interfaces without hardware of their own: loopback, bridges, tunnels, containers' and virtual machines' ends. */
const VIRTUAL_INTERFACE =
  /^(?:lo|veth|br-|br\d|bridge|docker|cni|cbr|virbr|vnet|tap|tun|ifb|dummy|flannel|cali|cilium|lxc|lxd|vxlan|geneve|gre|sit|ip6tnl|tunl|wg|kube|nodelocaldns|ovs|macvlan|macvtap|ipvlan|vmnet|podman)/

/** True for the name of a whole physical disk. */
export function isPhysicalDiskName(name: string): boolean {
  const numbered = NUMBERED_DISK.exec(name)
  return numbered ? !VIRTUAL_MAJORS.has(Number(numbered[1])) : WHOLE_DISK.test(name)
}

/** The whole disk's name when `name` is that of a partition; null otherwise. */
export function wholeDiskName(name: string): string | null {
  return (LETTER_PARTITION.exec(name) ?? DIGIT_PARTITION.exec(name))?.[1] ?? null
}

/** True for the name of a network interface that may have hardware, or is a bond of such. VLANs (`eth0.7`) are not. */
export function isPhysicalInterfaceName(name: string): boolean {
  return !VIRTUAL_INTERFACE.test(name) && !/[.@:]/.test(name)
}
