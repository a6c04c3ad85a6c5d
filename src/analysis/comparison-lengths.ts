/** How long two runs, or two phases, took: the most important number of a comparison. */
import type { RunRecord } from '../model.js'
import type { Span } from './weighted.js'

/** `better`: shorter. `same`: no further apart than can be told. */
export interface LengthComparison {
  readonly aSec: number
  readonly bSec: number
  /** bSec − aSec. */
  readonly changeSec: number
  /** changeSec / aSec. */
  readonly relative: number
  readonly verdict: 'better' | 'worse' | 'same'
}

/** `job`: how long the jobs themselves took. `session`: from the start of recording to the last sample. */
export interface RunComparison extends LengthComparison {
  readonly of: 'job' | 'session'
}

/** A session as far as its length goes; `run` is null when no job was run in it. */
export interface RunSide extends Span {
  readonly run: RunRecord | null
}

/** Both ends of a session are known to about one sample. */
const UNSURE_INTERVALS = 2
/** Two runs of the same program are seldom closer than this; from one run of each nothing finer can be told. */
const LEAST_RELATIVE = 0.02

/** Compares two lengths; both ends are known to one `intervalSec`, 0: exactly. */
export function compareLengths(a: Span, b: Span, intervalSec: number): LengthComparison {
  const aSec = (a.toMs - a.fromMs) / 1000
  const bSec = (b.toMs - b.fromMs) / 1000
  const changeSec = bSec - aSec
  const unsureSec = Math.max(UNSURE_INTERVALS * intervalSec, LEAST_RELATIVE * aSec)
  const isSame = Math.abs(changeSec) <= unsureSec
  const verdict = isSame ? 'same' : changeSec < 0 ? 'better' : 'worse'
  return { aSec, bSec, changeSec, relative: changeSec / aSec, verdict }
}

/** Compares the jobs where both sessions ran one to its end, else the sessions; `intervalSec` is the longer one of the two. */
export function compareRuns(a: RunSide, b: RunSide, intervalSec: number): RunComparison {
  const jobOfA = jobSpan(a)
  const jobOfB = jobSpan(b)
  // The clock told the ends of a job, no sample.
  if (jobOfA !== null && jobOfB !== null) return { of: 'job', ...compareLengths(jobOfA, jobOfB, 0) }
  return { of: 'session', ...compareLengths(a, b, intervalSec) }
}

/** Null: no job, or its end is not known. */
function jobSpan({ run }: RunSide): Span | null {
  if (run === null || run.startedMs === null || run.endedMs === null) return null
  return run.endedMs > run.startedMs ? { fromMs: run.startedMs, toMs: run.endedMs } : null
}
