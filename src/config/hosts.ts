import { isIPv6 } from 'node:net'
import { MAX_NAME_BYTES, nameProblem } from './names.js'
import type { Parsed } from './quantities.js'
import { shown } from './show.js'

/** More hosts than any cluster this tool is for: a range like [1-1000000] is a slip of the finger. */
export const MAX_HOSTS = 10_000
const MAX_PORT = 65_535

/** One host that a range stands for. `inner` is what its brackets expanded to, joined by `-`; null without any. */
export interface ExpandedHost {
  readonly text: string
  readonly inner: string | null
}

/** Where to connect to; null where the text does not say. */
export interface Address {
  readonly user: string | null
  readonly hostname: string
  readonly port: number | null
}

/** Splits `a,node[1,3],b` at the commas outside brackets; empty items vanish. */
export function splitHostList(text: string): string[] {
  const items = text.match(/(?:\[[^\]]*\]|[^,])+/g) ?? []
  return items.map((item) => item.trim()).filter((item) => item !== '')
}

/**
 * Expands the brackets of a host:
 *
 *     node[01-03,20]   node01 node02 node03 node20
 *     n[1-9/4]         n1 n5 n9
 *     r[1-2]n[01-02]   r1n01 r1n02 r2n01 r2n02
 *
 * A host without a range, an IPv6 address in brackets included, stays itself.
 */
export function expandRange(text: string): Parsed<readonly ExpandedHost[]> {
  let hosts: ExpandedHost[] = [{ text: '', inner: null }]
  let rest = text
  while (rest !== '') {
    const open = rest.search(/[[\]]/)
    if (open === -1) return { value: hosts.map((host) => ({ ...host, text: host.text + rest })) }
    const close = rest.indexOf(']', open)
    if (rest[open] === ']' || close === -1) return { problem: `"${shown(text)}": a bracket is not closed` }
    const content = rest.slice(open + 1, close)
    const isAddress = content.includes(':')
    const numbers = isAddress ? { value: [`[${content}]`] } : expandNumbers(content)
    if ('problem' in numbers) return { problem: `"${shown(text)}": ${numbers.problem}` }
    if (hosts.length * numbers.value.length > MAX_HOSTS) return tooMany(text)
    const before = rest.slice(0, open)
    hosts = hosts.flatMap((host) =>
      numbers.value.map((number) => ({
        text: host.text + before + number,
        inner: isAddress ? host.inner : host.inner === null ? number : `${host.inner}-${number}`,
      })),
    )
    rest = rest.slice(close + 1)
  }
  return { value: hosts }
}

// `01-16,20,1-9/2`: the inside of one pair of brackets.
function expandNumbers(content: string): Parsed<readonly string[]> {
  const numbers: string[] = []
  for (const part of content.split(',')) {
    const match = /^(\d{1,15})(?:-(\d{1,15})(?:\/(\d{1,15}))?)?$/.exec(part.trim())
    if (match === null) return { problem: `"${shown(part)}" in brackets is no number or range such as 01-16` }
    const [, from = '', to = from, stepText = '1'] = match
    const step = Number(stepText)
    const isPadded = from.length > 1 && from.startsWith('0')
    if (step === 0) return { problem: `the step of "${part}" is 0` }
    if (Number(to) < Number(from)) return { problem: `the range "${part}" goes backwards` }
    if (to.length > 1 && to.startsWith('0') && to.length !== from.length) {
      return { problem: `the two ends of "${part}" are padded with zeros to different lengths` }
    }
    if ((Number(to) - Number(from)) / step + 1 + numbers.length > MAX_HOSTS) return tooMany(content)
    for (let number = Number(from); number <= Number(to); number += step) {
      numbers.push(isPadded ? String(number).padStart(from.length, '0') : String(number))
    }
  }
  return { value: numbers }
}

function tooMany(text: string): { readonly problem: string } {
  return { problem: `"${shown(text)}" stands for more than ${MAX_HOSTS} hosts` }
}

/** Reads `[user@]host[:port]`, where host may be an IPv6 address, in brackets if a port follows. */
export function parseAddress(text: string): Parsed<Address> {
  const at = text.lastIndexOf('@')
  const user = at === -1 ? null : text.slice(0, at)
  const rest = text.slice(at + 1)
  if (user?.includes(':')) {
    return { problem: `"${shown(`…@${rest}`)}": what stands before the @ is a user name, without a password` }
  }
  if (user !== null && !isUserName(user))
    return { problem: `"${shown(text)}": "${shown(user)}" is no user name` }
  const parts = splitPort(rest)
  if (parts === null) return { problem: `"${shown(text)}" is not [user@]host[:port]` }
  const { hostname, portText } = parts
  const found = isIPv6(hostname) ? null : (nameProblem(hostname) ?? hostnameProblem(hostname))
  if (found !== null) return { problem: `"${shown(text)}": the host ${found}` }
  if (portText === null) return { value: { user, hostname, port: null } }
  const port = /^[1-9]\d{0,4}$/.test(portText) ? Number(portText) : 0
  if (port < 1 || port > MAX_PORT) return { problem: `"${shown(text)}": the port must be 1 to ${MAX_PORT}` }
  return { value: { user, hostname, port } }
}

function splitPort(text: string): { hostname: string; portText: string | null } | null {
  const bracketed = /^\[([^[\]]*)\](?::(.*))?$/s.exec(text)
  if (bracketed !== null) {
    const hostname = bracketed[1] ?? ''
    return isIPv6(hostname) ? { hostname, portText: bracketed[2] ?? null } : null
  }
  if (isIPv6(text)) return { hostname: text, portText: null }
  const [hostname = '', portText = null, ...more] = text.split(':')
  return more.length > 0 ? null : { hostname, portText }
}

// Names of ssh_config and of containers may hold `_` and capitals, so this is wider than DNS.
function hostnameProblem(hostname: string): string | null {
  if (/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u.test(hostname)) return null
  return 'may hold letters, digits, ".", "_" and "-", and begins with no "-" or "."'
}

/** True for what may be a login name: no blank or shell sign, no `-` first (ssh would take it for an option). */
export function isUserName(text: string): boolean {
  return (
    /^[^-\s\p{Cc}'"`;&|<>$(){}[\]:/,][^\s\p{Cc}'"`;&|<>$(){}[\]:/,]*$/u.test(text) &&
    text.length <= MAX_NAME_BYTES
  )
}
