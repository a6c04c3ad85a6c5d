/** The words of a command line so far, and what they mean for the next one. */

/** A flag as the command line knows it; the part of a yargs option that counts here. */
export interface FlagSpec {
  readonly alias?: string | readonly string[] | undefined
  readonly describe?: unknown
  readonly requiresArg?: boolean | undefined
  readonly hidden?: boolean | undefined
}

export type FlagTable = Readonly<Record<string, FlagSpec>>

/** The part of a command's table that counts here. */
export interface CommandWords {
  /** As yargs reads it: `clean [session-id]`. */
  readonly usage: string
  readonly describe: string
  readonly options: FlagTable
}

export interface CommandLine {
  readonly commands: readonly CommandWords[]
  readonly globals: FlagTable
}

/** Where names are looked up that are no part of the command line; as typed so far, null where they were not. */
export interface Whereabouts {
  readonly directory: string | null
  readonly config: string | null
}

/** The words of a command line so far, read as yargs will. */
export interface Typed {
  readonly command: CommandWords | null
  readonly isHelp: boolean
  readonly positionals: readonly string[]
  readonly where: Whereabouts
  /** The flag whose value comes next. */
  readonly open: string | null
  /** After `--`: words of another program. */
  readonly isForeign: boolean
}

/** Reads whole words; the name of the program is not among them. */
export function readTyped(words: readonly string[], line: CommandLine): Typed {
  let typed: Typed = {
    command: null,
    isHelp: false,
    positionals: [],
    where: { directory: null, config: null },
    open: null,
    isForeign: false,
  }
  for (const word of words) typed = afterWord(typed, word, line)
  return typed
}

function afterWord(typed: Typed, word: string, line: CommandLine): Typed {
  if (typed.isForeign) return typed
  if (typed.open !== null) return { ...typed, open: null, where: located(typed.where, typed.open, word) }
  if (word === '--') return { ...typed, isForeign: true }
  const [, flag, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? []
  if (flag !== undefined) return { ...typed, where: located(typed.where, flag, value ?? '') }
  if (word.startsWith('-')) {
    const found = findFlag(word, flagsOf(typed.command, line))
    return found !== null && found.spec.requiresArg === true ? { ...typed, open: found.name } : typed
  }
  if (typed.command !== null || typed.isHelp) return { ...typed, positionals: [...typed.positionals, word] }
  if (word === 'help') return { ...typed, isHelp: true }
  return { ...typed, command: line.commands.find(({ usage }) => usage.split(' ')[0] === word) ?? null }
}

function located(where: Whereabouts, flag: string, value: string): Whereabouts {
  if (flag === 'directory' || flag === 'C') return { ...where, directory: value }
  return flag === 'config' ? { ...where, config: value } : where
}

/** The flags of a command and those of all. */
export function flagsOf(command: CommandWords | null, line: CommandLine): FlagTable {
  return { ...command?.options, ...line.globals }
}

/** Other names of a flag. */
export function aliasesOf({ alias }: FlagSpec): readonly string[] {
  if (alias === undefined) return []
  return typeof alias === 'string' ? [alias] : alias
}

/** The flag that a word with or without its dashes means; null: there is none. */
export function findFlag(
  word: string,
  flags: FlagTable,
): { readonly name: string; readonly spec: FlagSpec } | null {
  const wanted = word.replace(/^--?/, '')
  for (const [name, spec] of Object.entries(flags)) {
    if (name === wanted || aliasesOf(spec).includes(wanted)) return { name, spec }
  }
  return null
}
