/** What `compare` says, in one screen. */
import type { LengthComparison, RunComparison } from '../../analysis/comparison-lengths.js'
import type { MatchedPhases } from '../../analysis/comparison-pairs.js'
import {
  COMPARISON_LEVEL,
  type ComparisonRow,
  type ComparisonVerdict,
} from '../../analysis/comparison-verdict.js'
import { type Block, line } from '../context.js'
import { durationText, plural } from '../phrases.js'
import type { Side, Sides } from './sides.js'
import { changeText, lengthText, rowName, signedPercent, valueText } from './values.js'

/** All that a comparison came to. */
export interface Compared {
  readonly sides: Sides
  readonly run: RunComparison
  readonly phases: MatchedPhases
  readonly phaseLengths: readonly { readonly label: string; readonly length: LengthComparison }[]
  readonly rows: readonly ComparisonRow[]
}

/** Verdicts that say something changed. */
const CHANGES: readonly ComparisonVerdict[] = ['worse', 'better', 'more', 'less']
const MOST_ROWS = 16
const MOST_PHASES = 8
const MOST_NAMES = 4

/** Rows that changed beyond noise, the most important first. */
export function changedRows(rows: readonly ComparisonRow[]): readonly ComparisonRow[] {
  return rows.filter(({ verdict }) => CHANGES.includes(verdict)).sort((a, b) => b.weight - a.weight)
}

/** The sentence first, then phases and rows that changed, then what was left out of them. */
export function compareBlocks(compared: Compared): readonly Block[] {
  const { sides, rows } = compared
  const changed = changedRows(rows)
  return [
    line(sentence(compared)),
    line(`A: ${sideText(sides.a)}`),
    line(`B: ${sideText(sides.b)}`),
    ...hostLines(sides),
    ...phaseBlocks(compared),
    line(''),
    ...changedBlocks(changed),
    ...otherLines(compared),
  ]
}

function sentence({ run, rows }: Compared): string {
  const amount = signedPercent(Math.abs(run.relative)).replace('+', '')
  const against = `${lengthText(run.bSec)} against ${lengthText(run.aSec)}`
  const said =
    run.verdict === 'same'
      ? `The ${run.of} ran about as long in B as in A (${against})`
      : `The ${run.of} ran ${amount} ${run.verdict === 'better' ? 'shorter' : 'longer'} in B than in A (${against})`
  return `${said}; ${countText(rows)}.`
}

/** `6 figures judged: 1 better, 1 more, 4 the same`. */
function countText(rows: readonly ComparisonRow[]): string {
  const count = (verdict: ComparisonVerdict): number => rows.filter((row) => row.verdict === verdict).length
  const same = count('same')
  const found = CHANGES.map((verdict) => [verdict, count(verdict)] as const).filter(([, many]) => many > 0)
  const judged = found.reduce((sum, [, many]) => sum + many, same)
  if (judged === 0) return `no figure could be judged${leastPhaseText(rows)}`
  const parts = [
    ...found.map(([verdict, many]) => `${many} ${verdict}`),
    ...(same === 0 ? [] : [`${same === judged ? 'all' : same} the same`]),
  ]
  return `${plural(judged, 'figure')} judged: ${parts.join(', ')}`
}

/** How long phases have to be for the first of the figures to be judged. */
function leastPhaseText(rows: readonly ComparisonRow[]): string {
  const lengths = rows.flatMap(({ needed }) => (needed === null ? [] : [needed.phaseSec]))
  if (lengths.length === 0) return ': none was measured in both sessions'
  return `: too few samples; it takes phases of ${lengthText(Math.min(...lengths))} at least`
}

function sideText({ title, word, recorded }: Side): string {
  const where = title === word ? '' : ` (${word})`
  return `${title}${where}, ${plural(recorded.hosts.length, 'host')}, every ${durationText(recorded.intervalSec)}`
}

function hostLines({ hosts, a, b }: Sides): readonly Block[] {
  const others = (['alias', 'rank'] as const).flatMap((way) => {
    const pairs = hosts.pairs.filter((pair) => pair.way === way)
    if (pairs.length === 0) return []
    const names = pairs.map((pair) => `${pair.a.name} with ${pair.b.name}`)
    return [line(`${plural(pairs.length, 'host')} compared by ${way}, as the names differ: ${some(names)}`)]
  })
  const only = [
    [a.letter, hosts.onlyA],
    [b.letter, hosts.onlyB],
  ] as const
  const alone = only.flatMap(([letter, found]) =>
    found.length === 0
      ? []
      : [line(`only in ${letter}, not compared: ${some(found.map(({ name }) => name))}`)],
  )
  return [...others, ...alone, ...partialLines(a), ...partialLines(b)]
}

