/** The cluster itself: what it promises to other tests holds, and nothing of it is left behind. */
import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  type Cluster,
  canIsolate,
  type IsolatedCluster,
  startCluster,
  startIsolatedCluster,
  startLoopbackCluster,
} from '../support/cluster/cluster.js'
import { describeWith, needs } from '../support/needs.js'

const SOURCES = fileURLToPath(new URL('../support/cluster/', import.meta.url))
const LOGGER = 'setsid sleep 600 </dev/null >/dev/null 2>&1 &'

/** Mount points, process and network namespaces that a cluster in `folder` has on this machine. */
async function tracesOf(folder: string): Promise<readonly string[]> {
  const traces: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      const [mounts, command, environ] = await Promise.all(
        ['mountinfo', 'cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
      )
      if ([mounts, command, environ].some((text) => text?.includes(folder)))
        traces.push(`${pid} ${command?.replaceAll('\0', ' ')}`)
    } catch {
      // It ended while it was looked at.
    }
  }
  if (await stat(folder).catch(() => null)) traces.push(folder)
  return traces
}

/** Traces once there are none, or those that remain after ten seconds. */
async function lastTracesOf(folder: string): Promise<readonly string[]> {
  const until = Date.now() + 10_000
  for (;;) {
    const traces = await tracesOf(folder)
    if (traces.length === 0 || Date.now() > until) return traces
    await wait(50)
  }
}

/** Runs the cluster's own code in another process, as a test's process does, and kills that process. */
async function killedStarter(call: string): Promise<{ folder: string; before: readonly string[] }> {
  const built = await mkdtemp(join(tmpdir(), 'clusterp-starter-'))
  onTestFinished(() => rm(built, { recursive: true, force: true }))
  for (const name of await readdir(SOURCES)) {
    if (!name.endsWith('.ts')) await copyFile(join(SOURCES, name), join(built, name))
    else {
      const options = { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }
      const { outputText } = ts.transpileModule(await readFile(join(SOURCES, name), 'utf8'), options)
      await writeFile(join(built, name.replace(/ts$/, 'js')), outputText)
    }
  }
  await writeFile(join(built, 'package.json'), '{"type": "module"}')
  await writeFile(
    join(built, 'main.js'),
    `import * as made from './cluster.js'
    const cluster = await made.${call}({ nodes: 2, gateway: true })
    const { address, port } = cluster.hosts[0]
    await cluster.exec('node1', ['sh', '-c', '${LOGGER}'])
    cluster.onController(['ssh', '-p', String(port), '-J', cluster.gateway.target, address, 'sleep 600'])
    console.log(cluster.folder)
    setInterval(() => {}, 1000)`,
  )
  const child = spawn(process.execPath, [join(built, 'main.js')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const folder = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.on('close', (code) => reject(new Error(`it ended with ${code}`)))
  })
  await wait(300)
  const before = await tracesOf(folder)
  child.kill('SIGKILL')
  return { folder, before }
}

