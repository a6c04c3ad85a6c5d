/** What is wrong with a command line that yargs did not understand, and what was probably meant. */
import { COMMAND_NAMES, COMMANDS } from './commands.js'
import { GLOBAL_OPTIONS } from './spec.js'

export interface Mistake {
  readonly message: string
  /** What to type next. */
  readonly hint: string
}

/** yargs' sentence about words that nothing takes; it names a flag with a dash in it in both of its spellings. */
const UNKNOWN = /^Unknown arguments?: (.*)$/s

const NO_VALUE = /^Not enough arguments following: (\S+)$/
const NO_WORD = /^Not enough non-option arguments/

const HINT = 'clusterp --help'

/** Explains what yargs said of `argv`; any other sentence stays as it is. */
export async function explainMistake(said: string, argv: readonly string[]): Promise<Mistake> {
  const command = argv.find((word) => COMMAND_NAMES.includes(word)) ?? null
  const unknown = UNKNOWN.exec(said)?.[1]?.split(', ') ?? []
  const hint = command === null ? HINT : `clusterp ${command} --help`
  if (unknown.length === 0) return { message: missingSentence(said, command), hint }
  const isFlag = (word: string): boolean =>
    argv.some((typed) => typed.startsWith('-') && typed.replace(/^--?|=.*$/gs, '') === word)
  const words = unknown.filter((word) => !isFlag(word) && argv.includes(word))
  const flags = unknown.filter(isFlag)
  const secret = await givenToSecret(words, argv)
  if (secret !== null) return { message: `${secret} takes no value; it is asked for`, hint }
  const [first] = words
  if (command === null && first !== undefined) return { message: await noCommand(first), hint: HINT }
  const about = command === null ? '' : `${command}: `
  const sentences = await Promise.all([
    ...flags.map((flag) => noFlag(flag, command)),
    ...words.map(async (word) => `"${await asShown(word)}" is a word too many`),
  ])
  return { message: sentences.length === 0 ? said : `${about}${sentences.join('; ')}`, hint }
}

/** The flag for a secret that one of these words stands behind, which nobody else is to read; null when there is none. */
async function givenToSecret(words: readonly string[], argv: readonly string[]): Promise<string | null> {
  const { isSecretKey } = await import('../config/secrets.js')
  return (
    argv.find(
      (typed, at) => typed.startsWith('-') && isSecretKey(typed) && words.includes(argv[at + 1] ?? ''),
    ) ?? null
  )
}

/** What yargs says of a flag without its value and of a command without its word, in the words of the others. */
function missingSentence(said: string, command: string | null): string {
  const about = command === null ? '' : `${command}: `
  const flag = NO_VALUE.exec(said)?.[1]
  if (flag !== undefined) return `${about}--${flag} needs a value`
  const usage = COMMANDS.find((spec) => spec.usage.split(' ')[0] === command)?.usage
  return usage !== undefined && NO_WORD.test(said) ? `${about}a word is missing: clusterp ${usage}` : said
}

async function noCommand(word: string): Promise<string> {
  return `there is no command "${await asShown(word)}"${await meant(word, COMMAND_NAMES, '')}`
}

async function noFlag(flag: string, command: string | null): Promise<string> {
  const spec = COMMANDS.find(({ usage }) => usage.split(' ')[0] === command)
  const known = Object.keys({ ...spec?.options, ...GLOBAL_OPTIONS, help: {}, version: {} })
  const dashes = flag.length === 1 ? '-' : '--'
  return `there is no flag ${dashes}${await asShown(flag)}${await meant(flag, known, '--')}`
}

async function meant(word: string, known: readonly string[], dashes: string): Promise<string> {
  const { nearest } = await import('../config/nearest.js')
  // One letter is near to everything that is short.
  const match = word.length === 1 ? null : nearest(word, known)
  return match === null ? '' : `; did you mean ${dashes}${match}?`
}

async function asShown(word: string): Promise<string> {
  const { shown } = await import('../config/show.js')
  return shown(word)
}
