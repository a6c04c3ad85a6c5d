/** Work that is unevenly spread over the hosts. */
import type { Finding } from '../finding.js'
import { meanOf } from '../order.js'
import type { PhaseView } from '../phase-view.js'
import { percent } from '../wording.js'
import { type Compared, LEAST_COMPARED_BINS, partsOf } from './compared.js'
import { LEAST_HOSTS } from './deviations.js'

/** Imbalance percentage from which on it is told. Our choice. */
export const IMBALANCE_PCT = 30
/** The fullest host must be this many points above the mean of all, and the fuller ones above the others in each part. */
export const IMBALANCE_POINTS = 20

interface HostMean {
  readonly host: string
  readonly mean: number
  readonly values: Float32Array
}

/**
 * The imbalance percentage of DeRose, Homer and Johnson (Detecting Application Load Imbalance on High End Massively
 * Parallel Systems, Euro-Par 2007): (max − mean) / max · n / (n − 1). 0 when all do the same, 100 when one does all.
 */
export function imbalancePct(means: readonly number[]): number {
  const highest = Math.max(...means)
  return ((100 * (highest - meanOf(means))) / highest) * (means.length / (means.length - 1))
}

/** What is uneven about one measure; `left` are hosts that are told of already. */
export function imbalanceOf(
  view: PhaseView,
  compared: Compared,
  left: ReadonlySet<string>,
): readonly Finding[] {
  const { resource, device, label, unit, byHost } = compared
  const hosts = [...byHost].flatMap(([host, values]): readonly HostMean[] => {
    const known = values.filter((value) => !Number.isNaN(value))
    return known.length < LEAST_COMPARED_BINS || left.has(host) ? [] : [{ host, mean: meanOf(known), values }]
  })
  if (unit !== '%' || hosts.length < LEAST_HOSTS) return []
  const means = hosts.map(({ mean }) => mean)
  const [lowest, highest, average] = [Math.min(...means), Math.max(...means), meanOf(means)]
  const imbalance = imbalancePct(means)
  if (!(imbalance >= IMBALANCE_PCT) || highest - average < IMBALANCE_POINTS) return []
  const fuller = hosts.filter(({ mean }) => mean > average)
  if (!isPersistent(fuller, hosts)) return []
  return [
    view.finding({
      kind: 'imbalance',
      resource,
      device,
      hosts: fuller.map(({ host }) => host),
      share: null,
      value: imbalance,
      limit: IMBALANCE_PCT,
      unit: '%',
      text: `${label} unevenly spread: from ${percent(lowest)} to ${percent(highest)}, mean ${percent(average)} (imbalance ${percent(imbalance)})`,
    }),
  ]
}

/** The fuller hosts are above the others in each part of the phase, not only by their bursts in all. */
function isPersistent(fuller: readonly HostMean[], hosts: readonly HostMean[]): boolean {
  const others = hosts.filter((host) => !fuller.includes(host))
  const partMeans = (group: readonly HostMean[]): readonly number[] => {
    const parts = group.map(({ values }) => partsOf(values).map(meanOf))
    return (parts[0] ?? []).map((_, part) => meanOf(parts.map((means) => means[part] ?? Number.NaN)))
  }
  const below = partMeans(others)
  return partMeans(fuller).every((mean, part) => mean - (below[part] ?? 0) >= IMBALANCE_POINTS)
}
