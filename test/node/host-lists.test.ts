/** `--hosts` with a config and without one, and lists that stand somewhere else. */
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Cluster,
  canIsolate,
  type IsolatedCluster,
  startCluster,
  startIsolatedCluster,
} from '../support/cluster/cluster.js'
import { loggersOn, newWork, TWO_SAMPLES_MS } from '../support/cluster/session.js'
import { describeWith, needs } from '../support/needs.js'

interface StoredSession {
  readonly state: string
  readonly hosts: readonly { readonly name: string; readonly state: string }[]
}

async function sessionAt(folder: string): Promise<StoredSession> {
  return JSON.parse(await readFile(join(folder, 'session.json'), 'utf8')) as StoredSession
}

/** Text and time of each CSV of a host, by resource. */
async function csvsOf(cwd: string, host: string): Promise<Readonly<Record<string, number>>> {
  const entries = await readdir(join(cwd, 'parsed'), { withFileTypes: true })
  const resources = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const times = resources.map(async (resource) => {
    const found = await stat(join(cwd, 'parsed', resource, `${host}.csv`)).catch(() => null)
    return [resource, found?.mtimeMs ?? 0] as const
  })
  return Object.fromEntries(await Promise.all(times))
}

describe.skipIf(!needs('sshd') || !needs('sar') || !needs('namespaces') || !canIsolate())(
  '--hosts, of three nodes',
  () => {
    let cluster: IsolatedCluster
    let cwd: string
    beforeAll(async () => {
      cluster = await startIsolatedCluster({ nodes: 3 })
      cwd = await newWork(cluster, 'part')
    })
    afterAll(() => cluster.stop())
    const run = (...words: string[]) => cluster.clusterp(words, { cwd })

    it('is refused with the near match when it names nobody, before anything is begun', async () => {
      for (const command of ['start', 'check']) {
        const refused = await run(command, '--hosts', 'node1,noed2', '--json')
        expect(refused).toMatchObject({ code: 2, json: { ok: false, exitCode: 2 } })
        expect(refused.stderr).toMatch(/"noed2" is none of the 3 hosts.*"?node2/)
      }
      expect(await readdir(cwd)).not.toContain('session.json')
    })

    it('makes start record these only, whatever the order they are named in', async () => {
      expect(await run('start', '--hosts', 'node3,root@node1')).toMatchObject({ code: 0 })
      expect((await sessionAt(cwd)).hosts.map(({ name }) => name)).toEqual(['node1', 'node3'])
      expect(await loggersOn(cluster, 'node2')).toEqual([])
      const unknown = await run('stop', '--hosts', 'node2')
      expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('none of the 2 hosts') })
      expect((await sessionAt(cwd)).state).toBe('running')
    })

    it('makes stop fetch these only; the session runs on with the others', async () => {
      await wait(TWO_SAMPLES_MS)
      const part = await run('stop', '--hosts', 'node1', '--with-parse', '--json')
      expect(part).toMatchObject({ code: 0, json: { state: 'running', partial: [] } })
      expect(await sessionAt(cwd)).toMatchObject({
        state: 'running',
        hosts: [{ state: 'cleaned' }, { state: 'running' }],
      })
      expect(await readdir(join(cwd, 'raw', 'cpu'))).toEqual(['node1'])
      expect(await loggersOn(cluster, 'node1')).toEqual([])
      expect(await loggersOn(cluster, 'node3')).toEqual(['sadc'])
      expect(await run('status')).toMatchObject({ code: 0 })
      const again = await run('start', '--hosts', 'node1')
      expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is running already') })
      const rest = await run('stop', '--with-parse', '--json')
      expect(rest).toMatchObject({ code: 0, json: { state: 'stopped', partial: [] } })
      expect(await readdir(join(cwd, 'parsed', 'cpu'))).toEqual(['node1.csv', 'node3.csv'])
      expect(await loggersOn(cluster, 'node3')).toEqual([])
    })

    it('makes parse rewrite only their CSVs, and plot say that it shows a part', async () => {
      const [before1, before3] = [await csvsOf(cwd, 'node1'), await csvsOf(cwd, 'node3')]
      expect(await run('parse', '--hosts', 'node3')).toMatchObject({ code: 0 })
      expect(await csvsOf(cwd, 'node1')).toEqual(before1)
      for (const [resource, changedMs] of Object.entries(await csvsOf(cwd, 'node3')))
        expect(changedMs).toBeGreaterThan(before3[resource] ?? 0)
      expect(await run('plot', '--hosts', 'node3', '--only', 'load')).toMatchObject({ code: 0 })
      expect(await readFile(join(cwd, 'plot/selection/load/run_queue.svg'), 'utf8')).toContain('1 of 2 hosts')
      for (const command of ['parse', 'plot'])
        expect(await run(command, '--hosts', 'nod3')).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('node3'),
        })
    })

    it('is the whole configuration where there is none, and is kept as config.yml', async () => {
      const folder = join(cluster.folder, 'bare')
      await mkdir(folder, { mode: 0o700 })
      const bare = (...words: string[]) => cluster.clusterp(words, { cwd: folder })
      expect(await bare('start', '--hosts', 'node[1-2]', '--interval', '1')).toMatchObject({ code: 0 })
      const config = join(folder, 'config.yml')
      expect((await stat(config)).mode & 0o777).toBe(0o600)
      const text = await readFile(config, 'utf8')
      expect(text).toMatch(/^hosts:\n {2}- .?node\[1-2\].?\n/m)
      for (const key of ['filesystem_names', 'net_interfaces', 'gpus'])
        expect(text).toContain(`${key}: auto\n`)
      expect(await loggersOn(cluster, 'node2')).toEqual(['sadc'])
      expect(await loggersOn(cluster, 'node3')).toEqual([])
      expect(await bare('stop', '--now')).toMatchObject({ code: 0 })
      expect((await sessionAt(folder)).hosts.map(({ name }) => name)).toEqual(['node1', 'node2'])
    })
  },
)

