/** The tables of one host of a planted session. */
import { createTable } from '../../src/data/table.js'
import type { Resource, Table } from '../../src/model.js'

export const LINK_MBIT = 10_000
export const LINK_BYTES = (LINK_MBIT * 1e6) / 8
const GPUS = 4

/** 0, 1, … up to `count` numbers. */
export const all = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

/** What one host does in one sample; percent where nothing else is said. */
export interface Moment {
  cpu: number
  core: number
  iowait: number
  steal: number
  runQueue: number
  memory: number
  swapPages: number
  disk: number
  diskQueue: number
  awaitMs: number
  /** Bytes per second. */
  netIn: number
  netOut: number
  /** Of an InfiniBand port; null: it has none. */
  rdma: number | null
  /** null: it has no GPUs. */
  gpu: number | null
  throttling: string
}

type Columns = Readonly<Record<string, (moment: Moment) => number>>

const PLAIN_TABLES: readonly (readonly [Resource, Columns])[] = [
  [
    'cpu',
    {
      utilization_pct: ({ cpu }) => cpu,
      iowait_pct: ({ iowait, cpu }) => Math.min(iowait, 100 - cpu),
      steal_pct: ({ steal, cpu }) => Math.min(steal, cpu),
      busiest_core_pct: ({ core, cpu }) => Math.max(core, cpu),
    },
  ],
  ['memory', { utilization_pct: ({ memory }) => memory }],
  [
    'swap',
    {
      swap_in_pages_per_s: ({ swapPages }) => swapPages / 3,
      swap_out_pages_per_s: ({ swapPages }) => (2 * swapPages) / 3,
    },
  ],
  ['load', { run_queue: ({ runQueue }) => Math.round(runQueue) }],
  ['paging', { major_faults_per_s: ({ swapPages }) => swapPages / 10, scanned_pages_per_s: () => 0 }],
]

/** All tables of a host; none of InfiniBand or GPUs where it has none. */
export function tablesOf(
  host: string,
  timeMs: Float64Array,
  intervalSec: number,
  moments: readonly Moment[],
): readonly Table[] {
  const base = { timeMs, intervalSec: timeMs.map(() => intervalSec) }
  const column = (of: (moment: Moment) => number): Float64Array => Float64Array.from(moments, of)
  const columnsOf = (columns: Columns): Map<string, Float64Array> =>
    new Map(Object.entries(columns).map(([name, of]) => [name, column(of)]))
  const withDevice = (resource: Resource, device: string, alias: string, columns: Columns): Table =>
    createTable(resource, host, {
      ...base,
      devices: [device],
      deviceIndex: new Uint32Array(timeMs.length),
      columns: columnsOf(columns),
      textColumns: new Map([['alias', moments.map(() => alias)]]),
    })
  const plain = PLAIN_TABLES.map(([resource, columns]) =>
    createTable(resource, host, { ...base, columns: columnsOf(columns) }),
  )
  const disk = withDevice('disk', 'sdb', 'DATA', {
    utilization_pct: (moment) => moment.disk,
    queue_length: ({ diskQueue }) => diskQueue,
    await_ms: ({ awaitMs }) => awaitMs,
  })
  const network = withDevice('network', 'em1', 'em1', {
    in_bytes_per_s: ({ netIn }) => netIn,
    out_bytes_per_s: ({ netOut }) => netOut,
    in_packets_per_s: ({ netIn }) => netIn / 1500,
    out_packets_per_s: ({ netOut }) => netOut / 1500,
    in_errors_per_s: () => 0,
    out_errors_per_s: () => 0,
    in_drops_per_s: () => 0,
    out_drops_per_s: () => 0,
    utilization_pct: ({ netIn, netOut }) => (100 * Math.max(netIn, netOut)) / LINK_BYTES,
  })
  const rdma = withDevice('infiniband', 'mlx5_0', 'mlx5_0', {
    in_bytes_per_s: (moment) => (moment.rdma ?? 0) * 125e6,
    out_bytes_per_s: (moment) => (moment.rdma ?? 0) * 100e6,
    utilization_pct: (moment) => moment.rdma ?? 0,
  })
  const [first] = moments
  return [
    ...plain,
    disk,
    network,
    ...(first === undefined || first.rdma === null ? [] : [rdma]),
    ...(first === undefined || first.gpu === null ? [] : [gpuTable(host, timeMs, intervalSec, moments)]),
  ]
}

/** Rows of all GPUs of a host, one after the other for each sample. */
function gpuTable(
  host: string,
  timeMs: Float64Array,
  intervalSec: number,
  moments: readonly Moment[],
): Table {
  const rows = moments.flatMap((moment, row) =>
    all(GPUS).map((gpu) => ({ moment, gpu, atMs: timeMs[row] ?? 0 })),
  )
  const column = (of: (moment: Moment) => number): Float64Array =>
    Float64Array.from(rows, ({ moment }) => of(moment))
  return createTable('gpu', host, {
    timeMs: Float64Array.from(rows, ({ atMs }) => atMs),
    intervalSec: Float64Array.from(rows, () => intervalSec),
    devices: all(GPUS).map((gpu) => `GPU-${gpu}`),
    deviceIndex: Uint32Array.from(rows, ({ gpu }) => gpu),
    columns: new Map([
      ['utilization_pct', column(({ gpu }) => gpu ?? 0)],
      ['memory_used_bytes', column(() => 40e9)],
      ['memory_total_bytes', column(() => 80e9)],
      ['power_watts', column(({ gpu }) => 100 + 3 * (gpu ?? 0))],
      ['power_limit_watts', column(() => 400)],
    ]),
    textColumns: new Map([
      ['alias', rows.map(({ gpu }) => String(gpu))],
      ['name', rows.map(() => 'A100')],
      ['pstate', rows.map(() => 'P0')],
      ['throttle_reasons', rows.map(({ moment }) => moment.throttling)],
    ]),
  })
}
