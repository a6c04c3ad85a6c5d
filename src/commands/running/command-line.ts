/** The words of the job's command line, as they are kept and told. */
import { isPasswordWord } from '../../config/secrets.js'

const HIDDEN = '***'
/** Parts of a name, as `db` and `pass` of `--db-pass`, that make what follows a secret. */
const SECRET_PARTS = /^(pass|pwd|psw|secrets?|token|credentials?|apikey|passcode)$/i
const SECRET_NAMES = /secret|credential|(api|access|private|encryption)[-_.]?key/i
/** `--password=x`, `PASSWORD=x`, `"token": "x"`: what names it, what stands between. */
const ASSIGNED = /(?<![-\w.])([-\w.]+)["']?\s*[=:]\s*/g
const ASSIGNED_VALUE = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^']*'|\S+/y
/** `--password x` within one word, as of `sh -c` */
const FOLLOWED = /(?<![-\w.])(--?[A-Za-z][-\w.]*)\s+/g
const FOLLOWING_VALUE = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^']*'|[^-\s]\S*/y
/** `Authorization: Bearer x`: all that follows. */
const AUTHORIZATION = /(authorization["']?\s*[=:]\s*["']?)[^"']+/gi
/** `postgres://me:secret@host` */
const URL_PASSWORD = /((?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi

/** The words with what looks like a password, in or behind a word, as `***`. */
export function redactWords(words: readonly string[]): readonly string[] {
  return words.map((word, at) => {
    const before = words[at - 1] ?? ''
    if (/^--?[^=:\s]+$/.test(before) && isSecretName(before) && !word.startsWith('-')) return HIDDEN
    return redactText(word)
  })
}

function redactText(word: string): string {
  const authorized = word.replace(AUTHORIZATION, `$1${HIDDEN}`)
  const assigned = hideValues(authorized, ASSIGNED, ASSIGNED_VALUE)
  return hideValues(assigned, FOLLOWED, FOLLOWING_VALUE).replace(URL_PASSWORD, `$1${HIDDEN}`)
}

/** Hides each value behind a name that makes it a secret; within any other value names are looked for as well. */
function hideValues(text: string, named: RegExp, value: RegExp): string {
  let hidden = ''
  let from = 0
  for (const match of text.matchAll(named)) {
    const at = match.index + match[0].length
    value.lastIndex = at
    // A name within a value that is hidden already goes with it.
    const found = match.index < from || !isSecretName(match[1] ?? '') ? null : value.exec(text)?.[0]
    if (!found) continue
    const quote = /^["']/.test(found) ? found[0] : ''
    hidden += `${text.slice(from, at)}${quote}${HIDDEN}${quote}`
    from = at + found.length
  }
  return hidden + text.slice(from)
}

function isSecretName(name: string): boolean {
  const parts = name.split(/[-_.]+|(?<=[a-z])(?=[A-Z])/)
  return isPasswordWord(name) || SECRET_NAMES.test(name) || parts.some((part) => SECRET_PARTS.test(part))
}

const LONGEST_SHOWN = 60

/** The words as one would type them, cut; for messages. */
export function commandText(words: readonly string[]): string {
  const typed = redactWords(words).map((word) =>
    /^[\w@%+=:,./*-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  )
  const text = typed.join(' ').replace(/\s+/g, ' ')
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text
}
