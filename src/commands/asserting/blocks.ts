/** What `assert` says: a line for each expression, and below it the hosts that break it or were not measured. */
import type { AssertedHost, AssertionResult } from '../../analysis/assertion.js'
import type { Assertion } from '../../analysis/assertion-text.js'
import { lengthText, valueText } from '../comparing/values.js'
import { type Block, line } from '../context.js'
import { plural } from '../phrases.js'

/** One expression and what it came to. */
export interface Judged {
  readonly assertion: Assertion
  readonly result: AssertionResult
}

/** What hosts are called: alias, else name. */
export type HostLabel = (name: string) => string

const MOST_HOSTS = 6
const STATES = { true: 'true', false: 'FALSE', not_measured: 'not measured' } as const

/** The whole result. */
export function assertBlocks(judged: readonly Judged[], labelOf: HostLabel): readonly Block[] {
  const rows = judged.map(({ assertion, result }) => [
    STATES[result.state],
    assertion.expression.trim(),
    figureText(assertion, result.value),
    whereText(result, labelOf),
  ])
  const table: Block = { kind: 'table', head: ['state', 'expression', 'worst value', 'on'], rows }
  return [table, ...judged.flatMap((one) => detailLines(one, labelOf))]
}

function figureText({ asked }: Assertion, value: number | null): string {
  if (value === null) return '-'
  return asked.kind === 'length' ? lengthText(value) : valueText(asked.column, value)
}

/** The host that is furthest from holding, with its device where it has several. */
function whereText({ hosts, value }: AssertionResult, labelOf: HostLabel): string {
  if (value === null) return '-'
  const worst = hosts.find((host) => host.value === value)
  return worst === undefined ? '-' : hostText(worst, labelOf)
}

function hostText({ host, device }: AssertedHost, labelOf: HostLabel): string {
  return device === null ? labelOf(host) : `${labelOf(host)} ${device}`
}

function detailLines({ assertion, result }: Judged, labelOf: HostLabel): readonly Block[] {
  const expression = assertion.expression.trim()
  const { hosts } = result
  const broken = hosts.filter(({ holds }) => holds === false)
  const missing = hosts.filter(({ holds }) => holds === null)
  const breaking = broken.map((one) => `${hostText(one, labelOf)} ${figureText(assertion, one.value)}`)
  const count = (part: readonly AssertedHost[]): string => `${part.length} of ${plural(hosts.length, 'host')}`
  return [
    ...(broken.length === 0 ? [] : [line(`${expression}: broken on ${count(broken)}: ${some(breaking)}`)]),
    ...(missing.length === 0
      ? []
      : [line(`${expression}: not measured on ${count(missing)}: ${reasonsText(missing, labelOf)}`)]),
  ]
}

/** `n4 (no gpu data); n5, n6 (nothing measured)`: hosts with the same reason together. */
function reasonsText(missing: readonly AssertedHost[], labelOf: HostLabel): string {
  const byReason = new Map<string, string[]>()
  for (const { host, reason } of missing) {
    const text = reason ?? 'not measured'
    byReason.set(text, [...(byReason.get(text) ?? []), labelOf(host)])
  }
  return [...byReason].map(([reason, names]) => `${some(names)} (${reason})`).join('; ')
}

function some(names: readonly string[]): string {
  if (names.length <= MOST_HOSTS) return names.join(', ')
  return `${names.slice(0, MOST_HOSTS).join(', ')} and ${names.length - MOST_HOSTS} more`
}
