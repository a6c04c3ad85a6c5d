import type { GpuFacts } from '../collectors/collector.js'
import {
  GPU_BASE_FIELDS,
  GPU_OPTIONAL_FIELDS,
  GPU_REASON_FAMILIES,
  GPU_REASONS,
} from '../collectors/nvidia.js'
import { type Answer, type CallOptions, callNodeOrThrow, factOf, factsOf } from './call.js'
import { shellFile } from './shell-files.js'
import type { Transport } from './transport.js'

/** Each query of nvidia-smi has 10 s; there are at most a dozen where a driver knows nothing of the optional fields. */
const GPU_PROBE_TIMEOUT_MS = 130_000

/** Asks nvidia-smi on a node what it can record; null when there is none. A driver that fails is a `problem`. */
export async function probeGpus(
  transport: Transport,
  options: Omit<CallOptions, 'doing' | 'timeoutMs'>,
): Promise<GpuFacts | null> {
  const script = {
    variables: {
      base: GPU_BASE_FIELDS.join(','),
      optional: GPU_OPTIONAL_FIELDS.join(' '),
      families: GPU_REASON_FAMILIES.join(' '),
      reasons: GPU_REASONS.join(' '),
    },
    body: shellFile('gpu-probe.sh'),
  }
  const timed = { ...options, timeoutMs: GPU_PROBE_TIMEOUT_MS, doing: 'ask nvidia-smi' }
  return readGpuProbe(await callNodeOrThrow(transport, script, timed))
}

/** Exit codes of nvidia-smi and of `timeout`, as its manual names them. */
const CAUSES: Readonly<Record<number, string>> = {
  4: 'no permission',
  6: 'no devices were found',
  8: 'a power cable is not attached',
  9: 'driver not loaded',
  12: 'libnvidia-ml is missing',
  13: 'the driver library is too old',
  15: 'a GPU has fallen off the bus',
  18: 'driver and library do not match',
  124: 'nvidia-smi did not answer within 10 s',
}

/** What the probe's answer says. Exported for tests. */
export function readGpuProbe(answer: Answer): GpuFacts | null {
  if (factOf(answer, 'gpu') === 'none') return null
  const code = Number(factOf(answer, 'gpu_rc'))
  if (code !== 0) {
    const cause = CAUSES[code] ?? factOf(answer, 'gpu_said') ?? 'nvidia-smi failed'
    return { problem: `${cause} (rc ${code})`, fields: [], gpus: [], driverVersion: null }
  }
  // 0, GPU-8f1c…, 550.54.14
  const rows = factsOf(answer, 'gpu_row').map((row) => row.split(',').map((cell) => cell.trim()))
  if (rows.length === 0) {
    return { problem: 'nvidia-smi names no GPU', fields: [], gpus: [], driverVersion: null }
  }
  return {
    problem: null,
    fields: factsOf(answer, 'gpu_field'),
    gpus: rows.map(([index = '', uuid = '']) => ({ index, uuid })),
    driverVersion: rows[0]?.[2] ?? null,
  }
}
