/** CPU: all cores in use with tasks waiting, or one core in use while the others have nothing to do. */
import type { AnalysisHost, Finding } from '../finding.js'
import { median } from '../order.js'
import type { PhaseView } from '../phase-view.js'
import { figure, percent } from '../wording.js'
import { type DeviceStates, FULL, type FullGroup, fullFindings, statesOf, whileFull } from './states.js'

/** From this utilization on, tasks that wait for a CPU say that there are too few (USE: utilization with saturation). */
export const CPU_BUSY_PCT = 90
/** From this on nothing is left, whether or not tasks wait: as many threads as CPUs never wait. Also DESIGN's rule where CPUs are not counted. */
export const CPU_FULL_PCT = 95
/** A core from this on runs one thread without a pause. */
export const HOT_CORE_PCT = 95
/** The other cores idle on the mean for more than half of the time: the machine is mostly idle. */
export const OTHERS_IDLE_PCT = 50

/** The device of findings on the busiest core. */
export const CORE = 'core'

export function judgeCpu(view: PhaseView): readonly Finding[] {
  const devices = view.hosts.flatMap((host) => cpuStates(view, host) ?? [])
  return fullFindings(view, devices, {
    resource: 'cpu',
    device: null,
    limit: CPU_BUSY_PCT,
    unit: '%',
    what: (group) => `CPU at ${percent(group.value)}${queueWords(view, group)}`,
  })
}

/** When a host's CPUs were full; null: not measured. */
export function cpuStates(view: PhaseView, host: AnalysisHost): DeviceStates | null {
  const values = view.values('cpu.utilization', host.name)
  if (values === null) return null
  const queue = view.values('load.run_queue', host.name)
  const cpus = host.meta?.cpus ?? Number.NaN
  const isFull = (bin: number): boolean => {
    const used = values[bin] as number
    const isWaitedFor = used >= CPU_BUSY_PCT && (queue?.[bin] ?? Number.NaN) > cpus
    return isWaitedFor || used >= CPU_FULL_PCT
  }
  return { host: host.name, values, states: statesOf(values, isFull) }
}

function queueWords(view: PhaseView, group: FullGroup): string {
  const known = group.devices.flatMap(({ host, states }) => {
    const cpus = view.hosts.find(({ name }) => name === host)?.meta?.cpus ?? null
    const queue = view.values('load.run_queue', host)
    return cpus === null || queue === null ? [] : [{ cpus, tasks: median(whileFull(queue, states)) }]
  })
  if (known.length === 0) {
    return ` (number of CPUs or run queue not known: ${CPU_FULL_PCT} % and more counts as full)`
  }
  const cpus = new Set(known.map((one) => one.cpus))
  const tasks = median(known.map((one) => one.tasks))
  const [only] = cpus
  return cpus.size === 1 && only !== undefined
    ? ` with ${figure(tasks)} runnable tasks for ${only} CPUs`
    : ` with ${figure(median(known.map((one) => one.tasks / one.cpus)))} runnable tasks for each CPU`
}

export function judgeHotCore(view: PhaseView): readonly Finding[] {
  const devices = view.hosts.flatMap((host) => hotCoreStates(view, host) ?? [])
  return fullFindings(view, devices, {
    resource: 'cpu',
    device: CORE,
    limit: HOT_CORE_PCT,
    unit: '%',
    what: (group) =>
      `one core at ${percent(group.value)} while all CPUs together were at ${percent(usedMeanwhile(view, group))}`,
  })
}

/** When one core of a host was in full use and the others were mostly idle; null: not measured. */
export function hotCoreStates(view: PhaseView, host: AnalysisHost): DeviceStates | null {
  const busiest = view.values('cpu.busiest_core', host.name)
  const used = view.values('cpu.utilization', host.name)
  if (busiest === null || used === null) return null
  const cpus = host.meta?.cpus ?? null
  if (cpus === 1) return null
  const isHot = (bin: number): boolean => {
    const core = busiest[bin] as number
    const all = used[bin] as number
    const others = cpus === null ? all : (all * cpus - core) / (cpus - 1)
    return core >= HOT_CORE_PCT && others <= OTHERS_IDLE_PCT
  }
  return { host: host.name, values: busiest, states: statesOf(busiest, isHot) }
}

function usedMeanwhile(view: PhaseView, group: FullGroup): number {
  const used = group.devices.flatMap(({ host, states }) => {
    const values = view.values('cpu.utilization', host)
    return values === null ? [] : [...values.filter((_, bin) => states[bin] === FULL)]
  })
  return median(used)
}
