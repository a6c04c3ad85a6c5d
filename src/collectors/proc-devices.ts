import { isBlank, readNumbers } from '../data/bytes.js'
import { linkOf, linkUtilization } from '../data/utilization.js'
import type { NodeMeta } from '../model.js'
import { growth, type Span } from './proc-rows.js'

//   254       0 vda 29379 8138 1774226 4799 2454 11999 894776 1527 0 3320 6505 3223 72 79840 169 163 8
//      8       0 sda 29379 8138 1774226 4799 2454 11999 894776 1527 0 3320 6505
//     eth0: 219804731    6353    0    0    0     0          0         0   516842    4054    0    0    0     0       0          0

const SECTOR_BYTES = 512
const MS_PER_SEC = 1000
const COLON = 0x3a
/** Tick fields of diskstats are printed as 32-bit numbers of milliseconds (block/genhd.c) and start again from 0. */
const TICK_RANGE = 2 ** 32
/** A tick field that goes back from below this did not start again by itself: the device was made anew. */
const LEAST_BEFORE_WRAP = 2 ** 31

/** How the lines of a file with one line per device are read. */
export interface DeviceLayout {
  readonly columns: readonly string[]
  readonly counterCount: number
  /** Reads a line's counters; returns where the device's name stands, null for a line of headings. */
  read(
    bytes: Uint8Array,
    start: number,
    end: number,
    counters: Float64Array,
  ): readonly [number, number] | null
  /** Values of a row in the order of the columns, NaN for what a counter that went back spoils. */
  rates(span: Span, device: string, meta: NodeMeta | null): readonly number[]
}

/** Where word number `wanted` (from 0) stands. */
function wordAt(bytes: Uint8Array, start: number, end: number, wanted: number): readonly [number, number] {
  let at = start
  for (let word = 0; ; word++) {
    while (at < end && isBlank(bytes[at])) at++
    const from = at
    while (at < end && !isBlank(bytes[at])) at++
    if (word === wanted || at >= end) return [from, at]
  }
}

/** Positions in a line of diskstats behind the name (Documentation/admin-guide/iostats.rst). */
const DISK = {
  reads: 0,
  readSectors: 2,
  readTicks: 3,
  writes: 4,
  writeSectors: 6,
  writeTicks: 7,
  ioTicks: 9,
  queueTicks: 10,
  discards: 11,
  discardSectors: 13,
  discardTicks: 14,
} as const
const DISK_COUNTERS = 15

function tickGrowth(span: Span, index: number): number {
  const previous = span.previous[index] as number
  const difference = (span.current[index] as number) - previous
  if (difference >= 0) return difference
  return previous >= LEAST_BEFORE_WRAP ? difference + TICK_RANGE : Number.NaN
}

function discardGrowth(span: Span, index: number): number {
  // Before Linux 4.18 there are no discard counters.
  return Number.isNaN(span.current[index]) ? 0 : growth(span, index)
}

/** Same as sysstat's pr_disk_stats: await over reads, writes, and discards, 0 when there were none. */
function diskRates(span: Span): readonly number[] {
  const { seconds } = span
  const transfers = growth(span, DISK.reads) + growth(span, DISK.writes) + discardGrowth(span, DISK.discards)
  const read = growth(span, DISK.readSectors) * SECTOR_BYTES
  const written = growth(span, DISK.writeSectors) * SECTOR_BYTES
  const discarded = growth(span, DISK.discardSectors) * SECTOR_BYTES
  const hasDiscards = !Number.isNaN(span.current[DISK.discards] as number)
  if (Number.isNaN(transfers + read + written + (hasDiscards ? discarded : 0))) return []
  const waited =
    tickGrowth(span, DISK.readTicks) +
    tickGrowth(span, DISK.writeTicks) +
    (hasDiscards ? tickGrowth(span, DISK.discardTicks) : 0)
  return [
    transfers / seconds,
    read / seconds,
    written / seconds,
    discarded / seconds,
    tickGrowth(span, DISK.queueTicks) / MS_PER_SEC / seconds,
    transfers > 0 ? waited / transfers : 0,
    (100 * tickGrowth(span, DISK.ioTicks)) / MS_PER_SEC / seconds,
  ]
}

export const DISK_LAYOUT: DeviceLayout = {
  columns: [
    'transfers_per_s',
    'read_bytes_per_s',
    'write_bytes_per_s',
    'discard_bytes_per_s',
    'queue_length',
    'await_ms',
    'utilization_pct',
  ],
  counterCount: DISK_COUNTERS,
  read(bytes, start, end, counters) {
    const name = wordAt(bytes, start, end, 2)
    return readNumbers(bytes, name[1], end, counters) > DISK.queueTicks ? name : null
  },
  rates: diskRates,
}

/** Positions in a line of net/dev behind the colon. */
const NET = {
  inBytes: 0,
  inPackets: 1,
  inErrors: 2,
  inDrops: 3,
  outBytes: 8,
  outPackets: 9,
  outErrors: 10,
  outDrops: 11,
} as const
const NET_COUNTERS = 16

export const NETWORK_LAYOUT: DeviceLayout = {
  columns: [
    'in_bytes_per_s',
    'out_bytes_per_s',
    'in_packets_per_s',
    'out_packets_per_s',
    'in_errors_per_s',
    'out_errors_per_s',
    'in_drops_per_s',
    'out_drops_per_s',
    'utilization_pct',
  ],
  counterCount: NET_COUNTERS,
  read(bytes, start, end, counters) {
    // A name may hold a colon (eth0:1), a counter not: the last one ends the name.
    const colon = bytes.subarray(start, end).lastIndexOf(COLON) + start
    if (colon < start) return null
    const [nameStart] = wordAt(bytes, start, colon, 0)
    const count = readNumbers(bytes, colon + 1, end, counters)
    return count > NET.outDrops && colon > nameStart ? [nameStart, colon] : null
  },
  rates(span, device, meta) {
    const order = [NET.inBytes, NET.outBytes, NET.inPackets, NET.outPackets]
    const rest = [NET.inErrors, NET.outErrors, NET.inDrops, NET.outDrops]
    const rates = [...order, ...rest].map((index) => growth(span, index) / span.seconds)
    if (rates.some((rate) => Number.isNaN(rate))) return []
    const [inBytesPerSec = 0, outBytesPerSec = 0] = rates
    const link = linkOf(device, meta)
    return [...rates, link ? linkUtilization(link, inBytesPerSec, outBytesPerSec) : Number.NaN]
  },
}
