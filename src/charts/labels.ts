/** What hosts are called on plots: short, and never two the same. */

/** A host to be labelled. */
export interface LabelledHost {
  readonly name: string
  readonly alias: string | null
}

const MOST_CHARACTERS = 24

/**
 * One label per host in the same order: the alias, else the name without the domain that all names share; what is
 * longer than 24 characters is cut in the middle. Labels are unique.
 */
export function labelHosts(hosts: readonly LabelledHost[]): readonly string[] {
  const names = hosts.filter((host) => host.alias === null).map((host) => host.name)
  const domain = commonDomain(names)
  const plain = hosts.map((host) => host.alias ?? withoutDomain(host.name, domain))
  return makeUnique(plain.map(cutMiddle), [plain.map(keepEnd), plain, hosts.map((host) => host.name)])
}

/** Takes for each label that is not unique the next candidate, and numbers what is still the same in the end. */
function makeUnique(
  labels: readonly string[],
  candidates: readonly (readonly string[])[],
): readonly string[] {
  let unique = labels
  for (const candidate of candidates) {
    const counts = countEach(unique)
    unique = unique.map((label, index) =>
      (counts.get(label) ?? 0) > 1 ? (candidate[index] ?? label) : label,
    )
  }
  const taken = new Set<string>()
  return unique.map((label) => {
    let free = label
    for (let number = 2; taken.has(free); number++) free = `${label} (${number})`
    taken.add(free)
    return free
  })
}

function countEach(labels: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

/** The dot-separated words at the end of all names, such as `.cluster.local`; empty when they share none. */
function commonDomain(names: readonly string[]): string {
  const domains = names.map((name) => (isAddress(name) ? [] : splitPort(name)[0].split('.').slice(1)))
  const [first = [], ...others] = domains
  let shared = first.length
  for (const other of others) {
    let same = 0
    while (same < shared && same < other.length && first.at(-1 - same) === other.at(-1 - same)) same++
    shared = same
  }
  return shared === 0 ? '' : `.${first.slice(first.length - shared).join('.')}`
}

function withoutDomain(name: string, domain: string): string {
  const [host, port] = splitPort(name)
  return domain !== '' && host.endsWith(domain) ? host.slice(0, host.length - domain.length) + port : name
}

function splitPort(name: string): readonly [host: string, port: string] {
  const at = name.search(/:\d+$/)
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at)]
}

/** The dots of an IPv4 address and the colons of an IPv6 one separate no domains. */
function isAddress(name: string): boolean {
  return /^[\d.]+(:\d+)?$/.test(name) || /^\[?[0-9a-f]*:[0-9a-f]*:/i.test(name)
}

function cutMiddle(label: string): string {
  const characters = [...label]
  if (characters.length <= MOST_CHARACTERS) return label
  const head = Math.ceil((MOST_CHARACTERS - 1) / 2)
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - MOST_CHARACTERS).join('')}`
}

function keepEnd(label: string): string {
  const characters = [...label]
  if (characters.length <= MOST_CHARACTERS) return label
  return `…${characters.slice(1 - MOST_CHARACTERS).join('')}`
}
