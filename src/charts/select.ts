/** Which plots are asked for, and which devices of a crowded node are drawn. */
import type { CollectedSeries } from './collect.js'

/** Of a node with more devices only so many are drawn, the busiest. */
const MOST_DEVICES = 16

/** Whether `cpu/iowait`, say, is asked for by one of `only`: `cpu`, `cpu/iowait`, `disk/*_read`; absent: all are. */
export function matchesOnly(path: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((pattern) => matchesPattern(path, pattern))
}

/** Whether any plot of a resource could be asked for by one of `only`; absent: all are. `overview` shows all resources. */
export function mayMatch(resource: string, only: readonly string[] | undefined): boolean {
  if (only === undefined) return true
  return only.some((pattern) => {
    const [first = ''] = pattern.split('/')
    return pattern === 'overview' || first.includes('*') || matchesPattern(resource, first)
  })
}

/** Whether a plot's path is meant by a resource, a path, or one of them with `*` for any characters. */
export function matchesPattern(path: string, pattern: string): boolean {
  const words = pattern.split('*').map((word) => word.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${words.join('.*')}(/.*)?$`, 's').test(path)
}

/**
 * Keeps the 16 devices of each node with the highest mean of the plot's column, each of which was measured; `notes`
 * says once per resource of which hosts some were left out.
 */
export function keepBusiest(
  series: readonly CollectedSeries[],
  hostLabels: readonly string[],
): { readonly kept: readonly CollectedSeries[]; readonly notes: readonly string[] } {
  const hostsByResource = new Map<string, Set<string>>()
  const dropped = new Set<CollectedSeries>()
  for (const ofHost of groupBy(
    series,
    (one) => `${one.kind.resource}/${one.kind.file}/${one.hostIndex}`,
  ).values()) {
    const [first] = ofHost
    if (first === undefined || ofHost.length <= MOST_DEVICES) continue
    const byMean = [...ofHost].sort((a, b) => b.reducer.mean() - a.reducer.mean())
    for (const one of byMean.slice(MOST_DEVICES)) dropped.add(one)
    const hosts = hostsByResource.get(first.kind.resource) ?? new Set<string>()
    hostsByResource.set(first.kind.resource, hosts.add(hostLabels[first.hostIndex] ?? ''))
  }
  const notes = [...hostsByResource].map(
    ([resource, hosts]) =>
      `${resource}: only the ${MOST_DEVICES} busiest devices are drawn of ${listSome([...hosts])}`,
  )
  return { kept: series.filter((one) => !dropped.has(one)), notes }
}

/** Groups in order of first appearance. */
export function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** `a, b, c`, and above 5 items `a, b, c, d and 8 more`. */
export function listSome(items: readonly string[]): string {
  return items.length <= 5 ? items.join(', ') : `${items.slice(0, 4).join(', ')} and ${items.length - 4} more`
}
