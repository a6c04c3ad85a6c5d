import type { Duplex } from 'node:stream'
import { NodeSSH } from 'node-ssh'
import type { AuthHandlerMiddleware, Client, KexAlgorithm } from 'ssh2'
import { asError } from '../../errors.js'
import { slurmRefusal } from '../slurm-refusal.js'
import type { Authentication } from './authentication.js'
import { byHand, byHandVerbose, through } from './by-hand.js'
import { Connection } from './connection.js'
import type { Deadline } from './deadline.js'
import { ConnectError, OPENSSH_HINT } from './failure.js'
import type { HostKeyCheck } from './host-key-check.js'
import { CommandSocket } from './proxy-command.js'
import { stopped } from './socket.js'
import type { SshHop } from './types.js'

/** No group exchange: it costs 1.2 s of CPU per connection and blocks the event loop meanwhile. */
const KEX: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
]
const KEEPALIVE_INTERVAL_MS = 5000
/** A greeting longer than this is no SSH server's. */
const GREETING_CAP = 8192
/** Of a banner its end is shown: what matters is said last. */
const BANNER_SHOWN = 200

export interface LoginInput {
  readonly hop: SshHop
  readonly socket: Duplex
  readonly hostKey: HostKeyCheck
  readonly authentication: Authentication
  readonly deadline: Deadline
  readonly abort: AbortSignal
  /** Called when the server has proved its host key. Awaited before the login counts as done. */
  readonly onHandshake: () => Promise<void>
}

/** Logs in over a socket that is open. Throws ConnectError, after which the socket is gone. */
export async function logIn(input: LoginInput): Promise<Connection> {
  const { socket, hostKey, authentication, hop } = input
  const ssh = new NodeSSH()
  const connecting = ssh.connect({
    sock: socket,
    username: hop.settings.user,
    hostVerifier: (key: Buffer): boolean => hostKey.verify(key) === true,
    // ssh2 gives null before the server has said anything; its types do not say so.
    authHandler: authentication.handler as AuthHandlerMiddleware,
    algorithms: { kex: KEX, serverHostKey: [...hostKey.algorithms] },
    keepaliveInterval: KEEPALIVE_INTERVAL_MS,
    // Its own count ends healthy connections that are busy; `Connection` watches the bytes instead.
    keepaliveCountMax: Number.POSITIVE_INFINITY,
    readyTimeout: 0,
  })
  // The same is told by the client's events, also for errors that do not end the login.
  connecting.catch(() => undefined)
  const client = ssh.connection
  if (client === null) throw new ConnectError(hop.name, 'lost', 'the connection could not be set up')
  const attempt = new LoginAttempt(input, client)
  try {
    await attempt.done
    authentication.succeed()
    return new Connection(client, socket)
  } catch (error) {
    authentication.fail()
    socket.destroy()
    throw error
  }
}

/** Follows ssh2's events up to `ready` or to what went wrong. */
class LoginAttempt {
  readonly done: Promise<void>
  readonly #input: LoginInput
  #greeting = ''
  /** The last that the server said in words, as PAM does before it hangs up. */
  #banner = ''
  #sawVersion = false
  #remembered: Promise<void> = Promise.resolve()
  #reject: (error: ConnectError) => void = () => undefined

  constructor(input: LoginInput, client: Client) {
    this.#input = input
    this.done = new Promise((resolve, reject) => {
      this.#reject = reject
      client.on('ready', () => this.#remembered.then(resolve, reject))
    })
    this.#watchSocket()
    this.#watchClient(client)
  }

  #watchSocket(): void {
    const { socket, deadline, abort, hop } = this.#input
    const onData = (chunk: Buffer): void => this.#readGreeting(chunk)
    const onStop = (): void => this.#reject(stopped(hop, deadline)())
    socket.on('data', onData)
    deadline.signal.addEventListener('abort', onStop)
    abort.addEventListener('abort', onStop)
    const cleanUp = (): void => {
      socket.removeListener('data', onData)
      deadline.signal.removeEventListener('abort', onStop)
      abort.removeEventListener('abort', onStop)
    }
    this.done.then(cleanUp, cleanUp)
    if (abort.aborted || deadline.isOver) onStop()
    // Reset while it waited for its slot: the socket has told so already, and will not again.
    if (socket.destroyed) this.#reject(this.#failure(null))
  }

