import type { DeviceSelection, Table } from '../model.js'
import type { DeviceChoice } from './devices.js'

/** Index of each GPU by its UUID, as nvidia-smi counted last; a GPU whose index was never told is left out. */
function indexByUuid(table: Table): ReadonlyMap<string, string> {
  const indices = table.columns.get('index')
  const found = new Map<string, string>()
  const { deviceIndex } = table
  if (indices === undefined || deviceIndex === null) return found
  for (let row = 0; row < table.rowCount; row++) {
    const index = indices[row] ?? Number.NaN
    const uuid = table.devices[deviceIndex[row] ?? -1]
    if (uuid !== undefined && !Number.isNaN(index)) found.set(uuid, String(index))
  }
  return found
}

/**
 * Picks a host's GPUs by the configuration, which names them by index or UUID. Their alias is the one given, else
 * `gpu<index>`, so that the GPUs of one place in all nodes share a plot.
 */
export function chooseGpus(selection: DeviceSelection, table: Table): DeviceChoice {
  const indices = indexByUuid(table)
  const nameOf = (uuid: string): string => {
    const index = indices.get(uuid)
    return index === undefined ? uuid : `gpu${index}`
  }
  if (selection.kind === 'none') return { kept: new Map(), missing: [] }
  if (selection.kind === 'auto') {
    return { kept: new Map(table.devices.map((uuid) => [uuid, nameOf(uuid)])), missing: [] }
  }
  const kept = new Map<string, string>()
  const missing: string[] = []
  for (const { name, alias } of selection.devices) {
    const uuid = table.devices.find((device) => device === name || indices.get(device) === name)
    if (uuid === undefined) missing.push(name)
    else if (!kept.has(uuid)) kept.set(uuid, alias === name ? nameOf(uuid) : alias)
  }
  return { kept, missing }
}
