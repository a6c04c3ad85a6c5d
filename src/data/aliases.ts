import type { Table } from '../model.js'

/** The alias of each device of a table, from the first row that has one; absent: the device's name. */
export function deviceAliases(table: Table): readonly (string | undefined)[] {
  const column = table.textColumns.get('alias')
  const aliases: (string | undefined)[] = table.devices.map(() => undefined)
  let unknown = aliases.length
  for (let row = 0; row < table.rowCount && unknown > 0 && column !== undefined; row++) {
    const device = table.deviceIndex?.[row] ?? 0
    const alias = column[row] ?? null
    if (alias === null || alias === '' || aliases[device] !== undefined) continue
    aliases[device] = alias
    unknown--
  }
  return aliases
}
