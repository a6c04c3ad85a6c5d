/** `clusterp summary`: what held the job back, on which node, on one screen. Takes no lock. */
import { type Analyser, createAnalysis } from '../analysis/analysis.js'
import type { Analysis, AnalysisContext, FailedHost, FindingKind, Verdict } from '../analysis/finding.js'
import { columnsOf } from '../analysis/measures.js'
import { labelHosts } from '../charts/labels.js'
import { nearest } from '../config/nearest.js'
import { ConfigError } from '../errors.js'
import type { Resource, Table } from '../model.js'
import { readTables } from './analysing/files.js'
import { type Recorded, readRecorded } from './analysing/recorded.js'
import type { Block, CommandContext, CommandResult } from './context.js'
import { drawnPlots } from './summarizing/drawn-plots.js'
import { summaryBlocks } from './summarizing/screen.js'
import { sentenceOf } from './summarizing/sentence.js'

export interface SummaryOptions {
  /** Label of a phase: judge this one only. */
  readonly phase?: string | undefined
}

/** What a session comes to, for people and for programs. */
export interface Summary {
  readonly analysis: Analysis
  /** The verdict in one sentence, hosts by their labels. */
  readonly sentence: string
  readonly blocks: readonly Block[]
  /** What `summary --json` adds. */
  readonly json: Readonly<Record<string, unknown>>
}

export async function summaryCommand(
  context: CommandContext,
  options: SummaryOptions,
): Promise<CommandResult> {
  const recorded = await readRecorded(context, 'summary')
  const { analysis, blocks, json } = await summarize(context, recorded, options)
  return {
    exitCode: 0,
    hosts: [...recorded.hosts, ...recorded.absent].map(({ name, alias }) => {
      const reason = analysis.failedHosts.find(({ host }) => host === name)?.reason ?? null
      const error = reason === null ? null : { message: reason, hint: null }
      return { host: name, alias, ok: error === null, error }
    }),
    blocks,
    json,
  }
}

/** The summary of the session in `context.directory`; for commands that show it among other things. */
export async function summarizeSession(
  context: CommandContext,
  options: SummaryOptions = {},
): Promise<Summary> {
  return summarize(context, await readRecorded(context, 'summary'), options)
}

async function summarize(
  context: CommandContext,
  recorded: Recorded,
  options: SummaryOptions,
): Promise<Summary> {
  const judging = beginSummary(context, recorded)
  const files = recorded.files.filter(({ resource }) => judging.columnsOf(resource).length > 0)
  const reading = { doing: 'summary', session: recorded.session, files, columnsOf: judging.columnsOf }
  for await (const table of readTables(context, reading)) judging.add(table)
  return judging.finish(options)
}

/** A session that is being judged, for commands that read its tables for something else, too. */
export interface Judging {
  /** What is needed of a resource; none where it is not judged. */
  readonly columnsOf: (resource: Resource) => readonly string[]
  readonly add: (table: Table) => void
  readonly finish: (options?: SummaryOptions) => Promise<Summary>
}

/** Begins to judge a session whose tables are then added, one at a time. */
export function beginSummary(context: CommandContext, recorded: Recorded): Judging {
  const analyser: Analyser = createAnalysis(analysisContext(recorded))
  return {
    columnsOf,
    add: (table) => analyser.add(table),
    finish: (options = {}) => concluded(context, recorded, analyser.finish(), options),
  }
}

async function concluded(
  context: CommandContext,
  recorded: Recorded,
  whole: Analysis,
  { phase }: SummaryOptions,
): Promise<Summary> {
  const analysis = phase === undefined ? whole : ofPhase(whole, phase)
  const labels = labelHosts(recorded.hosts)
  const labelOf = new Map(recorded.hosts.map(({ name }, index) => [name, labels[index] ?? name]))
  const frame = {
    analysis,
    fromMs: recorded.fromMs,
    toMs: recorded.toMs,
    intervalSec: recorded.intervalSec,
    session: recorded.session,
    hostCount: recorded.hosts.length,
    knownHostCount: recorded.hostCount,
    zoneOffsetMinutes: context.zoneOffsetMinutes(recorded.fromMs),
    isOnePhase: phase !== undefined,
    plots: await drawnPlots(recorded.directory),
  }
  const byLabel = { ...frame, nameOf: (host: string) => labelOf.get(host) ?? host }
  const byName = { ...frame, nameOf: (host: string) => host }
  return {
    analysis,
    sentence: sentenceOf(byLabel, analysis.verdict),
    blocks: summaryBlocks(byLabel),
    json: summaryJson(analysis, sentenceOf(byName, analysis.verdict)),
  }
}

