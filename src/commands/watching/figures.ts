/** What a node measures now: its last samples, read as `parse` reads the whole files. */
import { chooseGpus } from '../../collectors/gpu-devices.js'
import { parseRaw } from '../../collectors/raw.js'
import { chooseDevices } from '../../data/devices.js'
import { ParseError } from '../../errors.js'
import type { Config, DeviceSelection, SessionHost, Table } from '../../model.js'
import type { NodeStatus, RecentSource } from '../../remote/ask.js'

/** A node's figures of its last interval; null: not measured, or not lately. */
export interface Figures {
  readonly cpuPct: number | null
  readonly memoryPct: number | null
  /** Bytes per second over all interfaces that are recorded for plots. */
  readonly networkInBytesPerSec: number | null
  readonly networkOutBytesPerSec: number | null
  /** Mean over the node's GPUs. */
  readonly gpuPct: number | null
}

export const NO_FIGURES: Figures = {
  cpuPct: null,
  memoryPct: null,
  networkInBytesPerSec: null,
  networkOutBytesPerSec: null,
  gpuPct: null,
}

/** A sample may be late by one interval and this before it counts as old. */
const LATE_SLACK_SEC = 1

/** True when something that is written each interval was last written too long ago. */
export function isLate(ageSec: number | null, intervalSec: number): boolean {
  return ageSec !== null && ageSec > 2 * intervalSec + LATE_SLACK_SEC
}

/** Seconds since a file was last written, on the node's own clock; null when it cannot be told. */
export function fileAgeSec(status: NodeStatus, isMeant: (name: string) => boolean): number | null {
  const changes = status.files.flatMap((file) =>
    isMeant(file.name) && file.changedSec !== null ? [file.changedSec] : [],
  )
  if (changes.length === 0 || status.nowSec === null) return null
  return Math.max(0, status.nowSec - Math.max(...changes))
}

/** The file that a resource's figures come from. */
function fileOf(resource: FigureResource, status: NodeStatus): string {
  if (resource === 'gpu') return 'gpu.csv'
  return status.recent.has('sar') ? 'sa.bin' : `proc.${resource}`
}

type FigureResource = 'cpu' | 'memory' | 'network' | 'gpu'

interface Node {
  readonly host: SessionHost
  readonly status: NodeStatus
  readonly intervalSec: number
}

/** Which devices count; null: all that `auto` takes. */
export type DeviceChoices = Pick<Config, 'interfaces' | 'gpus'> | null

/** The figures of what a node has said of itself. */
export function figuresOf(node: Node, devices: DeviceChoices): Figures {
  const { status, intervalSec } = node
  const tableOf = (resource: FigureResource): Table | null => {
    const ageSec = fileAgeSec(status, (name) => name === fileOf(resource, status))
    return isLate(ageSec, intervalSec) ? null : recentTable(node, resource)
  }
  return {
    cpuPct: lastOf(tableOf('cpu'), 'utilization_pct'),
    memoryPct: lastOf(tableOf('memory'), 'utilization_pct'),
    ...networkFigures(tableOf('network'), node.host, devices),
    gpuPct: gpuFigure(tableOf('gpu'), intervalSec, devices),
  }
}

function recentTable({ host, status, intervalSec }: Node, resource: FigureResource): Table | null {
  const source: RecentSource = resource !== 'gpu' && status.recent.has('sar') ? 'sar' : resource
  const text = status.recent.get(source)
  if (text === undefined) return null
  try {
    const file = { path: `the last samples of ${host.name}`, bytes: Buffer.from(text, 'utf8') }
    return parseRaw(resource, host.name, [file], { meta: host.meta, windowMs: null, intervalSec }).table
  } catch (thrown) {
    // What cannot be read is not measured here; `parse` says why, of the whole file.
    if (thrown instanceof ParseError) return null
    throw thrown
  }
}

const numberOrNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value

function lastOf(table: Table | null, column: string): number | null {
  return numberOrNull(table?.columns.get(column)?.at(-1))
}

/** `listed` devices count alone; else all that `auto` takes, also where nothing is to be drawn of them. */
function listedOrAuto(selection: DeviceSelection | undefined): DeviceSelection {
  return selection?.kind === 'listed' ? selection : { kind: 'auto' }
}

function networkFigures(
  table: Table | null,
  host: SessionHost,
  devices: DeviceChoices,
): Pick<Figures, 'networkInBytesPerSec' | 'networkOutBytesPerSec'> {
  if (table === null) return { networkInBytesPerSec: null, networkOutBytesPerSec: null }
  const { kept } = chooseDevices('network', listedOrAuto(devices?.interfaces), table.devices, host.meta)
  const lastMs = Math.max(...table.timeMs)
  const rows = keptRows(table, kept).filter((row) => table.timeMs[row] === lastMs)
  return {
    networkInBytesPerSec: sumOf(valuesOf(table, 'in_bytes_per_s', rows)),
    networkOutBytesPerSec: sumOf(valuesOf(table, 'out_bytes_per_s', rows)),
  }
}

/** nvidia-smi gives each GPU's row a time of its own; a GPU that was not answered for lately is left out. */
function gpuFigure(table: Table | null, intervalSec: number, devices: DeviceChoices): number | null {
  if (table === null) return null
  const { kept } = chooseGpus(listedOrAuto(devices?.gpus), table)
  const lastMs = Math.max(...table.timeMs)
  const rows = keptRows(table, kept).filter((row) => {
    const ageSec = (lastMs - (table.timeMs[row] ?? Number.NaN)) / 1000
    return !isLate(ageSec, intervalSec)
  })
  const values = valuesOf(table, 'utilization_pct', rows)
  const sum = sumOf(values)
  return sum === null ? null : sum / values.length
}

function keptRows(table: Table, kept: ReadonlyMap<string, string>): readonly number[] {
  const rows = Array.from({ length: table.rowCount }, (_, row) => row)
  return rows.filter((row) => kept.has(table.devices[table.deviceIndex?.[row] ?? -1] ?? ''))
}

function valuesOf(table: Table, column: string, rows: readonly number[]): readonly number[] {
  const values = table.columns.get(column)
  return rows.map((row) => values?.[row] ?? Number.NaN).filter((value) => !Number.isNaN(value))
}

/** null of none. */
function sumOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}
