/** Two sessions side by side: what changed from A to B, and whether that is beyond the noise within them. */
import type { Table } from '../model.js'
import { binMeans, blockMeans } from './comparison-blocks.js'
import { type ComparedColumn, comparedColumns } from './comparison-columns.js'
import type { PhasePair } from './comparison-pairs.js'
import {
  COMPARISON_LEVEL,
  type ComparisonRow,
  type CutPhase,
  judgeRows,
  type MeasuredRow,
} from './comparison-verdict.js'
import { meanOf } from './order.js'
import { countNeeded } from './rank-test.js'
import { type Series, seriesOf } from './series.js'

/** Share of the mid value of A and B below which a change is none, whatever the test says. */
const LEAST_RELATIVE = 0.05
/** Of a longer phase several samples share a bin. */
const MOST_BINS = 1800

/** Takes the tables of one host pair at a time, in any order. */
export interface Comparison {
  /** The same resource of both hosts of a pair; null: that host has no such table. */
  add(a: Table | null, b: Table | null): void
  finish(): readonly ComparisonRow[]
}

/** Begins a comparison; `intervalSec` is the longer one of the two sessions. */
export function createComparison(pairs: readonly PhasePair[], intervalSec: number): Comparison {
  const phases = withShares(pairs, intervalSec)
  const sums = new Map<string, RowSums>()
  return {
    add: (a, b) => {
      const resource = a?.resource ?? b?.resource
      if (resource === undefined) return
      for (const compared of comparedColumns(resource)) {
        for (const pair of pairSeries(a, b, compared.column)) {
          for (const phase of phases) {
            const key = JSON.stringify([compared.resource, compared.column, pair.device, phase.label])
            const row = sums.get(key) ?? newSums(compared, pair.device, phase)
            sums.set(key, row)
            addPair(row, pair)
          }
        }
      }
    },
    finish: () => judgeRows([...sums.values()].map(measure)),
  }
}

function withShares(pairs: readonly PhasePair[], intervalSec: number): readonly CutPhase[] {
  const bothMs = ({ a, b }: PhasePair): number => a.toMs - a.fromMs + b.toMs - b.fromMs
  const totalMs = pairs.reduce((sum, pair) => sum + bothMs(pair), 0)
  return pairs.map((pair) => {
    const { a, b } = pair
    const shorterSec = Math.min(a.toMs - a.fromMs, b.toMs - b.fromMs) / 1000
    const binCount = Math.min(MOST_BINS, Math.max(1, Math.floor(shorterSec / intervalSec)))
    return {
      ...pair,
      binCount,
      binSec: Math.max(intervalSec, shorterSec / MOST_BINS),
      share: bothMs(pair) / totalMs,
    }
  })
}

interface SeriesPair {
  readonly device: string | null
  readonly a: Series | null
  readonly b: Series | null
}

/** Devices are the same when their aliases are. */
function pairSeries(a: Table | null, b: Table | null, column: string): readonly SeriesPair[] {
  const ofA = a === null ? [] : seriesOf(a, column)
  const ofB = b === null ? [] : seriesOf(b, column)
  const devices = new Set([...ofA, ...ofB].map(({ alias }) => alias))
  const find = (all: readonly Series[], device: string | null): Series | null =>
    all.find(({ alias }) => alias === device) ?? null
  return [...devices].map((device) => ({ device, a: find(ofA, device), b: find(ofB, device) }))
}

/** What is summed up of a row while the host pairs go by. */
interface RowSums {
  readonly compared: ComparedColumn
  readonly device: string | null
  readonly phase: CutPhase
  /** Per bin: differences without their host's mean, and of how many hosts. */
  readonly deviations: Float64Array
  readonly counts: Uint32Array
  /** Means of each host pair measured in both, and of hosts measured in one session only or also. */
  readonly pairMeans: { readonly a: number; readonly b: number }[]
  readonly meansOfA: number[]
  readonly meansOfB: number[]
}

