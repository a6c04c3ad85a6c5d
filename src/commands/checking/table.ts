/** How the verdicts on all hosts are shown: a row for each problem, hosts with the same one in it together. */
import { type Block, line } from '../context.js'
import { foldHosts } from '../folded-hosts.js'
import type { NamedVerdict, Verdict } from './verdict.js'

/** A host with the verdicts on it; null: this machine, the controller. */
export interface Judged {
  readonly host: string | null
  readonly verdicts: readonly NamedVerdict[]
  /** It could not be asked: what is said of it is an error that names it. */
  readonly isUnreached: boolean
}

interface Row {
  readonly hosts: readonly (string | null)[]
  readonly name: string
  /** Its words without the name of the host: a NUL stands there. */
  readonly verdict: Verdict
}

const STATE_WORDS = { ok: 'ok', warn: 'warning', fail: 'FAIL' } as const
const HEAD = ['host', 'check', 'state', 'found']
const HERE = 'this machine'

/** The table and below it what to do, a line each. `isWhole`: every check, not only what is not well. */
export function verdictBlocks(judged: readonly Judged[], isWhole: boolean): readonly Block[] {
  const rows = foldRows(judged)
  const problems = [...ofState(rows, 'fail'), ...ofState(rows, 'warn')]
  const shown = isWhole ? [...problems, ...inCheckOrder(ofState(rows, 'ok'))] : problems
  const table: Block = {
    kind: 'table',
    head: HEAD,
    rows: [...shown.map(rowCells), ...(isWhole ? [] : countRows(judged))],
  }
  return [table, ...remedyLines(problems)]
}

/** The rows check by check, as on the first host. */
function inCheckOrder(rows: readonly Row[]): readonly Row[] {
  const order = [...new Set(rows.map(({ name }) => name))]
  return order.flatMap((name) => rows.filter((row) => row.name === name))
}

const ofState = (rows: readonly Row[], state: Verdict['state']): readonly Row[] =>
  rows.filter(({ verdict }) => verdict.state === state)

const OWN_NAME = '\0'

/** Equal verdicts of a check on many hosts are one row, also errors of which each names its own host. */
function foldRows(judged: readonly Judged[]): readonly Row[] {
  const rows = new Map<string, Row & { readonly hosts: (string | null)[] }>()
  for (const { host, verdicts, isUnreached } of judged) {
    for (const { name, ...own } of verdicts) {
      const verdict = host !== null && isUnreached ? withoutName(own, host) : own
      const key = JSON.stringify([host === null, name, verdict.state, verdict.text, verdict.remedy])
      const row = rows.get(key)
      if (row === undefined) rows.set(key, { hosts: [host], name, verdict })
      else row.hosts.push(host)
    }
  }
  return [...rows.values()]
}

function withoutName(verdict: Verdict, host: string): Verdict {
  const name = plainName(host).replace(/[^\w-]/g, '\\$&')
  const whole = new RegExp(`(?<![\\w.-])${name}(?![\\w-]|\\.\\w)`, 'g')
  const replaced = (text: string): string => text.replace(whole, OWN_NAME)
  return {
    ...verdict,
    text: replaced(verdict.text),
    remedy: verdict.remedy === null ? null : replaced(verdict.remedy),
  }
}

const WITH_PORT = /^(?:\[(.+)\]|([^:]+)):\d+$/

/** A host's name without the port it is configured with. */
function plainName(host: string): string {
  const match = WITH_PORT.exec(host)
  return match?.[1] ?? match?.[2] ?? host
}

function rowCells({ hosts, name, verdict }: Row): readonly string[] {
  const names = hosts.map((host) => host ?? HERE)
  const text = verdict.text.replaceAll(OWN_NAME, foldHosts(names.map(plainName)))
  return [foldHosts(names), name, STATE_WORDS[verdict.state], text]
}

/** How many checks went well, hosts with the same count together. */
function countRows(judged: readonly Judged[]): readonly (readonly string[])[] {
  const byCount = new Map<string, string[]>()
  for (const { host, verdicts } of judged) {
    const good = verdicts.filter(({ state }) => state === 'ok').length
    if (host === null || good === 0) continue
    const count = good === verdicts.length ? `all ${good} checks` : `${good} of ${verdicts.length} checks`
    byCount.set(count, [...(byCount.get(count) ?? []), host])
  }
  return [...byCount].map(([count, hosts]) => [foldHosts(hosts), count, STATE_WORDS.ok, ''])
}

function remedyLines(problems: readonly Row[]): readonly Block[] {
  const byRemedy = new Map<
    string,
    { readonly isForNode: boolean; readonly remedy: string; readonly hosts: Set<string> }
  >()
  for (const { hosts, verdict } of problems) {
    const { remedy, isForNode } = verdict
    if (remedy === null) continue
    const key = `${isForNode} ${remedy}`
    // What names the host is to be pasted: for the first of them.
    const example = remedy.replaceAll(OWN_NAME, plainName(hosts[0] ?? HERE))
    const entry = byRemedy.get(key) ?? { isForNode, remedy: example, hosts: new Set<string>() }
    for (const host of hosts) if (host !== null) entry.hosts.add(host)
    byRemedy.set(key, entry)
  }
  return [...byRemedy.values()].map(({ isForNode, remedy, hosts }) =>
    line(isForNode ? `try on ${foldHosts([...hosts])}: ${remedy}` : `try: ${remedy}`),
  )
}
