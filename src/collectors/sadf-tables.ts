import { diskNameOf } from '../data/devices.js'
import type { TableParts } from '../data/table.js'
import { linkUtilization, swapUtilization } from '../data/utilization.js'
import type { NodeMeta } from '../model.js'
import { gatherAll, joinRows } from './sadf-join.js'
import type { SectionStore } from './sadf-pass.js'
import type { SectionKind } from './sadf-sections.js'

//   # hostname;interval;timestamp;kbswpfree;kbswpused;%swpused;kbswpcad;%swpcad
//   vm;1;2026-11-20 06:09:10 UTC;0;0;0.00;0;0.00
//   vm;1;2026-11-20 06:09:10 UTC;eth0;13.00;15.00;65.12;1.13;0.00;0.00;0.00

/** Rows of a section whose fields are already the columns of the table. */
export function plainParts(store: SectionStore, kind: SectionKind): TableParts {
  const rows = store.rowsOf(kind)
  return {
    timeMs: rows.timeMs.slice(0, rows.rowCount),
    intervalSec: rows.intervalSec.slice(0, rows.rowCount),
    columns: new Map(rows.spec.fields.map(({ name }) => [name, rows.column(name)])),
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
  const items = rows.item.subarray(0, rows.rowCount)
  const deviceIndex = Uint32Array.from(items, (item) => indexOf[item] as number)
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
  const columns = new Map([...gatherAll(traffic, leftRow), ...gatherAll(errors, rightRow)])
  const none = new Float64Array(timeMs.length).fill(Number.NaN)
  const incoming = columns.get('in_bytes_per_s') ?? none
  const outgoing = columns.get('out_bytes_per_s') ?? none
  const ofSysstat = columns.get('utilization_pct') ?? none
  const hasSpeed = names.map((name) => !Number.isNaN(linkUtilization(name, NO_TRAFFIC, meta)))
  const share = ofSysstat.map((percent, row) => {
    const device = item[row] as number
    if (hasSpeed[device] !== true) return percent === 0 ? Number.NaN : percent
    const rates = { inBytesPerSec: incoming[row] as number, outBytesPerSec: outgoing[row] as number }
    return linkUtilization(names[device] as string, rates, meta)
  })
  columns.set('utilization_pct', share)
  return { timeMs, intervalSec, devices: names, deviceIndex: Uint32Array.from(item), columns }
}

const NO_TRAFFIC = { inBytesPerSec: 0, outBytesPerSec: 0 }