function newSums(compared: ComparedColumn, device: string | null, phase: CutPhase): RowSums {
  return {
    compared,
    device,
    phase,
    deviations: new Float64Array(phase.binCount),
    counts: new Uint32Array(phase.binCount),
    pairMeans: [],
    meansOfA: [],
    meansOfB: [],
  }
}

/** Adds one host pair to the sums of a row. */
function addPair(row: RowSums, pair: SeriesPair): void {
  const { binCount } = row.phase
  const a = pair.a && binMeans(pair.a, row.phase.a, binCount)
  const b = pair.b && binMeans(pair.b, row.phase.b, binCount)
  const isMeasured = (mean: number): boolean => !Number.isNaN(mean)
  row.meansOfA.push(...[a === null ? Number.NaN : meanOf(a)].filter(isMeasured))
  row.meansOfB.push(...[b === null ? Number.NaN : meanOf(b)].filter(isMeasured))
  if (a === null || b === null) return
  const differences = b.map((value, bin) => value - (a[bin] as number))
  const mean = meanOf(differences)
  if (Number.isNaN(mean)) return
  const meanOfA = meanOf(
    a.map((value, bin) => (Number.isNaN(differences[bin] as number) ? Number.NaN : value)),
  )
  row.pairMeans.push({ a: meanOfA, b: meanOfA + mean })
  differences.forEach((difference, bin) => {
    if (Number.isNaN(difference)) return
    row.deviations[bin] = (row.deviations[bin] as number) + difference - mean
    row.counts[bin] = (row.counts[bin] as number) + 1
  })
}

function measure(sums: RowSums): MeasuredRow {
  const { compared, device, phase, pairMeans } = sums
  const isMeasured = pairMeans.length > 0
  const a = isMeasured ? mean(pairMeans.map((pair) => pair.a)) : mean(sums.meansOfA)
  const b = isMeasured ? mean(pairMeans.map((pair) => pair.b)) : mean(sums.meansOfB)
  const change = a === null || b === null || !isMeasured ? null : b - a
  const least = leastChange(compared, a, b)
  // The hosts' own levels are taken out and their mean put back, so that a host that is missing for a while shifts nothing.
  const differences = sums.deviations.map((sum, bin) => sum / (sums.counts[bin] as number) + (change ?? 0))
  const { means, blockBins } = blockMeans(differences)
  const row: ComparisonRow = {
    resource: compared.resource,
    device,
    column: compared.column,
    phase: phase.label,
    verdict: isMeasured ? 'same' : 'not_measured',
    better: compared.better,
    a,
    b,
    change,
    relative: change === null || a === null || a === 0 ? null : change / a,
    least: isMeasured ? least : null,
    hosts: pairMeans.length,
    hostsUp: pairMeans.filter((pair) => pair.b > pair.a).length,
    hostsDown: pairMeans.filter((pair) => pair.b < pair.a).length,
    blocks: isMeasured ? means.length : 0,
    p: null,
    pAdjusted: null,
    needed: null,
    weight: change === null ? 0 : (Math.abs(change) / least) * phase.share,
  }
  // Signs play no part in it, so that what is left out by it does not tilt the test.
  const isLong = means.length >= countNeeded(COMPARISON_LEVEL)
  const sizes = (isLong ? means : [...differences].filter((value) => !Number.isNaN(value))).map(Math.abs)
  const isCalm = (mean(sizes) ?? 0) < least
  const measuredBins = sums.counts.reduce((bins, count) => bins + (count > 0 ? 1 : 0), 0)
  return { row, phase, isMeasured, isCalm, measuredBins, means, blockBins }
}

function leastChange({ least }: ComparedColumn, a: number | null, b: number | null): number {
  return Math.max(least, LEAST_RELATIVE * Math.abs(((a ?? 0) + (b ?? 0)) / 2))
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
