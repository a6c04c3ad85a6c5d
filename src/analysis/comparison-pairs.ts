/** What belongs together in two sessions: their hosts and their phases. */
import { type Phase, phasesOf } from '../data/phases.js'
import type { Mark } from '../model.js'
import type { Span } from './weighted.js'

/** A host as far as it can be recognised. */
export interface NamedHost {
  readonly name: string
  readonly alias: string | null
}

/** One host of A and the host of B that it is compared with. */
export interface HostPair<H extends NamedHost = NamedHost> {
  readonly a: H
  readonly b: H
  /** `rank`: neither name nor alias is the same; both stand at the same place among those that are left. */
  readonly way: 'name' | 'alias' | 'rank'
}

/** The pairs in the order of A, and the hosts that have none. */
export interface MatchedHosts<H extends NamedHost = NamedHost> {
  readonly pairs: readonly HostPair<H>[]
  readonly onlyA: readonly H[]
  readonly onlyB: readonly H[]
}

/** Pairs hosts by name, those that are left by alias, and those still left by their order. */
export function matchHosts<H extends NamedHost>(a: readonly H[], b: readonly H[]): MatchedHosts<H> {
  const partner = new Map<H, HostPair<H>>()
  const taken = new Set<H>()
  const pair = (way: HostPair['way'], find: (host: H, left: readonly H[]) => H | undefined): void => {
    for (const host of a.filter((one) => !partner.has(one))) {
      const left = b.filter((other) => !taken.has(other))
      const found = find(host, left)
      if (found === undefined) continue
      partner.set(host, { a: host, b: found, way })
      taken.add(found)
    }
  }
  pair('name', (host, left) => left.find((other) => other.name === host.name))
  pair('alias', (host, left) => left.find((other) => host.alias !== null && other.alias === host.alias))
  pair('rank', (_host, left) => left[0])
  return {
    pairs: a.flatMap((host) => partner.get(host) ?? []),
    onlyA: a.filter((host) => !partner.has(host)),
    onlyB: b.filter((host) => !taken.has(host)),
  }
}

/** A session as far as its phases go. */
export interface PhaseSide extends Span {
  readonly marks: readonly Mark[]
}

/** The same phase of both sessions. */
export interface PhasePair {
  readonly label: string
  readonly a: Span
  readonly b: Span
}

export interface MatchedPhases {
  readonly pairs: readonly PhasePair[]
  /** Labels of phases that only one session has. */
  readonly onlyA: readonly string[]
  readonly onlyB: readonly string[]
  /**
   * `relative time`: one session has no marks, and the other one's phases were laid over it in proportion, so that the
   * lengths of its phases mean nothing. `whole run`: no phase is in both, or neither has marks.
   */
  readonly way: 'name' | 'relative time' | 'whole run'
}

/** Pairs the phases of two sessions by their labels; see `MatchedPhases.way` for what is done without. */
export function matchPhases(a: PhaseSide, b: PhaseSide): MatchedPhases {
  const ofA = phasesOf(a.marks, a.fromMs, a.toMs)
  const ofB = phasesOf(b.marks, b.fromMs, b.toMs)
  const isMarked = (phases: readonly Phase[]): boolean => phases.some(({ name }) => name !== null)
  const whole = { label: 'whole run', a: spanOf(a), b: spanOf(b) }
  if (!isMarked(ofA) && !isMarked(ofB)) return { pairs: [whole], onlyA: [], onlyB: [], way: 'whole run' }
  if (!isMarked(ofB)) {
    const pairs = ofA.map((phase) => ({ label: phase.label, a: spanOf(phase), b: laidOver(phase, a, b) }))
    return { pairs, onlyA: [], onlyB: [], way: 'relative time' }
  }
  if (!isMarked(ofA)) {
    const pairs = ofB.map((phase) => ({ label: phase.label, a: laidOver(phase, b, a), b: spanOf(phase) }))
    return { pairs, onlyA: [], onlyB: [], way: 'relative time' }
  }
  const byLabel = new Map(ofB.map((phase) => [phase.label, phase]))
  const pairs = ofA.flatMap((phase) => {
    const other = byLabel.get(phase.label)
    return other === undefined ? [] : [{ label: phase.label, a: spanOf(phase), b: spanOf(other) }]
  })
  const paired = new Set(pairs.map(({ label }) => label))
  const isPaired = ({ label }: Phase): boolean => paired.has(label)
  const onlyA = ofA.filter((phase) => !isPaired(phase)).map(({ label }) => label)
  const onlyB = ofB.filter((phase) => !isPaired(phase)).map(({ label }) => label)
  if (pairs.length === 0) return { pairs: [whole], onlyA, onlyB, way: 'whole run' }
  return { pairs, onlyA, onlyB, way: 'name' }
}

function spanOf({ fromMs, toMs }: Span): Span {
  return { fromMs, toMs }
}

/** Where a phase of one run would lie in another that did the same in the same proportions. */
function laidOver(phase: Span, from: Span, to: Span): Span {
  const stretch = (to.toMs - to.fromMs) / (from.toMs - from.fromMs)
  const place = (ms: number): number => to.fromMs + (ms - from.fromMs) * stretch
  return { fromMs: place(phase.fromMs), toMs: place(phase.toMs) }
}