describeWith(['ssh', 'sshd'], 'every cluster', () => {
  const kinds = canIsolate()
    ? [
        { kind: 'isolated', begin: startCluster },
        { kind: 'loopback', begin: startLoopbackCluster },
      ]
    : [{ kind: 'loopback', begin: startLoopbackCluster }]

  describe.each(kinds)('$kind', ({ kind, begin }) => {
    let cluster: Cluster
    beforeAll(async () => {
      cluster = await begin({ nodes: 2, gateway: true, sshd: { node2: { MaxSessions: '1' } } })
    })
    afterAll(() => cluster.stop())

    const ssh = (host: string, ...words: string[]) => {
      const found = [...cluster.hosts, cluster.gateway].find((one) => one?.name === host)
      const where = ['-p', String(found?.port), found?.address ?? '']
      const jump =
        host === 'gw' ? [] : ['-J', cluster.gateway?.target.replace(/^(.*):(\d+)$/, 'ssh://$1:$2') ?? '']
      return cluster.onController(['ssh', '-o', 'BatchMode=yes', ...jump, ...where, ...words])
    }

    it('is of the kind that was asked for', () => {
      expect(cluster.isIsolated).toBe(kind === 'isolated')
    })

    it('lets the controller log in to the gateway with its key, without a question', async () => {
      expect(await ssh('gw', 'echo "$USER"')).toMatchObject({ code: 0, stdout: `${cluster.username}\n` })
    })

    it('lets the controller log in to a node through the gateway', async () => {
      expect(await ssh('node2', 'echo there')).toMatchObject({ code: 0, stdout: 'there\n' })
      expect(await cluster.sshdLog('gw')).toContain('Accepted publickey')
    })

    it('refuses a node whose host key changed, until known_hosts is written anew', async () => {
      await cluster.rekey('node1')
      expect(await ssh('node1', 'true')).toMatchObject({
        code: 255,
        stderr: expect.stringContaining('REMOTE HOST IDENTIFICATION HAS CHANGED'),
      })
      await cluster.knownHosts()
      expect(await ssh('node1', 'true')).toMatchObject({ code: 0 })
    })

    it('refuses every node when known_hosts is empty', async () => {
      await cluster.knownHosts([])
      expect(await ssh('gw', 'true')).toMatchObject({
        code: 255,
        stderr: expect.stringContaining('Host key verification failed'),
      })
      await cluster.knownHosts()
    })

    it('does what an option of sshd says, and takes it back', async () => {
      await cluster.setSshdOption('gw', 'AllowTcpForwarding', 'no')
      expect(await ssh('node2', 'true')).toMatchObject({ code: 255 })
      await cluster.setSshdOption('gw', 'AllowTcpForwarding', null)
      expect(await ssh('node2', 'true')).toMatchObject({ code: 0 })
    })

    it('refuses connections while sshd is down, and what it began lives on', async () => {
      const sleeping = ssh('gw', 'echo up; exec sleep 601')
      await expect.poll(() => commandsOn('gw')).toContain('sleep 601')
      await cluster.killSshd('gw')
      expect(await sleeping).toMatchObject({ code: 255, stdout: 'up\n' })
      expect(await commandsOn('gw')).toEqual(['sleep 601'])
      expect(await ssh('gw', 'true')).toMatchObject({ code: 255, stderr: expect.stringContaining('refused') })
      await cluster.startSshd('gw')
      expect(await ssh('gw', 'true')).toMatchObject({ code: 0 })
    })

    it('shows what runs on one host, with its environment', async () => {
      await cluster.exec('node1', ['sh', '-c', LOGGER], { env: { CLUSTERP_LOGGER: 'a/1.x' } })
      const found = (await cluster.processes('node1')).filter((one) => one.command === 'sleep 600')
      expect(found).toMatchObject([{ name: 'sleep', environ: { CLUSTERP_LOGGER: 'a/1.x' } }])
      expect(await commandsOn('node2')).not.toContain('sleep 600')
    })

    it('runs clusterp on the controller with an empty working directory', async () => {
      const ran = await cluster.clusterp(['sessions', '--json'])
      expect(ran.json).toMatchObject({ ok: expect.any(Boolean) })
      expect(ran.code).not.toBeNull()
    })

    it('ends a run that takes too long', async () => {
      const ran = await cluster.exec('node1', ['sleep', '602'], { timeoutMs: 200 })
      expect(ran).toMatchObject({ isTimedOut: true, code: null })
      await expect.poll(() => commandsOn('node1')).not.toContain('sleep 602')
    })

    it('leaves no process, mount or file behind when it is stopped', async () => {
      expect((await tracesOf(cluster.folder)).length).toBeGreaterThan(3)
      await cluster.stop()
      expect(await tracesOf(cluster.folder)).toEqual([])
    })

    const commandsOn = async (host: string): Promise<readonly string[]> => {
      const commands = (await cluster.processes(host)).map((one) => one.command)
      return commands.filter((command) => !command.startsWith('sshd:'))
    }
  })

  it.each(kinds.map(({ begin }) => begin.name))(
    '%s leaves nothing when its process is killed',
    async (call) => {
      const { folder, before } = await killedStarter(call)
      expect(before.length).toBeGreaterThan(5)
      expect(await lastTracesOf(folder)).toEqual([])
    },
  )
})

