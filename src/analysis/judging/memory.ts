/** Memory: swapping, or next to nothing available while the kernel looks for pages to take away. */
import type { AnalysisHost, Finding } from '../finding.js'
import { median } from '../order.js'
import type { PhaseView } from '../phase-view.js'
import { figure, percent } from '../wording.js'
import { type DeviceStates, FULL, type FullGroup, fullFindings, statesOf } from './states.js'

/** A tenth or less is available: only then can scanning and faults mean a lack of memory. Our choice. */
export const MEMORY_BUSY_PCT = 90
/** So near the end that the next allocation may end a process (out of memory), pressure or not. Our choice. */
export const MEMORY_FULL_PCT = 97
/** 0.4 MB/s of 4 KiB pages. A page from an SSD takes about 0.1 ms, from a disk 10 ms: 1 % to all of one thread's time. */
export const SWAP_PAGES_PER_S = 100
/** As many page faults that wait for the disk, for the same reason. */
export const MAJOR_FAULTS_PER_S = 100
/** 4 MB/s looked through for pages to take away. Our choice. */
export const SCANNED_PAGES_PER_S = 1000

export function judgeMemory(view: PhaseView): readonly Finding[] {
  const devices = view.hosts.flatMap((host) => memoryStates(view, host) ?? [])
  const short = fullFindings(view, devices, {
    resource: 'memory',
    device: null,
    limit: MEMORY_BUSY_PCT,
    unit: '%',
    what: (group) => `memory ${percent(group.value)} in use${pressureWords(view, group)}`,
  })
  const known = new Set(short.flatMap(({ hosts }) => hosts))
  return [...short, ...nearlyFull(view, known)]
}

/** When a host lacked memory; null: not measured. */
export function memoryStates(view: PhaseView, host: AnalysisHost): DeviceStates | null {
  const values = view.values('memory.utilization', host.name)
  if (values === null) return null
  const swapping = view.values('swap.swapping', host.name)
  const scanned = view.values('paging.scanned', host.name)
  const faults = view.values('paging.major_faults', host.name)
  const at = (series: Float32Array | null, bin: number): number => series?.[bin] ?? Number.NaN
  const isShort = (bin: number): boolean => {
    if (at(swapping, bin) >= SWAP_PAGES_PER_S) return true
    const isPressed = at(scanned, bin) >= SCANNED_PAGES_PER_S || at(faults, bin) >= MAJOR_FAULTS_PER_S
    return (values[bin] as number) >= MEMORY_BUSY_PCT && isPressed
  }
  return { host: host.name, values, states: statesOf(values, isShort) }
}

function pressureWords(view: PhaseView, group: FullGroup): string {
  const typical = (name: 'swap.swapping' | 'paging.scanned' | 'paging.major_faults'): number =>
    median(
      group.devices.flatMap(({ host, states }) => [
        ...(view.values(name, host)?.filter((_, bin) => states[bin] === FULL) ?? []),
      ]),
    )
  const words = [
    { value: typical('swap.swapping'), unit: 'pages/s swapped' },
    { value: typical('paging.major_faults'), unit: 'major faults/s' },
    { value: typical('paging.scanned'), unit: 'pages/s scanned' },
  ].filter(({ value }) => value > 0)
  return words.length === 0
    ? ''
    : ` with ${words.map(({ value, unit }) => `${figure(value)} ${unit}`).join(', ')}`
}

/** Hosts near the end of their memory without swapping: a risk, not what held the job back. */
function nearlyFull(view: PhaseView, known: ReadonlySet<string>): readonly Finding[] {
  const devices = view.hosts.flatMap((host): readonly DeviceStates[] => {
    const values = view.values('memory.utilization', host.name)
    if (values === null || known.has(host.name)) return []
    const states = statesOf(values, (bin) => (values[bin] as number) >= MEMORY_FULL_PCT)
    return [{ host: host.name, values, states }]
  })
  const found = fullFindings(view, devices, {
    resource: 'memory',
    device: null,
    limit: MEMORY_FULL_PCT,
    unit: '%',
    what: (group) => `memory ${percent(group.value)} in use, without swapping,`,
  })
  return found.map((finding) => ({ ...finding, kind: 'saturation' }))
}
