/**
 * NVIDIA GPUs, recorded beside a node's CPU and disks: `nvidia-smi --query-gpu -l` for the whole session, and the processes
 * on the GPUs by single calls. A driver that fails costs a node only its GPU data.
 */
import type { Extra } from './collector.js'

/** Known to every driver from 340 on; one unknown field makes the whole query fail. */
export const GPU_BASE_FIELDS = [
  'timestamp',
  'index',
  'uuid',
  'name',
  'utilization.gpu',
  'utilization.memory',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'power.draw',
  'clocks.sm',
  'clocks.mem',
  'pstate',
  'fan.speed',
] as const

/** Not known to every driver or board: taken one by one if they answer. */
export const GPU_OPTIONAL_FIELDS = ['power.limit'] as const

/** What 530 renamed and 535 gave back under both names. */
export const GPU_REASON_FAMILIES = ['clocks_throttle_reasons', 'clocks_event_reasons'] as const
export const GPU_REASONS = [
  'gpu_idle',
  'applications_clocks_setting',
  'sw_power_cap',
  'hw_slowdown',
  'hw_thermal_slowdown',
  'hw_power_brake_slowdown',
  'sw_thermal_slowdown',
  'sync_boost',
] as const

/** One free-text field at most, before the last: it may hold commas. */
const PROCESS_FIELDS = 'timestamp,gpu_uuid,pid,process_name,used_memory'
/** Processes change slowly, and each look is a call of its own. */
const LEAST_PROCESS_INTERVAL_SEC = 10

export const nvidia: Extra = {
  name: 'nvidia',
  setting: 'gpus',
  isThere: (facts) => facts.gpu !== null && facts.gpu.problem === null,
  loggers(facts, plan) {
    const leaseSec = String(plan.intervalSec * plan.count)
    const fields = [...GPU_BASE_FIELDS, ...(facts.gpu?.fields ?? [])].join(',')
    const every = Math.max(LEAST_PROCESS_INTERVAL_SEC, plan.intervalSec)
    return [
      {
        name: 'gpu',
        argv: [
          'sh',
          '-c',
          { program: 'gpu-logger.sh' },
          'gpu-logger',
          fields,
          String(plan.intervalSec),
          leaseSec,
        ],
        files: ['./gpu.csv'],
      },
      {
        name: 'gpu-processes',
        argv: [
          'sh',
          '-c',
          { program: 'gpu-apps-logger.sh' },
          'gpu-apps-logger',
          PROCESS_FIELDS,
          String(every),
          leaseSec,
        ],
        files: ['./gpu-processes.csv'],
      },
    ]
  },
  // The processes' file may stay without a row for the whole session.
  readyLines: `
ready_gpu() { grep -q -e GPU- -e MIG- ./gpu.csv </dev/null 2>/dev/null; }
ready_gpu_processes() { :; }`,
  frames: [
    { name: 'gpu', target: 'gpu', keepAs: 'text', command: 'cat ./gpu.csv' },
    {
      name: 'gpu-processes',
      target: 'gpu-processes',
      keepAs: 'text',
      command: 'print_file ./gpu-processes.csv',
    },
  ],
  // A row of the query, and of a process each ten samples.
  bytesPerSample: (facts) => 200 * (facts.gpu?.gpus.length ?? 0),
}
