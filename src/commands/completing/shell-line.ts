/** The line that bash hands to a completion, as words. */

/** Splits `line` up to `point` (in characters) as sh splits words, quotes taken off; after a blank the last one is empty. */
export function splitShellLine(line: string, point: number): readonly string[] {
  const text = line.slice(0, point)
  const words: string[] = []
  let [word, quote] = ['', '']
  let isOpen = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (quote === '' && /\s/.test(character)) {
      if (isOpen) words.push(word)
      ;[word, isOpen] = ['', false]
      continue
    }
    isOpen = true
    const isEscaped = character === '\\' && quote !== "'"
    if (isEscaped) word += text[++at] ?? ''
    else if (quote === character) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else word += character
  }
  return [...words, word]
}

/** bash replaces only what follows the last of its word breaks (`:` and `=` are some): the part before it. */
export function keptByBash(current: string, wordBreaks: string): string {
  const last = [...current].findLastIndex((character) => wordBreaks.includes(character))
  return [...current].slice(0, last + 1).join('')
}
