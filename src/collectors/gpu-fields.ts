/** The fields of --query-gpu that become columns, under every name that a driver has had for them. */
import { MEBIBYTE } from './nvidia-cells.js'
import { type FieldPlace, findField, type NvidiaHeader } from './nvidia-header.js'

/** A column of numbers: the fields it may come from, the best first, and what values are possible. */
export interface GpuColumn {
  readonly name: string
  readonly fields: readonly string[]
  /** What a number without a unit means; 1: the column's own unit. */
  readonly factor: number
  readonly least: number
  readonly most: number
}

/** Percentages outside of this are damage; a fan's may well be above 100. */
const PERCENT = { factor: 1, least: -0.01, most: 1000 } as const
const BYTES = { factor: MEBIBYTE, least: 0, most: Number.MAX_SAFE_INTEGER } as const
const WATTS = { factor: 1, least: 0, most: 5000 } as const
const MEGAHERTZ = { factor: 1, least: 0, most: 100_000 } as const
const CELSIUS = { factor: 1, least: -20, most: 150 } as const

/** In the order in which a row is read; a fault is reported by the first. */
export const GPU_COLUMNS: readonly GpuColumn[] = [
  { name: 'utilization_pct', fields: ['utilization.gpu'], ...PERCENT },
  { name: 'memory_utilization_pct', fields: ['utilization.memory'], ...PERCENT },
  { name: 'memory_used_bytes', fields: ['memory.used'], ...BYTES },
  { name: 'memory_total_bytes', fields: ['memory.total'], ...BYTES },
  { name: 'temperature_celsius', fields: ['temperature.gpu'], ...CELSIUS },
  {
    name: 'power_watts',
    fields: ['power.draw', 'power.draw.average', 'power.draw.instant'],
    ...WATTS,
  },
  { name: 'power_limit_watts', fields: ['power.limit', 'enforced.power.limit'], ...WATTS },
  { name: 'sm_clock_mhz', fields: ['clocks.current.sm', 'clocks.sm'], ...MEGAHERTZ },
  { name: 'memory_clock_mhz', fields: ['clocks.current.memory', 'clocks.mem'], ...MEGAHERTZ },
  { name: 'fan_pct', fields: ['fan.speed'], ...PERCENT },
]

/** Where the fields that say which GPU a row is about stand; null for one that was not asked for. */
export interface IdentityFields {
  readonly index: number | null
  readonly uuid: number | null
  readonly busId: number | null
  readonly name: number | null
  /** True when none of the first three was asked for: a node's only GPU may do without. */
  readonly isBlind: boolean
}

/** Finds the fields that tell GPUs apart. */
export function findIdentity(header: NvidiaHeader): IdentityFields {
  const at = (...names: string[]): number | null => findField(header, names)?.at ?? null
  const index = at('index')
  const uuid = at('uuid', 'gpu_uuid')
  const busId = at('pci.bus_id', 'gpu_bus_id')
  const isBlind = index === null && uuid === null && busId === null
  return { index, uuid, busId, name: at('name', 'gpu_name'), isBlind }
}

/** Where each column's field stands, in the order of `GPU_COLUMNS`; null for one that was not asked for. */
export function findColumns(header: NvidiaHeader): readonly (FieldPlace | null)[] {
  return GPU_COLUMNS.map(({ fields, factor }) => findField(header, fields, factor))
}
