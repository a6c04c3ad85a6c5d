/** Disks: busy all the time with requests queued that take longer than usual. */
import type { AnalysisHost, Finding } from '../finding.js'
import { median, quantileOfSorted, sorted } from '../order.js'
import type { PhaseView } from '../phase-view.js'
import { figure, percent } from '../wording.js'
import { type DeviceStates, FULL, type FullGroup, fullFindings, statesOf } from './states.js'

/** Busy for nearly the whole interval: a request was under way at any moment. */
export const DISK_BUSY_PCT = 90
/** More than one request at a time: somebody waits for somebody else. */
export const DISK_QUEUE = 1
/** Requests take this many times as long as when the disk had little to do. Our choice. */
export const AWAIT_RISE = 1.5
/** Below this a disk has little to do. */
export const DISK_LIGHT_PCT = 50
/** What a disk's requests take when nothing waits: the fastest tenth of its samples. */
const UNLOADED_QUANTILE = 0.1

export function judgeDisk(view: PhaseView): readonly Finding[] {
  return view.allAliases('disk.utilization').flatMap((alias) => {
    const devices = view.hosts.flatMap((host) => diskStates(view, host, alias) ?? [])
    return fullFindings(view, devices, {
      resource: 'disk',
      device: alias,
      limit: DISK_BUSY_PCT,
      unit: '%',
      what: (group) =>
        `${alias} busy for ${percent(group.value)} of the time${queueWords(view, group, alias)}`,
    })
  })
}

/** When a disk of a host was full; null: not measured. */
export function diskStates(view: PhaseView, host: AnalysisHost, alias: string): DeviceStates | null {
  const values = view.values('disk.utilization', host.name, alias)
  if (values === null) return null
  const queue = view.values('disk.queue', host.name, alias)
  const wait = view.values('disk.await', host.name, alias)
  const usualMs = unloadedAwaitMs(view, host.name, alias)
  const isFull = (bin: number): boolean => {
    if ((values[bin] as number) < DISK_BUSY_PCT || !((queue?.[bin] ?? Number.NaN) > DISK_QUEUE)) return false
    return usualMs === null || !((wait?.[bin] ?? Number.NaN) <= AWAIT_RISE * usualMs)
  }
  return { host: host.name, values, states: statesOf(values, isFull) }
}

/**
 * How long a request takes on this disk when it has little to do, from the whole session; null when that cannot be told,
 * because it was never so: then a busy disk with a queue counts as full.
 */
function unloadedAwaitMs(view: PhaseView, host: string, alias: string): number | null {
  const wait = view.measured.series('disk.await', host, alias)?.bins
  const used = view.measured.series('disk.utilization', host, alias)?.bins
  if (wait === undefined || used === undefined) return null
  const isAtWork = (bin: number): boolean => (wait[bin] as number) > 0
  const bins = [...wait.keys()].filter(isAtWork)
  const light = bins.filter((bin) => (used[bin] as number) < DISK_LIGHT_PCT)
  if (light.length < UNLOADED_QUANTILE * bins.length || light.length === 0) return null
  return quantileOfSorted(sorted(bins.map((bin) => wait[bin] as number)), UNLOADED_QUANTILE)
}

function queueWords(view: PhaseView, group: FullGroup, alias: string): string {
  const typical = (name: 'disk.queue' | 'disk.await'): number =>
    median(
      group.devices.flatMap(({ host, states }) => [
        ...(view.values(name, host, alias)?.filter((_, bin) => states[bin] === FULL) ?? []),
      ]),
    )
  const awaitMs = typical('disk.await')
  const usualMs = median(group.devices.map(({ host }) => unloadedAwaitMs(view, host, alias) ?? Number.NaN))
  const rise = usualMs > 0 ? `, ${figure(awaitMs / usualMs)} times what they take unloaded` : ''
  const wait = Number.isNaN(awaitMs) ? '' : `, ${figure(awaitMs)} ms each${rise}`
  return ` with ${figure(typical('disk.queue'))} requests queued${wait},`
}
