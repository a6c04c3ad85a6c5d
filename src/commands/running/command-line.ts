/** The words of the job's command line, as they are kept and told. */
import { isPasswordWord } from '../../config/secrets.js'

const HIDDEN = '***'
/** Parts of a name, as `db` and `pass` of `--db-pass`, that make what follows a secret. */
const SECRET_PARTS = /^(pass|pwd|psw|secrets?|token|credentials?|apikey|passcode)$/i
const SECRET_NAMES = /secret|credential|(api|access|private|encryption)[-_.]?key/i
/** `--password=x`, `PASSWORD=x`, `"token": "x"`: what names it, what stands between, the value. */
const ASSIGNED = /([-\w.]*[A-Za-z][-\w.]*)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|\S+)/g
/** `--password x` within one word, as of `sh -c` */
const FOLLOWING = /(--?[A-Za-z][-\w.]*)(\s+)("[^"]*"|'[^']*'|[^-\s]\S*)/g
/** `Authorization: Bearer x`: all that follows. */
const AUTHORIZATION = /(authorization["']?\s*[=:]\s*["']?)[^"']+/gi
/** `postgres://me:secret@host` */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi

/** The words with what looks like a password, in or behind a word, as `***`. */
export function redactWords(words: readonly string[]): readonly string[] {
  return words.map((word, at) => {
    const before = words[at - 1] ?? ''
    if (/^--?[^=:\s]+$/.test(before) && isSecretName(before) && !word.startsWith('-')) return HIDDEN
    return redactText(word)
  })
}

function redactText(word: string): string {
  const hide = (all: string, name: string, between: string, value: string): string => {
    if (!isSecretName(name)) return all
    const quote = /^["']/.test(value) ? value[0] : ''
    return `${name}${between}${quote}${HIDDEN}${quote}`
  }
  const authorized = word.replace(AUTHORIZATION, `$1${HIDDEN}`)
  return authorized.replace(ASSIGNED, hide).replace(FOLLOWING, hide).replace(URL_PASSWORD, `$1${HIDDEN}`)
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
