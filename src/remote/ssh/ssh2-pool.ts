import { setMaxListeners } from 'node:events'
import type { TransportCall, TransportEnd } from '../transport.js'
import type { Connection } from './connection.js'
import { ConnectError } from './failure.js'
import { Gateways } from './gateways.js'
import { type ConnectedHop, Logins } from './logins.js'
import { runOverSsh } from './ssh2-transport.js'
import type { LoginFacts, Ssh2Options, Ssh2Pool, SshTarget, SshTransport } from './types.js'

/** Connections of one command by the built-in SSH client. */
export function createSsh2Pool(options: Ssh2Options): Ssh2Pool {
  // Every host listens to the one signal: many listeners are no leak.
  setMaxListeners(0, options.signal)
  const logins = new Logins(options)
  const gateways = new Gateways(logins, options.signal)
  const open = new Set<Connection>()
  let isClosed = false
  return {
    async open(target) {
      const openSocket = await gateways.wayTo(target, target.hops)
      const connected = await logins.connect(target, target.expected, openSocket)
      const { connection } = connected
      if (isClosed) {
        await connection.close()
        throw new ConnectError(target.name, 'aborted', 'interrupted')
      }
      open.add(connection)
      void connection.gone.then(() => open.delete(connection))
      return transportOver(target, connected)
    },
    unknownKeys: () => logins.unknownKeys,
    async close() {
      isClosed = true
      await Promise.all([...open].map((connection) => connection.close()))
      await gateways.close()
    },
  }
}

function transportOver(target: SshTarget, connected: ConnectedHop): SshTransport {
  const { connection } = connected
  let last: Promise<unknown> = Promise.resolve()
  return {
    host: target.name,
    login: loginFacts(target, connected),
    /** One call at a time: MaxSessions of the node's sshd may be 1. */
    run(call: TransportCall): Promise<TransportEnd> {
      const run = last.then(() => runOverSsh(connection, call))
      last = run.catch(() => undefined)
      return run
    },
    close: () => connection.close(),
  }
}

function loginFacts({ settings, hops }: SshTarget, connected: ConnectedHop): LoginFacts {
  const { hostName, user, port } = settings
  const { fingerprint, keyType, loginMs } = connected
  return { hostName, user, port, gateways: hops.map(({ name }) => name), fingerprint, keyType, loginMs }
}
