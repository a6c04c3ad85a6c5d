/** Bytes as printable text, 4 in 5 characters: PostScript Language Reference, third edition, 3.13.3. */

const LINE_LENGTH = 100
const FIRST_CHARACTER = 33
const BASE = 85

/** The bytes as lines of ASCII base-85 with its end mark `~>`. */
export function ascii85(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const group = bytes.subarray(at, at + 4)
    text += group.length === 4 && group.every((byte) => byte === 0) ? 'z' : encodeGroup(group)
  }
  const lines = text.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? []
  // A line that began with % would be taken for a comment by programs that read only the structure of a file.
  return [...lines.map((line) => (line.startsWith('%') ? ` ${line}` : line)), '~>'].join('\n')
}

/** Of a last group of n bytes only n + 1 characters are written. */
function encodeGroup(group: Uint8Array): string {
  let value = [0, 1, 2, 3].reduce((sum, index) => sum * 256 + (group[index] ?? 0), 0)
  let text = ''
  for (let digit = 0; digit < 5; digit++) {
    text = String.fromCharCode(FIRST_CHARACTER + (value % BASE)) + text
    value = Math.floor(value / BASE)
  }
  return text.slice(0, group.length + 1)
}
