/** The figures of each resource in each phase, over all moments of all nodes. */
import type { Row } from './finding.js'
import { MEASURES, type MeasureName } from './measures.js'
import { quantileOfSorted, sorted } from './order.js'
import type { PhaseView } from './phase-view.js'

/** Measures that have rows, and whether their devices are told apart. */
const ROW_MEASURES: readonly (readonly [MeasureName, 'each device' | 'all together'])[] = [
  ['cpu.utilization', 'all together'],
  ['cpu.busiest_core', 'all together'],
  ['cpu.iowait', 'all together'],
  ['cpu.steal', 'all together'],
  ['load.run_queue', 'all together'],
  ['memory.utilization', 'all together'],
  ['swap.swapping', 'all together'],
  ['disk.utilization', 'each device'],
  ['disk.await', 'each device'],
  ['network.utilization', 'each device'],
  ['network.in', 'each device'],
  ['network.out', 'each device'],
  ['infiniband.utilization', 'each device'],
  ['infiniband.in', 'each device'],
  ['infiniband.out', 'each device'],
  ['gpu.utilization', 'all together'],
  ['gpu.memory', 'all together'],
]

/** The rows of a phase; a measure without values has none. */
export function rowsOf(view: PhaseView): readonly Row[] {
  return ROW_MEASURES.flatMap(([name, devices]) => {
    const aliases = view.allAliases(name)
    return devices === 'each device'
      ? aliases.flatMap((alias) => rowOf(view, name, [alias], alias))
      : rowOf(view, name, aliases, null)
  })
}

function rowOf(
  view: PhaseView,
  name: MeasureName,
  aliases: readonly string[],
  device: string | null,
): readonly Row[] {
  const parts = view.hosts.flatMap(({ name: host }) => {
    const series = aliases.flatMap((alias) => view.values(name, host, alias) ?? [])
    const peaks = aliases.map((alias) => view.peak(name, host, alias)).filter((peak) => !Number.isNaN(peak))
    return series.length === 0 ? [] : [{ series, peaks }]
  })
  const ordered = sorted(pooled(parts.flatMap(({ series }) => series)))
  if (ordered.length === 0) return []
  const { resource, unit, columns } = MEASURES[name]
  const peak = Math.max(...parts.flatMap(({ peaks }) => peaks))
  return [
    {
      phase: view.phase.label,
      resource,
      column: columns.join(' + '),
      device,
      unit,
      hosts: parts.length,
      median: quantileOfSorted(ordered, 0.5),
      p95: quantileOfSorted(ordered, 0.95),
      peak: Number.isFinite(peak) ? peak : (ordered.at(-1) ?? Number.NaN),
    },
  ]
}

/** All values in one array. */
export function pooled(series: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(series.reduce((length, one) => length + one.length, 0))
  let at = 0
  for (const one of series) {
    all.set(one, at)
    at += one.length
  }
  return all
}
