import type { Resource } from '../model.js'

//   # hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle
//   # hostname;interval;timestamp;DEV;tps;rd_sec/s;wr_sec/s;avgrq-sz;avgqu-sz;await;svctm;%util
//   # hostname;interval;timestamp;IFACE;rxpck/s;txpck/s;rxkB/s;txkB/s;rxcmp/s;txcmp/s;rxmcst/s;%ifutil

/** A section of `sadf -d` output; `cores` is `cpu` reduced on the node to the busiest core. */
export type SectionKind =
  | 'cpu'
  | 'cores'
  | 'memory'
  | 'swap'
  | 'swapping'
  | 'disk'
  | 'network'
  | 'errors'
  | 'load'
  | 'paging'

/** A value that is taken from a section. Several sources that a header has together are added up. */
export interface FieldSpec {
  readonly name: string
  /** Column names of all versions with the factor that turns them into our unit. */
  readonly sources: Readonly<Record<string, number>>
  /** Largest value, in our unit, that can be true; beyond it (or below -0.01) nothing was measured. */
  readonly most: number
}

export interface SectionSpec {
  readonly kind: SectionKind
  /** Column of the item; null where a sample is one row. */
  readonly item: 'CPU' | 'DEV' | 'IFACE' | null
  /** Columns by which a header is known, one of each group. */
  readonly signs: readonly (readonly string[])[]
  /** True when values are differences over the interval: without one they mean nothing. */
  readonly isRate: boolean
  readonly fields: readonly FieldSpec[]
}

/** Percent of CPU time above this are damaged, not rounded. */
const MOST_CPU_PERCENT = 100.5
/** Percent of anything else: disks were seen above 100, but what is above 1000 comes from a counter gone wrong. */
const MOST_PERCENT = 1000
/** 10^9 kB/s: above any device. */
const MOST_BYTES_PER_SEC = 1e9 * 1024
/** Any other number: well below the 2^63 and 2^64 that a counter gone wrong shows. */
const MOST_COUNT = 1e12
const MOST_BYTES = MOST_COUNT * 1024

const KILOBYTE = 1024
const SECTOR = 512

function field(name: string, sources: Readonly<Record<string, number>>, most: number): FieldSpec {
  return { name, sources, most }
}

function count(name: string, source: string): FieldSpec {
  return field(name, { [source]: 1 }, MOST_COUNT)
}

function kilobytes(name: string, source: string): FieldSpec {
  return field(name, { [source]: KILOBYTE }, MOST_BYTES)
}

function byteRate(name: string, sources: Readonly<Record<string, number>>): FieldSpec {
  return field(name, sources, MOST_BYTES_PER_SEC)
}

/** `-u` and `-u ALL`: in the latter %usr, %nice, and %sys leave out what %guest, %gnice, %irq and %soft tell apart. */
const CPU_FIELDS: readonly FieldSpec[] = [
  field('user_pct', { '%user': 1, '%usr': 1, '%guest': 1 }, MOST_CPU_PERCENT),
  field('nice_pct', { '%nice': 1, '%gnice': 1 }, MOST_CPU_PERCENT),
  field('system_pct', { '%system': 1, '%sys': 1, '%irq': 1, '%soft': 1 }, MOST_CPU_PERCENT),
  field('iowait_pct', { '%iowait': 1 }, MOST_CPU_PERCENT),
  field('steal_pct', { '%steal': 1 }, MOST_CPU_PERCENT),
  field('idle_pct', { '%idle': 1 }, MOST_CPU_PERCENT),
]

