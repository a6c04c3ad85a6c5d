/** `clusterp compare`: two sessions, and what got better, worse or stayed the same from the first to the second. */
import { createComparison } from '../analysis/comparison.js'
import {
  compareLengths,
  compareRuns,
  type LengthComparison,
  type RunSide,
} from '../analysis/comparison-lengths.js'
import { type MatchedPhases, matchPhases } from '../analysis/comparison-pairs.js'
import { COMPARISON_LEVEL, type ComparisonRow } from '../analysis/comparison-verdict.js'
import { ClusterpError } from '../errors.js'
import { type Compared, changedRows, compareBlocks } from './comparing/blocks.js'
import { type DrawnOverlays, drawOverlays } from './comparing/overlays.js'
import { readPairs } from './comparing/read-pairs.js'
import { findSides, type Side, type Sides } from './comparing/sides.js'
import { type CommandContext, type CommandResult, line } from './context.js'
import { plural } from './phrases.js'
import { InterruptedError } from './waiting.js'

export interface CompareOptions {
  /** Folders, ids or names of sessions, as typed. */
  readonly a: string
  readonly b: string
}

/** Compares two recorded sessions and draws what changed into `compare/` of the working directory. */
export async function compareCommand(
  context: CommandContext,
  options: CompareOptions,
): Promise<CommandResult> {
  const sides = await findSides(context, [options.a, options.b])
  const compared = await compareSides(context, sides)
  const drawn = await drawIfAny(context, sides, changedRows(compared.rows))
  const blocks = compareBlocks(compared)
  const where =
    drawn === null ? [] : [line(`Drew ${plural(drawn.files.length, 'file')} into ${drawn.folder}`)]
  return { exitCode: 0, hosts: [], blocks: [...blocks, ...where], json: compareJson(compared, drawn) }
}

async function compareSides(context: CommandContext, sides: Sides): Promise<Compared> {
  const a = sides.a.recorded
  const b = sides.b.recorded
  const intervalSec = Math.max(a.intervalSec, b.intervalSec)
  const phases = matchPhases(a, b)
  const comparison = createComparison(phases.pairs, intervalSec)
  for await (const pair of readPairs(context, sides, () => true)) comparison.add(pair.a, pair.b)
  return {
    sides,
    run: compareRuns(withRun(a), withRun(b), intervalSec),
    phases,
    phaseLengths: phaseLengths(phases, intervalSec),
    rows: comparison.finish(),
  }
}

function withRun({ session, fromMs, toMs }: Side['recorded']): RunSide {
  return { run: session?.run ?? null, fromMs, toMs }
}

/** None where the phases of one session were made from those of the other. */
function phaseLengths({ pairs, way }: MatchedPhases, intervalSec: number): Compared['phaseLengths'] {
  if (way !== 'name') return []
  return pairs.map(({ label, a, b }) => ({ label, length: compareLengths(a, b, intervalSec) }))
}

/** Pictures that cannot be made are a warning: the comparison itself is there. */
async function drawIfAny(
  context: CommandContext,
  sides: Sides,
  changed: readonly ComparisonRow[],
): Promise<DrawnOverlays | null> {
  try {
    return await drawOverlays(context, sides, changed)
  } catch (thrown) {
    if (!(thrown instanceof ClusterpError) || thrown instanceof InterruptedError) throw thrown
    context.report({ kind: 'warning', text: `no pictures: ${thrown.message}`, hint: thrown.hint })
    return null
  }
}

function compareJson(
  { sides, run, phases, phaseLengths: lengths, rows }: Compared,
  drawn: DrawnOverlays | null,
): CommandResult['json'] {
  return {
    a: sideJson(sides.a),
    b: sideJson(sides.b),
    run: { of: run.of, ...lengthJson(run) },
    phasesBy: phases.way,
    phases: lengths.map(({ label, length }) => ({ label, ...lengthJson(length) })),
    phasesOnlyInA: phases.onlyA,
    phasesOnlyInB: phases.onlyB,
    hostPairs: sides.hosts.pairs.map(({ a, b, way }) => ({ a: a.name, b: b.name, by: way })),
    hostsOnlyInA: sides.hosts.onlyA.map(({ name }) => name),
    hostsOnlyInB: sides.hosts.onlyB.map(({ name }) => name),
    test: {
      name: 'Wilcoxon signed-rank over block means of the hosts’ mean difference, two-sided, exact',
      correction: 'Holm',
      level: COMPARISON_LEVEL,
    },
    rows,
    plots: drawn?.files ?? [],
  }
}

function sideJson({ word, recorded }: Side) {
  const { session, directory, hosts, intervalSec, fromMs, toMs } = recorded
  return {
    word,
    directory,
    id: session?.id ?? null,
    name: session?.name ?? null,
    hosts: hosts.map(({ name }) => name),
    intervalSec,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
  }
}

function lengthJson({ aSec, bSec, changeSec, relative, verdict }: LengthComparison) {
  return { aSec, bSec, changeSec, relative, verdict }
}
