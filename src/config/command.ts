import type { SshConfig } from '../model.js'
import type { Parsed } from './quantities.js'
import { described, didYouMean } from './show.js'

const ALLOWED = 'must be ssh2, openssh or a command in which a word holds {host}'
/** The characters that a backslash takes the meaning of inside double quotes, where a shell has the same rule. */
const ESCAPED_IN_DOUBLE_QUOTES = '"\\'

/**
 * Splits a command line into words as a shell does, and does nothing else that a shell does:
 *
 *     docker exec -i {host} sh
 *     kubectl exec -i "{host}" -c 'my container' -- sh
 *     ssh -o ProxyCommand=nc\ %h\ %p {host} sh
 */
export function splitWords(text: string): Parsed<readonly string[]> {
  const words: string[] = []
  let word: string | null = null
  let quote: '"' | "'" | null = null
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    const next = text[index + 1]
    const isEscape =
      character === '\\' &&
      (quote === null || (quote === '"' && ESCAPED_IN_DOUBLE_QUOTES.includes(next ?? ' ')))
    if (isEscape) {
      if (next === undefined) return { problem: 'ends in a backslash that escapes nothing' }
      word = (word ?? '') + next
      index++
    } else if (quote !== null) {
      if (character === quote) quote = null
      else word = (word ?? '') + character
    } else if (character === '"' || character === "'") {
      quote = character
      word = word ?? ''
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + character
  }
  if (quote !== null) return { problem: `has a ${quote} that is never closed` }
  if (word !== null) words.push(word)
  return { value: words }
}

/** How nodes are reached: `ssh2`, `openssh`, or the words of a command for which `{host}` stands. */
export function parseConnect(text: string): Parsed<SshConfig['connect']> {
  const trimmed = text.trim()
  if (trimmed === 'ssh2' || trimmed === 'openssh') return { value: { kind: trimmed } }
  const split = splitWords(trimmed)
  if ('problem' in split) return split
  const words = split.value
  if (/\p{Cc}/u.test(trimmed)) return { problem: `holds a control character: ${described(trimmed)}` }
  if (words[0] === '') return { problem: 'begins with an empty word where a program is expected' }
  if (words.some((word) => word.includes('{host}'))) return { value: { kind: 'command', words } }
  return { problem: `${ALLOWED}, got ${described(trimmed)}${didYouMean(trimmed, ['ssh2', 'openssh'])}` }
}
