import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { DEFAULTS } from '../../src/config/defaults.js'
import type { RecordedLogin, SshConfig } from '../../src/model.js'
import { callNode, factOf } from '../../src/remote/call.js'
import { type Connector, createConnector, type NodeAddress, type NodeLink } from '../../src/remote/connect.js'
import { CALL } from './fake-transport.js'
import { rejection } from './ssh/pool.js'
import { type ServerBehaviour, startServer, type TestServer } from './ssh/server.js'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clusterp-connect-'))
  await fakeSsh('')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** An `ssh` that notes its words; asked with -G it answers what is known of the host, else it is the far `sh`. */
async function fakeSsh(cases: string): Promise<void> {
  const script = `#!/bin/sh
echo "$*" >>'${folder}/words'
[ "$1" = -G ] || exec sh
shift
while [ "$1" != -- ]; do
  case "$1" in -l) user="user $2" ;; -p) port="port $2" ;; esac
  shift 2
done
echo "hostname $2"
case "$2" in
${cases}
esac
echo "$user"
echo "$port"
`
  await writeFile(join(folder, 'ssh'), script)
  await chmod(join(folder, 'ssh'), 0o755)
}

/** What `ssh -G` says of the hosts that stand for servers of a test. */
function serverCases(servers: Readonly<Record<string, TestServer>>): string {
  const files = Object.values(servers).map((server) => server.knownHostsFile)
  const lines = Object.entries(servers).map(
    ([name, { port }]) =>
      `${name}) echo "hostname 127.0.0.1"; echo "port ${port}"; echo "userknownhostsfile ${files.join(' ')}" ;;`,
  )
  return lines.join('\n')
}

const words = async (): Promise<string> => readFile(join(folder, 'words'), 'utf8').catch(() => '')

function connectorOf(ssh: Partial<SshConfig>, password: string | null = null): Connector {
  const connector = createConnector({
    ssh: { ...DEFAULTS.ssh, ...ssh },
    password,
    connectTimeoutMs: 5000,
    concurrency: 64,
    env: { PATH: `${folder}:${process.env.PATH}` },
    home: folder,
    user: 'me',
    isTerminal: false,
    signal: new AbortController().signal,
    ask: async ({ text }) => {
      throw new Error(`asked: ${text}`)
    },
    report: (warning) => {
      throw new Error(`reported: ${warning}`)
    },
    now: () => performance.now(),
    random: CALL.random,
  })
  onTestFinished(() => connector.close())
  return connector
}

const at = (change: Partial<NodeAddress> = {}): NodeAddress => ({
  name: 'node1',
  isLocal: false,
  hostname: 'node1',
  user: null,
  port: null,
  login: null,
  ...change,
})

const recorded = (change: Partial<RecordedLogin>): RecordedLogin => ({
  hostName: '127.0.0.1',
  user: 'ann',
  port: 22,
  gateways: [],
  passwordGateways: [],
  fingerprint: null,
  ...change,
})

/** What a script prints that was sent there; null when nothing came back. */
async function answerOf({ transport }: NodeLink): Promise<string | null> {
  const script = { variables: {}, body: `printf 'answer\\t%s\\n' "$((6 * 7))"` }
  return factOf(await callNode(transport, script, { ...CALL, doing: 'probe' }), 'answer') ?? null
}

/** Who tried to log in, and by what. */
interface Tried {
  readonly user: string
  readonly method: string
}

/** A server that lets in whoever sends the password `pass`; without one, everybody. */
async function server(pass: string | null, tried: Tried[] = []): Promise<TestServer> {
  const behaviour: ServerBehaviour = {
    authenticate: (context) => {
      tried.push({ user: context.username, method: context.method })
      if (pass === null || (context.method === 'password' && context.password === pass)) context.accept()
      else context.reject(['password'])
    },
    exec: (channel) => {
      channel.on('data', (script: Buffer) => {
        const marker = /^_clusterp_marker='([^']+)'$/m.exec(script.toString())?.[1]
        channel.write(`\n${marker} BEGIN\nanswer\t42\n\n${marker} END 0\n`)
      })
      channel.on('end', () => {
        channel.exit(0)
        channel.end()
      })
    },
  }
  const started = await startServer(behaviour)
  onTestFinished(() => started.close())
  return started
}

const sent = (tried: readonly Tried[]) => tried.filter(({ method }) => method === 'password').length

