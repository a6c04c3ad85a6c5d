/** Network and InfiniBand: a link in use up to its speed. */
import type { AnalysisHost, Finding } from '../finding.js'
import { median } from '../order.js'
import type { PhaseView } from '../phase-view.js'
import { linkText, percent } from '../wording.js'
import { type DeviceStates, FULL, type FullGroup, fullFindings, statesOf } from './states.js'

type LinkResource = 'network' | 'infiniband'

/** Payload never reaches the speed of the wire: frames, headers and acknowledgements take 3 to 6 % of Ethernet. */
export const LINK_FULL_PCT = 90
export function judgeNetwork(view: PhaseView): readonly Finding[] {
  return judgeLinks(view, 'network')
}

export function judgeInfiniband(view: PhaseView): readonly Finding[] {
  return judgeLinks(view, 'infiniband')
}

function judgeLinks(view: PhaseView, resource: LinkResource): readonly Finding[] {
  return view.allAliases(`${resource}.utilization`).flatMap((alias) => {
    const devices = view.hosts.flatMap((host) => linkStates(view, host, resource, alias) ?? [])
    return fullFindings(view, devices, {
      resource,
      device: alias,
      limit: LINK_FULL_PCT,
      unit: '%',
      what: (group) =>
        `${alias} ${directionOf(view, group, resource, alias)} at ${percent(group.value)} of ${speedWords(view, group, resource, alias)}`,
    })
  })
}

/** When a link of a host was full; null: not measured, which it is also where its speed is not known or cannot be. */
export function linkStates(
  view: PhaseView,
  host: AnalysisHost,
  resource: LinkResource,
  alias: string,
): DeviceStates | null {
  const values = view.values(`${resource}.utilization`, host.name, alias)
  if (values === null) return null
  const states = statesOf(values, (bin) => (values[bin] as number) >= LINK_FULL_PCT)
  return { host: host.name, values, states }
}

/** The direction that was busier while the link was full: `in`, `out`, or `in and out` where hosts differ. */
export function directionOf(
  view: PhaseView,
  group: FullGroup,
  resource: LinkResource,
  alias: string,
): string {
  const words = group.devices.map(({ host, states }) => {
    const typical = (name: 'in' | 'out'): number =>
      median(view.values(`${resource}.${name}`, host, alias)?.filter((_, bin) => states[bin] === FULL) ?? [])
    const [inward, outward] = [typical('in'), typical('out')]
    if (Math.min(inward, outward) >= BOTH_WAYS * Math.max(inward, outward)) return 'in and out'
    return outward > inward ? 'out' : 'in'
  })
  const [first = 'in and out'] = words
  return words.every((word) => word === first) ? first : 'in and out'
}

/** The weaker direction has this share of the stronger one: both are in use. */
const BOTH_WAYS = 0.8

function speedWords(view: PhaseView, group: FullGroup, resource: LinkResource, alias: string): string {
  if (resource === 'infiniband') return "the port's rate"
  const speeds = new Set(
    group.devices.flatMap(({ host }) => {
      const known = view.hosts.find(({ name }) => name === host)
      return known === undefined ? [] : (view.linkBytesPerSec(known, alias) ?? [])
    }),
  )
  const [speed] = speeds
  return speeds.size === 1 && speed !== undefined ? linkText(speed) : 'its speed'
}
