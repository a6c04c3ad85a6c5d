import { HostError } from '../../errors.js'
import type { SshConfig } from '../../model.js'
import { addressText, parseSshAddress, type SshAddress } from '../address.js'
import type { OpensshNames } from './stderr.js'
import type { OpensshLogin } from './words.js'

/** A node and the gateways before it, in order, each `[user@]host[:port]`. */
export interface OpensshTarget extends SshAddress {
  /** Host as configured, for messages. */
  readonly name: string
  readonly gateways: readonly string[]
}

/** A gateway as configured and what the login to it is made with. */
export interface OpensshGateway {
  readonly name: string
  readonly login: Omit<OpensshLogin, 'proxyCommand'>
  readonly byHand: string
}

/** What config.yml adds to an address; its port holds for nodes only. */
export function loginOf(
  address: SshAddress,
  port: number | null,
  ssh: SshConfig,
): Omit<OpensshLogin, 'proxyCommand'> {
  const { identityFile, hostKeyChecking, username } = ssh
  return { hostname: address.hostname, user: address.user ?? username, port, identityFile, hostKeyChecking }
}

/** Reads a gateway of the config or of ProxyJump, and those `before` it. Throws HostError for the node behind it. */
export function gatewayOf(
  text: string,
  node: string,
  ssh: SshConfig,
  before: readonly string[] = [],
): OpensshGateway {
  const address = parseSshAddress(text)
  if (address === null) {
    throw new HostError(node, `connect: the gateway "${text}" is not [user@]host[:port]`, {
      hint: 'in config.yml: ssh_gateway: user@gateway.example.org',
    })
  }
  const login = loginOf(address, address.port, ssh)
  return { name: text, login, byHand: byHandOf(login, before, ssh) }
}

/** How messages call a node; `refusals` are those of the gateway before it. */
export function namesOf(target: OpensshTarget, ssh: SshConfig, refusals: readonly string[]): OpensshNames {
  const login = loginOf(target, target.port ?? ssh.port, ssh)
  return { byHand: byHandOf(login, target.gateways, ssh), gateway: target.gateways.at(-1) ?? null, refusals }
}

function byHandOf(
  login: Omit<OpensshLogin, 'proxyCommand'>,
  gateways: readonly string[],
  ssh: SshConfig,
): string {
  const words = ['ssh']
  if (gateways.length > 0) words.push('-J', gateways.map((text) => jumpText(text, ssh)).join(','))
  if (login.identityFile !== null) words.push('-i', login.identityFile)
  if (login.port !== null) words.push('-p', String(login.port))
  words.push(addressText({ hostname: login.hostname, user: login.user, port: null }))
  return words.join(' ')
}

// What is said to -J does not take the user of the command line over.
function jumpText(gateway: string, { username }: SshConfig): string {
  const address = parseSshAddress(gateway)
  return address === null ? gateway : addressText({ ...address, user: address.user ?? username })
}