  #watchClient(client: Client): void {
    const { authentication, onHandshake, hop } = this.#input
    authentication.onStop = this.#reject
    client.on('handshake', () => {
      this.#remembered = onHandshake()
      // Thrown where it is awaited, at `ready`, which may never come.
      this.#remembered.catch(() => undefined)
    })
    client.on('banner', (text) => {
      this.#banner = text
    })
    client.on('error', (error) => {
      // An agent or key that does not sign is not the end: the next key is tried.
      if (error.level === 'agent' || error.level === 'client-authentication') return
      this.#reject(this.#failure(error))
    })
    client.on('close', () => this.#reject(this.#failure(null)))
    // A channel of a gateway that was ended from the far side does not close by itself.
    client.on('end', () => this.#reject(this.#failure(null)))
    client.on('change password', () =>
      this.#reject(
        new ConnectError(hop.name, 'refused', 'the server wants a new password', {
          hint: `log in once by hand: ${byHand(hop)}`,
        }),
      ),
    )
  }

  /** Looks for the version line, before which a server may say other things. */
  #readGreeting(chunk: Buffer): void {
    if (this.#sawVersion || this.#greeting.length > GREETING_CAP) return
    this.#greeting += chunk.toString('latin1')
    this.#sawVersion = /^SSH-/m.test(this.#greeting)
  }

  #failure(error: Error | null): ConnectError {
    const { hop, hostKey, authentication } = this.#input
    if (hostKey.refusal !== null) return hostKey.refusal
    if (!this.#sawVersion) return this.#earlyEnd(error)
    const reason = error === null ? 'the server closed the connection' : asError(error).message
    if (/no matching/.test(reason)) {
      return new ConnectError(hop.name, 'refused', `no common algorithm with the server: ${reason}`, {
        hint: `the ssh program may know it; ${OPENSSH_HINT}`,
        cause: error,
      })
    }
    if (/Too many authentication failures/i.test(reason)) return authentication.tooManyFailures()
    const slurm = slurmRefusal(this.#banner)
    if (slurm !== null)
      return new ConnectError(hop.name, 'refused', slurm.what, { hint: slurm.hint, cause: error })
    const said = this.#banner.trim()
    const words = said === '' ? '' : `; it said: "${said.slice(-BANNER_SHOWN)}"`
    const what = `lost in the middle of the login${through(hop)}: ${reason}${words}`
    return new ConnectError(hop.name, 'lost', what, {
      hint: `see what the server says: ${byHandVerbose(hop)}`,
      cause: error,
    })
  }

  /** sshd drops logins above MaxStartups at once, some versions with a line of text. */
  #earlyEnd(error: Error | null): ConnectError {
    const { hop, socket } = this.#input
    const { hostName, port } = hop.settings
    if (socket instanceof CommandSocket && socket.exitCode !== 0) return this.#commandEnd(socket)
    const said = this.#greeting.trim()
    const words = said === '' ? '' : `: "${said.slice(0, 200)}"`
    const what = `${hostName} port ${port}${through(hop)} closed the connection before the login began${words}`
    return new ConnectError(hop.name, 'early', what, {
      hint: 'too many logins at once for it (MaxStartups of its sshd)? lower concurrency in config.yml',
      cause: error,
    })
  }

  #commandEnd({ said, exitCode }: CommandSocket): ConnectError {
    const { hop } = this.#input
    const end = exitCode === null ? '' : ` with code ${exitCode}`
    const words = said.trim() === '' ? '' : `: "${said.trim()}"`
    return new ConnectError(hop.name, 'unreachable', `its ProxyCommand ended${end}${words}`, {
      hint: byHandVerbose(hop),
    })
  }
}
