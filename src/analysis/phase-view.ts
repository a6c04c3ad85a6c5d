/** One phase of a session as the judging functions see it. */
import type { Phase } from '../data/phases.js'
import { linkOf } from '../data/utilization.js'
import type { Resource } from '../model.js'
import type { AnalysisContext, AnalysisHost, Finding } from './finding.js'
import { binsIn, type Grid } from './grid.js'
import type { Measured } from './measured.js'
import { MEASURES, type MeasureName } from './measures.js'
import { higherOf } from './order.js'

/** A judging function: what it finds of its resource in a phase. */
export type Judge = (view: PhaseView) => readonly Finding[]

/** Fewer bins than this say nothing about a phase. */
export const LEAST_BINS = 3

export class PhaseView {
  readonly phase: Phase
  /** Place of the phase among all; null: the whole run. */
  readonly index: number | null
  readonly hosts: readonly AnalysisHost[]
  readonly measured: Measured
  readonly binSec: number
  /** Bins of the phase. */
  readonly binCount: number
  private readonly bins: { readonly from: number; readonly to: number }

  constructor(session: {
    readonly context: AnalysisContext
    readonly measured: Measured
    readonly grid: Grid
    readonly phase: Phase
    readonly index: number | null
  }) {
    this.phase = session.phase
    this.index = session.index
    this.hosts = session.context.hosts
    this.measured = session.measured
    this.bins = binsIn(session.grid, session.phase.fromMs, session.phase.toMs)
    this.binCount = this.bins.to - this.bins.from
    this.binSec = session.grid.binMs / 1000
  }

  /** The bins of a measure in the phase; null when the host has none of it or nothing was measured in the phase. */
  values(name: MeasureName, host: string, alias?: string): Float32Array | null {
    const bins = this.measured.series(name, host, alias)?.bins.subarray(this.bins.from, this.bins.to)
    return bins === undefined || bins.every(Number.isNaN) ? null : bins
  }

  /** The highest single sample of the phase; NaN when nothing was measured. */
  peak(name: MeasureName, host: string, alias?: string): number {
    const peaks = this.measured.series(name, host, alias)?.peaks ?? new Float64Array()
    if (this.index !== null) return peaks[this.index] ?? Number.NaN
    return peaks.reduce(higherOf, Number.NaN)
  }

  /** As `Measured.throttling`, of the phase. */
  throttling(host: string, alias: string): ReadonlyMap<string, Float32Array> {
    const all = this.measured.throttling(host, alias)
    return new Map([...all].map(([reason, bins]) => [reason, bins.subarray(this.bins.from, this.bins.to)]))
  }

  /** Aliases of a host's devices. */
  aliases(name: MeasureName, host: string): readonly string[] {
    return this.measured.aliases(name, host)
  }

  /** Aliases of all hosts' devices, each once, in the order in which they are met. */
  allAliases(name: MeasureName): readonly string[] {
    return [...new Set(this.hosts.flatMap((host) => this.aliases(name, host.name)))]
  }

  /** Name in the kernel of a host's device; null: not measured there. */
  deviceOf(name: MeasureName, host: string, alias: string): string | null {
    return this.measured.series(name, host, alias)?.device ?? null
  }

  /** Link of an interface by its alias, bytes per second; null: not known. */
  linkBytesPerSec(host: AnalysisHost, alias: string): number | null {
    const device = this.deviceOf('network.in', host.name, alias) ?? alias
    return linkOf(device, host.meta)?.bytesPerSec ?? null
  }

  /** Hosts of which a resource was measured in the phase. */
  hostsWith(resource: Resource): readonly AnalysisHost[] {
    const names = (Object.keys(MEASURES) as MeasureName[]).filter(
      (name) => MEASURES[name].resource === resource,
    )
    return this.hosts.filter(({ name: host }) =>
      names.some((name) => this.aliases(name, host).some((alias) => this.values(name, host, alias) !== null)),
    )
  }

  /** A finding of this phase. */
  finding(found: Omit<Finding, 'phase' | 'from' | 'to'>): Finding {
    return {
      ...found,
      phase: this.index === null ? null : this.phase.label,
      from: isoTime(this.phase.fromMs),
      to: isoTime(this.phase.toMs),
    }
  }
}

/** A moment as findings hold it. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString()
}
