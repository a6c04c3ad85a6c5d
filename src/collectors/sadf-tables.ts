import { diskNameOf } from '../data/devices.js'
import type { TableParts } from '../data/table.js'
import { linkOf, linkUtilization, swapUtilization } from '../data/utilization.js'
import type { NodeMeta } from '../model.js'
import { gatherAll, joinRows } from './sadf-join.js'
import type { SectionStore } from './sadf-pass.js'
import type { SectionRows } from './sadf-rows.js'
import type { SectionKind } from './sadf-sections.js'

//   # hostname;interval;timestamp;kbswpfree;kbswpused;%swpused;kbswpcad;%swpcad
//   vm;1;2026-11-20 06:09:10 UTC;0;0;0.00;0;0.00
//   vm;1;2026-11-20 06:09:10 UTC;eth0;13.00;15.00;65.12;1.13;0.00;0.00;0.00

function fieldsOf(rows: SectionRows): Map<string, Float64Array> {
  return new Map(rows.spec.fields.map(({ name }) => [name, rows.column(name)]))
}

/** Rows of a section whose fields are already the columns of the table. */
export function plainParts(store: SectionStore, kind: SectionKind): TableParts {
  const rows = store.rowsOf(kind)
  return {
    timeMs: rows.timeMs.subarray(0, rows.rowCount),
    intervalSec: rows.intervalSec.subarray(0, rows.rowCount),
    columns: fieldsOf(rows),
  }
}

/** Swap space beside swapped pages; a node without swap has 0 bytes and 0 %. */
export function swapParts(store: SectionStore): TableParts {
  const space = store.rowsOf('swap')
  const swapping = store.rowsOf('swapping')
  const { timeMs, intervalSec, leftRow, rightRow } = joinRows(space, swapping)
  const fields = new Map(gatherAll(space, leftRow))
  const none = new Float64Array(timeMs.length).fill(Number.NaN)
  const used = fields.get('used') ?? none
  const total = used.map((bytes, row) => bytes + ((fields.get('free') ?? none)[row] as number))
  const share = used.map((bytes, row) => swapUtilization(total[row] as number, bytes))
  const columns = new Map(gatherAll(swapping, rightRow))
  columns.set('total_bytes', total).set('used_bytes', used).set('utilization_pct', share)
  return { timeMs, intervalSec, columns }
}

/** Disk rows; a disk that sysstat only numbered (`dev8-0`) gets its name where the node told it. */
export function diskParts(store: SectionStore, names: readonly string[], meta: NodeMeta | null): TableParts {
  const rows = store.rowsOf('disk')
  const devices: string[] = []
  const indexOf = names.map((name) => {
    const device = diskNameOf(name, meta)
    const known = devices.indexOf(device)
    return known >= 0 ? known : devices.push(device) - 1
  })
  const deviceIndex = new Uint32Array(rows.rowCount)
  for (let row = 0; row < rows.rowCount; row++) {
    deviceIndex[row] = indexOf[rows.item[row] as number] as number
  }
  return { ...plainParts(store, 'disk'), devices, deviceIndex }
}

/** Traffic beside errors; utilization from the link's speed, else sysstat's own, which is 0 where it knew no speed. */
export function networkParts(
  store: SectionStore,
  names: readonly string[],
  meta: NodeMeta | null,
): TableParts {
  const traffic = store.rowsOf('network')
  const errors = store.rowsOf('errors')
  const { timeMs, intervalSec, item, leftRow, rightRow } = joinRows(traffic, errors)
  const columns = new Map<string, Float64Array>([
    ...gatherAll(traffic, leftRow),
    ...gatherAll(errors, rightRow),
  ])
  columns.set('utilization_pct', linkShares(columns, names, item, meta))
  // The numbers of names, never negative: no copy.
  const deviceIndex = new Uint32Array(item.buffer, item.byteOffset, item.length)
  return { timeMs, intervalSec, devices: names, deviceIndex, columns }
}

function linkShares(
  columns: ReadonlyMap<string, Float64Array>,
  names: readonly string[],
  item: Int32Array,
  meta: NodeMeta | null,
): Float64Array {
  const links = names.map((name) => linkOf(name, meta))
  const ofSysstat = columns.get('utilization_pct')
  const incoming = columns.get('in_bytes_per_s')
  const outgoing = columns.get('out_bytes_per_s')
  const shares = new Float64Array(item.length)
  if (!ofSysstat || !incoming || !outgoing) return shares.fill(Number.NaN)
  for (let row = 0; row < shares.length; row++) {
    const link = links[item[row] as number]
    const percent = ofSysstat[row] as number
    if (link) shares[row] = linkUtilization(link, incoming[row] as number, outgoing[row] as number)
    else shares[row] = percent === 0 ? Number.NaN : percent
  }
  return shares
}
