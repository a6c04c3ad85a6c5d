/** Lists of devices written into the text of a config.yml, whose other lines stay as they are. */
import { replaceKey, withKeyAtEnd } from './file-lines.js'
import { yamlScalar } from './yaml.js'

/** The keys that list devices. */
export type DeviceKey = 'filesystem_names' | 'net_interfaces' | 'gpus' | 'infiniband'

/** One device of a list. */
export interface DeviceEntry {
  readonly name: string
  /** null: its name. */
  readonly alias: string | null
  /** What is said beside it; empty: nothing. */
  readonly note: string
}

export interface DeviceList {
  readonly key: DeviceKey
  /** null: `auto`. */
  readonly entries: readonly DeviceEntry[] | null
  /** What is said beside the key; null: nothing. */
  readonly note: string | null
}

/** The text with these lists in place of what stood at their keys; a key that was not there comes last. */
export function withDeviceLists(text: string, lists: readonly DeviceList[], heading: string): string {
  return lists.reduce((changed, list) => withList(changed, list, heading), text)
}

function withList(text: string, list: DeviceList, heading: string): string {
  const written = listLines(list, heading)
  return replaceKey(text, list.key, written) ?? withKeyAtEnd(text, written)
}

function listLines({ key, entries, note }: DeviceList, heading: string): readonly string[] {
  if (entries === null) return [`${key}: auto${commentOf(note ?? '')}`]
  const items = entries.map(({ name, alias }) => {
    const item = yamlScalar(name)
    return alias === null ? item : `${item}: ${yamlScalar(alias)}`
  })
  const width = Math.max(...items.map((item) => item.length))
  return [
    `${key}:${commentOf(heading)}`,
    ...items.map((item, index) =>
      `  - ${item.padEnd(width)}${commentOf(entries[index]?.note ?? '')}`.trimEnd(),
    ),
  ]
}

/** What comes from a node stays within its comment. */
function commentOf(note: string): string {
  return note === '' ? '' : `  # ${note.replace(/[\p{Cc}\u2028\u2029\u0085]/gu, '?')}`
}