describe.skipIf(!needs('sshd') || !needs('namespaces') || !canIsolate())('an isolated cluster', () => {
  let cluster: IsolatedCluster
  let startMs: number
  beforeAll(async () => {
    const beganMs = performance.now()
    cluster = await startIsolatedCluster({ nodes: 4 })
    startMs = performance.now() - beganMs
  })
  afterAll(() => cluster.stop())

  const ssh = (host: string, ...words: string[]) =>
    cluster.onController(['ssh', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=2', host, ...words])
  const said = async (host: string, command: string) => {
    const ran = await ssh(host, command)
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    return ran.stdout.trim()
  }

  it('is up in less than 1.5 seconds', () => {
    expect(startMs).toBeLessThan(1500)
  })

  it('gives every node a name, addresses, folders and processes of its own', async () => {
    expect(
      await said('node2', 'hostname; hostname -I; touch /tmp/x /var/tmp/x /root/x /run/x; ls /home'),
    ).toBe('node2\n10.99.0.12 \nprof')
    expect(await said('node3', 'ls /tmp /var/tmp /root /run')).not.toMatch(/^x$/m)
    expect(await readdir(cluster.diskPath('node2', '/var/tmp'))).toEqual(['x'])
    expect((await said('node2', 'ls -d /proc/[0-9]* | wc -l')).length).toBeLessThan(3)
    expect(await said('node2', 'ls /sys/class/net')).toBe('eth0\nlo')
    expect(await readlink('/proc/self/ns/net')).not.toBe(await said('node2', 'readlink /proc/self/ns/net'))
  })

  it('has no way out', async () => {
    expect(await said('node1', 'ip route')).toBe(
      '10.99.0.0/24 dev eth0 proto kernel scope link src 10.99.0.11',
    )
    expect((await cluster.onController(['ip', 'route'])).stdout).not.toContain('default')
  })

  it('shows an unknown name as unknown at once', async () => {
    const beganMs = performance.now()
    expect(await ssh('nosuch', 'true')).toMatchObject({
      code: 255,
      stderr: expect.stringContaining('Name or service not known'),
    })
    expect(performance.now() - beganMs).toBeLessThan(1000)
  })

  it('says "no route" to a node whose cable is pulled, and reaches it again when it is back', async () => {
    await cluster.cut('node1')
    expect(await said('node2', 'cat /sys/class/net/eth0/operstate')).toBe('up')
    expect((await cluster.exec('node1', ['cat', '/sys/class/net/eth0/carrier'])).stdout).toBe('0\n')
    const refused = await cluster.onController(['ssh', '-o', 'ConnectTimeout=9', 'node1', 'true'])
    expect(refused.stderr).toContain('No route to host')
    await cluster.heal('node1')
    expect(await ssh('node1', 'true')).toMatchObject({ code: 0 })
  })

  it('lets connections to a node time out while its packets vanish', async () => {
    await cluster.cut('node1', { drop: true })
    expect((await cluster.exec('node1', ['cat', '/sys/class/net/eth0/carrier'])).stdout).toBe('1\n')
    expect(await ssh('node1', 'true')).toMatchObject({
      code: 255,
      stderr: expect.stringContaining('timed out'),
    })
    await cluster.heal('node1')
    expect(await ssh('node1', 'true')).toMatchObject({ code: 0 })
  })

  it('reboots a node: another boot id, a young kernel, no old process, the same disk', async () => {
    const bootId = await said('node2', 'cat /proc/sys/kernel/random/boot_id')
    await said('node2', `touch /tmp/old /root/old; ${LOGGER}`)
    expect((await cluster.processes('node2')).map((one) => one.command)).toContain('sleep 600')
    const connected = ssh('node2', 'sleep 600')
    await expect.poll(async () => (await cluster.processes('node2')).length).toBeGreaterThan(4)
    await cluster.reboot('node2')
    expect(await connected).toMatchObject({ code: 255 })
    expect(await said('node2', 'cat /proc/sys/kernel/random/boot_id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await said('node2', 'cat /proc/sys/kernel/random/boot_id')).not.toBe(bootId)
    expect(Number((await said('node2', 'cat /proc/uptime')).split(' ')[0])).toBeLessThan(10)
    expect(await said('node2', 'cd /; ls -d tmp/old root/old 2>/dev/null || true')).toBe('root/old')
    expect((await cluster.processes('node2')).map((one) => one.command)).not.toContain('sleep 600')
  })

  it('keeps a node cut off over a reboot, so that nobody hears of its end', async () => {
    const connected = cluster.onController(['ssh', 'node2', 'sleep 600'], { timeoutMs: 2500 })
    await expect
      .poll(async () => (await cluster.processes('node2')).map((one) => one.command))
      .toContain('sleep 600')
    await cluster.cut('node2', { drop: true })
    await cluster.reboot('node2')
    expect(await connected).toMatchObject({ isTimedOut: true })
    expect(await ssh('node2', 'true')).toMatchObject({ code: 255 })
    await cluster.heal('node2')
    expect(await ssh('node2', 'true')).toMatchObject({ code: 0 })
  })

  it('reaps what loses its parent', async () => {
    await said('node1', '(setsid sleep 0.05 &) ; sleep 0.2')
    expect((await cluster.processes('node1', { zombies: true })).filter((one) => one.state === 'Z')).toEqual(
      [],
    )
  })

  it('takes programs away from one node until it reboots', async () => {
    expect(await said('node3', 'command -v grep')).toBe('/usr/bin/grep')
    await cluster.hide('node3', ['grep'])
    expect(await ssh('node3', 'command -v grep')).toMatchObject({ code: 127, stdout: '' })
    expect(await said('node4', 'command -v grep')).toBe('/usr/bin/grep')
    await cluster.reboot('node3')
    expect(await said('node3', 'command -v grep')).toBe('/usr/bin/grep')
  })

  it('sets the zone and the language of one node', async () => {
    await cluster.setZone('node3', 'Asia/Kolkata')
    expect(await said('node3', 'date +%z')).toBe('+0530')
    expect(await said('node4', 'date +%z')).not.toBe('+0530')
    await cluster.setLocale('node3', 'C.UTF-8')
    expect(await said('node3', 'echo "$LANG $LC_ALL"')).toBe('C.UTF-8 C.UTF-8')
  })

  it('counts logins and refused passwords in each log', async () => {
    const before = await cluster.logins('node4')
    await ssh('node4', 'true')
    const { name, password } = cluster.passwordUser
    expect(await withPassword(`${name}@node4`, password)).toMatchObject({ code: 0, stdout: 'prof\n' })
    expect(await withPassword(`${name}@node4`, 'wrong')).toMatchObject({ code: 255 })
    expect(await cluster.logins('node4')).toEqual({
      accepted: before.accepted + 2,
      refusedPasswords: before.refusedPasswords + 1,
    })
  })

  /** ssh asks a program for the password where there is no terminal. */
  async function withPassword(where: string, password: string) {
    await writeFile(join(cluster.folder, 'ask'), `#!/bin/sh\necho '${password}'\n`, { mode: 0o700 })
    return cluster.onController(
      ['ssh', '-o', 'NumberOfPasswordPrompts=1', '-o', 'PubkeyAuthentication=no', where, 'whoami'],
      { env: { SSH_ASKPASS: join(cluster.folder, 'ask'), SSH_ASKPASS_REQUIRE: 'force' } },
    )
  }
})
