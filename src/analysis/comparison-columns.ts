/** What `compare` compares: columns, which way is better, and the smallest change that counts. */
import type { Resource } from '../model.js'

/** A column that is compared. */
export interface ComparedColumn {
  readonly resource: Resource
  readonly column: string
  /**
   * `less`: waiting, losing and failing, of which less is better whatever the job does. null: more of it can be good (the
   * node works) or bad (it wastes), so that only the length of the run can tell; such rows are `more` or `less`.
   */
  readonly better: 'less' | null
  /** A change below this, in the column's unit, is none: nobody would act on it. */
  readonly least: number
}

/** One point of a percentage. */
const POINT = 1
/** Of what a node moves by itself for logging and housekeeping. */
const HOUSEKEEPING_BYTES_PER_S = 100_000
const MEMORY_BYTES = 64 * 2 ** 20
/** Once in ten seconds. */
const RARE_PER_S = 0.1
const TASKS = 0.5
const MILLISECONDS = 0.5

/** Every compared column, in the order of the resources. */
export const COMPARED: readonly ComparedColumn[] = [
  ambiguous('cpu', 'utilization_pct', POINT),
  lessIsBetter('cpu', 'iowait_pct', POINT),
  lessIsBetter('cpu', 'steal_pct', POINT),
  ambiguous('cpu', 'busiest_core_pct', POINT),
  ambiguous('memory', 'utilization_pct', POINT),
  ambiguous('swap', 'utilization_pct', POINT),
  lessIsBetter('swap', 'swap_in_pages_per_s', 1),
  lessIsBetter('swap', 'swap_out_pages_per_s', 1),
  ambiguous('disk', 'read_bytes_per_s', HOUSEKEEPING_BYTES_PER_S),
  ambiguous('disk', 'write_bytes_per_s', HOUSEKEEPING_BYTES_PER_S),
  ambiguous('disk', 'utilization_pct', POINT),
  lessIsBetter('disk', 'queue_length', TASKS),
  lessIsBetter('disk', 'await_ms', MILLISECONDS),
  ambiguous('network', 'in_bytes_per_s', HOUSEKEEPING_BYTES_PER_S),
  ambiguous('network', 'out_bytes_per_s', HOUSEKEEPING_BYTES_PER_S),
  lessIsBetter('network', 'in_errors_per_s', RARE_PER_S),
  lessIsBetter('network', 'out_errors_per_s', RARE_PER_S),
  lessIsBetter('network', 'in_drops_per_s', RARE_PER_S),
  lessIsBetter('network', 'out_drops_per_s', RARE_PER_S),
  ambiguous('load', 'run_queue', TASKS),
  lessIsBetter('load', 'blocked', TASKS),
  lessIsBetter('paging', 'major_faults_per_s', 1),
  lessIsBetter('paging', 'scanned_pages_per_s', 1),
  ambiguous('gpu', 'utilization_pct', POINT),
  ambiguous('gpu', 'memory_used_bytes', MEMORY_BYTES),
  ambiguous('gpu', 'power_watts', 2),
  ambiguous('gpu', 'temperature_celsius', 1),
  ambiguous('gpu', 'sm_clock_mhz', 10),
  ambiguous('infiniband', 'in_bytes_per_s', HOUSEKEEPING_BYTES_PER_S),
  ambiguous('infiniband', 'out_bytes_per_s', HOUSEKEEPING_BYTES_PER_S),
  lessIsBetter('infiniband', 'in_errors_per_s', RARE_PER_S),
  lessIsBetter('infiniband', 'out_discards_per_s', RARE_PER_S),
]

function ambiguous(resource: Resource, column: string, least: number): ComparedColumn {
  return { resource, column, better: null, least }
}

function lessIsBetter(resource: Resource, column: string, least: number): ComparedColumn {
  return { resource, column, better: 'less', least }
}

/** The compared columns of one resource. */
export function comparedColumns(resource: Resource): readonly ComparedColumn[] {
  return COMPARED.filter((compared) => compared.resource === resource)
}
