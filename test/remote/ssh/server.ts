import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import type { SshHop, SshTarget } from '../../../src/remote/ssh/types.js'
import { ed25519Pair } from './keys.js'

/** What the server does beside the protocol. Without a word of it, it lets nobody in. */
export interface ServerBehaviour {
  readonly authenticate?: (context: AuthContext, connection: Connection) => void
  /** `sh` was asked for; the default prints what it was sent and ends with code 0. */
  readonly exec?: (channel: ServerChannel, connection: Connection) => void
  /** A way to another host was asked for; true: it is not opened. */
  readonly forward?: () => boolean
  /** Called with each TCP connection; true keeps it from the SSH server. */
  readonly takeSocket?: (socket: Socket) => boolean
}

/** An SSH server in this process, on the loopback: a real one, but for what it is told to do. */
export interface TestServer {
  readonly port: number
  readonly knownHostsFile: string
  /** `<type> <base64>` of the host key. */
  readonly hostKey: string
  readonly connections: readonly Connection[]
  hop(name: string, changes?: Partial<SshHop['settings']>): SshHop
  target(name: string, changes?: Partial<SshHop['settings']>): SshTarget
  close(): Promise<void>
}

export async function startServer(behaviour: ServerBehaviour): Promise<TestServer> {
  const pair = ed25519Pair()
  const hostKey = pair.public.split(' ').slice(0, 2).join(' ')
  const connections: Connection[] = []
  const sockets = new Set<Socket>()
  const server = new ssh2.Server({ hostKeys: [pair.private] }, (connection) => {
    connections.push(connection)
    // A client that goes away in the middle is what some tests are about.
    connection.on('error', () => undefined)
    connection.on('authentication', (context) =>
      behaviour.authenticate === undefined ? context.reject() : behaviour.authenticate(context, connection),
    )
    connection.on('ready', () => serve(connection, behaviour))
  })
  const inner = (server as unknown as { _srv: { emit: unknown } & NodeJS.EventEmitter })._srv
  const toSsh = inner.listeners('connection')[0] as (socket: Socket) => void
  inner.removeAllListeners('connection')
  inner.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    if (behaviour.takeSocket?.(socket) !== true) toSsh(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the test server has no port')
  const { port } = address
  const folder = await mkdtemp(join(tmpdir(), 'clusterp-server-'))
  const knownHostsFile = join(folder, 'known_hosts')
  await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${hostKey}\n`)
  const settings = (changes: Partial<SshHop['settings']>): SshHop['settings'] => ({
    hostName: '127.0.0.1',
    user: 'ann',
    port,
    identityFiles: [],
    identitiesOnly: false,
    identityAgent: null,
    proxyJump: [],
    proxyCommand: null,
    hostKeyAlias: null,
    knownHostsFiles: [knownHostsFile],
    userKnownHostsFile: knownHostsFile,
    hostKeyChecking: 'strict',
    ...changes,
  })
  return {
    port,
    knownHostsFile,
    hostKey,
    connections,
    hop: (name, changes = {}) => ({ name, settings: settings(changes) }),
    target: (name, changes = {}) => ({ name, settings: settings(changes), hops: [], expected: null }),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(() => resolve(undefined)))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function serve(connection: Connection, behaviour: ServerBehaviour): void {
  connection.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, info) => {
      const channel = acceptExec()
      if (info.command !== 'sh') throw new Error(`unexpected command: ${info.command}`)
      if (behaviour.exec !== undefined) behaviour.exec(channel, connection)
      else echo(channel)
    })
  })
  connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
    if (behaviour.forward?.() === true) return
    const socket = connect(destPort, destIP)
    socket.on('error', () => reject())
    socket.on('connect', () => {
      const channel = accept()
      channel.on('error', () => undefined)
      socket.pipe(channel).pipe(socket)
    })
  })
}

function echo(channel: ServerChannel): void {
  channel.on('data', (chunk: Buffer) => channel.write(chunk))
  channel.on('end', () => {
    channel.exit(0)
    channel.end()
  })
}
