/** The table of resources and phases. */
import type { Row } from '../../analysis/finding.js'
import { figure } from '../../analysis/wording.js'
import type { Phase } from '../../data/phases.js'
import type { Resource } from '../../model.js'
import type { Block } from '../context.js'
import { byteText } from '../phrases.js'
import type { SummaryFrame } from './frame.js'

/** A line of the table: of a resource with several devices the busiest is shown. */
interface Line {
  readonly label: string
  readonly resource: Resource
  readonly column: string
  /** Left out when it never was above 0. */
  readonly isOptional?: boolean
}

const LINES: readonly Line[] = [
  { label: 'CPU', resource: 'cpu', column: 'utilization_pct' },
  { label: 'busiest core', resource: 'cpu', column: 'busiest_core_pct' },
  { label: 'waiting for I/O', resource: 'cpu', column: 'iowait_pct' },
  { label: 'stolen', resource: 'cpu', column: 'steal_pct', isOptional: true },
  { label: 'memory', resource: 'memory', column: 'utilization_pct' },
  {
    label: 'swapping',
    resource: 'swap',
    column: 'swap_in_pages_per_s + swap_out_pages_per_s',
    isOptional: true,
  },
  { label: 'disk', resource: 'disk', column: 'utilization_pct' },
  { label: 'network', resource: 'network', column: 'utilization_pct' },
  { label: 'InfiniBand', resource: 'infiniband', column: 'utilization_pct' },
  { label: 'GPU', resource: 'gpu', column: 'utilization_pct' },
  { label: 'GPU memory', resource: 'gpu', column: 'memory_used_bytes + memory_total_bytes' },
]
/** In the place of a share where the speed of a link is not known, or so high that every share would be 0. */
const RATES: readonly string[] = ['in_bytes_per_s', 'out_bytes_per_s']

const LEAST_SHOWN_PCT = 1

/** So many phases fit beside each other in 100 columns. */
export const MOST_PHASES = 3
const MOST_LABEL = 22

/** The phases that are shown: the longest, in the order of time. */
export function shownPhases(phases: readonly Phase[]): readonly Phase[] {
  const longest = [...phases].sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, MOST_PHASES)
  return phases.filter((phase) => longest.includes(phase))
}

export function resourceTable({ analysis }: SummaryFrame): Block {
  const phases = shownPhases(analysis.phases)
  return {
    kind: 'table',
    head: ['median · p95 · peak', ...phases.map(({ label }) => cutLabel(label))],
    rows: LINES.flatMap((line) => tableRows(analysis.rows, line, phases)),
  }
}

function tableRows(
  rows: readonly Row[],
  line: Line,
  phases: readonly Phase[],
): readonly (readonly string[])[] {
  const own = rows.filter(({ resource, column }) => resource === line.resource && column === line.column)
  if (isLink(line.resource) && own.every(({ peak }) => peak < LEAST_SHOWN_PCT)) {
    const rates = rateRows(rows, line, phases)
    if (rates.length > 0) return rates
  }
  if (own.length === 0 || (line.isOptional === true && own.every(({ peak }) => peak === 0))) return []
  return [rowOf(line.label, busiestDevice(own), phases)]
}

function isLink(resource: Resource): boolean {
  return resource === 'network' || resource === 'infiniband'
}

function rateRows(
  rows: readonly Row[],
  line: Line,
  phases: readonly Phase[],
): readonly (readonly string[])[] {
  return RATES.flatMap((column) => {
    const own = rows.filter((row) => row.resource === line.resource && row.column === column)
    const direction = column.slice(0, column.indexOf('_'))
    return own.length === 0 ? [] : [rowOf(`${line.label} ${direction}`, busiestDevice(own), phases)]
  })
}

/** The rows of the device with the highest 95th percentile in any phase. */
function busiestDevice(rows: readonly Row[]): readonly Row[] {
  const [busiest] = [...rows].sort((a, b) => b.p95 - a.p95)
  return rows.filter(({ device }) => device === busiest?.device)
}

function rowOf(label: string, rows: readonly Row[], phases: readonly Phase[]): readonly string[] {
  const device = rows[0]?.device ?? null
  const cells = phases.map((phase) => {
    const row = rows.find((one) => one.phase === phase.label)
    return row === undefined ? '' : cellText(row)
  })
  return [device === null ? label : `${label} ${device}`, ...cells]
}

function cellText({ median, p95, peak, unit }: Row): string {
  const values = [median, p95, peak]
  if (unit === 'bytes/s') return rateText(values)
  const texts = values.map((value) => (unit === '%' ? String(Math.round(value)) : figure(value)))
  return `${texts.join(' · ')} ${unit}`
}

/** All in the unit of the largest: `12 · 190 · 197 MB/s`. */
function rateText(values: readonly number[]): string {
  const [number = '0', unit = 'B'] = byteText(Math.max(...values)).split(' ')
  const most = Math.max(...values)
  const scale = most > 0 ? Number(number) / most : 0
  return `${values.map((value) => figure(value * scale)).join(' · ')} ${unit}/s`
}

function cutLabel(label: string): string {
  return label.length <= MOST_LABEL ? label : `${label.slice(0, MOST_LABEL - 1)}…`
}
