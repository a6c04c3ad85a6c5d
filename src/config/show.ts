import { nearest } from './nearest.js'

/** Longest piece of foreign text in a message, characters. */
const MAX_SHOWN = 300

/** Foreign text as messages may hold it: control characters as \xNN, cut at 300 characters. */
export function shown(text: string): string {
  const escaped = text
    .slice(0, 4 * MAX_SHOWN)
    .replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
  const characters = [...escaped]
  return characters.length <= MAX_SHOWN ? escaped : `${characters.slice(0, MAX_SHOWN - 1).join('')}…`
}

/** A value found where another was expected, as the end of `got …`; a list or mapping is only named. */
export function described(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value !== 'string') return 'a mapping'
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? value : `"${shown(value)}"`
}

/** `; did you mean "x"?` when a candidate is near the word, else nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const match = nearest(word, candidates)
  return match === null ? '' : `; did you mean "${shown(match)}"?`
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1] ?? ''}`
}

/** ` (also hosts[0])` of `config.yml: hosts[2]` and `config.yml: hosts[0]`; nothing when the two places are one. */
export function alsoIn(where: string, earlierWhere: string): string {
  const place = earlierWhere.slice(earlierWhere.lastIndexOf(': ') + 1).trim()
  return where === earlierWhere ? '' : ` (also ${place})`
}
