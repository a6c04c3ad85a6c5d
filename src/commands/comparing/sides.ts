/** The two sessions of a comparison. */
import { basename, join, relative } from 'node:path'
import { type MatchedHosts, matchHosts } from '../../analysis/comparison-pairs.js'
import { ConfigError, SessionError } from '../../errors.js'
import { shellWord } from '../../session/disk-errors.js'
import type { ParsedHost } from '../analysing/files.js'
import { type Recorded, readRecorded } from '../analysing/recorded.js'
import { chosenHosts } from '../chosen-hosts.js'
import type { CommandContext } from '../context.js'
import { findSession } from './find-session.js'

/** One session, and what it is called. */
export interface Side {
  readonly letter: 'A' | 'B'
  /** As typed. */
  readonly word: string
  /** The session's name, else its id, else its folder. */
  readonly title: string
  readonly recorded: Recorded
}

export interface Sides {
  readonly a: Side
  readonly b: Side
  readonly hosts: MatchedHosts<ParsedHost>
}

/** Finds and reads both sessions, and which hosts belong together; `--hosts` picks hosts of either. */
export async function findSides(context: CommandContext, words: readonly [string, string]): Promise<Sides> {
  const folderA = await findSession(context.directory, words[0])
  const folderB = await findSession(context.directory, words[1])
  if (folderA === folderB) {
    throw new ConfigError(`compare: "${words[0]}" and "${words[1]}" are the same session`, {
      hint: 'see the sessions of this folder: clusterp sessions',
    })
  }
  const a = await readSide(context, 'A', words[0], folderA)
  const b = await readSide(context, 'B', words[1], folderB)
  return { a, b, hosts: await matchChosen(context, a.recorded, b.recorded) }
}

async function readSide(
  context: CommandContext,
  letter: Side['letter'],
  word: string,
  directory: string,
): Promise<Side> {
  // All hosts: those that are wanted are picked from both sessions together.
  const flags = { ...context.flags, hosts: undefined }
  const there = { ...context, directory, configPath: join(directory, 'config.yml'), flags }
  const recorded = await readWithHint(there, context.directory)
  const { session } = recorded
  return { letter, word, title: session?.name ?? session?.id ?? basename(directory), recorded }
}

/** What is to be typed about a session is typed for its folder. */
async function readWithHint(context: CommandContext, seenFrom: string): Promise<Recorded> {
  try {
    return await readRecorded(context, 'compare')
  } catch (cause) {
    if (!(cause instanceof SessionError)) throw cause
    const folder = shellWord(relative(seenFrom, context.directory) || '.')
    const hint = cause.hint?.replaceAll('clusterp ', () => `clusterp -C ${folder} `) ?? null
    throw new SessionError(cause.message, { hint, cause })
  }
}

async function matchChosen(
  context: CommandContext,
  a: Recorded,
  b: Recorded,
): Promise<MatchedHosts<ParsedHost>> {
  const all = matchHosts(a.hosts, b.hosts)
  const namesOfA = new Set(a.hosts.map(({ name }) => name))
  const known = [...a.hosts, ...b.hosts.filter(({ name }) => !namesOfA.has(name))]
  const chosen = new Set((await chosenHosts(context, known)).map(({ name }) => name))
  const isChosen = ({ name }: ParsedHost): boolean => chosen.has(name)
  const pairs = all.pairs.filter((pair) => isChosen(pair.a) || isChosen(pair.b))
  if (pairs.length === 0) {
    throw new ConfigError('compare: --hosts: none of these hosts has a partner in the other session', {
      hint: 'leave --hosts out to see which are compared',
    })
  }
  return {
    pairs,
    onlyA: all.onlyA.filter(isChosen),
    onlyB: all.onlyB.filter(isChosen),
  }
}
