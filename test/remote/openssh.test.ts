import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULTS } from '../../src/config/defaults.js'
import { callNode, factOf } from '../../src/remote/call.js'
import { createOpensshPool, type OpensshOptions, type OpensshPool } from '../../src/remote/openssh.js'
import { CALL } from './fake-transport.js'

let folder = ''
let pools: OpensshPool[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clusterp-fake-ssh-'))
})

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.close()))
  pools = []
  await rm(folder, { recursive: true, force: true })
})

const target = { name: 'node1', hostname: 'n1.example', user: null, port: null, gateways: [] }

/** A pool whose `ssh` is a script: it writes its words down, one call a line, then does what `body` says. */
async function poolOf(body: string, options: Partial<OpensshOptions> = {}): Promise<OpensshPool> {
  const path = join(folder, 'ssh')
  await writeFile(path, `#!/bin/sh\necho "$*" >>'${folder}/words'\n${body}\n`)
  await chmod(path, 0o755)
  const pool = createOpensshPool({
    ssh: DEFAULTS.ssh,
    connectTimeoutMs: 5000,
    concurrency: 64,
    env: process.env,
    signal: null,
    random: CALL.random,
    now: () => performance.now(),
    sshProgram: path,
    ...options,
  })
  pools.push(pool)
  return pool
}

const asked = async (): Promise<string[]> =>
  (await readFile(join(folder, 'words'), 'utf8')).trim().split('\n')

const PLAIN =
  '-a -x -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5 -o ServerAliveCountMax=4 -o RemoteCommand=none -o PermitLocalCommand=no -o ClearAllForwardings=yes -o LogLevel=INFO'

