/** sysstat: one `sadc` writes a binary file, the same node's `sadf -d` makes text of it when the session stops. */
import type { Collector, FrameSpec, LoggerPlan, LoggerSpec, NodeFacts } from './collector.js'

/**
 * The leanest list that sysstat 12 takes (about a quarter of the CPU time of five text sar pipelines); older versions
 * answer with their usage and get `-S DISK`.
 */
export const SADC_ACTIVITIES = 'A_NULL,A_CPU,A_MEMORY,A_SWAP,A_PAGE,A_DISK,A_NET_DEV,A_NET_EDEV,A_QUEUE'

/** First version whose memory rows hold kbavail; before it, available memory can only be estimated. */
export const FIRST_VERSION_WITH_AVAILABLE = [11, 5, 3] as const

const FILE = './sa.bin'

/** True when `version` (such as `12.6.1`) is at least `minimum`. */
export function isVersionAtLeast(version: string, minimum: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, wanted] of minimum.entries()) {
    const have = parts[index] ?? 0
    if (have !== wanted) return have > wanted
  }
  return true
}

function sadcLogger(facts: NodeFacts, plan: LoggerPlan): LoggerSpec {
  const times = [String(plan.intervalSec), String(plan.count)]
  if (facts.sadcPath === null) {
    // sadc is hidden: sar finds it, but prints the samples too; those go nowhere.
    const command = 'exec sar -o "$1" "$2" "$3" >/dev/null'
    return { name: 'sar', argv: ['sh', '-c', command, 'sh', FILE, ...times], files: [FILE] }
  }
  const activities = facts.takesActivities ? SADC_ACTIVITIES : 'DISK'
  return { name: 'sadc', argv: [facts.sadcPath, '-S', activities, ...times, FILE], files: [FILE] }
}

/** `sadf -d` of one activity, under a time limit that grows with the file. */
function activity(name: string, target: FrameSpec['target'], options: string): FrameSpec {
  return { name, target, keepAs: 'text', command: `sadf_of ${options}` }
}

export const sar: Collector = {
  name: 'sar',
  unusable(facts) {
    if (facts.sysstatVersion === null) return 'sysstat is not installed'
    if (facts.sadcPath === null && !facts.hasSar) return 'sysstat has neither sadc nor sar'
    return null
  },
  loggers: (facts, plan) => [sadcLogger(facts, plan)],
  // sadc writes a header before the first record; `sadf` accepts a file of a header alone, hence the wait.
  readyLines: `
ready_sadc() {
  size_of sa.bin; r_size=$size
  [ "$r_size" -gt 0 ] || return 1
  sleep_cs 10
  size_of sa.bin
  [ "$size" = "$r_size" ] && sadf -d ./sa.bin -- -q </dev/null >/dev/null 2>&1
}
ready_sar() { ready_sadc; }`,
  // The first record gives no row, only the line of names; without a record there is not even that.
  countLines: `
count_samples() {
  sadf -d ./sa.bin -- -q </dev/null 2>/dev/null | awk '/^#/ { named = 1; next } { n++ } END { print named ? n + 1 : 0 }'
}`,
  frameLines: `
size_of sa.bin
s_limit=$((60 + size / 1000000))
sadf_of() { limited "$s_limit" sadf -d ./sa.bin -- "$@"; }
# Memory rows with the slab where this version has them.
memory_rows() {
  if [ -n "$(sadf -d ./sa.bin -- -r ALL </dev/null 2>/dev/null | head -n 1)" ]; then sadf_of -r ALL; else sadf_of -r; fi
}
# Per sample only the busiest core's row, with one more column: how many cores were above 90 %.
busiest_cores() {
  sadf_of -u -P ALL | awk '
    function flush() { if (best != "") print best ";" above; best = ""; above = 0 }
    BEGIN { FS = ";" }
    /^#/ { flush(); for (i = 1; i <= NF; i++) { if ($i == "%idle") idle = i; if ($i == "%iowait") wait = i }; print $0 ";above90"; next }
    $2 == -1 { flush(); print; next }
    $3 != stamp { flush(); stamp = $3 }
    $4 == -1 { flush(); next }
    { busy = 100 - $idle - $wait; if (busy > 90) above++; if (best == "" || busy > most) { best = $0; most = busy } }
    END { flush() }'
}`,
  frames: [
    activity('cpu', 'cpu', '-u'),
    { name: 'cpu-cores', target: 'cpu-cores', keepAs: 'text', command: 'busiest_cores' },
    { name: 'memory', target: 'memory', keepAs: 'text', command: 'memory_rows' },
    activity('swap-space', 'swap', '-S'),
    activity('swap-pages', 'swap', '-W'),
    activity('disk', 'disk', '-d -p'),
    activity('network-traffic', 'network', '-n DEV'),
    activity('network-errors', 'network', '-n EDEV'),
    activity('load', 'load', '-q'),
    activity('paging', 'paging', '-B'),
    { name: 'binary', target: 'sysstat', keepAs: 'gzip', command: `cat ${FILE}` },
  ],
  // Sizes of sysstat 12's structures: stats_cpu 80, stats_disk 96, stats_net_dev and _edev 200 together, the rest 400.
  bytesPerSample(facts) {
    const cpus = (facts.cpus ?? 1) + 1
    const disks = Object.keys(facts.disks).length
    const interfaces = Object.keys(facts.interfaces).length
    const lean = 400 + 80 * cpus + 96 * disks + 200 * interfaces
    return facts.takesActivities ? lean : lean * 2
  },
}
