/** Keys written into the text of a config.yml, whose other lines stay as they are. */

/** The text with `written` in place of the key and its value; null: the key does not begin a line. */
export function replaceKey(text: string, key: string, written: readonly string[]): string | null {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`${key}:`))
  if (at === -1) return null
  return [...lines.slice(0, at), ...written, ...lines.slice(endOfValue(lines, at))].join('\n')
}

/** As `replaceKey`, but a key that was not there comes in place of its example that is commented out, else last. */
export function setKey(text: string, key: string, written: readonly string[]): string {
  const replaced = replaceKey(text, key, written)
  if (replaced !== null) return replaced
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`# ${key}: `))
  if (at === -1) return withKeyAtEnd(text, written)
  return [...lines.slice(0, at), ...written, ...lines.slice(at + 1)].join('\n')
}

/** The text with a further key at its end. */
export function withKeyAtEnd(text: string, written: readonly string[]): string {
  return `${text.replace(/\n*$/, '\n')}\n${written.join('\n')}\n`
}

/** The line after the value that begins at `at`: it goes on with what is indented, is an item, or closes a bracket. */
function endOfValue(lines: readonly string[], at: number): number {
  let end = at + 1
  for (let next = end; next < lines.length; next++) {
    const line = lines[next] ?? ''
    if (/^(?:\s+[^\s#]|- |-$|[\]}])/.test(line)) end = next + 1
    else if (!/^\s*(?:#.*)?$/.test(line)) break
  }
  return end
}
