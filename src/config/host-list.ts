import type { HostConfig } from '../model.js'
import { type HostSources, hostSourceOf } from './host-sources.js'
import { expandRange, MAX_HOSTS, parseAddress, splitHostList } from './hosts.js'
import { fileNameKey, nameProblem } from './names.js'
import type { Parsed } from './quantities.js'
import { alsoIn, described, shown } from './show.js'
import type { YamlValue } from './yaml.js'

/** The word for this machine, and the name its files carry. */
const LOCAL = 'local'
const LOCAL_NAME = 'localhost'

/** The hosts of a configuration and what is wrong with them, one sentence each, without the key in front. */
export interface HostsReading {
  readonly hosts: readonly HostConfig[]
  readonly problems: readonly string[]
  /** What is wrong with lists that stand somewhere else; their hosts are left out. */
  readonly sourceProblems: readonly string[]
}

/** One entry as written; `where` is how messages call it. */
interface Entry {
  readonly where: string
  readonly text: string
  readonly alias: string | null
}

interface PlacedHost {
  readonly where: string
  readonly host: HostConfig
  /** From a list that stands somewhere else, where a host may be named often. */
  readonly isListed: boolean
}

/**
 * Reads the value of `hosts`: a list of hosts or `host: ALIAS`, a mapping, or one host; `source` names the file. Of
 * `slurm`, `pbs` and `file:` the hosts are those in `sources`; null: only their spelling is looked at.
 */
export function readHosts(value: YamlValue, source: string, sources: HostSources | null): HostsReading {
  const listed = listEntries(value, `${source}: hosts`)
  return hostsOf(listed.entries, listed.problems, sources)
}

/** Reads what was typed after `--hosts`: hosts, ranges and lists, separated by commas. */
export function readHostsFlag(text: string, sources: HostSources): HostsReading {
  const entries = splitHostList(text).map((item) => ({ where: '--hosts', text: item, alias: null }))
  return hostsOf(entries, entries.length === 0 ? ['--hosts: must name at least one host'] : [], sources)
}

/** The texts of the entries under `hosts`, for `readHostSources`. */
export function hostEntryTexts(value: YamlValue): string[] {
  return listEntries(value, 'hosts').entries.map(({ text }) => text)
}

function hostsOf(
  entries: readonly Entry[],
  earlier: readonly string[],
  sources: HostSources | null,
): HostsReading {
  const problems = [...earlier]
  const sourceProblems: string[] = []
  const placed: PlacedHost[] = []
  for (const entry of entries) {
    const isListed = hostSourceOf(entry.text) !== null
    const expanded = isListed ? expandSource(entry, sources) : [expandEntry(entry)]
    for (const part of expanded) {
      if ('sourceProblem' in part) sourceProblems.push(`${entry.where}: ${part.sourceProblem}`)
      else if ('problem' in part) problems.push(`${entry.where}: ${part.problem}`)
      else for (const host of part.value) placed.push({ where: entry.where, host, isListed })
    }
    if (placed.length > MAX_HOSTS) {
      const tooMany = `${entry.where}: more than ${MAX_HOSTS} hosts up to here`
      return { hosts: [], problems: [...problems, tooMany], sourceProblems }
    }
  }
  const merged = mergeListed(placed)
  const hosts = merged.map(({ host }) => host)
  return { hosts, problems: [...problems, ...findCollisions(merged)], sourceProblems }
}

type Expanded = Parsed<readonly HostConfig[]> | { readonly sourceProblem: string }

function expandSource(entry: Entry, sources: HostSources | null): Expanded[] {
  const text = `"${shown(entry.text)}"`
  const source = hostSourceOf(entry.text)
  if (source !== null && 'problem' in source) return [{ problem: `${text}: ${source.problem}` }]
  if (entry.alias !== null) return [{ problem: `${text} is a list of hosts and takes no alias` }]
  if (sources === null) return []
  const reading = sources.get(entry.text)
  if (reading === undefined) return [{ sourceProblem: `${text}: its hosts were not looked up` }]
  return [
    ...reading.problems.map((problem) => ({ sourceProblem: `${text}: ${problem}` })),
    ...reading.hosts.map((host) => expandEntry({ ...entry, text: host })),
  ]
}

