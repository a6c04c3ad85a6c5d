import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { DEFAULTS } from '../../src/config/defaults.js'
import { callNode, factOf } from '../../src/remote/call.js'
import { startMaster } from '../../src/remote/openssh/master.js'
import { gatewayOf } from '../../src/remote/openssh/places.js'
import { createOpensshPool, type OpensshOptions, type OpensshPool } from '../../src/remote/openssh.js'
import type { Transport } from '../../src/remote/transport.js'
import { makeKey, startSshd, type TestSshd } from './openssh-sshd.js'

let folder = ''
let sockets = ''
let node: TestSshd
let gateway: TestSshd
let few: TestSshd
let closed: TestSshd
const pools: OpensshPool[] = []
let randomSeed = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clusterp-openssh-'))
  const key = await makeKey(join(folder, 'key'))
  sockets = join(folder, 'tmp')
  await mkdir(sockets)
  vi.stubEnv('TMPDIR', sockets)
  node = await startSshd(join(folder, 'node'), key)
  gateway = await startSshd(join(folder, 'gateway'), key)
  few = await startSshd(join(folder, 'few'), key, ['MaxStartups 2:100:2', 'MaxSessions 1'])
  closed = await startSshd(join(folder, 'closed'), key, ['AllowTcpForwarding no'])
  await makeKey(join(folder, 'stranger'))
  const all = [node, gateway, few, closed]
  await writeFile(join(folder, 'known_hosts'), all.map(({ knownHost }) => `${knownHost}\n`).join(''))
  await writeFile(join(folder, 'empty'), '')
  const [, type = '', text = ''] = gateway.knownHost.split(' ')
  await writeFile(join(folder, 'changed'), `[127.0.0.1]:${node.port} ${type} ${text}\n`)
  await writeConfig('ssh', 'known_hosts')
  await writeConfig('ssh-empty', 'empty')
  await writeConfig('ssh-changed', 'changed')
})

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})

