import type { TableParts } from '../data/table.js'
import type { WarningList } from '../data/warnings.js'
import type { NodeMeta } from '../model.js'
import type { SectionStore } from './sadf-pass.js'
import type { SectionRows } from './sadf-rows.js'

//   kbmemfree;kbmemused;%memused;kbbuffers;kbcached;kbcommit …                  sysstat 10.0.3–11.5.2
//   kbmemfree;kbavail;kbmemused;%memused;kbbuffers;kbcached;kbcommit …          from 11.5.3 on
//   kbmemfree;kbavail;kbmemused;…;kbdirty;kbshmem                               from 12.7.8 on

/** %memused has two decimals. */
const PERCENT_ERROR = 0.005
/** kbmemused counted the page cache up to 11.7.3; it stopped to at 11.7.4, and is total - available since 12.7.8. */
type TotalFormula =
  | 'free + used'
  | 'available + used'
  | 'free + used + buffers + cached + slab'
  | 'used / %used'

interface MemoryColumns {
  readonly free: Float64Array
  readonly available: Float64Array
  readonly used: Float64Array
  readonly used_pct: Float64Array
  readonly buffers: Float64Array
  readonly cached: Float64Array
  readonly slab: Float64Array
}

function columnsOf(rows: SectionRows): MemoryColumns {
  return {
    free: rows.column('free'),
    available: rows.column('available'),
    used: rows.column('used'),
    used_pct: rows.column('used_pct'),
    buffers: rows.column('buffers'),
    cached: rows.column('cached'),
    slab: rows.column('slab'),
  }
}

/** The row whose percentage tells the total best; null when all are 0 or missing. */
function rowOfMostUsed(columns: MemoryColumns): number | null {
  let best: number | null = null
  let most = 0
  columns.used_pct.forEach((percent, row) => {
    if (percent > most && !Number.isNaN(columns.used[row] as number)) {
      best = row
      most = percent
    }
  })
  return best
}

function totalBy(formula: TotalFormula, columns: MemoryColumns, row: number): number {
  const { free, available, used, used_pct, buffers, cached, slab } = columns
  const at = (values: Float64Array): number => values[row] as number
  if (formula === 'free + used') return at(free) + at(used)
  if (formula === 'available + used') return at(available) + at(used)
  if (formula === 'used / %used') return (100 * at(used)) / at(used_pct)
  return at(free) + at(used) + at(buffers) + at(cached) + at(slab)
}

const EXACT_FORMULAS: readonly TotalFormula[] = [
  'free + used',
  'available + used',
  'free + used + buffers + cached + slab',
]

/** Total from the rows themselves: the first formula that agrees with %memused, else what %memused says; null: none. */
function totalFromRows(columns: MemoryColumns): { bytes: number; isExact: boolean } | null {
  const row = rowOfMostUsed(columns)
  if (row === null) return null
  const bytes = totalBy('used / %used', columns, row)
  const largestError = (bytes * PERCENT_ERROR * 1.1) / (columns.used_pct[row] as number)
  const exact = EXACT_FORMULAS.find(
    (formula) => Math.abs(totalBy(formula, columns, row) - bytes) <= largestError,
  )
  return exact ? { bytes: totalBy(exact, columns, row), isExact: true } : { bytes, isExact: false }
}

/** kbavail of a file that `sadf -c` made from an older one is kbmemfree again: not measured. */
function hasRealAvailable(columns: MemoryColumns): boolean {
  const { available, free, cached } = columns
  const isCopied = available.every((value, row) => value === free[row] && (cached[row] as number) > 0)
  return !isCopied && available.some((value) => !Number.isNaN(value))
}

function totals(
  columns: MemoryColumns,
  meta: NodeMeta | null,
  warn: (kind: string, what: string) => void,
): Float64Array {
  const measured = meta?.memory_total_bytes ?? null
  if (measured !== null) return new Float64Array(columns.free.length).fill(measured)
  const found = totalFromRows(columns)
  if (!found) warn('total', 'the total memory is not known: it is neither in raw/meta nor in the rows')
  else if (!found.isExact)
    warn('total', 'the total memory is estimated from %memused, which has two decimals')
  return new Float64Array(columns.free.length).fill(found?.bytes ?? Number.NaN)
}

/** Memory rows: total from the node's own word or the rows, used = total - available, all in bytes. */
export function memoryParts(store: SectionStore, meta: NodeMeta | null, warnings: WarningList): TableParts {
  const rows = store.rowsOf('memory')
  const columns = columnsOf(rows)
  const warn = (kind: string, what: string): void =>
    warnings.add(kind, what, { path: store.placeOf(rows, 0).path, line: 0, isLoss: false })
  const total = rows.rowCount > 0 ? totals(columns, meta, warn) : new Float64Array(0)
  const { free, buffers, cached } = columns
  const isReal = hasRealAvailable(columns)
  if (!isReal && rows.rowCount > 0) {
    warn('available', 'available memory is estimated as free + buffers + cached: this sysstat has no kbavail')
  }
  const estimate = (row: number): number =>
    (free[row] as number) + (buffers[row] as number) + (cached[row] as number)
  const available = isReal ? columns.available : free.map((_, row) => estimate(row))
  const used = total.map((bytes, row) => Math.max(0, bytes - (available[row] as number)))
  const share = used.map((bytes, row) => (100 * bytes) / (total[row] as number))
  return {
    timeMs: rows.timeMs.subarray(0, rows.rowCount),
    intervalSec: rows.intervalSec.subarray(0, rows.rowCount),
    columns: new Map([
      ['total_bytes', total],
      ['available_bytes', available],
      ['used_bytes', used],
      ['buffers_bytes', buffers],
      ['cached_bytes', cached],
      ['utilization_pct', share],
    ]),
  }
}
