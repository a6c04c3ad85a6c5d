import type { TableParts } from '../data/table.js'
import type { WarningList } from '../data/warnings.js'
import { gather, gatherAll, joinRows } from './sadf-join.js'
import type { SectionStore } from './sadf-pass.js'
import type { SectionRows } from './sadf-rows.js'

//   vm;1;2026-11-20 06:09:10 UTC;-1;30.81;0.00;13.13;0.00;0.00;56.06

/** The parts of a CPU's time are rounded to two decimals each: their sum is never this far from 100. */
const LARGEST_SUM_ERROR = 2
const MEAN = 'mean_'

function warnAboutSums(rows: SectionRows, store: SectionStore, warnings: WarningList): void {
  for (let row = 0; row < rows.rowCount; row++) {
    let sum = 0
    for (const values of rows.values) sum += values[row] as number
    if (!(Math.abs(sum - 100) > LARGEST_SUM_ERROR) || rows.intervalSec[row] === 0) continue
    const what = `the parts of the CPU's time sum up to ${sum.toFixed(2)} %`
    warnings.add('sum', what, { ...store.placeOf(rows, row), isLoss: false })
  }
}

/** Share of time that a CPU worked, percent: neither idle nor waiting for a disk. */
function utilization(idle: Float64Array, iowait: Float64Array): Float64Array {
  return idle.map((value, row) => Math.max(0, 100 - value - (iowait[row] as number)))
}

/** CPU rows with their sample's busiest core; where sysstat gave no row for all CPUs, the mean of those present. */
export function cpuParts(store: SectionStore, warnings: WarningList): TableParts {
  const main = store.rowsOf('cpu')
  const cores = store.rowsOf('cores')
  warnAboutSums(main, store, warnings)
  const { timeMs, intervalSec, leftRow, rightRow } = joinRows(main, cores)
  const columns = new Map<string, Float64Array>(gatherAll(main, leftRow))
  if (leftRow.includes(-1)) {
    for (const { name } of main.spec.fields) {
      const mean = gather(cores, `${MEAN}${name}`, rightRow)
      const own = columns.get(name)
      columns.set(
        name,
        own ? own.map((value, row) => (leftRow[row] === -1 ? (mean[row] as number) : value)) : mean,
      )
    }
  }
  const empty = new Float64Array(timeMs.length).fill(Number.NaN)
  columns.set(
    'utilization_pct',
    utilization(columns.get('idle_pct') ?? empty, columns.get('iowait_pct') ?? empty),
  )
  columns.set('busiest_core', gather(cores, 'busiest_core', rightRow))
  const coreIdle = gather(cores, 'idle_pct', rightRow)
  columns.set('busiest_core_pct', utilization(coreIdle, gather(cores, 'iowait_pct', rightRow)))
  columns.set('cores_above_90', gather(cores, 'cores_above_90', rightRow))
  return { timeMs, intervalSec, columns }
}
