import type { DeviceChoice } from '../data/devices.js'
import type { DeviceSelection, Table } from '../model.js'

//   infiniband: [ {mlx5_0: IB}, mlx5_1/2 ]

/** The port's part of a device's name, such as `/2`, where the device has several; empty for the only one. */
function portOf(seen: string, device: string): string | null {
  if (seen === device) return ''
  return seen.startsWith(`${device}/`) ? seen.slice(device.length) : null
}

/** The number of each port of a table by its device's name there: a device with one port is called without it. */
export function portNumbersOf(table: Table): ReadonlyMap<string, number> {
  const ports = table.columns.get('port')
  const numbers = new Map<string, number>()
  table.deviceIndex?.forEach((device, row) => {
    const name = table.devices[device]
    if (name !== undefined && !numbers.has(name)) numbers.set(name, ports?.[row] ?? Number.NaN)
  })
  return numbers
}

/**
 * Picks a host's ports by the configuration: a device means all its ports, whose aliases then end in `/1`, `/2`;
 * `mlx5_0/2` means one. `seen` are the device names of the table, `numbers` the ports of those called without one.
 */
export function choosePorts(
  selection: DeviceSelection,
  seen: readonly string[],
  numbers: ReadonlyMap<string, number> = new Map(),
): DeviceChoice {
  if (selection.kind === 'none') return { kept: new Map(), missing: [] }
  if (selection.kind === 'auto') return { kept: new Map(seen.map((name) => [name, name])), missing: [] }
  const kept = new Map<string, string>()
  const missing: string[] = []
  for (const { name, alias } of selection.devices) {
    let isFound = false
    for (const device of seen) {
      const isByNumber = `${device}/${numbers.get(device)}` === name
      const port = isByNumber ? '' : portOf(device, name)
      if (port === null) continue
      isFound = true
      if (!kept.has(device)) kept.set(device, alias + port)
    }
    if (!isFound) missing.push(name)
  }
  return { kept, missing }
}
