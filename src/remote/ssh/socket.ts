import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { asError, hasCode } from '../../errors.js'
import { byHandVerbose, through } from './by-hand.js'
import { type Deadline, orAborted } from './deadline.js'
import { ConnectError, type FailureKind } from './failure.js'
import { openProxyCommand } from './proxy-command.js'
import type { SshHop } from './types.js'

/**
 * Node gives each of a name's addresses 250 ms before it tries the next, too little for a far one; half of the default
 * connect_timeout leaves time for a second.
 */
const ADDRESS_ATTEMPT_MS = 5000

/** Opens the way to a hop that is reached from here: TCP, or what its ProxyCommand makes. */
export async function openDirect(hop: SshHop, deadline: Deadline, abort: AbortSignal): Promise<Duplex> {
  const { hostName, port, proxyCommand } = hop.settings
  if (proxyCommand !== null) return openProxyCommand(hop, proxyCommand)
  // node:net's own abort would lose the reason; destroying the socket is all that is needed.
  const socket = connect({
    host: hostName,
    port,
    noDelay: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
  })
  const connected = new Promise<Duplex>((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
  try {
    return await orAborted(connected, [deadline.signal, abort], stopped(hop, deadline), () => undefined)
  } catch (thrown) {
    socket.destroy()
    socket.on('error', () => undefined)
    throw thrown instanceof ConnectError ? thrown : unreachable(hop, thrown)
  }
}

/** The error of a hop whose time is over, or that the user interrupted. */
export function stopped(hop: SshHop, deadline: Deadline): () => ConnectError {
  const { hostName, port } = hop.settings
  return () => {
    if (!deadline.isOver) return new ConnectError(hop.name, 'aborted', 'interrupted')
    return new ConnectError(
      hop.name,
      'timeout',
      `no answer from ${hostName} port ${port}${through(hop)} within ${deadline.totalMs / 1000} s`,
      {
        hint: `see what it does: ${byHandVerbose(hop)}   or raise connect_timeout in config.yml`,
      },
    )
  }
}

function unreachable(hop: SshHop, thrown: unknown): ConnectError {
  const { hostName, port } = hop.settings
  const where = `${hostName} port ${port}`
  if (hasCode(thrown, 'ENOTFOUND') || hasCode(thrown, 'EAI_AGAIN')) {
    return fail('unreachable', `the name "${hostName}" is not known`, lookUpHint(hostName, hop))
  }
  if (hasCode(thrown, 'ECONNREFUSED')) {
    return fail(
      'unreachable',
      `${where} refuses connections`,
      `is sshd running there, and on that port? ${byHandVerbose(hop)}`,
    )
  }
  // Reset before anything was said: sshd drops what is more than its MaxStartups.
  const kind = hasCode(thrown, 'ECONNRESET') ? 'early' : 'unreachable'
  return fail(kind, `${where}: ${reasonOf(thrown)}`, byHandVerbose(hop))

  function fail(kind: FailureKind, what: string, hint: string): ConnectError {
    return new ConnectError(hop.name, kind, what, { hint, cause: thrown })
  }
}

/** What is reached from here and is a node, not itself a gateway, has none before it. */
function lookUpHint(hostName: string, hop: SshHop): string {
  const lookUp = `getent hosts ${hostName}`
  const isNode = 'expected' in hop
  return isNode
    ? `${lookUp}   or, if only a gateway knows it, in config.yml: ssh_gateway: HOST`
    : `look it up: ${lookUp}`
}

/** Several addresses fail as one AggregateError without a text of its own. */
function reasonOf(thrown: unknown): string {
  const errors = thrown instanceof AggregateError ? thrown.errors : [thrown]
  return errors.map((error) => asError(error).message).join('; ')
}
