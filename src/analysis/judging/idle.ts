/** Hosts that had nothing to do while others worked. */
import type { Finding } from '../finding.js'
import { meanOf, quantileOfSorted, sorted } from '../order.js'
import { LEAST_BINS, type PhaseView } from '../phase-view.js'
import { counted, percent } from '../wording.js'
import { GPU_IDLE_PCT } from './gpu.js'

/** CPU, disks and links that stay below this in 95 % of the time do nothing but housekeeping. Our choice. */
export const IDLE_PCT = 5
/** A node that uses this much of its CPUs or GPUs on the mean is at work. */
export const WORKING_PCT = 25

export function judgeIdle(view: PhaseView): readonly Finding[] {
  const hosts = idleHosts(view)
  if (hosts.length === 0) return []
  const highest = Math.max(...hosts.map((host) => high(view.values('cpu.utilization', host))))
  return [
    view.finding({
      kind: 'idle',
      resource: 'cpu',
      device: null,
      hosts,
      share: null,
      value: highest,
      limit: IDLE_PCT,
      unit: '%',
      text: `${counted(hosts.length, 'node')} did nothing (CPU at or below ${percent(highest)} for 95 % of the time) while others worked`,
    }),
  ]
}

/** Hosts of which everything that was measured stayed idle while at least one other worked. */
export function idleHosts(view: PhaseView): readonly string[] {
  const isWorking = view.hosts.some(({ name }) => {
    const gpus = view
      .aliases('gpu.utilization', name)
      .map((alias) => view.values('gpu.utilization', name, alias))
    const used = [view.values('cpu.utilization', name), ...gpus].map((values) => meanOf(values ?? []))
    return used.some((mean) => mean >= WORKING_PCT)
  })
  return isWorking ? view.hosts.map(({ name }) => name).filter((host) => isIdle(view, host)) : []
}

function isIdle(view: PhaseView, host: string): boolean {
  const cpu = view.values('cpu.utilization', host)
  if (cpu === null || cpu.filter((value) => !Number.isNaN(value)).length < LEAST_BINS) return false
  const others = (['disk.utilization', 'network.utilization', 'infiniband.utilization'] as const).flatMap(
    (name) => view.aliases(name, host).map((alias) => view.values(name, host, alias)),
  )
  const gpus = view
    .aliases('gpu.utilization', host)
    .map((alias) => view.values('gpu.utilization', host, alias))
  const isQuiet = (values: Float32Array | null, limit: number): boolean => !(high(values) > limit)
  return (
    [cpu, ...others].every((values) => isQuiet(values, IDLE_PCT)) &&
    gpus.every((values) => isQuiet(values, GPU_IDLE_PCT))
  )
}

/** What is not exceeded for 95 % of the time; NaN: not measured. */
function high(values: Float32Array | null): number {
  return quantileOfSorted(sorted(values ?? new Float32Array()), 0.95)
}
