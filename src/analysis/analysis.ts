/** From tables to a verdict: what held the job back, where, and how that is known. */
import { type Phase, phasesOf } from '../data/phases.js'
import type { Table } from '../model.js'
import type { Analysis, AnalysisContext, Finding, PhaseVerdict } from './finding.js'
import { GapCollector } from './gaps.js'
import { createGrid } from './grid.js'
import { happenings } from './happenings.js'
import { judgeCpu, judgeHotCore } from './judging/cpu.js'
import { judgeDisk } from './judging/disk.js'
import { judgeErrors } from './judging/errors.js'
import { judgeGpu, judgeGpuMemory, judgeIdleGpus, judgeThrottling } from './judging/gpu.js'
import { judgeIdle } from './judging/idle.js'
import { judgeInfiniband, judgeNetwork } from './judging/links.js'
import { judgeMemory } from './judging/memory.js'
import { judgeStarvation } from './judging/starvation.js'
import { judgeSteal } from './judging/steal.js'
import { judgeStragglers } from './judging/stragglers.js'
import { Measured } from './measured.js'
import { isFabricUnseen, notMeasured } from './not-measured.js'
import { type Judge, LEAST_BINS, PhaseView } from './phase-view.js'
import { rowsOf } from './rows.js'
import { judgePhase } from './verdict.js'

/** What is looked at in each phase. */
const JUDGES: readonly Judge[] = [
  judgeCpu,
  judgeHotCore,
  judgeSteal,
  judgeMemory,
  judgeDisk,
  judgeNetwork,
  judgeInfiniband,
  judgeGpu,
  judgeStarvation,
  judgeThrottling,
  judgeGpuMemory,
  judgeIdleGpus,
  judgeErrors,
  judgeIdle,
  judgeStragglers,
]

/** Collects the tables of a session, in any order, and judges them in the end. */
export interface Analyser {
  /** Takes one table; of it only what is judged is kept. */
  readonly add: (table: Table) => void
  readonly finish: () => Analysis
}

/** An analysis of a session; `context.toMs` must lie after `context.fromMs`. */
export function createAnalysis(context: AnalysisContext): Analyser {
  const { fromMs, toMs } = context
  const phases = phasesOf(context.marks, fromMs, toMs)
  const grid = createGrid(fromMs, toMs, context.intervalSec)
  const measured = new Measured(grid, phases)
  const gaps = new GapCollector(context)
  const viewOf = (phase: Phase, index: number | null): PhaseView =>
    new PhaseView({ context, measured, grid, phase, index })
  return {
    add: (table) => {
      measured.add(table)
      gaps.add(table)
    },
    finish: () => {
      const whole = viewOf({ name: null, label: 'whole run', fromMs, toMs }, null)
      return judge(context, phases.map(viewOf), whole, gaps.findings())
    },
  }
}

/** `views`: one for each phase; `whole`: all of them as one. */
function judge(
  context: AnalysisContext,
  views: readonly PhaseView[],
  whole: PhaseView,
  gaps: readonly Finding[],
): Analysis {
  const hostCount = context.hosts.length
  const findingsIn = (view: PhaseView): readonly Finding[] =>
    view.binCount < LEAST_BINS ? [] : JUDGES.flatMap((one) => one(view))
  const byPhase = views.map(findingsIn)
  const phaseVerdicts = views.map((view, index) => judgePhase(view, byPhase[index] ?? [], hostCount))
  const ofRun = views.length > 1 ? findingsIn(whole) : []
  const chosen = verdictOfRun(phaseVerdicts, judgePhase(whole, ofRun, hostCount))
  const lacks = notMeasured(context, whole)
  const runMs = context.toMs - context.fromMs
  return {
    phases: views.map(({ phase }) => phase),
    verdict: {
      ...chosen,
      phaseShare: lengthOf(chosen) / runMs,
      hostCount,
      isFabricUnseen: isFabricUnseen(whole),
    },
    phaseVerdicts,
    rows: views.flatMap(rowsOf),
    findings: [
      ...withNewOfRun(byPhase.flat(), ofRun, chosen.cause),
      ...gaps,
      ...happenings(context),
      ...lacks,
    ],
    notMeasured: lacks,
    gaps,
    failedHosts: context.failedHosts,
    binSec: whole.binSec,
  }
}

/** What is found in no single phase, because they are too short or it is spread over all, is told of the whole run. */
function withNewOfRun(
  inPhases: readonly Finding[],
  ofRun: readonly Finding[],
  cause: Finding | null,
): readonly Finding[] {
  // Full for less of the run than of a phase is no news.
  const kindOf = ({ kind }: Finding): string => (kind === 'saturation' ? 'bottleneck' : kind)
  const key = (finding: Finding): string =>
    JSON.stringify([kindOf(finding), finding.resource, finding.device])
  const known = new Set(inPhases.map(key))
  return [...inPhases, ...ofRun.filter((finding) => finding === cause || !known.has(key(finding)))]
}

const lengthOf = ({ phase }: PhaseVerdict): number => phase.toMs - phase.fromMs

/** When less than this share of what the whole run lost lies in its worst phase, the verdict is of the whole run. */
const CONCENTRATED_SHARE = 2 / 3

/** The phase in which most node-time went to its cause, if it stands out; else the whole run. */
function verdictOfRun(verdicts: readonly PhaseVerdict[], whole: PhaseVerdict): PhaseVerdict {
  const lostMs = (verdict: PhaseVerdict): number => verdict.weight * lengthOf(verdict)
  const [worst] = [...verdicts].sort((a, b) => lostMs(b) - lostMs(a))
  if (worst === undefined || worst.cause === null) return whole
  const isSpread = whole.cause !== null && lostMs(worst) < CONCENTRATED_SHARE * lostMs(whole)
  return isSpread ? whole : worst
}
