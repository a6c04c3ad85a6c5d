/** GPUs: in use, waiting for the rest of their node, slowed down, or left alone. */
import type { AnalysisHost, Finding } from '../finding.js'
import { higherOf, meanOf, median, quantileOfSorted, sorted } from '../order.js'
import { LEAST_BINS, type PhaseView } from '../phase-view.js'
import { counted, percent } from '../wording.js'
import { type DeviceStates, fullFindings, statesOf } from './states.js'

/** Kernels ran nearly all the time. Whether they filled the GPU cannot be seen: 100 % is not "full". */
export const GPU_BUSY_PCT = 90
/** A GPU that never gets above this in 95 % of the time does nothing. */
export const GPU_IDLE_PCT = 5
/** One that works for this much of the time on the mean is at work. */
const GPU_WORKING_PCT = 30
/** Allocators that keep what they got stop short of this; the next allocation may fail. Our choice. */
export const GPU_MEMORY_FULL_PCT = 95

export function judgeGpu(view: PhaseView): readonly Finding[] {
  const devices = view.hosts.flatMap((host) => gpuStates(view, host) ?? [])
  return fullFindings(view, devices, {
    resource: 'gpu',
    device: null,
    limit: GPU_BUSY_PCT,
    unit: '%',
    what: (group) => {
      const power = median(group.hosts.map((host) => typicalPower(view, host)))
      const watts = Number.isNaN(power) ? '' : `, at ${percent(power)} of their power limit,`
      return `GPUs ran kernels ${percent(group.value)} of the time (100 % is not full)${watts}`
    },
  })
}

function typicalPower(view: PhaseView, host: string): number {
  const gpus = workingGpus(view, host).map((alias) => view.values('gpu.power', host, alias))
  return median(gpus.flatMap((values) => (values === null ? [] : [median(values)])))
}

/** When the GPUs of a host that work at all were in use; the values are the mean over them. Null: not measured, or none works. */
export function gpuStates(view: PhaseView, host: AnalysisHost): DeviceStates | null {
  const values = meanUtilization(view, host.name)
  if (values === null) return null
  return {
    host: host.name,
    values,
    states: statesOf(values, (bin) => (values[bin] as number) >= GPU_BUSY_PCT),
  }
}

/** Mean utilization over the GPUs of a host that were not idle throughout the session; null when there is none. */
export function meanUtilization(view: PhaseView, host: string): Float32Array | null {
  const gpus = workingGpus(view, host).flatMap((alias) => view.values('gpu.utilization', host, alias) ?? [])
  const [first] = gpus
  return first === undefined
    ? null
    : first.map((_, bin) => meanOf(gpus.map((values) => values[bin] as number)))
}

/** GPUs of a host that did something at some time of the session. */
function workingGpus(view: PhaseView, host: string): readonly string[] {
  return view.aliases('gpu.utilization', host).filter((alias) => {
    const bins = view.measured.series('gpu.utilization', host, alias)?.bins ?? new Float32Array()
    return quantileOfSorted(sorted(bins), 0.95) > GPU_IDLE_PCT
  })
}

/** Single GPUs of a node with nothing to do while others of the same node work. */
export function judgeIdleGpus(view: PhaseView): readonly Finding[] {
  const idleHosts = new Map<string, { readonly name: string; readonly high: number }[]>()
  for (const { name } of view.hosts) {
    const gpus = view.aliases('gpu.utilization', name).flatMap((alias) => {
      const values = view.values('gpu.utilization', name, alias)
      const known = sorted(values ?? [])
      return known.length < LEAST_BINS
        ? []
        : [{ alias, mean: meanOf(known), high: quantileOfSorted(known, 0.95) }]
    })
    if (!gpus.some(({ mean }) => mean >= GPU_WORKING_PCT)) continue
    for (const { alias, high } of gpus.filter((gpu) => gpu.high <= GPU_IDLE_PCT)) {
      idleHosts.set(alias, [...(idleHosts.get(alias) ?? []), { name, high }])
    }
  }
  return [...idleHosts].map(([alias, hosts]) => {
    const highest = Math.max(...hosts.map(({ high }) => high))
    return view.finding({
      kind: 'idle',
      resource: 'gpu',
      device: alias,
      hosts: hosts.map(({ name }) => name),
      share: null,
      value: highest,
      limit: GPU_IDLE_PCT,
      unit: '%',
      text: `GPU ${alias} had nothing to do (at or below ${percent(highest)} for 95 % of the time) while others of its node worked`,
    })
  })
}

