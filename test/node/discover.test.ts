/** `clusterp init --discover`. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/config/config.js'
import { canIsolate, type IsolatedCluster, startIsolatedCluster } from '../support/cluster/cluster.js'
import { newWork, sayingOf, TWO_SAMPLES_MS } from '../support/cluster/session.js'
import { needs } from '../support/needs.js'

describe.skipIf(!needs('sshd') || !needs('sar') || !needs('namespaces') || !canIsolate())(
  'init --discover on three nodes',
  () => {
    let cluster: IsolatedCluster
    beforeAll(async () => {
      cluster = await startIsolatedCluster({ nodes: 3 })
      const veths = 'for n in 1 2 3; do ip link add veth$n type veth peer name peer$n; done'
      expect(await cluster.exec('node2', ['sh', '-c', veths])).toMatchObject({ code: 0 })
    })
    afterAll(() => cluster.stop())
    /** A folder on the controller, by default without a config.yml. */
    const folder = async (name: string, config: string | null = null) => {
      const cwd = await newWork(cluster, name)
      const path = join(cwd, config === null ? 'new.yml' : 'config.yml')
      if (config !== null) await writeFile(path, config)
      const init = (...words: string[]) =>
        cluster.clusterp(['init', '--discover', '--config', path, ...words], { cwd })
      return { cwd, path, init, read: () => readFile(path, 'utf8') }
    }
    const resolve = (text: string) => resolveConfig({ path: 'x.yml', text, env: {}, flags: {} }).config

    it('writes a private config of what the nodes have, with which a session records', async () => {
      const { cwd, path, init, read } = await folder('found')
      const ran = await init('node[1-3]')
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      expect(ran.stdout).toMatch(/^node\[1-3\] +\S+.* eth0 \(.*virtual\)/m)
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      const config = resolve(await read())
      expect(config.hosts.map(({ name }) => name)).toEqual(['node1', 'node2', 'node3'])
      // The veth pairs of node2 are no devices worth drawing.
      expect(config.interfaces).toEqual({ kind: 'listed', devices: [{ name: 'eth0', alias: 'eth0' }] })
      expect(await init('node1')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('is there already'),
      })
      const start = await cluster.clusterp(['start', '--config', path, '--interval', '1'], { cwd })
      expect(start).toMatchObject({ code: 0, stderr: expect.not.stringContaining('warning') })
      await wait(TWO_SAMPLES_MS)
      const stop = await cluster.clusterp(['stop', '--config', path, '--now', '--with-parse'], { cwd })
      expect(stop.code, stop.stdout).toBe(0)
      const network = await readFile(join(cwd, 'parsed/network/node2.csv'), 'utf8')
      expect(network).not.toContain('veth')
    })

    it('tells who does not answer and uses the others; without --force nobody is asked', async () => {
      const before =
        '# mine\nhosts:\n  - node1: A\n  - node3: C\nnet_interfaces: [em9]\nconnect_timeout: 1s\ninterval: 7 # kept\n'
      const { init, read } = await folder('partly', before)
      await cluster.killSshd('node3')
      expect(await init()).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') })
      const ran = await init('--force', '--json')
      expect(ran).toMatchObject({
        code: 3,
        json: { ok: false, devices: { net_interfaces: [{ name: 'eth0', alias: null }], gpus: 'auto' } },
      })
      expect(sayingOf(ran, 'node3')).toMatchObject({ ok: false, alias: 'C' })
      const text = await read()
      expect(text).toMatch(
        /^# mine\nhosts:\n {2}- node1: A\n {2}- node3: C\nnet_interfaces: {2}# found on [-\d]+ on 1 of 2 hosts; no answer from node3\n {2}- eth0 .*\nconnect_timeout: 1s\ninterval: 7 # kept\n/,
      )
      expect(resolve(text)).toMatchObject({ intervalSec: 7, interfaces: { devices: [{ name: 'eth0' }] } })
    })

    it('writes nothing, and is 1, when nobody answers', async () => {
      const before = 'hosts: [node3]\nconnect_timeout: 1s\n'
      const { init, read } = await folder('nobody', before)
      const ran = await init('--force')
      expect(ran).toMatchObject({ code: 1, stdout: '' })
      expect(ran.stderr).toContain('0 of 1 host answered')
      expect(await read()).toBe(before)
      const none = await folder('none')
      expect(await none.init('node3')).toMatchObject({ code: 1 })
      await expect(stat(none.path)).rejects.toThrow('ENOENT')
      await cluster.startSshd('node3')
    })
  },
)
