import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import type { AuthContext } from 'ssh2'
import { afterEach, describe, expect, it } from 'vitest'
import { ed25519Pair } from '../remote/ssh/keys.js'
import { rejection, run, testPool } from '../remote/ssh/pool.js'
import { type ServerBehaviour, startServer, type TestServer } from '../remote/ssh/server.js'
import { freePort } from '../remote/ssh/sshd.js'

const servers: TestServer[] = []
const started = async (behaviour: ServerBehaviour): Promise<TestServer> => {
  const server = await startServer(behaviour)
  servers.push(server)
  return server
}
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

const open: ServerBehaviour = { authenticate: (context) => context.accept() }

describe('a login', () => {
  it('that the server drops before its version line is tried again', async () => {
    let drops = 0
    const server = await started({
      ...open,
      takeSocket: (socket) => {
        if (drops === 3) return false
        drops++
        if (drops === 1) socket.resetAndDestroy()
        else if (drops === 2) socket.end('Exceeded MaxStartups\r\n')
        else socket.destroy()
        return true
      },
    })
    await testPool().open(server.target('node1'))
    expect(drops).toBe(3)
  })

  it('that is dropped while it waits for its slot is tried again', async () => {
    let connections = 0
    const server = await started({
      authenticate: (context) => setTimeout(() => context.accept(), 300),
      takeSocket: (socket) => {
        connections++
        if (connections === 2) setTimeout(() => socket.resetAndDestroy(), 100)
        return connections === 2
      },
    })
    const pool = testPool({ concurrency: 1, connectTimeoutMs: 1000 })
    await Promise.all([1, 2].map((index) => pool.open(server.target(`node${index}`))))
    expect(connections).toBe(3)
  })

  it('that is always dropped ends at the deadline with what the server said', async () => {
    const server = await started({
      takeSocket: (socket) => {
        socket.end('Not allowed at this time\r\n')
        return true
      },
    })
    const error = await rejection(testPool({ connectTimeoutMs: 600 }).open(server.target('node1')))
    expect(error.message).toContain(
      'closed the connection before the login began: "Not allowed at this time"',
    )
    expect(error.hint).toContain('MaxStartups')
  })

  it('that is lost after the version line is not tried again', async () => {
    let connections = 0
    const server = await started({
      takeSocket: (socket) => {
        connections++
        socket.end('SSH-2.0-Test\r\n')
        return true
      },
    })
    const error = await rejection(testPool().open(server.target('node1')))
    expect(error.message).toContain('lost in the middle of the login')
    expect(connections).toBe(1)
  })

  it('to a server that says nothing ends at the deadline', async () => {
    const server = await started({ takeSocket: () => true })
    const before = performance.now()
    const error = await rejection(testPool({ connectTimeoutMs: 500 }).open(server.target('node1')))
    expect(error.message).toContain('within 0.5 s')
    expect(performance.now() - before).toBeLessThan(1500)
  })

  it('to a port where nobody listens says so', async () => {
    const server = await started(open)
    const port = await freePort()
    const error = await rejection(testPool().open(server.target('node1', { port })))
    expect(error.message).toBe(`connect: 127.0.0.1 port ${port} refuses connections`)
  })

  it('to a name that does not exist says so', async () => {
    const server = await started(open)
    const target = server.target('node1', { hostName: 'no.such.host.invalid' })
    const error = await rejection(testPool().open(target))
    expect(error.message).toContain('"no.such.host.invalid" is not known')
    expect(error).toMatchObject({
      hint: 'getent hosts no.such.host.invalid   or, if only a gateway knows it, in config.yml: ssh_gateway: HOST',
    })
  })

  it('is ended by the user at once, also while it waits for a slot', async () => {
    const server = await started({ takeSocket: () => true })
    const controller = new AbortController()
    const pool = testPool({ signal: controller.signal, concurrency: 1 })
    const errors = [1, 2, 3].map((index) => rejection(pool.open(server.target(`node${index}`))))
    setTimeout(() => controller.abort(), 200)
    for (const error of await Promise.all(errors)) expect(error.message).toBe('connect: interrupted')
  })

  it('that ends after the pool was closed is closed again', async () => {
    const slow = (context: AuthContext): unknown => setTimeout(() => context.accept(), 300)
    const server = await started({ authenticate: slow })
    const pool = testPool()
    const late = rejection(pool.open(server.target('node1')))
    await pool.close()
    expect((await late).message).toBe('connect: interrupted')
  })

  it('waits for a slot with its deadline stopped', async () => {
    const slow = (context: AuthContext): unknown => setTimeout(() => context.accept(), 300)
    const server = await started({ authenticate: slow })
    const pool = testPool({ concurrency: 1, connectTimeoutMs: 800 })
    await Promise.all([1, 2, 3, 4].map((index) => pool.open(server.target(`node${index}`))))
    expect(server.connections).toHaveLength(4)
  })

  it('that only the ssh program can do names connect: openssh', async () => {
    const server = await started({
      authenticate: (context) => context.reject(['gssapi-with-mic' as 'password']),
    })
    const error = await rejection(testPool({ password: 's3cret' }).open(server.target('node1')))
    expect(error.message).toContain('it takes: gssapi-with-mic')
    expect(error.hint).toContain('connect: openssh')
  })
})

