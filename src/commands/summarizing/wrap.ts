/** Text in lines that fit a terminal. */

const WIDTH = 100

/** A number stays with its unit. */
const BREAK = / (?![%·])/

/** Breaks a text between words; lines after the first begin with `indent`, and are no wider than 100 characters. */
export function wrap(text: string, indent = ''): readonly string[] {
  const lines: string[] = []
  let current = ''
  for (const word of text.split(BREAK)) {
    const longer = current === '' ? word : `${current} ${word}`
    if (longer.length <= WIDTH || current.trim() === '') {
      current = current.trim() === '' && lines.length > 0 ? indent + word : longer
      continue
    }
    lines.push(current)
    current = indent + word
  }
  return [...lines, current]
}
