/** Was a resource full, bin by bin? And for how much of a phase, on which hosts? */
import type { Resource } from '../../model.js'
import type { Finding } from '../finding.js'
import { meanOf, median } from '../order.js'
import { LEAST_BINS, type PhaseView } from '../phase-view.js'
import { counted, shareText } from '../wording.js'

/** States of a bin. */
export const UNKNOWN = 0
export const FREE = 1
export const FULL = 2

/** Full for this share of a phase's measured time, a resource is what the job waited for; our choice. */
export const BOTTLENECK_SHARE = 0.3
/** Full for this share it is worth telling; below, it is the odd burst. */
export const SATURATION_SHARE = 0.1

/** One device of one host. */
export interface DeviceStates {
  readonly host: string
  readonly states: Uint8Array
  /** The measure that was judged, one value a bin. */
  readonly values: Float32Array
}

/** States of bins by a rule that sees the bin's number; `values` NaN: unknown. */
export function statesOf(values: Float32Array, isFull: (bin: number) => boolean): Uint8Array {
  return Uint8Array.from(values, (value, bin) => (Number.isNaN(value) ? UNKNOWN : isFull(bin) ? FULL : FREE))
}

/** Share (0 to 1) of the known bins that are full; NaN when fewer than `LEAST_BINS` are known. */
export function fullShare(states: Uint8Array): number {
  let known = 0
  let full = 0
  for (const state of states) {
    if (state !== UNKNOWN) known++
    if (state === FULL) full++
  }
  return known < LEAST_BINS ? Number.NaN : full / known
}

/** True when a device was full in a bin. */
export function isFullAt(device: DeviceStates, bin: number): boolean {
  return device.states[bin] === FULL
}

/** The values of full bins. */
export function whileFull(values: Float32Array, states: Uint8Array): Float32Array {
  return values.filter((_, bin) => states[bin] === FULL)
}

/** A group of hosts on which a device was full for about as long. */
export interface FullGroup {
  readonly devices: readonly DeviceStates[]
  readonly hosts: readonly string[]
  readonly kind: 'bottleneck' | 'saturation'
  /** Mean of the hosts' shares. */
  readonly share: number
  /** Median over all full bins of these hosts. */
  readonly value: number
}

/** The hosts for which a device was a bottleneck, and those on which it was full at times. */
export function groupFull(devices: readonly DeviceStates[]): readonly FullGroup[] {
  const judged = devices.map((device) => ({ device, share: fullShare(device.states) }))
  const groupOf = (kind: FullGroup['kind'], from: number, to: number): readonly FullGroup[] => {
    const inside = judged.filter(({ share }) => share >= from && share < to)
    if (inside.length === 0) return []
    const members = inside.map(({ device }) => device)
    const values = members.flatMap(({ values: all, states }) => [...whileFull(all, states)])
    return [
      {
        devices: members,
        hosts: members.map(({ host }) => host),
        kind,
        share: meanOf(inside.map(({ share }) => share)),
        value: median(values),
      },
    ]
  }
  return [
    ...groupOf('bottleneck', BOTTLENECK_SHARE, Number.POSITIVE_INFINITY),
    ...groupOf('saturation', SATURATION_SHARE, BOTTLENECK_SHARE),
  ]
}

/** What a judging function adds to a group to make it a finding. */
export interface FullWords {
  readonly resource: Resource
  readonly device: string | null
  readonly limit: number
  readonly unit: string
  /** What was full, without how long. */
  readonly what: (group: FullGroup) => string
}

/** Findings of the groups of one device. */
export function fullFindings(
  view: PhaseView,
  devices: readonly DeviceStates[],
  words: FullWords,
): readonly Finding[] {
  return groupFull(devices).map((group) =>
    view.finding({
      kind: group.kind,
      resource: words.resource,
      device: words.device,
      hosts: group.hosts,
      share: group.share,
      value: group.value,
      limit: words.limit,
      unit: words.unit,
      text: `${words.what(group)} for ${timeShare(view, group.share, group.devices)}`,
    }),
  )
}

/** Measured for less than this share of a phase, the time that was measured is told. */
const NEARLY_ALL = 0.95

/** `71 % of the phase`, or of what was measured of it. */
export function timeShare(
  view: PhaseView,
  share: number,
  devices: readonly Pick<DeviceStates, 'states'>[],
): string {
  const known = devices.map(({ states }) => states.filter((state) => state !== UNKNOWN).length)
  const covered = meanOf(known) / Math.max(1, view.binCount)
  const whole = view.phase.name === null ? 'time' : 'phase'
  if (covered >= NEARLY_ALL) return `${shareText(share)} of the ${whole}`
  return `${shareText(share)} of the ${shareText(covered)} of the ${whole} that was measured`
}

/** `7 of 8 nodes`, counted among those that have the resource. */
export function ofNodes(count: number, all: number): string {
  return count === all ? (all === 1 ? 'the node' : `all ${all} nodes`) : `${count} of ${counted(all, 'node')}`
}
