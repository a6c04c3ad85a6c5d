/** The rows of a comparison, and how each gets its verdict. */
import type { Resource } from '../model.js'
import { LEAST_BLOCK_BINS, mostBlocks } from './comparison-blocks.js'
import type { ComparedColumn } from './comparison-columns.js'
import type { PhasePair } from './comparison-pairs.js'
import { countNeeded, holm, signedRank, smallestP, withEnough } from './rank-test.js'

/** `more`, `less`: beyond noise, of a column without a better direction. `not_judged`: too few values. */
export type ComparisonVerdict = 'better' | 'worse' | 'more' | 'less' | 'same' | 'not_judged' | 'not_measured'

/** One column of one device alias in one phase, over all host pairs. */
export interface ComparisonRow {
  readonly resource: Resource
  /** Alias of the device; null for resources without devices. */
  readonly device: string | null
  /** Column of the CSV: its ending names the unit of `a`, `b` and `change`. */
  readonly column: string
  readonly phase: string
  readonly verdict: ComparisonVerdict
  readonly better: ComparedColumn['better']
  /**
   * Means over the host pairs of their time-weighted means, from the times that both hosts of a pair measured; where one
   * session measured nothing, null there and the mean of all hosts in the other.
   */
  readonly a: number | null
  readonly b: number | null
  /** b − a. */
  readonly change: number | null
  /** change / a; null when a is 0. */
  readonly relative: number | null
  /** Smallest change that counts. */
  readonly least: number | null
  /** Host pairs measured in both sessions, and of how many the mean rose or fell. */
  readonly hosts: number
  readonly hostsUp: number
  readonly hostsDown: number
  /** Blocks compared; `p` of the signed-rank test over them and after Holm's correction; null: not tested. */
  readonly blocks: number
  readonly p: number | null
  readonly pAdjusted: number | null
  /** For `not_judged`: how many blocks, and how long a phase, this needs. */
  readonly needed: { readonly blocks: number; readonly phaseSec: number } | null
  /** How much the row matters: change in units of `least`, times the phase's share of the run. */
  readonly weight: number
}

/** The chance that is taken of even one false find in a whole comparison. */
export const COMPARISON_LEVEL = 0.05
/** A phase, the equal parts it is cut into, and what part of the runs it takes. */
export interface CutPhase extends PhasePair {
  readonly binCount: number
  /** Length of a bin in the shorter one of both phases, seconds. */
  readonly binSec: number
  readonly share: number
}

/** A row before the verdict: what was measured, and the block means of the differences. */
export interface MeasuredRow {
  readonly row: ComparisonRow
  readonly phase: CutPhase
  readonly isMeasured: boolean
  /** Every difference is so small that their mean cannot count. */
  readonly isCalm: boolean
  readonly means: readonly number[]
  readonly blockBins: number
}

/** Gives the rows their verdicts; the correction goes over all rows whose phase is long enough to be tested at all. */
export function judgeRows(measured: readonly MeasuredRow[]): readonly ComparisonRow[] {
  const candidates = measured.filter(({ isMeasured, isCalm }) => isMeasured && !isCalm)
  const isTested = withEnough(
    candidates.map(({ phase }) => mostBlocks(phase.binCount)),
    COMPARISON_LEVEL,
  )
  const tested = candidates.filter((_, index) => isTested[index])
  const ps = tested.map(({ means }) => signedRank(means).p)
  const adjusted = holm(ps)
  const level = COMPARISON_LEVEL / Math.max(1, tested.length)
  return measured.map((one) => {
    if (!candidates.includes(one)) return one.row
    const place = tested.indexOf(one)
    if (place < 0) return notJudged(one, COMPARISON_LEVEL / (tested.length + 1))
    const pAdjusted = adjusted[place] ?? 1
    const row = { ...one.row, p: ps[place] ?? 1, pAdjusted }
    if (pAdjusted <= COMPARISON_LEVEL) return { ...row, verdict: verdictOf(row) }
    return smallestP(one.means.length) > level ? notJudged({ ...one, row }, level) : row
  })
}

function notJudged({ row, phase, blockBins }: MeasuredRow, level: number): ComparisonRow {
  const blocks = countNeeded(level)
  const phaseSec = blocks * Math.max(blockBins, LEAST_BLOCK_BINS) * phase.binSec
  return { ...row, verdict: 'not_judged', needed: { blocks, phaseSec } }
}

/** The verdict of a change that is beyond noise; one too small to count is none. */
function verdictOf({ change, least, better }: ComparisonRow): ComparisonVerdict {
  if (change === null || least === null || Math.abs(change) < least) return 'same'
  if (better === null) return change > 0 ? 'more' : 'less'
  return change < 0 ? 'better' : 'worse'
}
