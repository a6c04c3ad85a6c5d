import { parseDecimal, readNumbers } from '../data/bytes.js'
import type { TableParts } from '../data/table.js'
import { growth, RowCollector, type Span } from './proc-rows.js'
import type { ProcSample } from './proc-scan.js'
import { BUSY_CORE_PERCENT } from './sadf-cores.js'

//   cpu  2587 0 1512 123087 246 0 39 6 0 0
//   cpu0 1061 0 650 61984 16 0 15 2 0 0
//   cpu1 1526 0 862 61103 229 0 23 4 0 0

/** Positions in a `cpu` line of /proc/stat (man 5 proc); guest time is within user and nice. */
const TICKS = { user: 0, nice: 1, system: 2, idle: 3, iowait: 4, irq: 5, softirq: 6, steal: 7 } as const
const TICK_FIELDS = 8
const LEAST_FIELDS = 4
const NAME_LENGTH = 3
const BLANK = 0x20
const ALL = -1
const PERCENT = 100

const COLUMNS = [
  'user_pct',
  'nice_pct',
  'system_pct',
  'iowait_pct',
  'steal_pct',
  'idle_pct',
  'utilization_pct',
  'busiest_core',
  'busiest_core_pct',
  'cores_above_90',
]

interface Shares {
  readonly parts: readonly number[]
  readonly utilization: number
}

/** The kernel lets idle, iowait, and steal go back by some ticks; sysstat takes that as 0, and so does this. */
function lenientGrowth(span: Span, index: number): number {
  return Math.max(0, (span.current[index] as number) - (span.previous[index] as number))
}

/** Shares of time as sysstat's `-u` has them, percent; null when counters went back. */
function sharesOf(span: Span): Shares | null {
  const user = growth(span, TICKS.user)
  const nice = growth(span, TICKS.nice)
  const system = growth(span, TICKS.system) + growth(span, TICKS.irq) + growth(span, TICKS.softirq)
  const iowait = lenientGrowth(span, TICKS.iowait)
  const steal = lenientGrowth(span, TICKS.steal)
  const idle = lenientGrowth(span, TICKS.idle)
  const total = user + nice + system + iowait + steal + idle
  if (Number.isNaN(total)) return null
  // A CPU without ticks does not count at all while it sleeps.
  if (total === 0) return { parts: [0, 0, 0, 0, 0, PERCENT], utilization: 0 }
  const parts = [user, nice, system, iowait, steal, idle].map((ticks) => (PERCENT * ticks) / total)
  return { parts, utilization: (PERCENT * (total - idle - iowait)) / total }
}

/** Ticks by CPU number, -1 for all together. */
function ticksOf(sample: ProcSample): Map<number, Float64Array> {
  const { bytes, starts, ends } = sample
  const byCpu = new Map<number, Float64Array>()
  starts.forEach((start, line) => {
    const end = ends[line] as number
    let nameEnd = start
    while (nameEnd < end && bytes[nameEnd] !== BLANK) nameEnd++
    const isAll = nameEnd === start + NAME_LENGTH
    const cpu = isAll ? ALL : parseDecimal(bytes, start + NAME_LENGTH, nameEnd)
    // Fields that an old kernel lacks stay 0: such time does not exist there.
    const ticks = new Float64Array(TICK_FIELDS)
    const count = readNumbers(bytes, nameEnd, end, ticks)
    if (!Number.isNaN(cpu) && count >= LEAST_FIELDS) byCpu.set(cpu, ticks)
  })
  return byCpu
}

function busiestCore(
  previous: ReadonlyMap<number, Float64Array>,
  current: ReadonlyMap<number, Float64Array>,
): readonly number[] {
  let core = Number.NaN
  let most = Number.NaN
  let busyCores = Number.NaN
  for (const [cpu, ticks] of current) {
    const before = previous.get(cpu)
    const shares = before && cpu !== ALL ? sharesOf({ previous: before, current: ticks, seconds: 1 }) : null
    if (!shares) continue
    const isBusy = shares.utilization > BUSY_CORE_PERCENT ? 1 : 0
    busyCores = Number.isNaN(busyCores) ? isBusy : busyCores + isBusy
    if (shares.utilization <= most) continue
    most = shares.utilization
    core = cpu
  }
  return [core, most, busyCores]
}

/** CPU rows from the `cpu` lines of /proc/stat: shares of the ticks between two samples. */
export class ProcCpu {
  private readonly rows = new RowCollector(COLUMNS)
  private previous: ReadonlyMap<number, Float64Array> = new Map()

  /** Takes a sample; `seconds` since the one before, null for a baseline. */
  add(sample: ProcSample, seconds: number | null): void {
    const current = ticksOf(sample)
    const all = current.get(ALL)
    const before = this.previous.get(ALL)
    if (seconds !== null && all && before) {
      const shares = sharesOf({ previous: before, current: all, seconds })
      const own = shares ? [...shares.parts, shares.utilization] : COLUMNS.slice(0, -3).map(() => Number.NaN)
      this.rows.add(sample.timeMs, seconds, [...own, ...busiestCore(this.previous, current)])
    }
    this.previous = current
  }

  toParts(): TableParts {
    return this.rows.toParts(null)
  }
}
