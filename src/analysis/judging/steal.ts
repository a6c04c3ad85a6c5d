/** Steal: the hypervisor gave the CPUs to somebody else. */
import type { AnalysisHost, Finding } from '../finding.js'
import type { PhaseView } from '../phase-view.js'
import { percent } from '../wording.js'
import { type DeviceStates, fullFindings, statesOf } from './states.js'

/** A tenth of the machine gone is more than housekeeping of a hypervisor takes; our choice. */
export const STEAL_PCT = 10

export function judgeSteal(view: PhaseView): readonly Finding[] {
  const devices = view.hosts.flatMap((host) => stealStates(view, host) ?? [])
  const found = fullFindings(view, devices, {
    resource: 'cpu',
    device: null,
    limit: STEAL_PCT,
    unit: '%',
    what: (group) => `${percent(group.value)} of the CPU time was given to other machines of the hypervisor`,
  })
  return found.map((finding) => ({ ...finding, kind: 'steal' }))
}

function stealStates(view: PhaseView, host: AnalysisHost): DeviceStates | null {
  const values = view.values('cpu.steal', host.name)
  if (values === null) return null
  return { host: host.name, values, states: statesOf(values, (bin) => (values[bin] as number) >= STEAL_PCT) }
}
