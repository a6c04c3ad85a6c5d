/** GPUs that wait: for the CPUs, a disk or a link of their own node, or for something that is not measured. */
import type { AnalysisHost, Finding } from '../finding.js'
import type { PhaseView } from '../phase-view.js'
import { percent } from '../wording.js'
import { cpuStates, hotCoreStates } from './cpu.js'
import { diskStates } from './disk.js'
import { meanUtilization } from './gpu.js'
import { linkStates } from './links.js'
import { memoryStates } from './memory.js'
import { type DeviceStates, FULL, type FullGroup, fullFindings, isFullAt, statesOf } from './states.js'

/** Below this a GPU waits for longer than it works. */
export const GPU_STARVED_PCT = 50

/** What may keep the GPUs of a node waiting, as it reads. */
interface Supplier {
  readonly label: string
  readonly states: DeviceStates
}

export function judgeStarvation(view: PhaseView): readonly Finding[] {
  const hosts = view.hosts.flatMap((host) => {
    const values = meanUtilization(view, host.name)
    return values === null ? [] : [{ host, values, suppliers: suppliersOf(view, host) }]
  })
  const isLow = (values: Float32Array, bin: number): boolean => (values[bin] as number) < GPU_STARVED_PCT
  const devices = (isBusy: boolean): readonly DeviceStates[] =>
    hosts.map(({ host, values, suppliers }) => ({
      host: host.name,
      values,
      states: statesOf(
        values,
        (bin) => isLow(values, bin) && suppliers.some(({ states }) => isFullAt(states, bin)) === isBusy,
      ),
    }))
  const words = { resource: 'gpu', device: null, limit: GPU_STARVED_PCT, unit: '%' } as const
  const starved = fullFindings(view, devices(true), {
    ...words,
    what: (group) => `GPUs at ${percent(group.value)} while ${supplierWords(hosts, group)}`,
  })
  const waiting = fullFindings(view, devices(false), {
    ...words,
    what: (group) =>
      `GPUs at ${percent(group.value)} while nothing else measured on their nodes was in full use`,
  })
  return [
    ...starved.map((finding) => ({ ...finding, kind: 'starvation' as const })),
    ...waiting
      .filter(({ kind }) => kind === 'bottleneck')
      .map((finding) => ({ ...finding, kind: 'idle' as const })),
  ]
}

function suppliersOf(view: PhaseView, host: AnalysisHost): readonly Supplier[] {
  const found: readonly (readonly [string, DeviceStates | null])[] = [
    ['the CPUs were full', cpuStates(view, host)],
    ['one core was full', hotCoreStates(view, host)],
    ['memory was short', memoryStates(view, host)],
    ...view
      .aliases('disk.utilization', host.name)
      .map((alias) => [`the disk ${alias} was full`, diskStates(view, host, alias)] as const),
    ...(['network', 'infiniband'] as const).flatMap((resource) =>
      view
        .aliases(`${resource}.utilization`, host.name)
        .map((alias) => [`the link ${alias} was full`, linkStates(view, host, resource, alias)] as const),
    ),
  ]
  return found.flatMap(([label, states]) => (states === null ? [] : [{ label, states }]))
}

/** What was full for most of the time in which the GPUs waited. */
function supplierWords(
  hosts: readonly { readonly host: AnalysisHost; readonly suppliers: readonly Supplier[] }[],
  group: FullGroup,
): string {
  const counts = new Map<string, number>()
  for (const { host, states } of group.devices) {
    for (const supplier of hosts.find((one) => one.host.name === host)?.suppliers ?? []) {
      const both = states.filter((state, bin) => state === FULL && isFullAt(supplier.states, bin)).length
      counts.set(supplier.label, (counts.get(supplier.label) ?? 0) + both)
    }
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most?.[0] ?? 'something else was full'
}
