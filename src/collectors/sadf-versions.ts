/**
 * What a node's sadf says of a file that it has no rows of:
 *
 *   Invalid system activity file: ./sa.bin
 *   File created by sar/sadc from sysstat version 10.1.5
 *   Current sysstat version cannot read the format of this file (0x2171)
 *
 * or nothing at all, with code 0 (12.2.0 of a file of 12.7.2). The file's own version then stands in its first bytes.
 */

/** A line that a node said: `sadf_version`, `file_head`, or any number of `sadf_said`. */
export interface VersionFact {
  readonly key: string
  readonly value: string
}

/** Shell lines for behind sysstat's frames: they say which versions met, only when the file has no rows at all. */
export const VERSION_LINES = `
(
  exec 9>&-
  # awk ends at the first row, and sadf with it.
  s_row=$(sadf_of -u 2>/dev/null </dev/null | awk -F ';' '!/^#/ && $2 != -1 { print "row"; exit }')
  if [ -z "$s_row" ]; then
    fact sadf_version "$(sadf -V </dev/null 2>&1 | head -n 1)"
    fact file_head "$(od -An -tu1 -N7 ./sa.bin </dev/null 2>/dev/null)"
    sadf_of -u 2>&1 >/dev/null </dev/null | head -n 3 | while IFS= read -r s_line; do fact sadf_said "$s_line"; done
  fi
)`

const VERSION = /version (\d+\.\d+\.\d+)/
/** The magic number 0xd596 that every file of sysstat begins with, as two bytes in either order. */
const MAGIC_BYTES: readonly string[] = ['150 213', '213 150']

/** Version of the sadc that wrote a file: its bytes 4 to 6, behind the magic number and the format's; null when it has none. */
function versionInHead(head: string): string | null {
  const bytes = head.trim().split(/\s+/)
  return bytes.length === 7 && MAGIC_BYTES.includes(bytes.slice(0, 2).join(' '))
    ? bytes.slice(4).join('.')
    : null
}

/** Why a node's sadf found no rows in a file, when its version is another than that of the sadc that wrote it; else null. */
export function versionProblem(facts: readonly VersionFact[]): string | null {
  const factOf = (key: string): string => facts.find((fact) => fact.key === key)?.value ?? ''
  const said = facts.filter(({ key }) => key === 'sadf_said').map(({ value }) => VERSION.exec(value)?.[1])
  const reader = VERSION.exec(factOf('sadf_version'))?.[1]
  const writer = said.find((version) => version !== undefined) ?? versionInHead(factOf('file_head'))
  if (reader === undefined || writer === null || reader === writer) return null
  return (
    `sadf of sysstat ${reader} finds no rows in what sadc of sysstat ${writer} recorded: sysstat was replaced on the ` +
    `node meanwhile; the binary file was fetched, and sysstat ${writer} reads it`
  )
}