describe('createOpensshPool', () => {
  it('starts ssh once for all scripts of a node, without a prompt', async () => {
    const transport = await (await poolOf('exec sh')).open(target)
    for (const round of ['1', '2']) {
      const script = { variables: { round }, body: `printf 'round\\t%s\\n' "$_clusterp_round"` }
      const answer = await callNode(transport, script, { ...CALL, doing: 'probe' })
      expect(factOf(answer, 'round')).toBe(round)
    }
    await transport.close()
    expect(await asked()).toEqual([`${PLAIN} -T -o ControlMaster=no -- n1.example sh`])
  })

  it('passes on what config.yml says, and what the host itself says before that', async () => {
    const ssh = {
      ...DEFAULTS.ssh,
      username: 'bob',
      port: 23,
      identityFile: '~/k',
      hostKeyChecking: 'accept-new' as const,
    }
    const pool = await poolOf('exec sh', { ssh })
    await pool.open(target)
    await pool.open({ ...target, user: 'eve', port: 2222 })
    const checking = `${PLAIN} -o StrictHostKeyChecking=accept-new`
    expect(await asked()).toEqual([
      `${checking} -l bob -p 23 -i ~/k -T -o ControlMaster=no -- n1.example sh`,
      `${checking} -l eve -p 2222 -i ~/k -T -o ControlMaster=no -- n1.example sh`,
    ])
  })

  it('skips what login scripts print before sh answers', async () => {
    const transport = await (await poolOf('echo "Welcome to n1"; printf "no end of line"; exec sh')).open(
      target,
    )
    const script = { variables: {}, body: `printf 'x\\t1\\n'` }
    expect(factOf(await callNode(transport, script, { ...CALL, doing: 'probe' }), 'x')).toBe('1')
  })

  it('tells a login that ended from a host that says why', async () => {
    const denied = await poolOf('echo "me@n1.example: Permission denied (publickey,password)." >&2; exit 255')
    await expect(denied.open(target)).rejects.toMatchObject({
      host: 'node1',
      message: 'connect: the login was refused (it takes publickey, password)',
      hint: expect.stringContaining('ssh n1.example true'),
    })
    expect(await asked()).toHaveLength(1)
    const noLogin = await poolOf('echo "This account is currently not available."; exit 1')
    await expect(noLogin.open(target)).rejects.toThrow(
      'connect: the login ended, saying: This account is currently not available.',
    )
  })

  it('gives up when nothing answers in time', async () => {
    const pool = await poolOf('exec sleep 60', { connectTimeoutMs: 200 })
    await expect(pool.open(target)).rejects.toMatchObject({
      message: 'connect: no answer in 0.2 s',
      hint: 'ssh n1.example true',
    })
  })

  it('says when there is no ssh program', async () => {
    const pool = await poolOf('', { sshProgram: join(folder, 'none') })
    await expect(pool.open(target)).rejects.toMatchObject({
      message: expect.stringMatching(/^connect: the program .*none cannot be started: .*ENOENT$/),
      hint: expect.stringContaining('connect: ssh2'),
    })
  })

  it('tries again only while the server hangs up before its version line, and within the deadline', async () => {
    const closing = 'echo "kex_exchange_identification: Connection closed by remote host" >&2; exit 255'
    const body = `n=$(wc -l <'${folder}/words'); if [ "$n" -lt 4 ]; then ${closing}; fi; exec sh`
    await (await poolOf(body)).open(target)
    expect(await asked()).toHaveLength(4)
    const never = await poolOf(closing, { connectTimeoutMs: 700 })
    const began = performance.now()
    await expect(never.open(target)).rejects.toThrow('connect: it hung up before it said anything')
    expect(performance.now() - began).toBeLessThan(3000)
  })

  it('has no more logins in progress than it may', async () => {
    const body = `mkdir '${folder}/run.'$$; ls -d '${folder}'/run.* | wc -l >>'${folder}/counts'; sleep 0.1; rmdir '${folder}/run.'$$; exec sh`
    const pool = await poolOf(body, { concurrency: 3 })
    await Promise.all(Array.from({ length: 9 }, () => pool.open(target)))
    const counts = (await readFile(join(folder, 'counts'), 'utf8')).trim().split('\n').map(Number)
    expect(counts).toHaveLength(9)
    expect(Math.max(...counts)).toBeLessThanOrEqual(3)
    expect(Math.max(...counts)).toBeGreaterThan(1)
  })

  it('is lost when ssh goes away without the end of the script, with what ssh said', async () => {
    const body = 'sh; echo "Timeout, server n1.example not responding." >&2; exit 255'
    const transport = await (await poolOf(body)).open(target)
    const script = { variables: {}, body: 'kill -KILL "$PPID" $$' }
    const call = () => callNode(transport, script, { ...CALL, doing: 'arm' })
    await expect(call()).rejects.toMatchObject({
      name: 'LostCallError',
      message: 'arm: connection lost: nothing came from it for 20 s',
    })
    await expect(call()).rejects.toThrow('arm: connection lost')
  })

  it('is closed at once', async () => {
    const transport = await (await poolOf('exec sh')).open(target)
    await callNode(transport, { variables: {}, body: ':' }, { ...CALL, doing: 'probe' })
    const began = performance.now()
    await transport.close()
    await transport.close()
    expect(performance.now() - began).toBeLessThan(300)
  })

  it('leaves a script alone that ends in the middle of its own text', async () => {
    const transport = await (await poolOf('exec sh')).open(target)
    const run = (script: string) =>
      transport.run({
        script,
        timeoutMs: 5000,
        signal: null,
        onStdout: async () => undefined,
        onStderr: () => undefined,
      })
    expect(await run(`exit 3\n${'echo more\n'.repeat(9000)}`)).toEqual({ kind: 'closed', detail: '' })
    const answer = await callNode(
      transport,
      { variables: {}, body: `printf 'x\\t1\\n'` },
      { ...CALL, doing: 'probe' },
    )
    expect(factOf(answer, 'x')).toBe('1')
  })

  it('refuses what is no gateway before anything is started', async () => {
    const opening = (await poolOf('exec sh')).open({ ...target, gateways: ['-oProxyCommand=x'] })
    await expect(opening).rejects.toThrow('connect: the gateway "-oProxyCommand=x" is not [user@]host[:port]')
    await expect(asked()).rejects.toThrow('ENOENT')
  })

  it('closes quietly when it found no place for the socket of a gateway', async () => {
    const pool = await poolOf('exec sh')
    const before = process.env.TMPDIR
    process.env.TMPDIR = join(folder, 'absent')
    try {
      await expect(pool.open({ ...target, gateways: ['me@gw'] })).rejects.toThrow('ENOENT')
    } finally {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
    }
    await expect(pool.close()).resolves.toBeUndefined()
  })

  it('names the gateway that a login went through, also in the hint', async () => {
    // The master makes its socket and answers; the login behind it is refused.
    const master = `case "$*" in *-M*) touch "$4"; exec sleep 60;; *-O*) exit 0;; esac`
    const pool = await poolOf(`${master}; echo "Permission denied (publickey)." >&2; exit 255`)
    await expect(pool.open({ ...target, gateways: ['me@gw:2222'] })).rejects.toMatchObject({
      message: 'connect: through the gateway "me@gw:2222": the login was refused (it takes publickey)',
      hint: expect.stringContaining('ssh -J me@gw:2222 n1.example true'),
    })
  })

  it('says of every node behind it why a gateway cannot be logged in to', async () => {
    const pool = await poolOf('echo "ssh: connect to host gw port 22: No route to host" >&2; exit 255')
    const openings = await Promise.allSettled(
      ['a', 'b'].map((name) => pool.open({ ...target, name, gateways: ['me@gw'] })),
    )
    expect(openings.map((opening) => (opening.status === 'rejected' ? opening.reason : null))).toEqual([
      expect.objectContaining({ host: 'a', hint: 'ssh me@gw true' }),
      expect.objectContaining({
        host: 'b',
        message: 'connect: the gateway "me@gw": port 22: no route to host',
      }),
    ])
    const calls = await asked()
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatch(/^-M -N -S \S+\/1 -o ControlPersist=no -a -x .* -l me -- gw$/)
  })
})