afterAll(async () => {
  vi.unstubAllEnvs()
  for (const sshd of [node, gateway, few, closed]) sshd.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The ssh program with a configuration of its own instead of that of whoever runs the tests. */
async function writeConfig(name: string, knownHosts: string): Promise<void> {
  const config = `UserKnownHostsFile ${join(folder, knownHosts)}\nGlobalKnownHostsFile none\nIdentitiesOnly yes\n`
  await writeFile(join(folder, `${name}.config`), config)
  await writeFile(join(folder, name), `#!/bin/sh\nexec ssh -F ${join(folder, `${name}.config`)} "$@"\n`)
  await chmod(join(folder, name), 0o755)
}

function random(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => ++randomSeed % 256)
}

function poolOf(options: Partial<OpensshOptions> = {}): OpensshPool {
  const { SSH_AUTH_SOCK: _agent, ...env } = process.env
  const pool = createOpensshPool({
    ssh: { ...DEFAULTS.ssh, identityFile: join(folder, 'key') },
    connectTimeoutMs: 8000,
    concurrency: 64,
    env,
    signal: null,
    random,
    now: () => performance.now(),
    sshProgram: join(folder, 'ssh'),
    ...options,
  })
  pools.push(pool)
  return pool
}

const targetOf = (sshd: TestSshd, gateways: readonly TestSshd[] = []) => ({
  name: 'node1',
  hostname: '127.0.0.1',
  user: null,
  port: sshd.port,
  gateways: gateways.map(({ port }) => `127.0.0.1:${port}`),
})

const ask = (transport: Transport, body: string, timeoutMs = 8000) =>
  callNode(transport, { variables: {}, body }, { doing: 'test', timeoutMs, random })

const sayPort = `set -- $SSH_CONNECTION; printf 'port\\t%s\\n' "$4"`

/** Processes of these tests alone, by their own configuration, with this word in their command line. */
function processesWith(word: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args=', '-ww']).toString().split('\n')
  const own = lines.filter((line) => line.includes(join(folder, 'ssh')) && !line.includes('sshd'))
  return own.filter((line) => line.includes(word))
}

function killAll(word: string): void {
  for (const line of processesWith(word)) process.kill(Number(line.trim().split(' ')[0]), 'SIGKILL')
}

describe('a node by the ssh program', () => {
  it('runs scripts one after the other with one login', async () => {
    const before = await node.logins()
    const transport = await poolOf().open(targetOf(node))
    for (let round = 0; round < 3; round++) {
      const answer = await ask(
        transport,
        `${sayPort}; cd /; x=${round}; printf 'was\\t%s\\n' "$y"; y=1; return ${round}`,
      )
      expect(factOf(answer, 'port')).toBe(String(node.port))
      expect(factOf(answer, 'was')).toBe('')
      expect(answer.code).toBe(round)
    }
    expect((await node.logins()) - before).toBe(1)
  })

  it('brings megabytes of any bytes back whole', async () => {
    const transport = await poolOf().open(targetOf(node))
    const chunks: Buffer[] = []
    const end = await transport.run({
      script: 'head -c 5000000 /dev/zero | tr "\\000" "\\377"; printf "\\n%s" END',
      timeoutMs: 8000,
      signal: null,
      onStdout: async (chunk) => void chunks.push(Buffer.from(chunk)),
      onStderr: () => undefined,
    })
    const all = Buffer.concat(chunks)
    expect(end).toEqual({ kind: 'closed', detail: '' })
    expect(all.length).toBe(5_000_004)
    expect(all.subarray(0, 5_000_000).every((byte) => byte === 0xff)).toBe(true)
  })

  it('says of a script that takes too long that it did, and is over then', async () => {
    const transport = await poolOf().open(targetOf(node))
    await expect(ask(transport, 'sleep 30', 300)).rejects.toThrow('test: no answer within 0.3 s')
    await expect(ask(transport, ':')).rejects.toThrow('test: connection lost')
  })

  it('says of a killed link that it is lost', async () => {
    const transport = await poolOf().open(targetOf(node))
    const lost = expect(ask(transport, 'sleep 20', 30_000)).rejects.toThrow(/test: connection lost/)
    killAll(`-p ${node.port}`)
    await lost
  })

  it.each([
    ['an unknown host key', 'ssh-empty', /its host key is unknown/, /clusterp check --accept-new/],
    [
      'a changed host key',
      'ssh-changed',
      /its host key is another than the one in .*changed:1/,
      /ssh-keygen -f .*-R/,
    ],
  ])('refuses %s', async (_what, program, message, hint) => {
    const opening = poolOf({ sshProgram: join(folder, program) }).open(targetOf(node))
    await expect(opening).rejects.toMatchObject({
      host: 'node1',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  })

  it('takes an unknown host key where the config says so', async () => {
    const ssh = { ...DEFAULTS.ssh, identityFile: join(folder, 'key'), hostKeyChecking: 'accept-new' as const }
    const transport = await poolOf({ ssh, sshProgram: join(folder, 'ssh-empty') }).open(targetOf(few))
    expect(factOf(await ask(transport, sayPort), 'port')).toBe(String(few.port))
    await writeFile(join(folder, 'empty'), '')
  })

  it('says that a key was refused, and tries it once', async () => {
    const ssh = { ...DEFAULTS.ssh, identityFile: join(folder, 'stranger') }
    const before = (await node.log()).length
    await expect(poolOf({ ssh }).open(targetOf(node))).rejects.toMatchObject({
      message: 'connect: the login was refused (it takes publickey)',
      hint: expect.stringContaining(`ssh -i ${join(folder, 'stranger')} -p ${node.port} 127.0.0.1 true`),
    })
    expect((await node.log()).slice(before).match(/Connection from/g)).toHaveLength(1)
  })

  it('lets 12 into an sshd that takes two logins at once', async () => {
    const pool = poolOf({ connectTimeoutMs: 60_000 })
    const before = await few.logins()
    const transports = await Promise.all(Array.from({ length: 12 }, () => pool.open(targetOf(few))))
    const answers = await Promise.all(transports.map((transport) => ask(transport, sayPort)))
    expect(answers.map((answer) => factOf(answer, 'port'))).toEqual(Array(12).fill(String(few.port)))
    expect((await few.logins()) - before).toBe(12)
    expect(await few.log()).toMatch(/MaxStartups/)
  })

  it('ends a login when it is interrupted', async () => {
    const stop = new AbortController()
    const opening = poolOf({ signal: stop.signal }).open(targetOf(node))
    stop.abort()
    await expect(opening).rejects.toThrow('connect: interrupted')
  })
})

describe('nodes behind a gateway', () => {
  it('share one login to it, and leave nothing behind', async () => {
    const pool = poolOf()
    const before = [await gateway.logins(), await node.logins()]
    const transports = await Promise.all(
      Array.from({ length: 8 }, () => pool.open(targetOf(node, [gateway]))),
    )
    for (const transport of transports) {
      expect(factOf(await ask(transport, sayPort), 'port')).toBe(String(node.port))
    }
    expect([(await gateway.logins()) - (before[0] ?? 0), (await node.logins()) - (before[1] ?? 0)]).toEqual([
      1, 8,
    ])
    expect(await readdir(sockets)).toHaveLength(1)
    await pool.close()
    expect(await readdir(sockets)).toEqual([])
    expect(processesWith('')).toEqual([])
  })

  it('hop through two, each logged in to once', async () => {
    const before = [await gateway.logins(), await few.logins()]
    const pool = poolOf()
    const [first] = await Promise.all([1, 2].map(() => pool.open(targetOf(node, [gateway, few]))))
    if (first === undefined) throw new Error('no transport')
    expect(factOf(await ask(first, sayPort), 'port')).toBe(String(node.port))
    expect([await gateway.logins(), await few.logins()]).toEqual(before.map((count) => count + 1))
  })

  it('are lost with it, and reached again by one new login', async () => {
    const pool = poolOf()
    const transport = await pool.open(targetOf(node, [gateway]))
    const before = await gateway.logins()
    const lost = ask(transport, 'sleep 20', 30_000)
    killAll(' -M ')
    await expect(lost).rejects.toThrow(/test: connection lost/)
    const anew = await Promise.all([1, 2, 3].map(() => pool.open(targetOf(node, [gateway]))))
    for (const one of anew) expect(factOf(await ask(one, sayPort), 'port')).toBe(String(node.port))
    expect((await gateway.logins()) - before).toBe(1)
    killAll(' -M ')
    await expect(pool.open(targetOf(node, [gateway]))).rejects.toThrow(/was lost twice/)
  })

  it('all say that the login to it was refused, which was tried once', async () => {
    const pool = poolOf({ ssh: { ...DEFAULTS.ssh, identityFile: join(folder, 'stranger') } })
    const before = (await gateway.log()).length
    const openings = await Promise.allSettled([1, 2, 3].map(() => pool.open(targetOf(node, [gateway]))))
    const message = `connect: the gateway "127.0.0.1:${gateway.port}": the login was refused (it takes publickey)`
    for (const opening of openings) {
      expect(opening).toMatchObject({ status: 'rejected', reason: { host: 'node1', message } })
    }
    expect((await gateway.log()).slice(before).match(/Connection from/g)).toHaveLength(1)
  })

  it('lose it when the program that holds it is gone, however that went', async () => {
    const { SSH_AUTH_SOCK: _agent, ...env } = process.env
    const gatewayName = `127.0.0.1:${gateway.port}`
    const { login, byHand } = gatewayOf(gatewayName, 'n', {
      ...DEFAULTS.ssh,
      identityFile: join(folder, 'key'),
    })
    const started = await startMaster(
      {
        gateway: { name: gatewayName, login, byHand },
        proxyCommand: null,
        path: join(folder, 'm'),
        before: { gateway: null, refusals: [] },
      },
      8000,
      { program: join(folder, 'ssh'), connectTimeoutMs: 8000, env, signal: null },
    )
    if (!('value' in started)) throw started.error
    expect(processesWith(' -M ')).not.toEqual([])
    // What the system does with the pipes of a process that was killed.
    started.value.child.stdin?.destroy()
    await started.value.ended
    expect(processesWith(' -M ')).toEqual([])
  })

  it('say that it forbids forwarding', async () => {
    await expect(poolOf().open(targetOf(node, [closed]))).rejects.toMatchObject({
      message: `connect: the gateway "127.0.0.1:${closed.port}" forbids forwarding`,
      hint: expect.stringContaining('AllowTcpForwarding yes'),
    })
  })

  it('say what the gateway met when it did not reach them', async () => {
    const nobody = { ...targetOf(node, [gateway]), port: 1 }
    await expect(poolOf().open(nobody)).rejects.toThrow(
      `connect: the gateway "127.0.0.1:${gateway.port}" did not reach it: connection refused`,
    )
  })
})