function analysisContext(recorded: Recorded): AnalysisContext {
  const { session, hosts, files, metaOf, marks, events, toMs, intervalSec } = recorded
  const firstMs = files.reduce((first, { span }) => Math.min(first, span.fromMs), Number.POSITIVE_INFINITY)
  const notesOf = (name: string): readonly string[] =>
    session?.hosts.find((host) => host.name === name)?.notes ?? []
  return {
    hosts: hosts.map(({ name }) => ({ name, meta: metaOf.get(name) ?? null, notes: notesOf(name) })),
    // Samples end at whole intervals after the agreed start: bins that begin there hold one each.
    fromMs: session?.startMs ?? firstMs,
    toMs,
    intervalSec,
    marks,
    events,
    failedHosts: failedHosts(recorded),
  }
}

/** Wanted hosts without any CSV, and those whose data are not whole. */
function failedHosts({ session, hosts, absent }: Recorded): readonly FailedHost[] {
  const reasonOf = (host: string): string | null => {
    const known = session?.hosts.find(({ name }) => name === host)
    return known?.problems[0] ?? known?.error?.message ?? null
  }
  return [
    ...absent.map(({ name }) => ({ host: name, isAbsent: true, reason: reasonOf(name) ?? 'no data' })),
    ...hosts.flatMap(({ name }) => {
      const reason = reasonOf(name)
      return reason === null ? [] : [{ host: name, isAbsent: false, reason }]
    }),
  ]
}

/** What is found of the run, and spoils each phase alike. */
const OF_ANY_PHASE: readonly FindingKind[] = ['gap', 'clock', 'not_measured']

/** The analysis as far as it is about one phase. */
function ofPhase(analysis: Analysis, wanted: string): Analysis {
  const at = analysis.phases.findIndex(({ label }) => label === wanted)
  const phase = analysis.phases[at]
  const verdict = analysis.phaseVerdicts[at]
  if (phase === undefined || verdict === undefined) {
    const labels = analysis.phases.map(({ label }) => label)
    const meant = nearest(wanted, labels)
    throw new ConfigError(`summary: there is no phase "${wanted}"`, {
      hint: meant === null ? `phases: ${labels.join(', ')}` : `did you mean: --phase "${meant}"`,
    })
  }
  const { hostCount, isFabricUnseen, phaseShare } = analysis.verdict
  const runMs = (analysis.verdict.phase.toMs - analysis.verdict.phase.fromMs) / phaseShare
  const chosen: Verdict = {
    ...verdict,
    phaseShare: (phase.toMs - phase.fromMs) / runMs,
    hostCount,
    isFabricUnseen,
  }
  return {
    ...analysis,
    phases: [phase],
    verdict: chosen,
    phaseVerdicts: [verdict],
    rows: analysis.rows.filter((row) => row.phase === phase.label),
    findings: analysis.findings.filter(
      (finding) => finding.phase === phase.label || OF_ANY_PHASE.includes(finding.kind),
    ),
  }
}

function summaryJson(analysis: Analysis, sentence: string): Readonly<Record<string, unknown>> {
  const { verdict, phases, findings, rows, failedHosts: failed, binSec } = analysis
  const { cause } = verdict
  return {
    verdict: {
      text: sentence,
      kind: verdict.kind,
      phase: verdict.phase.label,
      resource: cause?.resource ?? null,
      device: cause?.device ?? null,
      hosts: cause?.hosts ?? [],
      share: cause?.share ?? null,
      phaseShare: verdict.phaseShare,
      hostCount: verdict.hostCount,
      isFabricUnseen: verdict.isFabricUnseen,
    },
    findings,
    phases: phases.map(({ name, label, fromMs, toMs }) => ({
      name,
      label,
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      seconds: (toMs - fromMs) / 1000,
    })),
    rows,
    failedHosts: failed,
    binSeconds: binSec,
  }
}
