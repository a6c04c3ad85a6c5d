/** Errors and drops on links, and what GPUs reported. */
import type { Finding } from '../finding.js'
import { median } from '../order.js'
import type { PhaseView } from '../phase-view.js'
import { counted, figure } from '../wording.js'

/**
 * Lost packets, percent of all: at 1 in 10 000 TCP keeps no more than 1.22 / sqrt(p) = 122 segments under way (Mathis,
 * Semke, Mahdavi, Ott 1997), which a 10 Gb/s link with a round trip of 0.2 ms just fills.
 */
export const LOSS_PCT = 0.01
/** Fewer in a phase are chance. */
export const LEAST_ERRORS = 10

export function judgeErrors(view: PhaseView): readonly Finding[] {
  return [...packetErrors(view), ...portErrors(view)]
}

function packetErrors(view: PhaseView): readonly Finding[] {
  return view.allAliases('network.errors').flatMap((alias) => {
    const bad = view.hosts.flatMap(({ name }) => {
      const count = total(view, view.values('network.errors', name, alias))
      const rates = view.values('network.packets', name, alias)
      // Errors that nobody knows the share of cannot be told from chance.
      if (rates === null) return []
      const packets = total(view, rates)
      const pct = (100 * count) / (packets + count)
      return count >= LEAST_ERRORS && pct >= LOSS_PCT ? [{ name, count, pct }] : []
    })
    if (bad.length === 0) return []
    const pct = median(bad.map((one) => one.pct))
    const count = Math.round(bad.reduce((sum, one) => sum + one.count, 0))
    return [
      view.finding({
        kind: 'errors',
        resource: 'network',
        device: alias,
        hosts: bad.map((one) => one.name),
        share: null,
        value: pct,
        limit: LOSS_PCT,
        unit: '%',
        text: `${alias}: ${counted(count, 'error')} and drops, ${figure(pct)} % of the packets`,
      }),
    ]
  })
}

/** InfiniBand is lossless: it counts errors and discards, and has no packets here to be a share of. */
function portErrors(view: PhaseView): readonly Finding[] {
  return view.allAliases('infiniband.errors').flatMap((alias) => {
    const bad = view.hosts
      .map(({ name }) => ({ name, count: total(view, view.values('infiniband.errors', name, alias)) }))
      .filter(({ count }) => count >= LEAST_ERRORS)
    if (bad.length === 0) return []
    const count = Math.round(bad.reduce((sum, one) => sum + one.count, 0))
    return [
      view.finding({
        kind: 'errors',
        resource: 'infiniband',
        device: alias,
        hosts: bad.map((one) => one.name),
        share: null,
        value: count,
        limit: LEAST_ERRORS,
        unit: 'errors',
        text: `${alias}: ${counted(count, 'error')} and discards`,
      }),
    ]
  })
}

/** How many a rate comes to over the measured time of the phase. */
function total(view: PhaseView, perSec: Float32Array | null): number {
  let sum = 0
  for (const rate of perSec ?? []) if (!Number.isNaN(rate)) sum += rate * view.binSec
  return sum
}
