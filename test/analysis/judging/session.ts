/** Small sessions, a sample a second, for values worked out by hand. */
import type { AnalysisContext } from '../../../src/analysis/finding.js'
import { createGrid } from '../../../src/analysis/grid.js'
import { Measured } from '../../../src/analysis/measured.js'
import { PhaseView } from '../../../src/analysis/phase-view.js'
import { createTable } from '../../../src/data/table.js'
import type { NodeMeta, Resource, Table } from '../../../src/model.js'

export const START_MS = Date.UTC(2026, 2, 1, 12, 0, 0, 500)

/** A value `count` times. */
export function times(count: number, value: number): number[] {
  return Array.from({ length: count }, () => value)
}

/** Columns of one host (and device), a row a second from the start on. */
export function tableOf(
  host: string,
  resource: Resource,
  columns: Readonly<Record<string, readonly number[]>>,
  device: {
    readonly name: string
    readonly texts?: Readonly<Record<string, readonly string[]>>
  } | null = null,
): Table {
  const count = Math.max(...Object.values(columns).map((values) => values.length))
  return createTable(resource, host, {
    timeMs: Float64Array.from({ length: count }, (_, row) => START_MS + (row + 1) * 1000),
    intervalSec: new Float64Array(count).fill(1),
    columns: new Map(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)])),
    ...(device === null
      ? {}
      : {
          devices: [device.name],
          deviceIndex: new Uint32Array(count),
          textColumns: new Map(Object.entries(device.texts ?? {})),
        }),
  })
}

/** What a node may have said. */
export function metaOf(facts: Partial<NodeMeta> = {}): NodeMeta {
  return {
    host: 'n',
    node_name: 'n',
    kernel: '6.1.0',
    cpus: 8,
    memory_total_bytes: null,
    sysstat_version: null,
    driver_version: null,
    collector: 'sar',
    interfaces: {},
    disks: {},
    disk_names: {},
    default_interface: null,
    zone: null,
    clock_ticks_per_s: null,
    wall_minus_uptime_s: null,
    ...facts,
  }
}

/** The hosts of the tables over `lengthSec`; `meta` is what each of them said. */
export function contextOf(
  tables: readonly Table[],
  lengthSec: number,
  changes: Partial<AnalysisContext> & { readonly meta?: NodeMeta | null } = {},
): AnalysisContext {
  const { meta = metaOf(), ...rest } = changes
  return {
    hosts: [...new Set(tables.map(({ host }) => host))].map((name) => ({ name, meta, notes: [] })),
    fromMs: START_MS,
    toMs: START_MS + lengthSec * 1000,
    intervalSec: 1,
    marks: [],
    events: [],
    failedHosts: [],
    ...rest,
  }
}

/** The whole of a session as one phase. */
export function viewOf(
  tables: readonly Table[],
  lengthSec: number,
  changes: Parameters<typeof contextOf>[2] = {},
): PhaseView {
  const context = contextOf(tables, lengthSec, changes)
  const { fromMs, toMs } = context
  const phase = { name: null, label: 'whole run', fromMs, toMs }
  const grid = createGrid(fromMs, toMs, context.intervalSec)
  const measured = new Measured(grid, [phase])
  for (const table of tables) measured.add(table)
  return new PhaseView({ context, measured, grid, phase, index: 0 })
}
