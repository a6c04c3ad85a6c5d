/** What hosts are compared by. */
import type { Resource } from '../../model.js'
import { MEASURES, type MeasureName } from '../measures.js'
import { meanOf, median } from '../order.js'
import type { PhaseView } from '../phase-view.js'
import { meanUtilization } from './gpu.js'

/** Loads that come and go make means of fewer bins differ by chance. */
export const LEAST_COMPARED_BINS = 30
/** What is told of a host must hold in each of so many parts of the phase: one long burst is no habit. Our choice. */
export const PARTS = 5

/** One measure of all hosts that have it. */
export interface Compared {
  readonly resource: Resource
  readonly device: string | null
  readonly unit: string
  readonly label: string
  readonly byHost: ReadonlyMap<string, Float32Array>
}

/** What is compared between hosts: what a node did, not what it reported of itself. */
export function comparisons(view: PhaseView): readonly Compared[] {
  const named = (name: MeasureName, label: string): readonly Compared[] =>
    view.allAliases(name).map((alias) => {
      const { resource, unit } = MEASURES[name]
      const byHost = new Map(
        view.hosts.flatMap(({ name: host }) => {
          const values = view.values(name, host, alias)
          return values === null ? [] : [[host, values] as const]
        }),
      )
      const device = alias === '' ? null : alias
      return { resource, device, unit, label: label.replace('{device}', alias), byHost }
    })
  const gpus = new Map(
    view.hosts.flatMap(({ name }) => {
      const values = meanUtilization(view, name)
      return values === null ? [] : [[name, values] as const]
    }),
  )
  return [
    ...named('cpu.utilization', 'CPU'),
    ...named('memory.utilization', 'memory'),
    ...named('disk.utilization', 'disk {device}'),
    ...named('network.out', '{device} out'),
    ...named('network.in', '{device} in'),
    ...named('infiniband.out', '{device} out'),
    ...named('infiniband.in', '{device} in'),
    { resource: 'gpu', device: null, unit: '%', label: 'GPUs', byHost: gpus },
  ]
}

/** Median over hosts of their means. */
export function usualLevel(byHost: ReadonlyMap<string, Float32Array>): number {
  return median([...byHost.values()].map(meanOf))
}

/** The parts of a phase that are looked at one by one. */
export function partsOf(values: Float32Array): readonly Float32Array[] {
  const length = values.length / PARTS
  return Array.from({ length: PARTS }, (_, part) =>
    values.subarray(Math.round(part * length), Math.round((part + 1) * length)),
  )
}
