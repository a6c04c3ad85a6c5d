/** Hosts that are unlike the others. */
import type { Finding } from '../finding.js'
import { meanOf, median } from '../order.js'
import type { PhaseView } from '../phase-view.js'
import { figure, percent, rateText } from '../wording.js'
import { type Compared, comparisons, LEAST_COMPARED_BINS, partsOf, usualLevel } from './compared.js'
import { type Deviation, deviations, MODIFIED_Z } from './deviations.js'
import { idleHosts } from './idle.js'
import { imbalanceOf } from './imbalance.js'

/** A host must be this many percentage points further off than is usual: outliers among near-equal hosts matter to nobody. Our choice. */
export const LEAST_POINTS = 10
/** Of traffic: this share of what the median host moves … */
export const LEAST_RATE_SHARE = 0.25
/** … and at least this much, bytes per second: the chatter of an idle network is no work. Our choice. */
export const LEAST_RATE = 1e6
export function judgeStragglers(view: PhaseView): readonly Finding[] {
  const idle = new Set(idleHosts(view))
  return comparisons(view).flatMap((compared) => {
    const outliers = outliersOf(compared).filter(({ host }) => !idle.has(host))
    const sides = [outliers.filter(({ signed }) => signed < 0), outliers.filter(({ signed }) => signed >= 0)]
    const found = sides.flatMap((side) => (side.length === 0 ? [] : [stragglerFinding(view, compared, side)]))
    return found.length > 0 ? found : imbalanceOf(view, compared, idle)
  })
}

/** Hosts further from the others than chance and than matters. */
function outliersOf(compared: Compared): readonly Deviation[] {
  const all = deviations(compared.byHost).filter(
    ({ differences }) => differences.length >= LEAST_COMPARED_BINS,
  )
  const usual = median(all.map(({ score }) => score))
  const least = leastEffect(compared)
  return all.filter((one) => one.z > MODIFIED_Z && one.score - usual >= least && isPersistent(one, least))
}

/** Off to the same side and by the least effect in each part. */
function isPersistent({ differences, signed }: Deviation, least: number): boolean {
  return partsOf(differences).every((part) => meanOf(part) * Math.sign(signed) >= least)
}

function leastEffect({ unit, byHost }: Compared): number {
  return unit === '%' ? LEAST_POINTS : Math.max(LEAST_RATE, LEAST_RATE_SHARE * usualLevel(byHost))
}

function stragglerFinding(view: PhaseView, compared: Compared, side: readonly Deviation[]): Finding {
  const { resource, device, unit } = compared
  const signed = median(side.map((one) => one.signed))
  return view.finding({
    kind: 'straggler',
    resource,
    device,
    hosts: side.map(({ host }) => host),
    share: null,
    value: signed,
    limit: leastEffect(compared),
    unit: unit === '%' ? 'percentage points' : unit,
    text: `${stragglerWords(compared, side, signed)}${zWords(side)}`,
  })
}

function stragglerWords(compared: Compared, side: readonly Deviation[], signed: number): string {
  const usual = usualLevel(compared.byHost)
  const own = median(side.map(({ host }) => meanOf(compared.byHost.get(host) ?? [])))
  if (compared.unit === '%') {
    const points = `${Math.round(Math.abs(signed))} points ${signed < 0 ? 'below' : 'above'} the median node`
    return `${compared.label} ${points} (${percent(own)} against ${percent(usual)})`
  }
  return `${compared.label}: ${rateText(own)}, the median node ${rateText(usual)}`
}

/** Beyond this a score only says that the others hardly differ. */
const MOST_TOLD_Z = 100

function zWords(side: readonly Deviation[]): string {
  const z = Math.min(...side.map((one) => one.z))
  if (!Number.isFinite(z)) return ''
  return `, modified z ${z > MOST_TOLD_Z ? `above ${MOST_TOLD_Z}` : figure(z)}`
}
