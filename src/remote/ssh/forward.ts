import type { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { byHand } from './by-hand.js'
import type { Connection } from './connection.js'
import { type Deadline, orAborted } from './deadline.js'
import { ConnectError } from './failure.js'
import { stopped } from './socket.js'
import type { SshHop } from './types.js'

/** Reasons of a channel that was not opened (RFC 4254, 5.1). */
const ADMINISTRATIVELY_PROHIBITED = 1
const CONNECT_FAILED = 2

/** Opens a way to `hop` through a gateway, which looks its name up. */
export async function openForward(
  gateway: { readonly hop: SshHop; readonly connection: Connection },
  hop: SshHop,
  deadline: Deadline,
  abort: AbortSignal,
): Promise<Duplex> {
  const { client, gone } = gateway.connection
  const { hostName, port } = hop.settings
  const opening = new Promise<ClientChannel>((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, hostName, port, (error, channel) => {
      if (error) reject(error)
      else resolve(channel)
    })
    // A connection that ends before it answers may never call back.
    void gone.then(() => reject(new Error('its connection was lost')))
  })
  try {
    // There is no way to take the request back: a channel that comes late is closed.
    const late = (channel: ClientChannel): void => channel.close()
    return await orAborted(opening, [deadline.signal, abort], stopped(hop, deadline), late)
  } catch (thrown) {
    if (thrown instanceof ConnectError) throw thrown
    const error = refusedForward(gateway.hop, hop, thrown)
    // Not an answer of the gateway: ssh2 knows sooner than its events tell that the connection is gone.
    if (error.kind === 'lost') gateway.connection.abandon(error.message.replace(/^connect: /, ''))
    throw error
  }
}

function refusedForward(gateway: SshHop, hop: SshHop, thrown: unknown): ConnectError {
  const { hostName, port } = hop.settings
  const error = thrown as Error & { reason?: unknown }
  const said = error.message.replace(/^\(SSH\) Channel open failure: /, '')
  if (error.reason === ADMINISTRATIVELY_PROHIBITED) {
    return new ConnectError(
      hop.name,
      'unreachable',
      `the gateway "${gateway.name}" forbids forwarding (AllowTcpForwarding no in its sshd_config): ${said}`,
      {
        hint:
          'ask who runs it; or take ssh_gateway out of config.yml (and ProxyJump out of ssh_config) and set for ' +
          `${hop.name} in ssh_config: ProxyCommand ${byHand(gateway)} nc %h %p`,
      },
    )
  }
  const where = `${hostName} port ${port}`
  const isAnswer = typeof error.reason === 'number'
  const what = error.reason === CONNECT_FAILED ? `cannot reach ${where}` : `gives no way to ${where}`
  return new ConnectError(
    hop.name,
    isAnswer ? 'unreachable' : 'lost',
    `the gateway "${gateway.name}" ${what}: ${said}`,
    { hint: `from the gateway: ${byHand(gateway)} nc -z ${hostName} ${port}`, cause: thrown },
  )
}
