/** The one screen. */
import type { Finding, PhaseVerdict } from '../../analysis/finding.js'
import { LEAST_HOSTS } from '../../analysis/judging/deviations.js'
import { shareText } from '../../analysis/wording.js'
import { type Block, line } from '../context.js'
import { durationText, momentText, plural } from '../phrases.js'
import { plotCount } from './drawn-plots.js'
import { hostsText, type SummaryFrame, spanText } from './frame.js'
import { hintOf } from './hints.js'
import { lacksLines, troubleLines } from './lacks.js'
import { cutName, sentenceOf, shortSentence } from './sentence.js'
import { MOST_PHASES, resourceTable, shownPhases } from './table.js'
import { wrap } from './wrap.js'

/** At most so many phases are named in one line. */
const MOST_NAMES = 3
/** At most so many lines of a kind; the rest is counted. */
const MOST_LINES = 5

/** The summary as people read it: the verdict first, then what to do, then the figures, then what is missing. */
export function summaryBlocks(frame: SummaryFrame): readonly Block[] {
  const { analysis } = frame
  const phases = analysis.phases
  const hidden = phases.length - shownPhases(phases).length
  return [
    ...paragraph(headText(frame)),
    line(''),
    ...paragraph(sentenceOf(frame, analysis.verdict)),
    ...paragraph(`Next: ${hintOf(frame, analysis.verdict)}.`),
    ...phaseLines(frame),
    ...alsoLines(frame),
    line(''),
    resourceTable(frame),
    ...(hidden > 0
      ? paragraph(`The ${MOST_PHASES} longest of ${phases.length} phases; others: --phase NAME`)
      : []),
    ...stragglerLines(frame),
    ...troubleLines(frame).flatMap(paragraph),
    ...lacksLines(frame).flatMap(paragraph),
    ...paragraph(whereText(frame)),
  ]
}

function paragraph(text: string): readonly Block[] {
  return wrap(text).map(line)
}

function headText({ session, fromMs, toMs, ...frame }: SummaryFrame): string {
  const name = session === null ? 'Session' : `Session ${session.name ?? session.id}`
  const hosts =
    frame.hostCount === frame.knownHostCount
      ? plural(frame.hostCount, 'host')
      : `${frame.hostCount} of ${plural(frame.knownHostCount, 'host')}`
  const length = durationText((toMs - fromMs) / 1000)
  return `${name}: ${hosts}, ${length} every ${durationText(frame.intervalSec)}, from ${momentText(fromMs, frame.zoneOffsetMinutes)}`
}

/** What the other phases came to; those that came to the same as the verdict in one line. */
function phaseLines(frame: SummaryFrame): readonly Block[] {
  const { verdict, phaseVerdicts } = frame.analysis
  const others = phaseVerdicts.filter(
    ({ phase, cause }) => phase.label !== verdict.phase.label && cause !== null,
  )
  const same = others.filter((other) => isSameCause(other, verdict))
  const unlike = others.filter((other) => !same.includes(other))
  const names = same.slice(0, MOST_NAMES).map(({ phase, cause }) => {
    const share = cause?.share ?? null
    const ofIt = share === null ? '' : `${shareText(share)} of `
    return `${cutName(phase.label)} (${ofIt}${spanText(frame, phase)})`
  })
  const rest = same.length > MOST_NAMES ? ` and ${plural(same.length - MOST_NAMES, 'phase')} more` : ''
  const likewise = same.length === 0 ? [] : [`· the same in ${names.join(', ')}${rest}`]
  return listed([
    ...likewise,
    ...unlike.map((other) => `· ${shortSentence(frame, other, verdict.hostCount)}`),
  ])
}

function isSameCause(one: PhaseVerdict, other: PhaseVerdict): boolean {
  const key = ({ kind, cause }: PhaseVerdict): string =>
    JSON.stringify([kind, cause?.resource, cause?.device, cause?.hosts])
  return key(one) === key(other)
}

const SHOWN_ELSEWHERE: readonly Finding['kind'][] = [
  'gap',
  'clock',
  'not_measured',
  'straggler',
  'imbalance',
  'idle',
]

/** What the sentences of the verdict and of the phases tell. */
function causesOf({ analysis }: SummaryFrame): ReadonlySet<Finding | null> {
  return new Set([analysis.verdict, ...analysis.phaseVerdicts].map(({ cause }) => cause))
}

/** Findings that no verdict rests on, those that took most first. */
function alsoLines(frame: SummaryFrame): readonly Block[] {
  const { findings } = frame.analysis
  const causes = causesOf(frame)
  const others = findings.filter((finding) => !causes.has(finding) && !SHOWN_ELSEWHERE.includes(finding.kind))
  const weight = ({ share, hosts, from, to }: Finding): number =>
    (share ?? 0) * hosts.length * (Date.parse(to) - Date.parse(from))
  return listed(
    [...others]
      .sort((a, b) => weight(b) - weight(a))
      .map((finding) => `· also ${findingLine(frame, finding)}`),
  )
}

function findingLine(frame: SummaryFrame, finding: Finding): string {
  const { hosts, phase, text } = finding
  const phases = frame.analysis.phases.length
  const where = [phase !== null && phases > 1 ? `in ${cutName(phase)}` : '', onHosts(frame, hosts)].filter(
    (part) => part !== '',
  )
  return `${where.length === 0 ? '' : `${where.join(' ')}: `}${text}`
}

function onHosts(frame: SummaryFrame, hosts: readonly string[]): string {
  if (frame.hostCount === 1) return ''
  return hosts.length === frame.hostCount
    ? 'on all nodes'
    : `on ${hosts.length} of ${frame.hostCount} nodes (${hostsText(frame, hosts)})`
}

/** Nodes unlike the others, one line for each group of hosts. */
function stragglerLines(frame: SummaryFrame): readonly Block[] {
  const { findings } = frame.analysis
  const told = causesOf(frame)
  const found = findings.filter(({ kind }) => ['straggler', 'imbalance', 'idle'].includes(kind))
  const open = found.filter((finding) => !told.has(finding))
  if (frame.hostCount > 1 && frame.hostCount < LEAST_HOSTS) {
    const judged = `Stragglers: not judged (${LEAST_HOSTS} nodes are needed to say what is usual, there are ${frame.hostCount})`
    return [...listed(open.map((finding) => `· ${findingLine(frame, finding)}`)), ...paragraph(judged)]
  }
  const groups = new Map<string, Finding[]>()
  for (const finding of open) {
    const key = JSON.stringify([finding.hosts, finding.phase])
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  const lines = [...groups.values()].map((group) => {
    const [first] = group
    const texts = group.map(({ text }) => text).join('; ')
    return first === undefined ? '' : `· ${findingLine(frame, { ...first, text: texts })}`
  })
  return lines.length === 0 ? [] : [line('Nodes unlike the others:'), ...listed(lines)]
}

function listed(lines: readonly string[]): readonly Block[] {
  const shown = lines.slice(0, MOST_LINES).flatMap((text) => wrap(text, '  ').map(line))
  const rest = lines.length - MOST_LINES
  return rest > 0 ? [...shown, line(`  and ${rest} more: --json`)] : shown
}

function whereText({ plots, analysis, ...frame }: SummaryFrame): string {
  const pictures =
    plots.size === 0 ? 'no plots yet (clusterp plot)' : `${plural(plotCount(plots), 'plot')} in plot/`
  const coarse =
    analysis.binSec > frame.intervalSec ? `; judged in steps of ${durationText(analysis.binSec)}` : ''
  return `Figures in parsed/, ${pictures}${coarse}`
}