function partialLines({ letter, recorded }: Side): readonly Block[] {
  const partial = (recorded.session?.hosts ?? []).filter(({ problems }) => problems.length > 0)
  if (partial.length === 0) return []
  return [line(`${letter} is partial on ${some(partial.map(({ name }) => name))}`)]
}

function some(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(', ')
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
}

function phaseBlocks({ phases, phaseLengths }: Compared): readonly Block[] {
  const { way, onlyA, onlyB } = phases
  const lines = [
    ...(onlyA.length === 0 ? [] : [`phases only in A: ${some(onlyA)}`]),
    ...(onlyB.length === 0 ? [] : [`phases only in B: ${some(onlyB)}`]),
    ...(way === 'relative time'
      ? ['one session has no marks: the phases of the other were laid over it in proportion']
      : []),
  ]
  const told = lines.map(line)
  if (way !== 'name') return told
  const shown = phaseLengths.slice(0, MOST_PHASES)
  const rows = shown.map(({ label, length }) => [
    label,
    lengthText(length.aSec),
    lengthText(length.bSec),
    signedPercent(length.relative),
    length.verdict,
  ])
  const left = phaseLengths.length - shown.length
  const more = left === 0 ? [] : [line(`… and ${plural(left, 'phase')} more: --json`)]
  return [...told, line(''), { kind: 'table', head: ['phase', 'A', 'B', 'change', 'verdict'], rows }, ...more]
}

function changedBlocks(changed: readonly ComparisonRow[]): readonly Block[] {
  if (changed.length === 0) return []
  const hasPhases = new Set(changed.map(({ phase }) => phase)).size > 1 || changed[0]?.phase !== 'whole run'
  const rows = changed
    .slice(0, MOST_ROWS)
    .map((row) => [
      ...(hasPhases ? [row.phase] : []),
      rowName(row),
      valueText(row.column, row.a),
      valueText(row.column, row.b),
      changeText(row),
      row.verdict,
      hostsText(row),
    ])
  const head = [...(hasPhases ? ['phase'] : []), 'figure (mean)', 'A', 'B', 'change', 'verdict', 'hosts']
  const left = changed.length - rows.length
  const more = left === 0 ? [] : [line(`… and ${left} more that changed: --json`)]
  return [{ kind: 'table', head, rows }, ...more]
}

/** On how many host pairs the mean moved the same way. */
function hostsText({ hosts, hostsUp, hostsDown, change }: ComparisonRow): string {
  return `${(change ?? 0) > 0 ? hostsUp : hostsDown} of ${hosts}`
}

function otherLines({ rows }: Compared): readonly Block[] {
  const of = (verdict: ComparisonVerdict) => rows.filter((row) => row.verdict === verdict)
  const same = of('same').length
  const missing = of('not_measured')
  const oneSided = missing.filter((row) => row.a !== null || row.b !== null)
  const oneSidedNames = oneSided.map((row) => `${rowName(row)} (only in ${row.a === null ? 'B' : 'A'})`)
  return [
    ...(same === 0 ? [] : [line(`same: ${plural(same, 'figure')}: a change that matters would have shown`)]),
    ...notJudgedLines(of('not_judged')),
    ...(oneSided.length === 0
      ? []
      : [line(`measured in one session only: ${some([...new Set(oneSidedNames)])}`)]),
    line(
      `Noise: signed-rank test (Wilcoxon 1945) over time blocks, Holm's correction (1979), ${COMPARISON_LEVEL * 100} % for all figures together.`,
    ),
    line(
      'That is the noise within these two runs; how much runs of the same job differ, only more runs can tell.',
    ),
  ]
}

/** How many could not be judged, and of the one that looks most like a change what it would take. */
function notJudgedLines(rows: readonly ComparisonRow[]): readonly Block[] {
  const [largest] = [...rows].sort((a, b) => b.weight - a.weight)
  if (largest === undefined) return []
  const values = `${valueText(largest.column, largest.a)} to ${valueText(largest.column, largest.b)}`
  const needed = `it takes a phase of ${lengthText(largest.needed?.phaseSec ?? 0)}`
  return [
    line(`not judged: ${plural(rows.length, 'figure')}: too few independent values in the phase to tell`),
    line(`  the largest: ${rowName(largest)} in ${largest.phase}, ${values}; ${needed}`),
  ]
}
