import { listParsed, readParsedEdges } from '../../session/parsed.js'
import type { CommandContext } from '../context.js'

/** Fewer say nothing of how a job went. */
const FEWEST_SAMPLES = 3

/** The most samples that any host has, counted up to three: edges of a CSV are enough for that. */
export async function countSamples(directory: string): Promise<number> {
  let most = 0
  // One after the other: the first has enough, but for a job that was over at once.
  for (const host of (await listParsed(directory)).get('cpu') ?? []) {
    const { head } = await readParsedEdges(directory, 'cpu', host)
    most = Math.max(most, Math.min(FEWEST_SAMPLES, head.split('\n').length - 2))
    if (most === FEWEST_SAMPLES) break
  }
  return most
}

/** Says which interval would have served where the job was over before three samples were taken. */
export function warnOfFewSamples(
  context: Pick<CommandContext, 'report'>,
  measured: { readonly samples: number; readonly ranSec: number; readonly intervalSec: number },
): void {
  const { samples, ranSec, intervalSec } = measured
  if (samples >= FEWEST_SAMPLES) return
  const would = Math.max(1, Math.floor(ranSec / FEWEST_SAMPLES))
  const recorded =
    samples === 0 ? 'no sample was' : samples === 1 ? 'only one sample was' : `only ${samples} samples were`
  context.report({
    kind: 'warning',
    text: `${recorded} recorded: ${FEWEST_SAMPLES} need at least ${FEWEST_SAMPLES * intervalSec} s, and the job ran ${ranSec.toFixed(1)} s`,
    hint:
      would < intervalSec
        ? `clusterp run --interval ${would} -- …`
        : 'a longer job, or several runs of it in one: clusterp run -- sh -c …',
  })
}