// What the config names itself stands, alias and user included; of the lists the first to name a host.
function mergeListed(placed: readonly PlacedHost[]): PlacedHost[] {
  const seen = new Set(placed.filter(({ isListed }) => !isListed).map(({ host }) => fileNameKey(host.name)))
  return placed.filter(({ host, isListed }) => {
    const key = fileNameKey(host.name)
    if (isListed && seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function listEntries(value: YamlValue, where: string): { entries: Entry[]; problems: string[] } {
  if (typeof value === 'string') {
    return { entries: splitHostList(value).map((text) => ({ where, text, alias: null })), problems: [] }
  }
  const items = value instanceof Map ? [...value].map((pair) => new Map([pair])) : (value ?? [])
  if (items.length === 0) return { entries: [], problems: [`${where}: must name at least one host`] }
  const entries: Entry[] = []
  const problems: string[] = []
  for (const [index, item] of items.entries()) {
    const entry = entryOf(item)
    if ('problem' in entry) problems.push(`${where}[${index}]: ${entry.problem}`)
    else entries.push({ where: `${where}[${index}]`, ...entry.value })
  }
  return { entries, problems }
}

// `host`, or a mapping of one pair, `host: ALIAS`.
function entryOf(item: YamlValue): Parsed<{ text: string; alias: string | null }> {
  if (typeof item === 'string') return { value: { text: item, alias: null } }
  if (item === null) return { problem: 'is empty' }
  if (!(item instanceof Map))
    return { problem: `must be [user@]host[:port] or host: ALIAS, got ${described(item)}` }
  const [pair, ...others] = item
  if (pair === undefined) return { problem: 'is empty' }
  if (others.length > 0) {
    const keys = [...item.keys()].filter((key) => typeof key === 'string').map((key) => `"${shown(key)}"`)
    return {
      problem: `holds several keys (${keys.join(', ')}); an entry is one host, as in user@host:22: ALIAS`,
    }
  }
  const [text, alias] = pair
  if (typeof text !== 'string') return { problem: `must begin with a host, got ${described(text)}` }
  if (alias !== null && typeof alias !== 'string') {
    return { problem: `the alias of "${shown(text)}" must be a text, got ${described(alias)}` }
  }
  return { value: { text, alias: alias === '' ? null : alias } }
}

function expandEntry(entry: Entry): Parsed<readonly HostConfig[]> {
  const range = expandRange(entry.text)
  if ('problem' in range) return range
  const hosts: HostConfig[] = []
  for (const { text, inner } of range.value) {
    const alias = aliasOf(entry.alias, inner, range.value.length)
    if ('problem' in alias) return alias
    const host = hostOf(text, alias.value)
    if ('problem' in host) return host
    hosts.push(host.value)
  }
  return { value: hosts }
}

function aliasOf(alias: string | null, inner: string | null, count: number): Parsed<string | null> {
  if (alias === null) return { value: null }
  const problem = nameProblem(alias)
  if (problem !== null) return { problem: `alias "${shown(alias)}" ${problem}` }
  if (alias.includes('{}')) {
    if (inner !== null) return { value: alias.replaceAll('{}', inner) }
    return {
      problem: `alias "${shown(alias)}" holds {}, which stands for the numbers of a range such as node[01-04]`,
    }
  }
  if (count === 1) return { value: alias }
  return {
    problem: `alias "${shown(alias)}" would be that of ${count} hosts; put {} where their numbers belong`,
  }
}

function hostOf(text: string, alias: string | null): Parsed<HostConfig> {
  if (text === LOCAL) {
    return { value: { name: LOCAL_NAME, hostname: LOCAL_NAME, user: null, port: null, alias, isLocal: true } }
  }
  const address = parseAddress(text)
  if ('problem' in address) return address
  const { user, hostname, port } = address.value
  if (hostname === LOCAL) {
    return { problem: `"${shown(text)}": local is this machine without SSH and takes neither user nor port` }
  }
  const bracketed = hostname.includes(':') ? `[${hostname}]` : hostname
  const name = port === null ? hostname : `${bracketed}:${port}`
  return { value: { name, hostname, user, port, alias, isLocal: false } }
}

// Names and aliases stand for hosts in file names, in --hosts and on plots: each may mean one host only.
function findCollisions(placed: readonly PlacedHost[]): string[] {
  const problems: string[] = []
  const byName = new Map<string, PlacedHost>()
  for (const item of placed) {
    const key = fileNameKey(item.host.name)
    const earlier = byName.get(key)
    if (earlier === undefined) byName.set(key, item)
    else
      problems.push(
        `${item.where}: host ${sameAs(item.host.name, earlier.host.name)}${alsoIn(item.where, earlier.where)}`,
      )
  }
  const byAlias = new Map<string, PlacedHost>()
  for (const item of placed) {
    const { alias } = item.host
    if (alias === null) continue
    const key = fileNameKey(alias)
    const earlier = byAlias.get(key)
    if (earlier === undefined) byAlias.set(key, item)
    else
      problems.push(
        `${item.where}: alias ${sameAs(alias, earlier.host.alias ?? '')}${alsoIn(item.where, earlier.where)}`,
      )
    const named = byName.get(key)
    if (named === undefined || named === item || named.host.name === item.host.name) continue
    problems.push(
      `${item.where}: alias "${shown(alias)}" is the name of another host${alsoIn(item.where, named.where)}`,
    )
  }
  return problems
}

function sameAs(text: string, earlier: string): string {
  if (text === earlier) return `"${shown(text)}" is used twice`
  return `"${shown(text)}" would be the same file name as "${shown(earlier)}"`
}
