/** Whether what an expression says holds on every host. */
import type { Table } from '../model.js'
import type { Assertion, Operator, Statistic } from './assertion-text.js'
import { type Series, seriesOf } from './series.js'
import { type Span, statsIn, weightedIn } from './weighted.js'

/** What one host came to. */
export interface AssertedHost {
  readonly host: string
  /** The value of the device that is furthest from holding; null: not measured. */
  readonly value: number | null
  /** Alias of that device; null for resources without devices and where nothing was measured. */
  readonly device: string | null
  /** Whether the statement holds on this host; null: not measured. */
  readonly holds: boolean | null
  /** Why not measured, as the rest of a sentence; null where it was. */
  readonly reason: string | null
}

export interface AssertionResult {
  readonly expression: string
  readonly state: 'true' | 'false' | 'not_measured'
  /** That of the host that is furthest from holding; null: measured nowhere. */
  readonly value: number | null
  readonly hosts: readonly AssertedHost[]
}

/** Of a shorter part of the span a figure says little of the whole: it counts as not measured. */
export const LEAST_MEASURED_SHARE = 0.5

/** What a host came to, from its table of the asked resource; null: it has none. */
export function judgeHost(assertion: Assertion, host: string, table: Table | null, span: Span): AssertedHost {
  const { asked } = assertion
  const missing = (reason: string): AssertedHost => ({ host, value: null, device: null, holds: null, reason })
  if (asked.kind === 'length') return missing('a length is of no host')
  if (table === null) return missing(`no ${asked.resource} data`)
  const all = seriesOf(table, asked.column)
  const wanted = all.filter(({ alias, device }) => isWanted(asked.device, alias, device))
  if (wanted.length === 0) return missing(`no device ${asked.device ?? ''}`.trimEnd())
  const figures = wanted.map((series) => ({ series, ...figureOf(series, asked.statistic, span) }))
  const measured = figures.filter((figure) => figure.value !== null)
  const worst = furthest(measured, assertion)
  if (worst !== null && !holds(worst.value ?? Number.NaN, assertion)) return asHost(host, worst, false)
  const unknown = figures.find((figure) => figure.value === null)
  if (unknown !== undefined) return missing(withDevice(unknown.series, unknown.reason))
  return worst === null ? missing('nothing measured') : asHost(host, worst, true)
}

function isWanted(wanted: string | null, alias: string | null, device: string | null): boolean {
  return wanted === null || alias === wanted || device === wanted
}

interface Figure {
  readonly value: number | null
  readonly reason: string
}

function figureOf(series: Series, statistic: Statistic, span: Span): Figure {
  const stats = statsIn(series, span)
  if (stats === null) return { value: null, reason: 'nothing measured' }
  const spanSec = (span.toMs - span.fromMs) / 1000
  if (stats.measuredSec < LEAST_MEASURED_SHARE * spanSec) {
    const share = `${Math.round(stats.measuredSec)} of ${Math.round(spanSec)} s`
    return { value: null, reason: `measured for ${share} only` }
  }
  if (statistic !== 'min') return { value: stats[statistic], reason: '' }
  const { values } = weightedIn(series, span)
  return {
    value: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    reason: '',
  }
}

function withDevice({ alias }: Series, reason: string): string {
  return alias === null ? reason : `${alias}: ${reason}`
}

function asHost(host: string, figure: Figure & { readonly series: Series }, isHeld: boolean): AssertedHost {
  return { host, value: figure.value, device: figure.series.alias, holds: isHeld, reason: null }
}

type Comparing = Pick<Assertion, 'operator' | 'limit'>

function holds(value: number, { operator, limit }: Comparing): boolean {
  return COMPARISONS[operator](value, limit)
}

const COMPARISONS: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
}

/** The one that is furthest from holding, or nearest to not holding; null of none. */
function furthest<T extends { readonly value: number | null }>(
  all: readonly T[],
  comparing: Comparing,
): T | null {
  const badness = ({ value }: T): number => badnessOf(value ?? Number.NaN, comparing)
  return all.reduce<T | null>(
    (worst, one) => (worst === null || badness(one) > badness(worst) ? one : worst),
    null,
  )
}

function badnessOf(value: number, { operator, limit }: Comparing): number {
  if (operator === '<' || operator === '<=') return value
  if (operator === '>' || operator === '>=') return -value
  const distance = Math.abs(value - limit)
  return operator === '==' ? distance : -distance
}

/**
 * What a statement came to: false where one host breaks it; else not measured where one host has no figure; else true.
 */
export function concludeHosts(assertion: Assertion, hosts: readonly AssertedHost[]): AssertionResult {
  const worst = furthest(
    hosts.filter(({ value }) => value !== null),
    assertion,
  )
  const isBroken = hosts.some((host) => host.holds === false)
  const isWhole = hosts.length > 0 && hosts.every((host) => host.holds !== null)
  const state = isBroken ? 'false' : isWhole ? 'true' : 'not_measured'
  return { expression: assertion.expression, state, value: worst?.value ?? null, hosts }
}

/** What a statement about a length of time, in seconds, came to; null: not known. */
export function concludeLength(assertion: Assertion, lengthSec: number | null): AssertionResult {
  const { expression } = assertion
  if (lengthSec === null) return { expression, state: 'not_measured', value: null, hosts: [] }
  return { expression, state: holds(lengthSec, assertion) ? 'true' : 'false', value: lengthSec, hosts: [] }
}
