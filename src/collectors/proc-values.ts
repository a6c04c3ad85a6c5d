import { isBlank, parseDecimal, readNumbers } from '../data/bytes.js'
import { NameIndex } from '../data/names.js'
import type { TableParts } from '../data/table.js'
import { swapUtilization } from '../data/utilization.js'
import { RowCollector } from './proc-rows.js'
import type { ProcSample } from './proc-scan.js'

//   MemTotal:       24684292 kB
//   pswpin 0
//   0.07 0.07 0.03 1/87 4504

const KILOBYTE = 1024
const COLON = 0x3a
const SLASH = 0x2f
const ZERO = 0x30
const NINE = 0x39
const LOADS = ['load_1', 'load_5', 'load_15'] as const

/** Named numbers of a sample; NaN for what it does not have. */
export interface NamedValues {
  get(name: string): number
}

/** How the named numbers of two samples make a row. */
export interface ValueLayout {
  readonly columns: readonly string[]
  row(current: NamedValues, previous: NamedValues, seconds: number): readonly number[]
}

function perSecond(current: NamedValues, previous: NamedValues, name: string, seconds: number): number {
  const difference = current.get(name) - previous.get(name)
  return difference >= 0 ? difference / seconds : Number.NaN
}

const MEMORY: ValueLayout = {
  columns: [
    'total_bytes',
    'available_bytes',
    'used_bytes',
    'buffers_bytes',
    'cached_bytes',
    'utilization_pct',
  ],
  row(current) {
    const bytes = (name: string): number => current.get(name) * KILOBYTE
    const total = bytes('MemTotal')
    const measured = bytes('MemAvailable')
    // Before Linux 3.14 there is no MemAvailable.
    const estimate = bytes('MemFree') + bytes('Buffers') + bytes('Cached')
    const available = Number.isNaN(measured) ? estimate : measured
    const used = Math.max(0, total - available)
    return [total, available, used, bytes('Buffers'), bytes('Cached'), (100 * used) / total]
  },
}

const SWAP: ValueLayout = {
  columns: ['total_bytes', 'used_bytes', 'utilization_pct', 'swap_in_pages_per_s', 'swap_out_pages_per_s'],
  row(current, previous, seconds) {
    const total = current.get('SwapTotal') * KILOBYTE
    const used = total - current.get('SwapFree') * KILOBYTE
    const swapIn = perSecond(current, previous, 'pswpin', seconds)
    return [
      total,
      used,
      swapUtilization(total, used),
      swapIn,
      perSecond(current, previous, 'pswpout', seconds),
    ]
  },
}

const LOAD: ValueLayout = {
  columns: ['run_queue', 'tasks', 'load_1', 'load_5', 'load_15', 'blocked'],
  row(current) {
    // The sampler itself runs while it reads: sysstat leaves itself out too.
    const runQueue = Math.max(0, current.get('running') - 1)
    const loads = LOADS.map((name) => current.get(name))
    return [runQueue, current.get('tasks'), ...loads, current.get('procs_blocked')]
  },
}

const PAGING: ValueLayout = {
  columns: [
    'page_in_bytes_per_s',
    'page_out_bytes_per_s',
    'faults_per_s',
    'major_faults_per_s',
    'scanned_pages_per_s',
  ],
  row(current, previous, seconds) {
    const rate = (name: string): number => perSecond(current, previous, name, seconds)
    return [
      rate('pgpgin') * KILOBYTE,
      rate('pgpgout') * KILOBYTE,
      rate('pgfault'),
      rate('pgmajfault'),
      rate('pgscan_kswapd') + rate('pgscan_direct'),
    ]
  },
}

export const VALUE_LAYOUTS = { memory: MEMORY, swap: SWAP, load: LOAD, paging: PAGING } as const

/** Rows from lines of one name and one number each, and the line of /proc/loadavg. */
export class ProcValues {
  private readonly layout: ValueLayout
  private readonly rows: RowCollector
  private readonly names = new NameIndex()
  private previous: NamedValues | null = null

  constructor(layout: ValueLayout) {
    this.layout = layout
    this.rows = new RowCollector(layout.columns)
  }

  /** Takes a sample; `seconds` since the one before, null for a baseline. */
  add(sample: ProcSample, seconds: number | null): void {
    const values = this.read(sample)
    const names = this.names
    const current: NamedValues = { get: (name) => values[names.add(name)] ?? Number.NaN }
    if (seconds !== null && this.previous) {
      this.rows.add(sample.timeMs, seconds, this.layout.row(current, this.previous, seconds))
    }
    this.previous = current
  }

  toParts(): TableParts {
    return this.rows.toParts(null)
  }

  private read(sample: ProcSample): number[] {
    const { bytes, starts, ends, isBaseline } = sample
    const values: number[] = []
    if (isBaseline) this.previous = null
    starts.forEach((start, line) => {
      const end = ends[line] as number
      const first = bytes[start] as number
      if (first >= ZERO && first <= NINE) this.readLoads(bytes, start, end, values)
      else this.readNamed(bytes, start, end, values)
    })
    return values
  }

  private readNamed(bytes: Uint8Array, start: number, end: number, values: number[]): void {
    let nameEnd = start
    while (nameEnd < end && bytes[nameEnd] !== COLON && !isBlank(bytes[nameEnd])) nameEnd++
    const numbers = new Float64Array(1)
    const index = this.names.find(bytes, start, nameEnd)
    const from = bytes[nameEnd] === COLON ? nameEnd + 1 : nameEnd
    values[index] = readNumbers(bytes, from, end, numbers) > 0 ? (numbers[0] as number) : Number.NaN
  }

  /** `0.07 0.07 0.03 1/87 4504`: loads, running and all tasks. */
  private readLoads(bytes: Uint8Array, start: number, end: number, values: number[]): void {
    const slash = bytes.indexOf(SLASH, start)
    if (slash < 0 || slash >= end) return
    const loads = new Float64Array(LOADS.length + 1)
    readNumbers(bytes, start, slash, loads)
    LOADS.forEach((name, index) => {
      values[this.names.add(name)] = loads[index] as number
    })
    values[this.names.add('running')] = loads[LOADS.length] as number
    let tasksEnd = slash + 1
    while (tasksEnd < end && !isBlank(bytes[tasksEnd])) tasksEnd++
    values[this.names.add('tasks')] = parseDecimal(bytes, slash + 1, tasksEnd)
  }
}
