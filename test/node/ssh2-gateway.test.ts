import { afterEach, describe, expect, it } from 'vitest'
import { rejection, run, testPool } from '../remote/ssh/pool.js'
import { type ServerBehaviour, startServer, type TestServer } from '../remote/ssh/server.js'
import { freePort, startSshd } from '../remote/ssh/sshd.js'
import { needs } from '../support/needs.js'

const servers: TestServer[] = []
const started = async (behaviour: ServerBehaviour): Promise<TestServer> => {
  const server = await startServer(behaviour)
  servers.push(server)
  return server
}
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

const open: ServerBehaviour = { authenticate: (context) => context.accept() }

describe('a gateway', () => {
  it('is one connection for all hosts behind it', async () => {
    const [gateway, node] = [await started(open), await started(open)]
    const pool = testPool()
    const hops = [gateway.hop('gate')]
    const transports = await Promise.all(
      Array.from({ length: 20 }, (_, index) => pool.open({ ...node.target(`node${index}`), hops })),
    )
    const runs = await Promise.all(transports.map((transport, index) => run(transport, `script ${index}`)))
    expect(runs.map(({ stdout }) => stdout.toString())).toEqual(runs.map((_, index) => `script ${index}`))
    expect(gateway.connections).toHaveLength(1)
    expect(node.connections).toHaveLength(20)
    expect(transports[0]?.login.gateways).toEqual(['gate'])
  })

  it('may stand behind another', async () => {
    const [outer, inner, node] = [await started(open), await started(open), await started(open)]
    const pool = testPool()
    const hops = [outer.hop('outer'), inner.hop('inner')]
    const transport = await pool.open({ ...node.target('node1'), hops })
    expect((await run(transport, 'far')).stdout.toString()).toBe('far')
    await pool.open({ ...node.target('node2'), hops: [outer.hop('outer')] })
    expect(outer.connections).toHaveLength(1)
    expect(inner.connections).toHaveLength(1)
  })

  it('whose key is unknown is refused under its own name', async () => {
    const [gateway, node] = [await started(open), await started(open)]
    const pool = testPool()
    const hops = [gateway.hop('gate', { knownHostsFiles: [] })]
    const error = await rejection(pool.open({ ...node.target('node1'), hops }))
    expect(error).toMatchObject({ host: 'node1' })
    expect(error.message).toContain(
      `the gateway "gate": the host key of [127.0.0.1]:${gateway.port} is unknown`,
    )
    expect(pool.unknownKeys().map(({ host }) => host)).toEqual(['gate'])
  })

  it('does not vouch for the host key behind it', async () => {
    const [gateway, node] = [await started(open), await started(open)]
    const target = { ...node.target('node1', { knownHostsFiles: [] }), hops: [gateway.hop('gate')] }
    expect((await rejection(testPool().open(target))).message).toContain('is unknown')
  })

  it('takes the same password as the nodes', async () => {
    const sent: string[] = []
    const behaviour: ServerBehaviour = {
      authenticate: (context) => {
        if (context.method !== 'password') return context.reject(['password'])
        sent.push(context.password)
        context.accept()
      },
    }
    const [gateway, node] = [await started(behaviour), await started(behaviour)]
    await testPool({ password: 's3cret' }).open({ ...node.target('node1'), hops: [gateway.hop('gate')] })
    expect(sent).toEqual(['s3cret', 's3cret'])
  })

  it('that names its own user is not sent the password', async () => {
    const sent: string[] = []
    const gateway = await started({
      authenticate: (context) => {
        if (context.method === 'password') sent.push(context.password)
        context.reject(['password'])
      },
    })
    const node = await started(open)
    const hops = [{ ...gateway.hop('gate'), takesPassword: false }]
    const error = await rejection(testPool({ password: 's3cret' }).open({ ...node.target('node1'), hops }))
    expect(error.message).toContain('the gateway "gate": 127.0.0.1 refuses the login')
    expect(error.hint).toMatch(/^a password is only sent to a gateway that names no user/)
    expect(sent).toEqual([])
  })

  it('that is lost is rebuilt once, by one attempt for all', async () => {
    const [gateway, node] = [await started(open), await started(open)]
    const pool = testPool()
    const hops = [gateway.hop('gate')]
    const first = await pool.open({ ...node.target('node1'), hops })
    gateway.connections[0]?.end()
    expect((await run(first, 'x')).end.kind).toBe('lost')
    const again = [1, 2, 3].map((index) => pool.open({ ...node.target(`node${index}`), hops }))
    expect(await Promise.all(again)).toHaveLength(3)
    expect(gateway.connections).toHaveLength(2)
    gateway.connections[1]?.end()
    expect((await run((await again[0]) ?? first, 'x')).end.kind).toBe('lost')
    const error = await rejection(pool.open({ ...node.target('node1'), hops }))
    expect(error.message).toContain('the gateway "gate": lost for the second time')
    expect(gateway.connections).toHaveLength(2)
  })

  it('that is lost while it opens the way is rebuilt for those who wait', async () => {
    let asked = 0
    const gateway: TestServer = await started({
      ...open,
      forward: () => {
        asked++
        if (asked > 1) return false
        gateway.connections[0]?.end()
        return true
      },
    })
    const node = await started(open)
    const transport = await testPool().open({ ...node.target('node1'), hops: [gateway.hop('gate')] })
    expect((await run(transport, 'on')).stdout.toString()).toBe('on')
    expect([asked, gateway.connections.length]).toEqual([2, 2])
  })

  it('that nobody can log in to is tried once for all hosts', async () => {
    const [gateway, node] = [await started({}), await started(open)]
    const pool = testPool()
    const hops = [gateway.hop('gate')]
    const errors = await Promise.all(
      [1, 2, 3].map((index) => rejection(pool.open({ ...node.target(`node${index}`), hops }))),
    )
    expect(
      errors.every(({ message }) => message.includes('the gateway "gate": 127.0.0.1 refuses the login')),
    ).toBe(true)
    expect(gateway.connections).toHaveLength(1)
  })

  it('that never opens the way holds no slot, and ends at the deadline', async () => {
    const silent: ServerBehaviour = { ...open, forward: () => true }
    const [gateway, node] = [await started(silent), await started(open)]
    const pool = testPool({ concurrency: 1, connectTimeoutMs: 1000 })
    const stuck = rejection(pool.open({ ...node.target('node1'), hops: [gateway.hop('gate')] }))
    const beside = await pool.open(node.target('node2'))
    expect((await run(beside, 'on')).stdout.toString()).toBe('on')
    const { message, hint } = await stuck
    expect(message).toContain('through the gateway "gate" within 1 s')
    expect(hint).toContain(`ssh -v -J ann@gate:${gateway.port} -p ${node.port} ann@node1 true`)
  })

  it.skipIf(!needs('sshd'))('says what its sshd does not allow or reach', async () => {
    const node = await started(open)
    const gateway = await startSshd(['AllowTcpForwarding no'])
    const plain = await startSshd()
    try {
      const forbidden = { ...node.target('node1'), hops: [gateway.hop('gate')] }
      const error = await rejection(testPool().open(forbidden))
      expect(error.message).toContain('the gateway "gate" forbids forwarding (AllowTcpForwarding no')
      const closed = { ...node.target('node1', { port: await freePort() }), hops: [plain.hop('gate')] }
      expect((await rejection(testPool().open(closed))).message).toContain(
        'the gateway "gate" cannot reach 127.0.0.1',
      )
      const unnamed = {
        ...node.target('node1', { hostName: 'no.such.host.invalid' }),
        hops: [plain.hop('gate')],
      }
      expect((await rejection(testPool().open(unnamed))).message).toContain(
        'cannot reach no.such.host.invalid',
      )
    } finally {
      await gateway.stop()
      await plain.stop()
    }
  })

  it.skipIf(!needs('sshd'))('tells at once that a node behind it is gone', async () => {
    const sshd = await startSshd()
    try {
      const target = { ...sshd.target('node1'), hops: [sshd.hop('gate')] }
      const transport = await testPool().open(target)
      const before = performance.now()
      expect((await run(transport, 'kill -9 $PPID; sleep 5\n')).end.kind).toBe('lost')
      expect(performance.now() - before).toBeLessThan(3000)
    } finally {
      await sshd.stop()
    }
  })
})
