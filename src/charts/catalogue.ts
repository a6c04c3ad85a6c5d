/** The plots clusterp knows, as one flat table: a new plot is a new line. */
import type { Resource } from '../model.js'

/** What a column measures: decides the axis (percent 0–100, the others from 0) and the unit people read. */
export type Unit = 'percent' | 'bytes per second' | 'bytes' | 'watts' | 'celsius' | 'count'

/**
 * One kind of plot. In `file` and `title`, `{alias}` stands for the device; without it there is one plot a resource, with
 * a line for each host or, with `lines: 'device'`, for each device of each host.
 */
export interface PlotKind {
  readonly resource: Resource
  readonly file: string
  /** Column of the parsed CSV. */
  readonly column: string
  readonly unit: Unit
  readonly title: string
  /** Label of the y axis where the unit alone says too little; null: the unit. */
  readonly axis: string | null
  readonly lines: 'host' | 'device'
}

/** Every plot, in the order in which they are drawn. */
export const CATALOGUE: readonly PlotKind[] = [
  kind('cpu', 'utilization', 'utilization_pct', 'percent', 'CPU utilization'),
  kind('cpu', 'iowait', 'iowait_pct', 'percent', 'CPU idle while waiting for I/O'),
  kind('cpu', 'busiest_core', 'busiest_core_pct', 'percent', 'CPU utilization of the busiest core'),
  kind('memory', 'utilization', 'utilization_pct', 'percent', 'Memory utilization'),
  kind('swap', 'utilization', 'utilization_pct', 'percent', 'Swap utilization'),
  kind('disk', '{alias}_read', 'read_bytes_per_s', 'bytes per second', 'Disk {alias}: read'),
  kind('disk', '{alias}_write', 'write_bytes_per_s', 'bytes per second', 'Disk {alias}: written'),
  kind('disk', '{alias}_utilization', 'utilization_pct', 'percent', 'Disk {alias}: utilization'),
  kind('network', '{alias}_in', 'in_bytes_per_s', 'bytes per second', 'Network {alias}: in'),
  kind('network', '{alias}_out', 'out_bytes_per_s', 'bytes per second', 'Network {alias}: out'),
  kind('load', 'run_queue', 'run_queue', 'count', 'Run queue', 'tasks running or waiting'),
  together('gpu', 'utilization', 'utilization_pct', 'percent', 'Utilization of all GPUs'),
  together('gpu', 'memory', 'memory_used_bytes', 'bytes', 'Memory used on all GPUs'),
  kind('gpu', '{alias}_utilization', 'utilization_pct', 'percent', 'GPU {alias}: utilization'),
  kind('gpu', '{alias}_memory', 'memory_used_bytes', 'bytes', 'GPU {alias}: memory used'),
  kind('gpu', '{alias}_power', 'power_watts', 'watts', 'GPU {alias}: power drawn'),
  kind('gpu', '{alias}_temperature', 'temperature_celsius', 'celsius', 'GPU {alias}: temperature'),
  kind('infiniband', '{alias}_in', 'in_bytes_per_s', 'bytes per second', 'InfiniBand {alias}: in'),
  kind('infiniband', '{alias}_out', 'out_bytes_per_s', 'bytes per second', 'InfiniBand {alias}: out'),
]

function kind(
  resource: Resource,
  file: string,
  column: string,
  unit: Unit,
  title: string,
  axis: string | null = null,
): PlotKind {
  return { resource, file, column, unit, title, axis, lines: 'host' }
}

function together(resource: Resource, file: string, column: string, unit: Unit, title: string): PlotKind {
  return { ...kind(resource, file, column, unit, title), lines: 'device' }
}

/** The columns of a resource that are plotted; those that name devices are not among them. */
export function plottedColumns(resource: Resource): readonly string[] {
  return CATALOGUE.filter((plot) => plot.resource === resource).map((plot) => plot.column)
}

/** True when this kind makes one plot for each device alias. */
export function isPerDevice(plot: PlotKind): boolean {
  return plot.file.includes('{alias}')
}

/** File stem of a plot, such as `OS_read`; `/` and blanks of the alias become `_`. */
export function plotName(plot: PlotKind, alias: string | null): string {
  return plot.file.replaceAll('{alias}', () => (alias ?? '').replaceAll(/[/\s]/g, '_'))
}

/** Title of a plot, such as `Disk OS: read`. */
export function plotTitle(plot: PlotKind, alias: string | null): string {
  return plot.title.replaceAll('{alias}', () => alias ?? '')
}
