/**
 * What the completion scripts are answered, line by line: the kind of completion, then the candidates, each with what it is
 * after a tab.
 *
 *   words
 *   start<TAB>Start the loggers on every node
 *   status<TAB>Show what runs on each node
 */
import { type Completion, complete } from './candidates.js'
import { diskNames } from './names.js'
import { keptByBash, splitShellLine } from './shell-line.js'
import type { CommandLine } from './typed-words.js'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Answers `words CURRENT…` (the last one is being typed) and bash's `line LINE POINT WORDBREAKS`; the text to print.
 */
export async function answerCompletion(
  request: readonly string[],
  line: CommandLine,
  env: Environment,
): Promise<string> {
  const [form, ...rest] = request
  if (form !== 'line') return textOf(await complete(rest, line, diskNames(env)), '', UNSAFE)
  const [typed = '', point = '', wordBreaks = ''] = rest
  const words = splitShellLine(typed, characterAt(typed, Number(point)))
  const completion = await complete(words.slice(1), line, diskNames(env))
  return textOf(completion, keptByBash(words.at(-1) ?? '', wordBreaks), UNSAFE_IN_BASH)
}

/** bash counts the cursor's place in bytes where the locale is C, else in characters: past the end is the end. */
function characterAt(line: string, point: number): number {
  return Number.isInteger(point) && point >= 0 ? Math.min(point, line.length) : line.length
}

/** Control characters in a name from a file could steer the terminal; such names are left out. */
const UNSAFE = /\p{Cc}/u
/** bash puts a candidate into the line as it is: an alias such as `$(reboot)` would be a command there. */
const UNSAFE_IN_BASH = /[\p{Cc}\s"'`$\\;&|<>()]/u

function textOf({ kind, candidates }: Completion, before: string, unsafe: RegExp): string {
  const lines = candidates
    .filter(({ text }) => !unsafe.test(text) && text.startsWith(before))
    .map(({ text, about }) => {
      const told = about === null || UNSAFE.test(about) ? '' : `\t${about}`
      return `${text.slice(before.length)}${told}`
    })
  return [kind, ...lines, ''].join('\n')
}
