/** What an analysis comes to. */
import type { Phase } from '../data/phases.js'
import type { Mark, NodeMeta, RawEvent, Resource } from '../model.js'

export const FINDING_KINDS = [
  'bottleneck',
  'straggler',
  'imbalance',
  'saturation',
  'starvation',
  'throttling',
  'idle',
  'errors',
  'steal',
  'clock',
  'gap',
  'not_measured',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** Something found, with the numbers that show it. Hosts are named as configured; `text` names none. */
export interface Finding {
  readonly kind: FindingKind
  /** null: of no single resource. */
  readonly resource: Resource | null
  /** Alias of the device; `core` for the busiest core; null: of no single device. */
  readonly device: string | null
  readonly hosts: readonly string[]
  /** Label of the phase; null: of the whole run. */
  readonly phase: string | null
  /** ISO 8601, UTC. */
  readonly from: string
  readonly to: string
  /** Share (0 to 1) of the time that was measured on these hosts in the phase; null where time is not what counts. */
  readonly share: number | null
  /** What was seen, in `unit`. */
  readonly value: number
  /** The threshold, in the same unit. */
  readonly limit: number
  readonly unit: string
  readonly text: string
}

export interface AnalysisHost {
  /** As configured. */
  readonly name: string
  /** What the node said of itself; null: nothing is known. */
  readonly meta: NodeMeta | null
  /** What is worth knowing of its data, such as why there are none of its GPUs. */
  readonly notes: readonly string[]
}

/** A host of which there are no data, or not all. */
export interface FailedHost {
  readonly host: string
  /** true: no data at all. */
  readonly isAbsent: boolean
  readonly reason: string
}

/** What is to be judged. */
export interface AnalysisContext {
  readonly hosts: readonly AnalysisHost[]
  /** The agreed start, else the begin of the earliest sample, epoch milliseconds. */
  readonly fromMs: number
  readonly toMs: number
  readonly intervalSec: number
  readonly marks: readonly Mark[]
  readonly events: readonly RawEvent[]
  readonly failedHosts: readonly FailedHost[]
}

/** What a measure of a resource (of a device alias) was in a phase, over all moments of all nodes. */
export interface Row {
  readonly phase: string
  readonly resource: Resource
  /** Column of the CSV. */
  readonly column: string
  readonly device: string | null
  readonly unit: string
  readonly hosts: number
  readonly median: number
  readonly p95: number
  /** The highest single sample. */
  readonly peak: number
}

/** Why the verdict is what it is; `none`: nothing held the job back that is measured here; `not_measured`: too little to say. */
export type VerdictKind =
  | 'bottleneck'
  | 'starvation'
  | 'throttling'
  | 'steal'
  | 'straggler'
  | 'imbalance'
  | 'idle'
  | 'none'
  | 'not_measured'

/** Median of a resource over the moments of some nodes in a phase. */
export interface Evidence {
  readonly resource: Resource
  readonly device: string | null
  readonly median: number
  readonly unit: string
}

/** What held the job back in one phase. */
export interface PhaseVerdict {
  readonly phase: Phase
  readonly kind: VerdictKind
  /** The finding it rests on; null for `none` and `not_measured`. */
  readonly cause: Finding | null
  /** How much of all node-time of the phase the cause takes, 0 to 1. */
  readonly weight: number
  /** The other resources on the nodes of the cause, or on all where there is none; none where too little was measured. */
  readonly evidence: readonly Evidence[]
  /** The cause's own measure on the other nodes; null when all are concerned or it was not measured there. */
  readonly elsewhere: number | null
}

/** The verdict of the run is that of the phase in which most node-time was lost. */
export interface Verdict extends PhaseVerdict {
  /** Share (0 to 1) of the run that the phase takes. */
  readonly phaseShare: number
  /** Nodes with data. */
  readonly hostCount: number
  /** There are active RDMA ports of which nothing was measured: what they carried is not known. */
  readonly isFabricUnseen: boolean
}

export interface Analysis {
  readonly phases: readonly Phase[]
  readonly verdict: Verdict
  /** One for each phase, in order. */
  readonly phaseVerdicts: readonly PhaseVerdict[]
  readonly rows: readonly Row[]
  readonly findings: readonly Finding[]
  /** Those of kind not_measured. */
  readonly notMeasured: readonly Finding[]
  /** Those of kind gap. */
  readonly gaps: readonly Finding[]
  readonly failedHosts: readonly FailedHost[]
  /** Width of what was judged at once, seconds. */
  readonly binSec: number
}
