/** Many host names in few words. */

/** Digits that a name is folded at: the last ones before its port, of its first label unless it is an address. */
const LABEL_NUMBER = /^([^.:[\]]*?)(\d+)([^.\d:[\]]*)((?:[.:].*)?)$/
const ADDRESS_NUMBER = /^(\d+\.\d+\.\d+\.)(\d+)()((?::\d+)?)$/
/** More digits than a range in config.yml takes. */
const MOST_DIGITS = 15

interface Numbered {
  readonly before: string
  readonly digits: string
  readonly after: string
}

function numberedName(name: string): Numbered | null {
  const match = ADDRESS_NUMBER.exec(name) ?? LABEL_NUMBER.exec(name)
  if (match === null) return null
  const [, before = '', digits = '', inner = '', rest = ''] = match
  return digits.length > MOST_DIGITS ? null : { before, digits, after: inner + rest }
}

const isPadded = (digits: string): boolean => digits.length > 1 && digits.startsWith('0')

/** Hosts in the notation of --hosts, in the order of their first: `node[01-32],login`. */
export function foldHosts(names: readonly string[]): string {
  const numbered = names.map(numberedName)
  const paddedWidths = new Set(
    numbered.flatMap((one) =>
      one !== null && isPadded(one.digits) ? [familyKey(one, one.digits.length)] : [],
    ),
  )
  const families = new Map<string, { readonly first: Numbered | null; readonly members: string[] }>()
  for (const [index, name] of names.entries()) {
    const one = numbered[index] ?? null
    const padded = one === null ? '' : familyKey(one, one.digits.length)
    const key = one === null ? `=${name}` : paddedWidths.has(padded) ? padded : familyKey(one, 0)
    const family = families.get(key) ?? { first: one, members: [] }
    family.members.push(one === null ? name : one.digits)
    families.set(key, family)
  }
  return [...families.values()]
    .map(({ first, members }) => (first === null ? (members[0] ?? '') : foldFamily(first, members)))
    .join(',')
}

/** Names that differ in the number only; `width` 0: numbers without leading zeros. */
function familyKey({ before, after }: Numbered, width: number): string {
  return `${before}\n${after}\n${width}`
}

function foldFamily({ before, after }: Numbered, members: readonly string[]): string {
  const sorted = [...new Set(members)].sort((one, other) => Number(one) - Number(other))
  if (sorted.length === 1) return `${before}${sorted[0]}${after}`
  const runs: { first: string; last: string }[] = []
  for (const digits of sorted) {
    const run = runs.at(-1)
    if (run !== undefined && Number(digits) === Number(run.last) + 1) run.last = digits
    else runs.push({ first: digits, last: digits })
  }
  const ranges = runs.map(({ first, last }) => (first === last ? first : `${first}-${last}`))
  return `${before}[${ranges.join(',')}]${after}`
}