describe('a host key', () => {
  it('that has changed is refused with file, line, both fingerprints and the command', async () => {
    const server = await started(open)
    const name = `[127.0.0.1]:${server.port}`
    const other = ed25519Pair().public
    await writeFile(server.knownHostsFile, `# mine\n${name} ${other}\n`)
    const error = await rejection(testPool().open(server.target('node1', { hostKeyChecking: 'accept-new' })))
    expect(error.message).toContain('the host key has changed')
    expect(error.message).toContain(`${server.knownHostsFile} line 2`)
    expect(error.message.match(/SHA256:/g)).toHaveLength(2)
    expect(error.hint).toContain(`ssh-keygen -f '${server.knownHostsFile}' -R '${name}'`)
  })

  it('that is unknown is written by accept-new, once for all logins, and known from then on', async () => {
    const server = await started(open)
    await rm(server.knownHostsFile)
    const pool = testPool()
    const accepting = server.target('node1', { hostKeyChecking: 'accept-new' })
    await rejection(pool.open(server.target('node1')))
    expect(pool.unknownKeys()).toMatchObject([{ host: 'node1', keyType: 'ssh-ed25519', note: null }])
    const notes: string[] = []
    const report = (note: string): unknown => notes.push(note)
    await Promise.all([1, 2, 3].map(() => testPool({ report }).open(accepting)))
    const line = `[127.0.0.1]:${server.port} ${server.hostKey}\n`
    const written = await readFile(server.knownHostsFile, 'utf8')
    expect(new Set(written.split('\n'))).toEqual(new Set(line.split('\n')))
    expect((await stat(server.knownHostsFile)).mode & 0o777).toBe(0o600)
    notes.length = 0
    const shared = testPool({ report })
    await rm(server.knownHostsFile)
    await Promise.all([1, 2, 3].map(() => shared.open(accepting)))
    expect(await readFile(server.knownHostsFile, 'utf8')).toBe(line)
    const [unknown] = pool.unknownKeys()
    expect(notes).toEqual([
      `wrote the key of [127.0.0.1]:${server.port} (ssh-ed25519 ${unknown?.fingerprint}) to ${server.knownHostsFile}`,
    ])
    await testPool().open(server.target('node1'))
  })

  it('that cannot be written is reported, and the login goes on', async () => {
    const server = await started(open)
    const warnings: string[] = []
    const target = server.target('node1', {
      hostKeyChecking: 'accept-new',
      knownHostsFiles: [],
      userKnownHostsFile: `${server.knownHostsFile}/not/a/folder`,
    })
    await testPool({ report: (warning) => warnings.push(warning) }).open(target)
    expect(warnings.at(-1)).toContain('the host key of node1 could not be added to')
  })

  it('other than that of the start is refused, even when it is known', async () => {
    const server = await started(open)
    const target = { ...server.target('node1'), expected: { fingerprint: 'SHA256:other' } }
    expect((await rejection(testPool().open(target))).message).toContain(
      'when the session started it was SHA256:other',
    )
    const { login } = await testPool().open(server.target('node1'))
    await testPool().open({ ...server.target('node1'), expected: login })
  })

  it('is not checked with off, but for a revoked one', async () => {
    const server = await started(open)
    await testPool().open(server.target('node1', { hostKeyChecking: 'off', knownHostsFiles: [] }))
    await writeFile(server.knownHostsFile, `@revoked * ${server.hostKey}\n`)
    const error = await rejection(testPool().open(server.target('node1', { hostKeyChecking: 'off' })))
    expect(error.message).toContain(`${server.knownHostsFile} line 1 marks the host key as @revoked`)
  })
})

describe('a channel', () => {
  it('that closes without an exit code is lost', async () => {
    const server = await started({ ...open, exec: (channel) => channel.close() })
    const { end } = await run(await testPool().open(server.target('node1')), 'x')
    expect(end.kind).toBe('lost')
  })

  it('that hangs is a timeout', async () => {
    const server = await started({ ...open, exec: () => undefined })
    expect((await run(await testPool().open(server.target('node1')), 'x', 300)).end.kind).toBe('timeout')
  })

  it('hands out what had arrived when the connection went', async () => {
    const server = await started({
      ...open,
      exec: (channel, connection) => {
        channel.write('last words')
        setTimeout(() => connection.end(), 100)
      },
    })
    const { end, stdout } = await run(await testPool().open(server.target('node1')), 'x')
    expect(stdout.toString()).toBe('last words')
    expect(end.kind).toBe('lost')
  })

  it('is no reason to wait when the server no longer answers at the end', async () => {
    let connected: Socket | null = null
    const server = await started({
      ...open,
      takeSocket: (socket) => {
        connected = socket
        return false
      },
    })
    const pool = testPool()
    const transport = await pool.open(server.target('node1'))
    ;(connected as Socket | null)?.pause()
    const before = performance.now()
    await transport.close()
    expect(performance.now() - before).toBeGreaterThan(400)
    expect(performance.now() - before).toBeLessThan(900)
    expect((await run(transport, 'x')).end.kind).toBe('lost')
  })
})