export function judgeGpuMemory(view: PhaseView): readonly Finding[] {
  const devices = view.hosts.flatMap(({ name }): readonly DeviceStates[] => {
    const gpus = view
      .aliases('gpu.memory', name)
      .flatMap((alias) => view.values('gpu.memory', name, alias) ?? [])
    const [first] = gpus
    if (first === undefined) return []
    const values = first.map((_, bin) => highestAt(gpus, bin))
    return [
      {
        host: name,
        values,
        states: statesOf(values, (bin) => (values[bin] as number) >= GPU_MEMORY_FULL_PCT),
      },
    ]
  })
  const found = fullFindings(view, devices, {
    resource: 'gpu',
    device: null,
    limit: GPU_MEMORY_FULL_PCT,
    unit: '%',
    what: (group) => `the fullest GPU had ${percent(group.value)} of its memory in use`,
  })
  return found.map((finding) => ({ ...finding, kind: 'saturation' }))
}

/** The highest of what was measured in a bin; NaN: nothing was. A GPU that no longer answers hides no other one. */
function highestAt(gpus: readonly Float32Array[], bin: number): number {
  return gpus.reduce((highest, gpu) => higherOf(highest, gpu[bin] ?? Number.NaN), Number.NaN)
}

/** Words of the driver that mean: slower than it could be. `gpu_idle` and `applications_clocks_setting` mean no such thing. */
export const THROTTLE_WORDS: Readonly<Record<string, string>> = {
  sw_power_cap: 'its power limit',
  hw_slowdown: 'the hardware (heat, power brake or power supply)',
  sw_thermal_slowdown: 'heat',
  hw_thermal_slowdown: 'heat',
  hw_power_brake_slowdown: 'the power supply',
}
/** Running at the power limit is what a busy GPU does by design: told, but no verdict. */
export const POWER_CAP = 'sw_power_cap'

export function judgeThrottling(view: PhaseView): readonly Finding[] {
  return Object.entries(THROTTLE_WORDS).flatMap(([reason, cause]) => {
    const devices = view.hosts.flatMap(({ name }) => throttledStates(view, name, reason) ?? [])
    const found = fullFindings(view, devices, {
      resource: 'gpu',
      device: null,
      limit: 0,
      unit: 'GPUs',
      what: (group) =>
        `clocks of ${counted(Math.round(group.value), 'GPU')} a node were held down by ${cause} (${reason})`,
    })
    return found.map((finding) => ({ ...finding, kind: 'throttling' }))
  })
}

/** In which bins a reason held for at least one GPU of a host; the values are how many. Null: no reason is measured. */
function throttledStates(view: PhaseView, host: string, reason: string): DeviceStates | null {
  const gpus = view.aliases('gpu.utilization', host).map((alias) => view.throttling(host, alias))
  const told = gpus.flatMap((reasons) => [...reasons.values()])
  const [first] = told
  if (first === undefined) return null
  const values = first.map((_, bin) => {
    if (told.every((bins) => Number.isNaN(bins[bin]))) return Number.NaN
    return gpus.filter((reasons) => (reasons.get(reason)?.[bin] ?? 0) > 0.5).length
  })
  return { host, values, states: statesOf(values, (bin) => (values[bin] as number) > 0) }
}
