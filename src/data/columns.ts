import type { Resource } from '../model.js'

/** A column of a parsed CSV after `timestamp`, `elapsed_s` and `interval_s`. */
export interface ColumnSpec {
  readonly name: string
  /** `device`: the table's device name; `alias`: what plots call it; text may be null, a number may be NaN. */
  readonly kind: 'number' | 'text' | 'device' | 'alias'
  /** Most digits after the point that are written. */
  readonly decimals: number
}

/** What every parsed CSV begins with. */
export const LEADING_COLUMNS = ['timestamp', 'elapsed_s', 'interval_s'] as const

const MAX_DECIMALS = 3

function numbers(names: string, decimals = MAX_DECIMALS): ColumnSpec[] {
  return names.split(' ').map((name) => ({ name, kind: 'number', decimals }))
}

function texts(names: string): ColumnSpec[] {
  return names.split(' ').map((name) => ({ name, kind: 'text', decimals: 0 }))
}

function device(name: string): ColumnSpec {
  return { name, kind: 'device', decimals: 0 }
}

const ALIAS: ColumnSpec = { name: 'alias', kind: 'alias', decimals: 0 }

/** The columns of each resource's CSV in the order in which they are written. */
export const CSV_COLUMNS: Readonly<Record<Resource, readonly ColumnSpec[]>> = {
  cpu: [
    ...numbers('user_pct nice_pct system_pct iowait_pct steal_pct idle_pct utilization_pct'),
    ...numbers('busiest_core', 0),
    ...numbers('busiest_core_pct'),
    ...numbers('cores_above_90', 0),
  ],
  memory: [
    ...numbers('total_bytes available_bytes used_bytes buffers_bytes cached_bytes', 0),
    ...numbers('utilization_pct'),
  ],
  swap: [
    ...numbers('total_bytes used_bytes', 0),
    ...numbers('utilization_pct swap_in_pages_per_s swap_out_pages_per_s'),
  ],
  disk: [
    device('device'),
    ALIAS,
    ...numbers('transfers_per_s read_bytes_per_s write_bytes_per_s discard_bytes_per_s'),
    ...numbers('queue_length await_ms utilization_pct'),
  ],
  network: [
    device('interface'),
    ALIAS,
    ...numbers('in_bytes_per_s out_bytes_per_s in_packets_per_s out_packets_per_s'),
    ...numbers('in_errors_per_s out_errors_per_s in_drops_per_s out_drops_per_s utilization_pct'),
  ],
  load: numbers('run_queue tasks load_1 load_5 load_15 blocked'),
  paging: numbers(
    'page_in_bytes_per_s page_out_bytes_per_s faults_per_s major_faults_per_s scanned_pages_per_s',
  ),
  gpu: [
    ...numbers('index', 0),
    device('uuid'),
    ...texts('name'),
    ALIAS,
    ...numbers('utilization_pct memory_utilization_pct'),
    ...numbers('memory_used_bytes memory_total_bytes', 0),
    ...numbers('temperature_celsius power_watts power_limit_watts sm_clock_mhz memory_clock_mhz fan_pct'),
    ...texts('pstate throttle_reasons'),
  ],
  'gpu-processes': [
    device('gpu_uuid'),
    ...numbers('pid', 0),
    ...texts('user name'),
    ...numbers('memory_used_bytes', 0),
  ],
  infiniband: [
    device('device'),
    ...numbers('port', 0),
    ALIAS,
    ...numbers('in_bytes_per_s out_bytes_per_s in_errors_per_s out_discards_per_s utilization_pct'),
  ],
}

/** Names of a resource's columns of one kind, in the order of the CSV. */
export function columnNames(resource: Resource, kind: ColumnSpec['kind']): string[] {
  return CSV_COLUMNS[resource].filter((column) => column.kind === kind).map((column) => column.name)
}
