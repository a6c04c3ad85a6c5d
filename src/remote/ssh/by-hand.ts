/** How a login is made by hand, for hints: with the gateways before the host, its user, and a port other than 22. */
import { addressText, parseSshAddress } from '../address.js'
import type { SshHop } from './types.js'

const DEFAULT_PORT = 22

/** Command line that logs in to a host as clusterp does, such as `ssh -J bob@gate:2222 ann@node4`. */
export function byHand(hop: SshHop): string {
  return ['ssh', ...wordsTo(hop)].join(' ')
}

/** The same login with all that ssh says about it, without a shell at its end. */
export function byHandVerbose(hop: SshHop): string {
  return ['ssh', '-v', ...wordsTo(hop), 'true'].join(' ')
}

/** ` through the gateway "gate"`, to follow the name of what is behind it; empty without one. */
export function through({ hops = [] }: SshHop): string {
  if (hops.length === 0) return ''
  const names = hops.map(({ name }) => `"${name}"`).join(', ')
  return ` through the gateway${hops.length === 1 ? '' : 's'} ${names}`
}

function wordsTo(hop: SshHop): string[] {
  const { hops = [], settings } = hop
  const words = hops.length === 0 ? [] : ['-J', hops.map(jumpText).join(',')]
  if (settings.port !== DEFAULT_PORT) words.push('-p', String(settings.port))
  return [...words, addressText({ hostname: hostnameOf(hop), user: settings.user, port: null })]
}

function jumpText(hop: SshHop): string {
  const { user, port } = hop.settings
  return addressText({ hostname: hostnameOf(hop), user, port: port === DEFAULT_PORT ? null : port })
}

// The name as configured, for which ssh_config holds by hand too; its HostName would miss the keys set for it.
function hostnameOf({ name, settings }: SshHop): string {
  return parseSshAddress(name)?.hostname ?? settings.hostName
}