describe('the way to a node', () => {
  it('is a shell here for this machine, whatever config.yml says of SSH', async () => {
    const link = await connectorOf({ connect: { kind: 'openssh' } }).open(
      at({ name: 'localhost', isLocal: true }),
    )
    expect(link.login).toBeNull()
    expect(await answerOf(link)).toBe('42')
    expect(await words()).toBe('')
  })

  it('is the COMMAND, with the host’s name in it and without ssh', async () => {
    const note = join(folder, 'called')
    const connect = { kind: 'command', words: ['sh', '-c', `echo {host} >>${note}; exec sh`] } as const
    const link = await connectorOf({ connect }).open(at({ name: 'box:2222', hostname: 'box', port: 2222 }))
    expect(link.login).toBeNull()
    expect(await answerOf(link)).toBe('42')
    expect(await readFile(note, 'utf8')).toBe('box\n')
    expect(await words()).toBe('')
  })

  it('is the ssh program, and what ssh_config says of the host is recorded', async () => {
    await fakeSsh('node1) echo "hostname n1.example"; user="user bob" ;;')
    const link = await connectorOf({ connect: { kind: 'openssh' }, port: 2200 }).open(at())
    expect(link.login).toEqual(recorded({ hostName: 'n1.example', user: 'bob', port: 2200 }))
    expect(await answerOf(link)).toBe('42')
    expect((await words()).trimEnd().split('\n')).toEqual([
      '-G -p 2200 -- node1',
      expect.stringMatching(/^-a -x -o BatchMode=yes .* -p 2200 .*-- node1 sh$/),
    ])
  })

  it('is the built-in client otherwise; the host key is recorded', async () => {
    const node = await server(null)
    await fakeSsh(serverCases({ node1: node }))
    const link = await connectorOf({ username: 'eve' }).open(at())
    expect(link.login).toEqual({
      ...recorded({ user: 'eve', port: node.port }),
      fingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/),
    })
    expect(await answerOf(link)).toBe('42')
  })

  it('names a host whose key nobody wrote down, for one message about all', async () => {
    const node = await server(null)
    const other = await server(null)
    await fakeSsh(serverCases({ node1: node }).replace(node.knownHostsFile, other.knownHostsFile))
    const connector = connectorOf({})
    expect(await rejection(connector.open(at({ name: 'node1:22' })))).toMatchObject({ host: 'node1:22' })
    expect(connector.unknownKeys()).toMatchObject([{ host: 'node1:22', keyType: 'ssh-ed25519' }])
  })
})

describe('the login of the start', () => {
  it('is the one of the stop, whatever config.yml says today', async () => {
    const [gateTried, nodeTried]: [Tried[], Tried[]] = [[], []]
    const [gate, node] = [await server(null, gateTried), await server(null, nodeTried)]
    await fakeSsh(serverCases({ gate, node1: node }))
    const first = await connectorOf({ gateways: ['gate'], username: 'ann' }).open(at())
    expect(first.login).toMatchObject({ user: 'ann', gateways: [`ann@gate:${gate.port}`] })
    const today = { gateways: ['nosuch'], username: 'bob', port: 1 }
    const again = await connectorOf(today).open(at({ login: first.login }))
    expect(again.login).toEqual(first.login)
    expect(await answerOf(again)).toBe('42')
    expect([...gateTried, ...nodeTried].every(({ user }) => user === 'ann')).toBe(true)
    expect(gate.connections).toHaveLength(2)
  })

  it('goes through no gateway when it had none, even if there is one in config.yml now', async () => {
    const node = await server(null)
    await fakeSsh(serverCases({ node1: node }))
    const first = await connectorOf({}).open(at())
    const today = connectorOf({ gateways: ['nosuch'] })
    expect((await today.open(at({ login: first.login }))).login).toEqual(first.login)
  })

  it('is refused by a machine with another key', async () => {
    const node = await server(null)
    await fakeSsh(serverCases({ node1: node }))
    const login = recorded({ port: node.port, fingerprint: `SHA256:${'A'.repeat(43)}` })
    const error = await rejection(connectorOf({}).open(at({ login })))
    expect(error).toMatchObject({ host: 'node1', message: expect.stringContaining('key') })
    expect(node.connections).toHaveLength(1)
  })
})

describe('the password', () => {
  it('is for a gateway that names no user, and not for one that does', async () => {
    const [gateTried, nodeTried]: [Tried[], Tried[]] = [[], []]
    const [gate, node] = [await server('pw', gateTried), await server('pw', nodeTried)]
    await fakeSsh(serverCases({ gate, node1: node }))
    const same = await connectorOf({ gateways: ['gate'], username: 'ann' }, 'pw').open(at())
    expect(same.login?.passwordGateways).toEqual(same.login?.gateways)
    expect([sent(gateTried), sent(nodeTried)]).toEqual([1, 1])

    const error = await rejection(connectorOf({ gateways: ['eve@gate'] }, 'pw').open(at()))
    expect(error).toMatchObject({ host: 'node1', message: expect.stringContaining('the gateway "eve@gate"') })
    expect(gateTried.some(({ user }) => user === 'eve')).toBe(true)
    expect([sent(gateTried), sent(nodeTried)]).toEqual([1, 1])
  })

  it('is kept from that gateway by later commands, too, which know it by its recorded name', async () => {
    const tried: Tried[] = []
    const [gate, node] = [await server('pw', tried), await server('pw')]
    await fakeSsh(serverCases({ gate, node1: node }))
    const gateways = [`eve@gate:${gate.port}`]
    const open = (login: RecordedLogin) => connectorOf({}, 'pw').open(at({ login }))
    await rejection(open(recorded({ port: node.port, gateways })))
    expect(sent(tried)).toBe(0)
    const { login } = await open(recorded({ port: node.port, gateways, passwordGateways: gateways }))
    expect(sent(tried)).toBe(1)
    expect(login?.passwordGateways).toEqual(gateways)
  })
})

describe('a way that there is not', () => {
  it('is told of the host as configured when ssh_config is broken', async () => {
    await fakeSsh('*) echo "config line 3: Bad configuration option: foo" >&2; exit 255 ;;')
    const address = at({ name: 'n9.example:2222', hostname: 'n9.example', port: 2222 })
    const error = await rejection(connectorOf({}).open(address))
    expect(error).toMatchObject({ name: 'HostError', host: 'n9.example:2222' })
    expect(error.message).toContain('Bad configuration option')
  })

  it('is told of the host as configured when nobody answers there', async () => {
    const gone = await server(null)
    await fakeSsh(serverCases({ node1: gone }))
    await gone.close()
    const error = await rejection(connectorOf({}).open(at({ name: 'node1:2222' })))
    expect(error).toMatchObject({ host: 'node1:2222', exitCode: 1 })
    expect(error.message).toContain('refuses connections')
  })
})
