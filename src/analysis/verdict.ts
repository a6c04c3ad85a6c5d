/** What held the job back: the cause that took the most node-time, or that there is none. */
import type { Evidence, Finding, PhaseVerdict, VerdictKind } from './finding.js'
import { CORE } from './judging/cpu.js'
import { POWER_CAP } from './judging/gpu.js'
import { BOTTLENECK_SHARE } from './judging/states.js'
import { MEASURES, type MeasureName } from './measures.js'
import { median, quantileOfSorted, sorted } from './order.js'
import { LEAST_BINS, type PhaseView } from './phase-view.js'
import { pooled } from './rows.js'

/** Kinds that took time from the job, and those that only show something uneven, the stronger first. */
const CAUSES: readonly Finding['kind'][] = ['bottleneck', 'starvation', 'throttling', 'steal']
const UNEVEN: readonly Finding['kind'][] = ['idle', 'straggler', 'imbalance']
/** What is uneven weighs less than what is full: it may be meant so. */
const UNEVEN_WEIGHT = 0.1
/** A cause explains another one when it holds on this share of its hosts and for this share of its time. */
const EXPLAINED_SHARE = 0.5

/** The verdict of a phase by its findings. */
export function judgePhase(view: PhaseView, findings: readonly Finding[], hostCount: number): PhaseVerdict {
  const { phase } = view
  const causes = findings.filter(isCause)
  const open = causes.filter((cause) => !causes.some((other) => explains(other, cause)))
  const [cause] = [...open].sort((a, b) => weightOf(b, hostCount) - weightOf(a, hostCount))
  const uneven = UNEVEN.flatMap((kind) => findings.filter((finding) => finding.kind === kind)).filter(
    (finding) => finding.resource !== 'memory',
  )
  const chosen = cause ?? uneven[0] ?? null
  if (chosen === null) {
    const nothing = { phase, cause: null, weight: 0, elsewhere: null }
    if (!isJudged(view)) return { ...nothing, kind: 'not_measured', evidence: [] }
    const hosts = view.hosts.map(({ name }) => name)
    return { ...nothing, kind: 'none', evidence: evidenceOf(view, hosts, null) }
  }
  const weight =
    cause === undefined ? (UNEVEN_WEIGHT * chosen.hosts.length) / hostCount : weightOf(cause, hostCount)
  return {
    phase,
    // Only kinds of CAUSES and UNEVEN are chosen, and all of these are kinds of verdicts.
    kind: chosen.kind as VerdictKind,
    cause: chosen,
    weight,
    evidence: evidenceOf(view, chosen.hosts, chosen),
    elsewhere: elsewhere(view, chosen),
  }
}

/** Share of all node-time of the phase. */
function weightOf(finding: Finding, hostCount: number): number {
  return ((finding.share ?? 0) * finding.hosts.length) / Math.max(1, hostCount)
}

function isCause(finding: Finding): boolean {
  if (!CAUSES.includes(finding.kind)) return false
  const isLong = (finding.share ?? 0) >= BOTTLENECK_SHARE
  return isLong && !(finding.kind === 'throttling' && finding.text.includes(POWER_CAP))
}

/** True when `other` is why `finding` was seen: a swapping node keeps its disk busy, a hypervisor its CPUs. */
function explains(other: Finding, finding: Finding): boolean {
  if (other === finding || !isReason(other, finding)) return false
  const shared = finding.hosts.filter((host) => other.hosts.includes(host)).length
  if (shared < EXPLAINED_SHARE * finding.hosts.length) return false
  // A resource that is made slower is no other cause, however long it is in use besides.
  if (other.kind === 'throttling' || other.kind === 'steal') return true
  return (other.share ?? 0) >= EXPLAINED_SHARE * (finding.share ?? 0)
}

function isReason(other: Finding, finding: Finding): boolean {
  if (other.kind === 'starvation') return finding.kind === 'bottleneck' && finding.resource !== 'gpu'
  if (finding.kind !== 'bottleneck') return false
  if (other.kind === 'steal') return finding.resource === 'cpu'
  if (other.kind === 'throttling') return finding.resource === 'gpu'
  return other.resource === 'memory' && ['disk', 'cpu'].includes(finding.resource ?? '')
}

/** Something was measured for long enough to say that there was nothing. */
function isJudged(view: PhaseView): boolean {
  return view.hosts.some(({ name }) => {
    const known = view.values('cpu.utilization', name)?.filter((value) => !Number.isNaN(value))
    return (known?.length ?? 0) >= LEAST_BINS
  })
}

const EVIDENCE: readonly MeasureName[] = [
  'cpu.utilization',
  'memory.utilization',
  'disk.utilization',
  'network.utilization',
  'infiniband.utilization',
  'gpu.utilization',
]

/** The medians of the other resources on these hosts; of several devices that of the busiest. */
function evidenceOf(view: PhaseView, hosts: readonly string[], cause: Finding | null): readonly Evidence[] {
  return EVIDENCE.flatMap((name): readonly Evidence[] => {
    const { resource, unit } = MEASURES[name]
    if (cause !== null && cause.resource === resource && cause.device !== CORE) return []
    const devices = view.allAliases(name).map((alias) => {
      const series = hosts.flatMap((host) => view.values(name, host, alias) ?? [])
      return { device: alias === '' ? null : alias, values: sorted(pooled(series)) }
    })
    const measured = devices
      .filter(({ values }) => values.length > 0)
      .map(({ device, values }) => ({ device, middle: quantileOfSorted(values, 0.5) }))
      .sort((a, b) => b.middle - a.middle)
    const [busiest] = measured
    return busiest === undefined ? [] : [{ resource, device: busiest.device, median: busiest.middle, unit }]
  })
}

/** What the cause's resource came to on the other hosts; null when there are none, or it was not measured there. */
function elsewhere(view: PhaseView, cause: Finding): number | null {
  const name = EVIDENCE.find((candidate) => MEASURES[candidate].resource === cause.resource)
  const others = view.hosts.filter(({ name: host }) => !cause.hosts.includes(host))
  if (name === undefined || cause.device === CORE || !['bottleneck', 'saturation'].includes(cause.kind))
    return null
  const aliases = cause.device === null ? view.allAliases(name) : [cause.device]
  const middle = median(
    pooled(
      others.flatMap(({ name: host }) => aliases.flatMap((alias) => view.values(name, host, alias) ?? [])),
    ),
  )
  return Number.isNaN(middle) ? null : middle
}
