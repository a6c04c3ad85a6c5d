/** What can follow the words of a command line that is being typed. */
import { CATALOGUE } from '../../charts/catalogue.js'
import {
  aliasesOf,
  type CommandLine,
  type FlagTable,
  findFlag,
  flagsOf,
  readTyped,
  type Typed,
  type Whereabouts,
} from './typed-words.js'

/** Names that only the disk knows. */
export interface Names {
  readonly hosts: (where: Whereabouts) => Promise<readonly Candidate[]>
  readonly sessions: (where: Whereabouts) => Promise<readonly Candidate[]>
  /** Texts of the marks. */
  readonly marks: (where: Whereabouts) => Promise<readonly Candidate[]>
}

export interface Candidate {
  readonly text: string
  /** What it is, for shells that show that; null: nothing to say. */
  readonly about: string | null
}

/**
 * `words`: one of the candidates; `list`: more may follow after a comma; `files`, `directories`: the shell knows them
 * best, and a folder may also be one of the candidates; `nothing`: whatever the user likes.
 */
export interface Completion {
  readonly kind: 'words' | 'list' | 'files' | 'directories' | 'nothing'
  readonly candidates: readonly Candidate[]
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

type Source = 'files' | 'directories' | 'hosts' | 'marks' | 'plots' | 'described'

/** What the values of a flag are; those whose description is the list of its values need no line. */
const FLAG_VALUES: Readonly<Record<string, Source>> = {
  directory: 'directories',
  config: 'files',
  hosts: 'hosts',
  only: 'plots',
  phase: 'marks',
  from: 'marks',
  to: 'marks',
}
/** What the words of commands are, by their names in the usage; `compare` takes two folders or sessions. */
const WORD_VALUES: Readonly<Record<string, 'sessions' | 'shells' | 'folders'>> = {
  'session-id': 'sessions',
  shell: 'shells',
  a: 'folders',
  b: 'folders',
}
/** Flags that take several values, separated by commas. */
const LISTS: readonly string[] = ['hosts', 'only', 'format']

const NOTHING: Completion = { kind: 'nothing', candidates: [] }
const plain = (text: string): Candidate => ({ text, about: null })

/** What can stand where the last of `words` begins; the name of the program is not among them. */
export async function complete(
  words: readonly string[],
  line: CommandLine,
  names: Names,
): Promise<Completion> {
  const current = words.at(-1) ?? ''
  const typed = readTyped(words.slice(0, -1), line)
  if (typed.isForeign) return { kind: 'files', candidates: [] }
  if (typed.open !== null) return valuesOf(typed.open, current, '', { line, typed, names })
  const [, flag, value] = /^--([^=]+)=(.*)$/s.exec(current) ?? []
  if (flag !== undefined) return valuesOf(flag, value ?? '', `--${flag}=`, { line, typed, names })
  if (current.startsWith('-')) return beginning(current, flagCandidates(flagsOf(typed.command, line)))
  if (typed.command === null && !typed.isHelp) return beginning(current, commandCandidates(line))
  if (typed.isHelp)
    return typed.positionals.length === 0 ? beginning(current, commandCandidates(line)) : NOTHING
  return positionalOf(typed, current, names)
}

/** A flag that is on unless it is refused is offered as its refusal. */
const REFUSED: readonly string[] = ['color']

function flagCandidates(flags: FlagTable): readonly Candidate[] {
  const known = Object.entries(flags).flatMap(([name, spec]): Candidate[] => {
    if (spec.hidden === true) return []
    const about = typeof spec.describe === 'string' ? spec.describe : null
    const short = aliasesOf(spec).filter((alias) => alias.length === 1)
    const long = REFUSED.includes(name) ? `--no-${name}` : `--${name}`
    return [{ text: long, about }, ...short.map((letter) => ({ text: `-${letter}`, about }))]
  })
  return [...known, { text: '--help', about: 'Show help' }]
}

function commandCandidates({ commands }: CommandLine): readonly Candidate[] {
  const known = commands.map(({ usage, describe }) => ({
    text: usage.split(' ')[0] ?? usage,
    about: describe,
  }))
  return [...known, { text: 'help', about: 'Show the help of a command' }]
}

function beginning(current: string, candidates: readonly Candidate[]): Completion {
  return { kind: 'words', candidates: candidates.filter(({ text }) => text.startsWith(current)) }
}

interface Place {
  readonly line: CommandLine
  readonly typed: Typed
  readonly names: Names
}

/** Values of a flag; `before` is what stands in the same word before the value. */
async function valuesOf(
  flag: string,
  current: string,
  before: string,
  { line, typed, names }: Place,
): Promise<Completion> {
  const found = findFlag(`--${flag}`, flagsOf(typed.command, line))
  if (found === null) return NOTHING
  const source = FLAG_VALUES[found.name] ?? 'described'
  if (source === 'files' || source === 'directories') return { kind: source, candidates: [] }
  const all = await candidatesFrom(source, { where: typed.where, names, describe: found.spec.describe })
  if (all.length === 0) return NOTHING
  const isList = LISTS.includes(found.name)
  // A comma inside the brackets of node[01,03] ends no item.
  const comma = isList
    ? current.replace(/\[[^\]]*\]?/g, (range) => '.'.repeat(range.length)).lastIndexOf(',')
    : -1
  const [given, item] = [current.slice(0, comma + 1), current.slice(comma + 1)]
  const taken = given.split(',')
  const candidates = all
    .filter(({ text }) => text.startsWith(item) && !(isList && taken.includes(text)))
    .map(({ text, about }) => ({ text: `${before}${given}${text}`, about }))
  return { kind: isList ? 'list' : 'words', candidates }
}

async function positionalOf(typed: Typed, current: string, names: Names): Promise<Completion> {
  const wanted = (typed.command?.usage ?? '').split(' ').slice(1)
  const place = wanted[typed.positionals.length] ?? ''
  const source = WORD_VALUES[place.replace(/[[\]<>.]/g, '')] ?? 'nothing'
  if (source === 'sessions' || source === 'folders') {
    const sessions = beginning(current, await names.sessions(typed.where))
    return source === 'folders' ? { ...sessions, kind: 'directories' } : sessions
  }
  return source === 'shells' ? beginning(current, SHELLS.map(plain)) : NOTHING
}

interface Asked {
  readonly where: Whereabouts
  readonly names: Names
  readonly describe: unknown
}

async function candidatesFrom(
  source: Source,
  { where, names, describe }: Asked,
): Promise<readonly Candidate[]> {
  if (source === 'hosts') return names.hosts(where)
  if (source === 'marks') return names.marks(where)
  if (source === 'plots') return plotPatterns().map(plain)
  return describedWords(describe).map(plain)
}

/** `svg, png`: a description that is the list of the values. */
function describedWords(describe: unknown): readonly string[] {
  const isList = typeof describe === 'string' && /^[\w-]+(, [\w-]+)+$/.test(describe)
  return isList ? describe.split(', ') : []
}

/** What `plot --only` takes: the page of all, resources, then each kind of plot, with `*` for a device. */
function plotPatterns(): readonly string[] {
  const paths = CATALOGUE.map(({ resource, file }) => `${resource}/${file.replaceAll('{alias}', '*')}`)
  return ['overview', ...new Set([...CATALOGUE.map(({ resource }) => String(resource)), ...paths])]
}
