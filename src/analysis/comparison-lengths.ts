/** How long two runs, or two phases, took: the most important number of a comparison. */
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

/** Both ends of a run are known to about one sample. */
const UNSURE_INTERVALS = 2
/** Two runs of the same program are seldom closer than this; from one run of each nothing finer can be told. */
const LEAST_RELATIVE = 0.02

/** Compares two lengths; `intervalSec` is the longer one of the two sessions. */
export function compareLengths(a: Span, b: Span, intervalSec: number): LengthComparison {
  const aSec = (a.toMs - a.fromMs) / 1000
  const bSec = (b.toMs - b.fromMs) / 1000
  const changeSec = bSec - aSec
  const unsureSec = Math.max(UNSURE_INTERVALS * intervalSec, LEAST_RELATIVE * aSec)
  const isSame = Math.abs(changeSec) <= unsureSec
  const verdict = isSame ? 'same' : changeSec < 0 ? 'better' : 'worse'
  return { aSec, bSec, changeSec, relative: changeSec / aSec, verdict }
}
