/**
 * Lines of known_hosts, as ssh(1) and sshd(8) describe them:
 *
 *   node1,10.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ…
 *   |1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB…
 *   @cert-authority *.cluster.org,!login.cluster.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK…
 *   [gate.cluster.org]:2222 ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAI…
 */
import { createHash, createHmac } from 'node:crypto'

/** One line that holds a key. `names` is the first field as written, possibly hashed. */
export interface KnownHostLine {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly marker: 'cert-authority' | 'revoked' | null
  readonly names: string
  readonly keyType: string
  /** The key in base64, as a host key on the wire. */
  readonly key: string
  /** `names` in lower case and apart; empty when they are hashed. */
  readonly patterns: readonly string[]
}

/** The lines that a host matches: looked up once, for each costs an HMAC where names are hashed. */
export interface HostLines {
  readonly own: readonly KnownHostLine[]
  /** Lines of the name without port; empty for a host that has no other name. */
  readonly plain: readonly KnownHostLine[]
}

/** What a host is looked up as. `plainName` is tried when no line is for `name`; null: there is no other name. */
export interface LookupName {
  readonly name: string
  readonly plainName: string | null
}

/**
 * What known_hosts says of a key. `line` is the line that decided: the one with the key, or the one that differs.
 * `unknown` has a note when the files name the host but hold nothing to compare with.
 */
export type KeyVerdict =
  | { readonly kind: 'known' | 'changed' | 'revoked'; readonly line: KnownHostLine }
  | { readonly kind: 'unknown'; readonly note: string | null }

const DEFAULT_PORT = 22

/** Reads a file's lines; comments, blank and broken lines are left out, as ssh does. */
export function parseKnownHosts(text: string, file: string): KnownHostLine[] {
  return text.split('\n').flatMap((raw, index): KnownHostLine[] => {
    const words = raw.trim().split(/\s+/)
    const marker = markerOf(words[0] ?? '')
    if (marker === undefined) return []
    const [names = '', keyType = '', key = ''] = marker === null ? words : words.slice(1)
    if (names.startsWith('#') || keyTypeOf(Buffer.from(key, 'base64')) !== keyType) return []
    return [knownHostLine({ file, line: index + 1, marker, names, keyType, key })]
  })
}

/** Makes a line whose names can be looked up. */
export function knownHostLine(line: Omit<KnownHostLine, 'patterns'>): KnownHostLine {
  return { ...line, patterns: line.names.startsWith('|') ? [] : line.names.toLowerCase().split(',') }
}

/** The names to look up: `[host]:port` off port 22, in lower case as ssh does; an alias stands without port. */
export function lookupName(hostName: string, port: number, alias: string | null): LookupName {
  if (alias !== null) return { name: alias.toLowerCase(), plainName: null }
  const plainName = hostName.toLowerCase()
  if (port === DEFAULT_PORT) return { name: plainName, plainName: null }
  return { name: `[${plainName}]:${port}`, plainName }
}

/** Type that a key in wire format names itself; empty when it is none. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return ''
  const length = key.readUInt32BE(0)
  return length > 0 && length <= key.length - 4 ? key.toString('latin1', 4, 4 + length) : ''
}

/** `SHA256:` and the hash in base64 without padding, as `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** Looks a host up in the lines of all its files. */
export function findHost(lines: readonly KnownHostLine[], { name, plainName }: LookupName): HostLines {
  const linesFor = (wanted: string): KnownHostLine[] => lines.filter((line) => namesMatch(line, wanted))
  return { own: linesFor(name), plain: plainName === null ? [] : linesFor(plainName) }
}

/** Compares a host's key with its lines. */
export function judgeKey({ own, plain }: HostLines, key: Buffer): KeyVerdict {
  const wanted = key.toString('base64')
  const revoked = [...own, ...plain].find((line) => line.marker === 'revoked' && sameKey(line, wanted))
  if (revoked !== undefined) return { kind: 'revoked', line: revoked }
  const keys = plainKeys(own)
  const candidates = keys.length > 0 ? keys : plainKeys(plain)
  const match = candidates.find((line) => sameKey(line, wanted))
  if (match !== undefined) return { kind: 'known', line: match }
  // The plain name's line may be another server's on the same machine: it can vouch for a key, not refuse one.
  const differing = keys.find((line) => line.keyType === keyTypeOf(key))
  if (differing !== undefined) return { kind: 'changed', line: differing }
  return { kind: 'unknown', note: noteOf([...own, ...plain]) }
}

/** Key types that the files hold for a host, in the files' order, each once. */
export function knownKeyTypes({ own, plain }: HostLines): string[] {
  const keys = plainKeys(own)
  return [...new Set((keys.length > 0 ? keys : plainKeys(plain)).map((line) => line.keyType))]
}

/** First field for a name in a file that hides its names. `salt` is 20 random bytes. */
export function hashedName(name: string, salt: Buffer): string {
  const hash = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${salt.toString('base64')}|${hash}`
}

function markerOf(word: string): KnownHostLine['marker'] | undefined {
  if (word === '@cert-authority') return 'cert-authority'
  if (word === '@revoked') return 'revoked'
  // A marker that is not known makes the line mean something else than its key.
  return word.startsWith('@') ? undefined : null
}

function sameKey(line: KnownHostLine, wanted: string): boolean {
  return Buffer.from(line.key, 'base64').toString('base64') === wanted
}

function plainKeys(lines: readonly KnownHostLine[]): KnownHostLine[] {
  return lines.filter((line) => line.marker === null)
}

function noteOf(lines: readonly KnownHostLine[]): string | null {
  const keys = plainKeys(lines)
  const first = keys[0]
  if (first !== undefined) {
    const types = [...new Set(keys.map((line) => line.keyType))].join(', ')
    return `${first.file} line ${first.line} knows another key of it (${types})`
  }
  const authority = lines.find((line) => line.marker === 'cert-authority')
  if (authority === undefined) return null
  return `${authority.file} line ${authority.line} trusts a certificate authority for it, which connect: openssh can check`
}

function namesMatch({ names, patterns }: KnownHostLine, name: string): boolean {
  if (patterns.length === 0) return hashMatches(names, name)
  const isNegated = patterns.some(
    (pattern) => pattern.startsWith('!') && patternMatches(pattern.slice(1), name),
  )
  return !isNegated && patterns.some((pattern) => patternMatches(pattern, name))
}

/** `|1|<salt>|<HMAC-SHA1 of the name>`, both base64. */
function hashMatches(names: string, name: string): boolean {
  const [, version, salt = '', hash] = names.split('|')
  return (
    version === '1' && createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
  )
}

/** `*` and `?` as in ssh: everything else, brackets included, stands for itself. */
function patternMatches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name
  // Two pointers and one place to go back to, so that no pattern of a file takes more than length × length steps.
  let at = 0
  let inPattern = 0
  let star = -1
  let starAt = 0
  while (at < name.length) {
    const character = pattern[inPattern]
    if (character === '*') {
      star = inPattern++
      starAt = at
    } else if (character === '?' || character === name[at]) {
      inPattern++
      at++
    } else if (star >= 0) {
      inPattern = star + 1
      at = ++starAt
    } else return false
  }
  return /^\**$/.test(pattern.slice(inPattern))
}
