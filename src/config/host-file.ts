/**
 * Reads a list of hosts, one a line, as mpirun, DeepSpeed and PBS write them:
 *
 *     # rack 1
 *     node1 slots=8
 *     root@node[02-04]:2222     # ranges too
 */
import { expandRange, parseAddress } from './hosts.js'
import { fileNameKey } from './names.js'
import { shown } from './show.js'

/** The hosts of a list in order, each once, and what is wrong with it, as the rest of a sentence. */
export interface SourceReading {
  readonly hosts: readonly string[]
  readonly problems: readonly string[]
}

/** More problems of one file help nobody. */
const MAX_PROBLEMS = 10
/** A list of 10 000 hosts has some 500 kB. */
const MAX_BYTES = 4_000_000
/** Words that list formats hold, and no host is. */
const OTHER_LISTS = /^(?:slurm(?::.*)?|pbs|file:.*)$/

/** The hosts in order, each once whatever user or port stands with it; `name` is how problems call the list. */
export function readHostFile(bytes: Uint8Array, name: string): SourceReading {
  if (bytes.length > MAX_BYTES)
    return { hosts: [], problems: [`${name} has ${bytes.length} bytes, more than any list`] }
  const text = decode(bytes)
  if (text === null) return { hosts: [], problems: [`${name} is not UTF-8 text`] }
  const hosts = new Map<string, string>()
  const problems: string[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const found = readLine(line)
    if ('problem' in found) problems.push(`${name}, line ${index + 1}: ${found.problem}`)
    else {
      for (const { key, host } of found.hosts) if (!hosts.has(key)) hosts.set(key, host)
    }
  }
  if (hosts.size === 0 && problems.length === 0) return { hosts: [], problems: [`${name} names no host`] }
  return { hosts: [...hosts.values()], problems: problems.slice(0, MAX_PROBLEMS) }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // The one thing that TextDecoder throws for.
    return null
  }
}

type LineReading =
  | { readonly hosts: readonly { readonly key: string; readonly host: string }[] }
  | { readonly problem: string }

function readLine(line: string): LineReading {
  const [word = '', ...others] = line.replace(/#.*$/, '').trim().split(/\s+/)
  if (word === '') return { hosts: [] }
  const foreign = others.find((other) => !/^[\w-]+=/.test(other))
  if (foreign !== undefined) {
    return { problem: `"${shown(foreign)}" after the host is not KEY=VALUE; a line holds one host` }
  }
  if (OTHER_LISTS.test(word)) return { problem: `"${shown(word)}": a list cannot hold another list` }
  const range = expandRange(word)
  if ('problem' in range) return range
  const hosts: { key: string; host: string }[] = []
  for (const { text } of range.value) {
    const address = parseAddress(text)
    if ('problem' in address) return address
    const { hostname, port } = address.value
    hosts.push({ key: fileNameKey(port === null ? hostname : `${hostname}:${port}`), host: text })
  }
  return { hosts }
}
