/** Two names of one machine, and two machines that share a disk. */
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
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
import { loggersOn, newWork, rowsOf, TWO_SAMPLES_MS } from '../support/cluster/session.js'
import { describeWith, needs } from '../support/needs.js'

describeWith(['ssh', 'sshd'], 'two names of one machine', () => {
  let cluster: Cluster
  beforeAll(async () => {
    // Without namespaces all nodes are this machine.
    cluster = await startCluster({ nodes: 2 })
  })
  afterAll(() => cluster.stop())

  it('are a mistake in the config that names both, and nothing is left there', async () => {
    const [first, second] = cluster.hosts
    const names = [first?.target ?? '', (cluster.isIsolated ? first?.address : second?.target) ?? '']
    const cwd = await newWork(cluster, 'twice')
    const remoteDir = cluster.isIsolated ? '/var/tmp' : join(cluster.folder, 'remote')
    const remoteFolder = cluster.isIsolated ? cluster.diskPath('node1', '/var/tmp') : remoteDir
    await mkdir(remoteFolder, { recursive: true, mode: 0o700 })
    const text = `hosts: ['${names.join("', '")}']\ninterval: 1\nremote_dir: ${remoteDir}\n`
    await writeFile(join(cwd, 'config.yml'), text)
    for (const words of [['start'], ['start', '--keep-going']]) {
      const refused = await cluster.clusterp([...words, '--json'], { cwd })
      expect(refused).toMatchObject({ code: 2, json: { ok: false, exitCode: 2 } })
      expect(refused.stderr).toContain(`${names[0]} and ${names[1]} are one machine`)
      expect(refused.stderr).toContain('try: ')
    }
    expect(await readdir(remoteFolder)).toEqual([])
    expect(await loggersOn(cluster, 'node1')).toEqual([])
    expect((await readdir(cwd)).filter((name) => name.startsWith('session'))).toEqual([])
  })
})

describe.skipIf(!needs('sshd') || !needs('sar') || !needs('namespaces') || !canIsolate())(
  'two nodes with one remote_dir',
  () => {
    let cluster: IsolatedCluster
    let shared: string
    beforeAll(async () => {
      cluster = await startIsolatedCluster({ nodes: 2 })
      // node2 boots with the /var/tmp of node1.
      shared = cluster.diskPath('node1', '/var/tmp')
      const own = cluster.diskPath('node2', '/var/tmp')
      await rm(own, { recursive: true })
      await symlink(shared, own)
      await cluster.reboot('node2')
    })
    afterAll(() => cluster.stop())
    const names = ['node1', 'node2'] as const
    const idOf = async (cwd: string): Promise<string> =>
      (JSON.parse(await readFile(join(cwd, 'session.json'), 'utf8')) as { id: string }).id
    const foldersOf = (id: string) => readdir(join(shared, 'clusterp-0', id)).then((found) => found.sort())

    it('do not touch what is the other’s, whoever is stopped first', async () => {
      const cwd = await newWork(cluster, 'shared')
      expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
      const id = await idOf(cwd)
      expect(await foldersOf(id)).toEqual(['1-node1', '2-node2'])
      const check = await cluster.clusterp(['check'], { cwd })
      expect(check.stdout).toMatch(
        /^node\[1-2\] +leftovers +warning +1 session there already, 1 process alive$/m,
      )
      await wait(TWO_SAMPLES_MS)
      expect(await cluster.clusterp(['stop', '--hosts', 'node1'], { cwd })).toMatchObject({ code: 0 })
      expect(await foldersOf(id)).toEqual(['2-node2'])
      expect(await loggersOn(cluster, 'node1')).toEqual([])
      expect(await loggersOn(cluster, 'node2')).toEqual(['sadc'])
      const last = await cluster.clusterp(['stop', '--with-parse', '--json'], { cwd })
      expect(last).toMatchObject({ code: 0, json: { state: 'stopped', partial: [] } })
      const parsed = await cluster.clusterp(['parse'], { cwd })
      expect(parsed).toMatchObject({ code: 0 })
      for (const name of names) expect((await rowsOf(cwd, 'network', name)).length).toBeGreaterThanOrEqual(2)
      expect(await readdir(shared)).toEqual([])
    })

    it('can be started, stopped and cleaned by several at once', async () => {
      const works = await Promise.all(['a', 'b', 'c'].map((name) => newWork(cluster, name)))
      const all = (...words: string[]) => Promise.all(works.map((cwd) => cluster.clusterp(words, { cwd })))
      for (const ran of await all('start')) expect(ran).toMatchObject({ code: 0 })
      for (const name of names) expect(await loggersOn(cluster, name)).toEqual(['sadc', 'sadc', 'sadc'])
      const [a = '', b = '', c = ''] = works
      const orphan = await idOf(c)
      await rm(join(c, 'session.json'))
      const [cleaned, ...stopped] = await Promise.all([
        cluster.clusterp(['clean', '--yes', '--discard', '--hosts', 'node2', '--json'], { cwd: c }),
        ...[a, b].map((cwd) => cluster.clusterp(['stop', '--now'], { cwd })),
      ])
      expect(cleaned).toMatchObject({ code: 0, json: { removed: [`node2:${orphan}`] } })
      for (const ran of stopped) expect(ran).toMatchObject({ code: 0 })
      expect(await foldersOf(orphan)).toEqual(['1-node1'])
      expect(await loggersOn(cluster, 'node1')).toEqual(['sadc'])
      expect(await loggersOn(cluster, 'node2')).toEqual([])
      expect(await cluster.clusterp(['clean', '--yes', '--discard'], { cwd: c })).toMatchObject({ code: 0 })
      expect(await readdir(shared)).toEqual([])
    })
  },
)
