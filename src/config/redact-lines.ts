import { isSecretKey, mentionsPasswordWord, mentionsSecret } from './secrets.js'
import { NAME_LIST_KEYS, TOP_KEYS } from './settings.js'

const PLACEHOLDER = '# (a line about a password was removed from this copy)'
/** `ssh_password_env: NAME`, which tells where the password is and not what it is. */
const VARIABLE_LINE = /^\s*ssh_password_env\s*:\s+(['"]?)[A-Za-z_][A-Za-z0-9_]*\1\s*$/
const TOP_LINE = new RegExp(`^(['"]?)(${TOP_KEYS.join('|')})\\1\\s*:(\\s|$)`)

interface Cut {
  /** Indentation of the line that was removed; deeper lines belong to it. */
  readonly indent: number
  readonly isComment: boolean
}

/**
 * Removes each line that speaks of something like a password, with the lines that its value goes on for:
 *
 *     ssh_password: |
 *       first line
 *       second line
 *     # ssh_password: secret
 *
 * In valid YAML a value ends where indentation does. In other text it is taken to go on until one of our keys
 * stands at the left margin, and a line need only mention a password.
 */
export function redactLines(text: string, { isValid }: { readonly isValid: boolean }): string {
  const kept: string[] = []
  let cut: Cut | null = null
  let section = ''
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const topKey = TOP_LINE.exec(line)?.[2]
    if (topKey !== undefined) section = topKey
    if (isRemoved(line, section, isValid)) {
      // A removed line within what is being cut does not make it end earlier.
      cut =
        cut !== null && goesOn(line, cut, isValid)
          ? cut
          : { indent: indentOf(line), isComment: isComment(line) }
      if (kept[kept.length - 1] !== PLACEHOLDER) kept.push(PLACEHOLDER)
    } else if (cut === null || !goesOn(line, cut, isValid)) {
      cut = null
      kept.push(withoutTrailingComment(line))
    }
  }
  return kept.join('\n')
}

function isRemoved(line: string, section: string, isValid: boolean): boolean {
  if (VARIABLE_LINE.test(line)) return false
  if (isComment(line)) return mentionsSecret(line)
  // `x: &p secret` is the password of `ssh_password: *p`.
  if (!isValid) return mentionsSecret(line) || /(^|[\s:,[{-])&\S/.test(line)
  if (NAME_LIST_KEYS.some((key) => key === section)) return mentionsPasswordWord(line)
  // `key:` in block or flow style, quoted or not, or `? key`.
  return (
    [...line.matchAll(/([^\s{},:'"]+)['"]?\s*:/g)].some(([, key]) => isSecretKey(key ?? '')) ||
    /^\s*\?/.test(line)
  )
}

// `ssh_port: 22  # the password is secret`; a # inside quotes is cut too, which the caller notices.
function withoutTrailingComment(line: string): string {
  const start = line.search(/\s#/)
  return start !== -1 && mentionsSecret(line.slice(start)) ? line.slice(0, start) : line
}

function goesOn(line: string, cut: Cut, isValid: boolean): boolean {
  if (cut.isComment)
    return isComment(line) && !TOP_LINE.test(line.replace(/^\s*#\s*/, '')) && !VARIABLE_LINE.test(line)
  if (TOP_LINE.test(line)) return false
  if (!isValid) return true
  return line.trim() === '' || indentOf(line) > cut.indent
}

function isComment(line: string): boolean {
  return /^\s*#/.test(line)
}

function indentOf(line: string): number {
  return /^[\s-]*/.exec(line)?.[0].length ?? 0
}
