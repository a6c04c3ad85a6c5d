/** What the analysis keeps of the tables, as one flat list: a new measure is a new line. */
import type { Resource } from '../model.js'

/** One number a row: made of the columns of a CSV. NaN is not measured. */
interface MeasureSpec {
  readonly resource: Resource
  readonly columns: readonly string[]
  readonly unit: string
  readonly of: (first: number, second: number, third: number, fourth: number) => number
}

const plain = (resource: Resource, column: string, unit = '%'): MeasureSpec => ({
  resource,
  columns: [column],
  unit,
  of: (value) => value,
})

/** A sum of what was measured of up to four columns. */
const sum = (resource: Resource, unit: string, ...columns: readonly string[]): MeasureSpec => ({
  resource,
  columns,
  unit,
  of: (...values) => {
    const measured = values.slice(0, columns.length).filter((value) => !Number.isNaN(value))
    return measured.length === 0 ? Number.NaN : measured.reduce((total, value) => total + value, 0)
  },
})

/** The first column as percent of the second; not measured where there is nothing to be a share of. */
const percentOf = (resource: Resource, part: string, whole: string): MeasureSpec => ({
  resource,
  columns: [part, whole],
  unit: '%',
  of: (value, limit) => (limit > 0 ? (100 * value) / limit : Number.NaN),
})

export const MEASURES = {
  'cpu.utilization': plain('cpu', 'utilization_pct'),
  'cpu.iowait': plain('cpu', 'iowait_pct'),
  'cpu.steal': plain('cpu', 'steal_pct'),
  'cpu.busiest_core': plain('cpu', 'busiest_core_pct'),
  'load.run_queue': plain('load', 'run_queue', 'tasks'),
  'memory.utilization': plain('memory', 'utilization_pct'),
  /** Pages a second in and out. */
  'swap.swapping': sum('swap', 'pages/s', 'swap_in_pages_per_s', 'swap_out_pages_per_s'),
  'paging.scanned': plain('paging', 'scanned_pages_per_s', 'pages/s'),
  'paging.major_faults': plain('paging', 'major_faults_per_s', 'faults/s'),
  'disk.utilization': plain('disk', 'utilization_pct'),
  'disk.queue': plain('disk', 'queue_length', 'requests'),
  'disk.await': plain('disk', 'await_ms', 'ms'),
  'network.utilization': plain('network', 'utilization_pct'),
  'network.in': plain('network', 'in_bytes_per_s', 'bytes/s'),
  'network.out': plain('network', 'out_bytes_per_s', 'bytes/s'),
  'network.packets': sum('network', 'packets/s', 'in_packets_per_s', 'out_packets_per_s'),
  'network.errors': sum(
    'network',
    'packets/s',
    'in_errors_per_s',
    'out_errors_per_s',
    'in_drops_per_s',
    'out_drops_per_s',
  ),
  'infiniband.utilization': plain('infiniband', 'utilization_pct'),
  'infiniband.in': plain('infiniband', 'in_bytes_per_s', 'bytes/s'),
  'infiniband.out': plain('infiniband', 'out_bytes_per_s', 'bytes/s'),
  'infiniband.errors': sum('infiniband', 'errors/s', 'in_errors_per_s', 'out_discards_per_s'),
  'gpu.utilization': plain('gpu', 'utilization_pct'),
  'gpu.memory': percentOf('gpu', 'memory_used_bytes', 'memory_total_bytes'),
  'gpu.power': percentOf('gpu', 'power_watts', 'power_limit_watts'),
} as const satisfies Readonly<Record<string, MeasureSpec>>

export type MeasureName = keyof typeof MEASURES

/** Column of words that the driver gives as reasons for lower clocks. */
export const THROTTLE_COLUMN = 'throttle_reasons'

/** Measures of a resource. */
export function measuresOf(resource: Resource): readonly (readonly [MeasureName, MeasureSpec])[] {
  return (Object.entries(MEASURES) as [MeasureName, MeasureSpec][]).filter(
    ([, spec]) => spec.resource === resource,
  )
}

/** Columns of a resource's CSV that are needed; none: nothing of it is judged. */
export function columnsOf(resource: Resource): readonly string[] {
  const columns = measuresOf(resource).flatMap(([, spec]) => spec.columns)
  return resource === 'gpu' ? [...columns, THROTTLE_COLUMN] : columns
}
