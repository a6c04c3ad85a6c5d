import { ConfigError } from '../errors.js'
import type { HostSources } from './host-sources.js'
import { expandRange, splitHostList } from './hosts.js'
import { didYouMean, shown } from './show.js'

/** So many names of known hosts stand in a message. */
const MAX_LISTED = 8

/** The two things a host can be called by. */
export interface NamedHost {
  readonly name: string
  readonly alias: string | null
}

/**
 * Names of the known hosts that `--hosts` asks for, in the order in which they are known, each once. An item is a
 * name, an alias, a range of either, `local`, or a list such as `slurm` whose hosts are in `sources`; `user@` in front
 * is ignored. Throws a ConfigError for what is unknown.
 */
export function selectHosts(
  known: readonly NamedHost[],
  wanted: string,
  sources: HostSources = new Map(),
): string[] {
  const nameOf = new Map<string, string>()
  for (const { name, alias } of known) if (alias !== null) nameOf.set(alias, name)
  for (const { name } of known) nameOf.set(name, name)
  const selected = new Set<string>()
  const problems: string[] = []
  const items = splitHostList(wanted).flatMap((item) => {
    const list = nameOf.has(item) ? undefined : sources.get(item)
    problems.push(...(list?.problems ?? []).map((problem) => `--hosts: "${shown(item)}": ${problem}`))
    return list?.hosts ?? [item]
  })
  if (splitHostList(wanted).length === 0) problems.push('--hosts: must name at least one host')
  for (const item of items) {
    const range = expandRange(item)
    if ('problem' in range) problems.push(`--hosts: ${range.problem}`)
    else {
      for (const { text } of range.value) {
        const asked = text === 'local' && !nameOf.has('local') ? 'localhost' : text
        const name = nameOf.get(asked) ?? nameOf.get(asked.slice(asked.lastIndexOf('@') + 1))
        if (name === undefined) problems.push(`--hosts: ${unknownHost(text, nameOf, known)}`)
        else selected.add(name)
      }
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.slice(0, MAX_LISTED).join('; '), { problems })
  return known.map(({ name }) => name).filter((name) => selected.has(name))
}

function unknownHost(text: string, nameOf: ReadonlyMap<string, string>, known: readonly NamedHost[]): string {
  const meant = didYouMean(text, nameOf.keys())
  if (meant !== '') return `"${shown(text)}" is none of the ${known.length} hosts${meant}`
  const listed = known.slice(0, MAX_LISTED).map(({ name }) => shown(name))
  if (known.length > MAX_LISTED) listed.push('…')
  return `"${shown(text)}" is none of the ${known.length} hosts (${listed.join(', ')})`
}
