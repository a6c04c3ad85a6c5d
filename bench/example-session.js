/** Sessions with a known story, as tables: a job that loads, shuffles and trains. For pictures, and for tests of them. */

/** When every example session starts, epoch milliseconds. */
export const START_MS = Date.UTC(2026, 10, 20, 8, 0, 0)
const MIB = 2 ** 20
const GIB = 2 ** 30

/** Numbers from 0 to 1, the same in each run (Lehmer's generator with the multiplier of Park and Miller, 1988). */
function randomNumbers(seed) {
  let state = seed % 2_147_483_647 || 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** A job in three phases: load data (disk), shuffle (network), train (CPU and GPU, in steps). `share`: of the session. */
const PHASES = [
  { text: 'load data', until: 0.2, cpu: 22, wait: 30, disk: 420, net: 20, gpu: 3 },
  { text: 'shuffle', until: 0.45, cpu: 38, wait: 4, disk: 40, net: 1100, gpu: 5 },
  { text: 'train', until: 1, cpu: 82, wait: 1, disk: 8, net: 260, gpu: 91 },
]

const limit = (value, highest) => Math.min(highest, Math.max(0, value))

/** What one host does at a share of the session. Of more than 4 hosts every 29th is slow; the last one stops for a while. */
function loadAt(host, hostCount, share, random) {
  const phase = PHASES.find(({ until }) => share < until) ?? PHASES[2]
  const isSlow = hostCount > 4 && host % 29 === 4
  const wave = Math.sin(share * 60 + host * 0.2) * 6 + Math.sin(share * 11 + host) * 3
  const noise = (random() - 0.5) * 12
  const slow = isSlow ? 0.45 : 1
  const cpu = limit(phase.cpu * slow + wave + noise, 100)
  const stall = share > 0.62 && share < 0.67 && host === hostCount - 1 ? 0.08 : 1
  return {
    cpu: cpu * stall,
    wait: limit(phase.wait + noise / 4, 100 - cpu),
    core: limit(cpu * 1.15 + 12, 100),
    memory: limit(20 + share * 55 + host * 0.15 + noise / 8, 97),
    queue: Math.round((cpu / 100) * 38),
    diskRead: phase.disk * MIB * slow * (0.8 + random() * 0.4),
    diskWrite: phase.disk * 0.2 * MIB * (0.5 + random()),
    diskBusy: limit((phase.disk / 5) * (0.85 + random() * 0.3), 100),
    netIn: limit(phase.net * 1e6 * slow * (0.85 + random() * 0.3) * stall, 1.25e9),
    netOut: limit(phase.net * 1e6 * slow * (0.8 + random() * 0.35) * stall, 1.25e9),
    gpu: (device) => limit(phase.gpu * slow + wave / 2 + noise - device * 2, 100) * stall,
    gpuMemory: (device) => (8 + share * 50 + device) * GIB,
  }
}

function tableOf(resource, host, times, columns, devices = null) {
  const per = devices?.length ?? 1
  const rowCount = times.length * per
  return {
    resource,
    host,
    rowCount,
    timeMs: Float64Array.from({ length: rowCount }, (_, row) => times[Math.floor(row / per)].atMs),
    intervalSec: new Float64Array(rowCount).fill(times.intervalSec),
    devices: devices ?? [],
    deviceIndex: devices === null ? null : Uint32Array.from({ length: rowCount }, (_, row) => row % per),
    columns: new Map(
      Object.entries(columns).map(([name, value]) => [
        name,
        Float64Array.from({ length: rowCount }, (_, row) =>
          value(times[Math.floor(row / per)].load, row % per),
        ),
      ]),
    ),
    textColumns: new Map(
      devices === null ? [] : [['alias', Array.from({ length: rowCount }, (_, row) => devices[row % per])]],
    ),
  }
}

/** All tables of one host: CPU, memory, load, one disk, one interface, and GPUs where wanted. */
export function exampleTables(host, index, { hostCount, samples, intervalSec, gpus = 0, hasGap = false }) {
  const random = randomNumbers(index * 7919 + 17)
  const times = []
  times.intervalSec = intervalSec
  for (let sample = 1; sample <= samples; sample++) {
    const load = loadAt(index, hostCount, (sample - 0.5) / samples, random)
    const isLost = hasGap && index === 2 && sample > samples * 0.3 && sample < samples * 0.38
    if (!isLost) times.push({ atMs: START_MS + sample * intervalSec * 1000, load })
  }
  const tables = [
    tableOf('cpu', host, times, {
      utilization_pct: (load) => load.cpu,
      iowait_pct: (load) => load.wait,
      busiest_core_pct: (load) => load.core,
    }),
    tableOf('memory', host, times, { utilization_pct: (load) => load.memory }),
    tableOf('swap', host, times, { utilization_pct: () => 0 }),
    tableOf('load', host, times, { run_queue: (load) => load.queue }),
    tableOf(
      'disk',
      host,
      times,
      {
        read_bytes_per_s: (load) => load.diskRead,
        write_bytes_per_s: (load) => load.diskWrite,
        utilization_pct: (load) => load.diskBusy,
      },
      ['data'],
    ),
    tableOf(
      'network',
      host,
      times,
      { in_bytes_per_s: (load) => load.netIn, out_bytes_per_s: (load) => load.netOut },
      ['10GbE'],
    ),
  ]
  if (gpus === 0) return tables
  const devices = Array.from({ length: gpus }, (_, gpu) => `gpu${gpu}`)
  const columns = {
    utilization_pct: (load, device) => load.gpu(device),
    memory_used_bytes: (load, device) => load.gpuMemory(device),
  }
  return [...tables, tableOf('gpu', host, times, columns, devices)]
}

/** The context of an example session. */
export function exampleContext(hostNames, { samples, intervalSec, ...changes }) {
  const lengthMs = samples * intervalSec * 1000
  const markAt = [0, ...PHASES.slice(0, -1).map(({ until }) => until)]
  return {
    hosts: hostNames.map((name) => ({ name, alias: null })),
    startMs: START_MS,
    rangeMs: [START_MS, START_MS + lengthMs],
    intervalSec,
    zoneOffsetMinutes: 60,
    marks: PHASES.map(({ text }, index) => ({ atMs: START_MS + markAt[index] * lengthMs, text })),
    theme: 'light',
    layout: 'auto',
    notes: [],
    sessionName: 'word count',
    ...changes,
  }
}
