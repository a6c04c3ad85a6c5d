/** The cluster itself: what it promises to other tests holds, and nothing of it is left behind. */
import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Cluster, canIsolate, startCluster, startLoopbackCluster } from '../support/cluster/cluster.js'
import { describeWith } from '../support/needs.js'

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
