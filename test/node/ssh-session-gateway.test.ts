/** Whole sessions through a gateway, with namespaces and without. */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  canIsolate,
  type IsolatedCluster,
  type LoopbackCluster,
  startIsolatedCluster,
  startLoopbackCluster,
} from '../support/cluster/cluster.js'
import { loggersOn, newWork, rowsOf, sayingOf, TWO_SAMPLES_MS } from '../support/cluster/session.js'
import { describeWith, needs } from '../support/needs.js'

describeWith(['ssh', 'sshd'], 'a session on a node behind a gateway, without namespaces', () => {
  let cluster: LoopbackCluster
  beforeAll(async () => {
    cluster = await startLoopbackCluster({ nodes: 1, gateway: true })
  })
  afterAll(() => cluster.stop())

  it('records, is fetched and leaves nothing on the node', async () => {
    const remoteDir = join(cluster.folder, 'remote')
    await mkdir(remoteDir, { mode: 0o700 })
    const cwd = await newWork(cluster, 'whole', [`remote_dir: ${remoteDir}`])
    const target = cluster.hosts[0]?.target ?? ''
    expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
    expect((await loggersOn(cluster, 'node1')).length).toBeGreaterThan(0)
    await wait(TWO_SAMPLES_MS)
    expect(await cluster.clusterp(['stop', '--with-parse'], { cwd })).toMatchObject({ code: 0 })
    expect((await rowsOf(cwd, 'cpu', target)).length).toBeGreaterThanOrEqual(2)
    expect(await loggersOn(cluster, 'node1')).toEqual([])
    expect(await readdir(remoteDir)).toEqual([])
    expect((await cluster.logins('gw')).accepted).toBeGreaterThan(0)
    expect((await cluster.logins('node1')).accepted).toBeGreaterThan(0)
  })
})

describe.skipIf(!needs('sshd') || !needs('namespaces') || !canIsolate())(
  'a session through a gateway',
  () => {
    let cluster: IsolatedCluster
    beforeAll(async () => {
      cluster = await startIsolatedCluster({ nodes: 4, gateway: true })
    })
    afterAll(() => cluster.stop())

    it('uses names that only the gateway knows, and a connection to it that all nodes share', async () => {
      const cwd = await newWork(cluster, 'gateway')
      expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
      // One for all four nodes, and one more for the look at the first samples.
      expect((await cluster.logins('gw')).accepted).toBeLessThanOrEqual(2)
      await wait(TWO_SAMPLES_MS)
      expect(await cluster.clusterp(['stop', '--with-parse'], { cwd })).toMatchObject({ code: 0 })
      for (const { name } of cluster.hosts)
        expect((await rowsOf(cwd, 'cpu', name)).length).toBeGreaterThanOrEqual(2)
      expect(await readdir(join(cwd, 'raw', 'cpu'))).toEqual(['node1', 'node2', 'node3', 'node4'])
    })

    it('names the gateway when that refuses to forward', async () => {
      const cwd = await newWork(cluster, 'forwarding')
      await cluster.setSshdOption('gw', 'AllowTcpForwarding', 'no')
      const refused = await cluster.clusterp(['start', '--json'], { cwd })
      await cluster.setSshdOption('gw', 'AllowTcpForwarding', null)
      expect(refused.code).toBe(1)
      expect(sayingOf(refused, 'node2')).toMatchObject({ error: { message: expect.stringContaining('gw') } })
    })

    it('is started and stopped by the ssh program, too', async () => {
      const cwd = await newWork(cluster, 'openssh', ['connect: openssh'])
      expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
      expect(await cluster.clusterp(['stop', '--now'], { cwd })).toMatchObject({ code: 0 })
      for (const { name } of cluster.hosts) expect(await loggersOn(cluster, name)).toEqual([])
    })
  },
)
