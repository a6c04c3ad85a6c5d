/** The rows of a comparison, and how each gets its verdict. */
import type { Resource } from '../model.js'
import { LEAST_BLOCK_BINS, mostBlocks } from './comparison-blocks.js'
import type { ComparedColumn } from './comparison-columns.js'
import type { PhasePair } from './comparison-pairs.js'
import { meanOf } from './order.js'
import { countNeeded, holm, signedRank, smallestP, withEnough } from './rank-test.js'

/**
 * `more`, `less`: beyond noise, of a column without a better direction. `same`: a change that counts would have been found.
 * `not_judged`: too few values for that.
 */
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
  /** Parts of the phase in which any host pair was measured. */
  readonly measuredBins: number
  readonly means: readonly number[]
  readonly blockBins: number
}

/** Gives the rows their verdicts; the correction goes over all rows whose phase is long enough to be tested at all. */
export function judgeRows(measured: readonly MeasuredRow[]): readonly ComparisonRow[] {
  const candidates = measured.filter(({ isMeasured, isCalm }) => isMeasured && !isCalm)
  const counts = candidates.map(({ phase }) => mostBlocks(phase.binCount))
  const isTested = withEnough(counts, COMPARISON_LEVEL)
  const tested = candidates.filter((_, index) => isTested[index])
  const adjusted = holm(tested.map(({ means }) => signedRank(means).p))
  const places = new Map(tested.map((one, place) => [one, place]))
  return measured.map((one) => {
    if (!one.isMeasured) return one.row
    const place = places.get(one)
    if (place !== undefined) return judgeTested(one, adjusted[place] ?? 1, tested.length)
    if (one.isCalm && isTestable(one, counts)) return one.row
    const others = candidates.filter((other) => !places.has(other) && other.phase === one.phase)
    return notJudged(one, COMPARISON_LEVEL / (tested.length + others.length + (one.isCalm ? 1 : 0)))
  })
}

/** Whether a row in which nothing happens would have been tested among the others, had it changed. */
function isTestable({ measuredBins }: MeasuredRow, counts: readonly number[]): boolean {
  return withEnough([...counts, mostBlocks(measuredBins)], COMPARISON_LEVEL).at(-1) === true
}

/** `rowCount`: so many are tested. */
function judgeTested(one: MeasuredRow, pAdjusted: number, rowCount: number): ComparisonRow {
  const row = { ...one.row, p: signedRank(one.means).p, pAdjusted }
  if (pAdjusted <= COMPARISON_LEVEL) return { ...row, verdict: verdictOf(row) }
  const level = COMPARISON_LEVEL / rowCount
  if (smallestP(one.means.length) > level) return notJudged({ ...one, row }, level)
  const longer = lengthening(one, level)
  if (longer === 1) return row
  const phaseSec = longer * one.phase.binCount * one.phase.binSec
  return { ...row, verdict: 'not_judged', needed: { blocks: one.means.length, phaseSec } }
}

/** How finely the length is told that a phase needs, and when it is long beyond use. */
const LENGTHENING_STEP = 1.25
const MOST_LENGTHENING = 1e6

/**
 * How many times as long a phase with the same noise has to be to find the smallest change that counts, whichever way it
 * goes; 1: it would have been found. Means of blocks n times as long deviate by 1 / sqrt(n) as much. There have to be
 * enough of them for the level.
 */
function lengthening({ means, row }: MeasuredRow, level: number): number {
  const least = row.least ?? 0
  const middle = meanOf(means)
  const isFound = (times: number): boolean => {
    const noise = means.map((value) => (value - middle) / Math.sqrt(times))
    return [least, -least].every((change) => signedRank(noise.map((one) => one + change)).p <= level)
  }
  let times = 1
  while (times < MOST_LENGTHENING && !isFound(times)) times *= LENGTHENING_STEP
  return times
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
