import type { NodeMeta } from '../model.js'

const BITS_PER_BYTE = 8
const BITS_PER_MEGABIT = 1e6

/** What a node said of a link. */
export interface Link {
  readonly bytesPerSec: number
  readonly isHalfDuplex: boolean
}

/** The link of an interface; null when the node did not say its speed. */
export function linkOf(name: string, meta: NodeMeta | null): Link | null {
  const link = meta && Object.hasOwn(meta.interfaces, name) ? meta.interfaces[name] : undefined
  const speed = link?.speed_mbit_per_s ?? 0
  if (!(speed > 0)) return null
  return { bytesPerSec: (speed * BITS_PER_MEGABIT) / BITS_PER_BYTE, isHalfDuplex: link?.duplex === 'half' }
}

/** How full a link is, percent: the busier direction against its speed, both directions together on half duplex. */
export function linkUtilization(link: Link, inBytesPerSec: number, outBytesPerSec: number): number {
  const busier = Math.max(inBytesPerSec, outBytesPerSec)
  return (100 * (link.isHalfDuplex ? inBytesPerSec + outBytesPerSec : busier)) / link.bytesPerSec
}

/** Used share of swap, percent: 0 on a node without any. */
export function swapUtilization(totalBytes: number, usedBytes: number): number {
  return totalBytes === 0 ? 0 : (100 * usedBytes) / totalBytes
}
