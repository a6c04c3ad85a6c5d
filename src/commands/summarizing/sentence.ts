/** The verdict as a sentence, with what its shares are shares of. */
import type { Evidence, Finding, PhaseVerdict, Verdict } from '../../analysis/finding.js'
import { CORE } from '../../analysis/judging/cpu.js'
import { BOTTLENECK_SHARE, ofNodes } from '../../analysis/judging/states.js'
import { percent, shareText } from '../../analysis/wording.js'
import type { Resource } from '../../model.js'
import { durationText } from '../phrases.js'
import { hostsText, type SummaryFrame, spanText } from './frame.js'

/** The verdict in one sentence or two. */
export function sentenceOf(frame: SummaryFrame, verdict: Verdict): string {
  const where = whereText(frame, verdict)
  const { cause } = verdict
  if (cause === null) return `${where} ${noCauseText(frame, verdict)}`
  return `${where} ${claimOf(frame, verdict, cause)}: ${cause.text}.${meanwhile(verdict, cause)}`
}

/** A phase that is not the verdict's in short: `load (12:00–12:04, 20 %): the disk OS was the bottleneck …`. */
export function shortSentence(frame: SummaryFrame, verdict: PhaseVerdict, hostCount: number): string {
  const { phase, cause, kind } = verdict
  const share = shareText((phase.toMs - phase.fromMs) / (frame.toMs - frame.fromMs))
  const head = `${cutName(phase.label)} (${spanText(frame, phase)}, ${share})`
  if (cause === null) return `${head}: ${kind === 'none' ? 'no clear bottleneck' : 'too short to judge'}`
  return `${head}: ${claimOf(frame, { ...verdict, hostCount }, cause)}: ${cause.text}`
}

const MOST_NAME = 40

/** Name of a phase where several are listed. */
export function cutName(label: string): string {
  return label.length <= MOST_NAME ? label : `${label.slice(0, MOST_NAME - 1)}…`
}

function whereText(frame: SummaryFrame, { phase, phaseShare }: Verdict): string {
  const length = durationText((phase.toMs - phase.fromMs) / 1000)
  const isWhole = phase.name === null && phaseShare > 0.999
  if (isWhole) return `Over the whole run (${spanText(frame, phase)}, ${length})`
  const name = phase.name === null ? phase.label : `"${phase.label}"`
  return `In ${name} (${spanText(frame, phase)}, ${length}, ${shareText(phaseShare)} of the run)`
}

const SUBJECTS: Readonly<Partial<Record<Resource, string>>> = {
  cpu: 'the CPUs were',
  memory: 'memory was',
  network: 'the network was',
  infiniband: 'InfiniBand was',
  gpu: 'the GPUs were',
}

function subjectOf({ resource, device }: Finding): string {
  if (device === CORE) return 'a single core was'
  if (resource === 'disk') return `the disk ${device} was`
  return (resource === null ? undefined : SUBJECTS[resource]) ?? 'something was'
}

/** From this share of the time on it is a bottleneck. */
const LONG = `${shareText(BOTTLENECK_SHARE)} of the time`

type Counted = Pick<Verdict, 'kind' | 'hostCount'>

function claimOf(frame: SummaryFrame, { kind, hostCount }: Counted, cause: Finding): string {
  const on = onNodes(frame, cause, hostCount)
  const only = `nothing was full for ${LONG}, but`
  switch (kind) {
    case 'starvation':
      return `the GPUs waited for the rest of their node${on}`
    case 'throttling':
      return `GPUs were slowed down${on}`
    case 'steal':
      return `other machines of the hypervisor held the job back${on}`
    case 'straggler':
      return `${only} ${ofNodes(cause.hosts.length, hostCount)} (${hostsText(frame, cause.hosts)}) ran unlike the others`
    case 'imbalance':
      return `${only} the work was unevenly spread over ${hostCount} nodes`
    case 'idle':
      return `${only} ${idleText(frame, cause, hostCount)}`
    default:
      return `${subjectOf(cause)} the bottleneck${on}`
  }
}

function idleText(frame: SummaryFrame, cause: Finding, hostCount: number): string {
  const nodes = `${ofNodes(cause.hosts.length, hostCount)} (${hostsText(frame, cause.hosts)})`
  if (cause.resource === 'cpu') return `${nodes} stood idle`
  return cause.device === null ? `the GPUs of ${nodes} waited` : `a GPU of ${nodes} stood idle`
}

/** ` on 7 of 8 nodes (W[1-7])`; nothing where there is one node only. */
function onNodes(frame: SummaryFrame, { hosts }: Finding, hostCount: number): string {
  if (hostCount === 1) return ''
  const names = hosts.length === hostCount ? '' : ` (${hostsText(frame, hosts)})`
  return ` on ${ofNodes(hosts.length, hostCount)}${names}`
}

function noCauseText(frame: SummaryFrame, verdict: Verdict): string {
  if (verdict.kind === 'not_measured') {
    return 'too little was measured to say what held the job back: no CPU data of three samples or more'
  }
  const nodes = verdict.hostCount === 1 ? '' : ` on any of ${verdict.hostCount} nodes`
  const medians = evidenceText(verdict)
  const nearest = nearestText(frame, verdict)
  const fabric = verdict.isFabricUnseen ? ' What went over RDMA was not measured.' : ''
  return `there was no clear bottleneck: nothing that is measured was full for ${LONG}${nodes}${medians === '' ? '' : ` (medians: ${medians})`}.${nearest}${fabric}`
}

/** What was full for longest, though not for long. */
function nearestText(frame: SummaryFrame, { phase, hostCount }: Verdict): string {
  const weight = ({ share, hosts }: Finding): number => (share ?? 0) * hosts.length
  const isIn = (finding: Finding): boolean =>
    finding.phase === null || finding.phase === phase.label || phase.name === null
  const [nearest] = frame.analysis.findings
    .filter((finding) => finding.kind === 'saturation' && isIn(finding))
    .sort((a, b) => weight(b) - weight(a))
  return nearest === undefined ? '' : ` Nearest to it: ${nearest.text}${onNodes(frame, nearest, hostCount)}.`
}

function meanwhile(verdict: Verdict, cause: Finding): string {
  const medians = evidenceText(verdict)
  const there = cause.hosts.length === verdict.hostCount ? 'Meanwhile' : 'Meanwhile there'
  const others =
    verdict.elsewhere === null
      ? ''
      : ` On the other ${otherNodes(verdict.hostCount - cause.hosts.length)} it was at ${percent(verdict.elsewhere)}.`
  return `${medians === '' ? '' : ` ${there} (medians): ${medians}.`}${others}`
}

function otherNodes(count: number): string {
  return count === 1 ? 'node' : `${count} nodes`
}

const SHORT_NAMES: Readonly<Partial<Record<Resource, string>>> = {
  cpu: 'CPU',
  infiniband: 'InfiniBand',
  gpu: 'GPU',
}

/** What a resource is called in a list. */
export function resourceName(resource: Resource): string {
  return SHORT_NAMES[resource] ?? resource
}

/** With RDMA that nobody saw, what the kernel counted is not the network. */
function evidenceText({ evidence, isFabricUnseen }: Verdict): string {
  const nameOf = ({ resource, device }: Evidence): string => {
    if (resource === 'network' && isFabricUnseen) return 'network without RDMA'
    return device === null ? resourceName(resource) : `${resourceName(resource)} ${device}`
  }
  return evidence.map((one) => `${nameOf(one)} ${percent(one.median)}`).join(', ')
}