describeWith(['ssh', 'sshd'], 'a list of hosts that stands somewhere else', () => {
  let cluster: Cluster
  let target: string
  let path: string
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 1 })
    target = cluster.hosts[0]?.target ?? ''
    const bin = join(cluster.folder, 'scheduler')
    await mkdir(bin)
    const script = `#!/bin/sh
case "$*" in
  'show hostnames alloc[1-1]') echo '${target}' ;;
  'show job 4711 -o') echo 'JobId=4711 JobName=train JobState=RUNNING NodeList=alloc[1-1] NumNodes=1' ;;
  'show job 4712 -o') echo 'JobId=4712 JobName=next JobState=PENDING NodeList=(null) NumNodes=1' ;;
  *) echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1 ;;
esac
`
    await writeFile(join(bin, 'scontrol'), script)
    await chmod(join(bin, 'scontrol'), 0o755)
    const own = await cluster.onController(['sh', '-c', 'echo "$PATH"'])
    path = `${bin}:${own.stdout.trim()}`
  })
  afterAll(() => cluster.stop())
  const remoteDir = () => (cluster.isIsolated ? '/var/tmp' : cluster.home)
  const work = async (name: string, hosts: string): Promise<string> => {
    const cwd = join(cluster.folder, `work-${name}`)
    await mkdir(cwd, { mode: 0o700 })
    const text = `hosts: [${hosts}]\ninterval: 1\nremote_dir: ${remoteDir()}\nconnect_timeout: 5s\n`
    await writeFile(join(cwd, 'config.yml'), text, { mode: 0o600 })
    return cwd
  }
  const run = (cwd: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    cluster.clusterp(words, { cwd, env: { PATH: path, ...env } })

  it('is that of the Slurm job at the start; stop knows it after the job, too', async () => {
    const cwd = await work('slurm', 'slurm')
    const outside = await run(cwd, ['start'])
    expect(outside).toMatchObject({ code: 2, stderr: expect.stringContaining('SLURM_JOB_NODELIST') })
    expect(await run(cwd, ['start'], { SLURM_JOB_NODELIST: 'alloc[1-1]' })).toMatchObject({ code: 0 })
    expect((await sessionAt(cwd)).hosts).toMatchObject([{ name: target, state: 'running' }])
    expect(await run(cwd, ['status'])).toMatchObject({ code: 0 })
    expect(await run(cwd, ['stop'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 of 1 host'),
    })
    expect(await loggersOn(cluster, 'node1')).toEqual([])
  })

  it('is that of any Slurm job by its number, and a job without nodes is a mistake', async () => {
    const cwd = await work('jobs', "'slurm:4711'")
    const { code, json } = await run(cwd, ['check', '--json'])
    expect([code, json?.hosts]).toEqual([0, [{ host: target, alias: null, ok: true, error: null }]])
    const waiting = await run(await work('waiting', "'slurm:4712'"), ['check'])
    expect(waiting).toMatchObject({ code: 2, stderr: expect.stringContaining('has no nodes now (PENDING)') })
  })

  it('is a file, with slots and comments, each host once; beside config.yml or after --hosts', async () => {
    const cwd = await work('file', "'file:hosts.txt'")
    await writeFile(join(cwd, 'hosts.txt'), `# rack 1\n${target} slots=8 # the first\n\n${target}\n`)
    const listed = await run(cwd, ['check', '--json'])
    expect(listed).toMatchObject({ code: 0, json: { hosts: [{ host: target }] } })
    expect(listed.json?.hosts).toHaveLength(1)
    const missing = await run(await work('nofile', "'file:nosuch.txt'"), ['check'])
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no file') })
    const picked = await run(await work('picked', `'${target}', other`), [
      'check',
      '--hosts',
      `file:${cwd}/hosts.txt`,
    ])
    expect(picked).toMatchObject({ code: 0, stdout: expect.stringMatching(/\n1 of 1 host ready\.\n$/) })
  })

  it('is that of the PBS job, whose file names a host once for each core', async () => {
    const cwd = await work('pbs', 'pbs')
    await writeFile(join(cwd, 'nodes'), `${target}\n${target}\n`)
    const inside = await run(cwd, ['check', '--json'], { PBS_NODEFILE: join(cwd, 'nodes') })
    expect(inside).toMatchObject({ code: 0 })
    expect(inside.json?.hosts).toHaveLength(1)
    const outside = await run(cwd, ['check'])
    expect(outside).toMatchObject({ code: 2, stderr: expect.stringContaining('PBS_NODEFILE is not set') })
  })
})
