import { isIPv6 } from 'node:net'

/** A machine that ssh logs in to; null where the text does not say. */
export interface SshAddress {
  readonly hostname: string
  readonly user: string | null
  readonly port: number | null
}

/**
 * Reads a hop, as ssh_gateway and ProxyJump write it; null when it is none:
 *
 *     bastion
 *     me@bastion.example.org:2222
 *     me@[fe80::1]:22
 */
export function parseSshAddress(text: string): SshAddress | null {
  const at = text.lastIndexOf('@')
  const user = at === -1 ? null : text.slice(0, at)
  const rest = text.slice(at + 1)
  const [, inner, plain, digits] = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(rest) ?? []
  const hostname = isIPv6(rest) ? rest : (inner ?? plain ?? '')
  // What begins with a dash would be an option to ssh.
  const isBad = (word: string): boolean => word === '' || word.startsWith('-') || /[\s\p{Cc}]/u.test(word)
  if (isBad(hostname) || (user !== null && isBad(user))) return null
  return { hostname, user, port: digits === undefined ? null : Number(digits) }
}

/** The address as one word, `user@host:port` with what is known; an IPv6 address with a port stands in brackets. */
export function addressText(address: SshAddress): string {
  const user = address.user === null ? '' : `${address.user}@`
  if (address.port === null) return `${user}${address.hostname}`
  const host = address.hostname.includes(':') ? `[${address.hostname}]` : address.hostname
  return `${user}${host}:${address.port}`
}