/** All sections that are read (`mean_…`: over the cores of a sample, from `-P ALL` only), the more special ones first. */
export const SECTIONS: readonly SectionSpec[] = [
  {
    kind: 'cores',
    item: 'CPU',
    signs: [['CPU'], ['%idle'], ['above90']],
    isRate: true,
    fields: [
      ...CPU_FIELDS,
      count('cores_above_90', 'above90'),
      count('busiest_core', 'CPU'),
      ...CPU_FIELDS.map(({ name, most }) => field(`mean_${name}`, {}, most)),
    ],
  },
  {
    kind: 'cpu',
    item: 'CPU',
    signs: [['CPU'], ['%idle'], ['%user', '%usr']],
    isRate: true,
    fields: CPU_FIELDS,
  },
  {
    kind: 'memory',
    item: null,
    signs: [['kbmemfree']],
    isRate: false,
    fields: [
      kilobytes('free', 'kbmemfree'),
      kilobytes('available', 'kbavail'),
      kilobytes('used', 'kbmemused'),
      field('used_pct', { '%memused': 1 }, MOST_CPU_PERCENT),
      kilobytes('buffers', 'kbbuffers'),
      kilobytes('cached', 'kbcached'),
      kilobytes('slab', 'kbslab'),
      kilobytes('shared', 'kbshmem'),
    ],
  },
  {
    kind: 'swap',
    item: null,
    signs: [['kbswpfree']],
    isRate: false,
    fields: [kilobytes('free', 'kbswpfree'), kilobytes('used', 'kbswpused')],
  },
  {
    kind: 'swapping',
    item: null,
    signs: [['pswpin/s']],
    isRate: true,
    fields: [count('swap_in_pages_per_s', 'pswpin/s'), count('swap_out_pages_per_s', 'pswpout/s')],
  },
  {
    kind: 'disk',
    item: 'DEV',
    signs: [['DEV'], ['tps'], ['rkB/s', 'rd_sec/s']],
    isRate: true,
    fields: [
      count('transfers_per_s', 'tps'),
      byteRate('read_bytes_per_s', { 'rkB/s': KILOBYTE, 'rd_sec/s': SECTOR }),
      byteRate('write_bytes_per_s', { 'wkB/s': KILOBYTE, 'wr_sec/s': SECTOR }),
      byteRate('discard_bytes_per_s', { 'dkB/s': KILOBYTE }),
      field('queue_length', { 'aqu-sz': 1, 'avgqu-sz': 1 }, MOST_COUNT),
      count('await_ms', 'await'),
      field('utilization_pct', { '%util': 1 }, MOST_PERCENT),
    ],
  },
  {
    kind: 'network',
    item: 'IFACE',
    signs: [['IFACE'], ['rxkB/s']],
    isRate: true,
    fields: [
      byteRate('in_bytes_per_s', { 'rxkB/s': KILOBYTE }),
      byteRate('out_bytes_per_s', { 'txkB/s': KILOBYTE }),
      count('in_packets_per_s', 'rxpck/s'),
      count('out_packets_per_s', 'txpck/s'),
      field('utilization_pct', { '%ifutil': 1 }, MOST_PERCENT),
    ],
  },
  {
    kind: 'errors',
    item: 'IFACE',
    signs: [['IFACE'], ['rxerr/s']],
    isRate: true,
    fields: [
      count('in_errors_per_s', 'rxerr/s'),
      count('out_errors_per_s', 'txerr/s'),
      count('in_drops_per_s', 'rxdrop/s'),
      count('out_drops_per_s', 'txdrop/s'),
    ],
  },
  {
    kind: 'load',
    item: null,
    signs: [['runq-sz'], ['ldavg-1']],
    isRate: false,
    fields: [
      count('run_queue', 'runq-sz'),
      count('tasks', 'plist-sz'),
      count('load_1', 'ldavg-1'),
      count('load_5', 'ldavg-5'),
      count('load_15', 'ldavg-15'),
      count('blocked', 'blocked'),
    ],
  },
  {
    kind: 'paging',
    item: null,
    signs: [['pgpgin/s'], ['fault/s']],
    isRate: true,
    fields: [
      byteRate('page_in_bytes_per_s', { 'pgpgin/s': KILOBYTE }),
      byteRate('page_out_bytes_per_s', { 'pgpgout/s': KILOBYTE }),
      count('faults_per_s', 'fault/s'),
      count('major_faults_per_s', 'majflt/s'),
      field('scanned_pages_per_s', { 'pgscank/s': 1, 'pgscand/s': 1 }, MOST_COUNT),
    ],
  },
]

/** Sections that a resource is made of. */
export const SECTIONS_OF: Readonly<Partial<Record<Resource, readonly SectionKind[]>>> = {
  cpu: ['cpu', 'cores'],
  memory: ['memory'],
  swap: ['swap', 'swapping'],
  disk: ['disk'],
  network: ['network', 'errors'],
  load: ['load'],
  paging: ['paging'],
}
