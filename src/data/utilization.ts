import type { NodeMeta } from '../model.js'

const BITS_PER_BYTE = 8
const BITS_PER_MEGABIT = 1e6

/**
 * How full a link is, percent: the busier direction against its speed, both directions together on half duplex; NaN when
 * the node did not say the speed.
 */
export function linkUtilization(
  name: string,
  rates: { readonly inBytesPerSec: number; readonly outBytesPerSec: number },
  meta: NodeMeta | null,
): number {
  const link = meta && Object.hasOwn(meta.interfaces, name) ? meta.interfaces[name] : undefined
  const speed = link?.speed_mbit_per_s ?? 0
  if (!(speed > 0)) return Number.NaN
  const { inBytesPerSec, outBytesPerSec } = rates
  const isHalf = link?.duplex === 'half'
  const bytesPerSec = isHalf ? inBytesPerSec + outBytesPerSec : Math.max(inBytesPerSec, outBytesPerSec)
  return (100 * BITS_PER_BYTE * bytesPerSec) / (speed * BITS_PER_MEGABIT)
}

/** Used share of swap, percent: 0 on a node without any. */
export function swapUtilization(totalBytes: number, usedBytes: number): number {
  return totalBytes === 0 ? 0 : (100 * usedBytes) / totalBytes
}
