/** Whole sessions over SSH, run as a user runs them, on nodes that fail as nodes do. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canIsolate, type IsolatedCluster, startIsolatedCluster } from '../support/cluster/cluster.js'
import {
  CONNECT_TIMEOUT_SEC,
  loggersOn,
  newWork,
  rowsOf,
  sayingOf,
  TWO_SAMPLES_MS,
} from '../support/cluster/session.js'
import { needs } from '../support/needs.js'

describe.skipIf(!needs('sshd') || !needs('namespaces') || !canIsolate())('sessions on four nodes', () => {
  let cluster: IsolatedCluster
  beforeAll(async () => {
    cluster = await startIsolatedCluster({ nodes: 4 })
  })
  afterAll(() => cluster.stop())

  const names = ['node1', 'node2', 'node3', 'node4'] as const
  /** Nothing of any session is on these nodes. */
  const expectClean = async (hosts: readonly string[]): Promise<void> => {
    for (const host of hosts) {
      expect(await loggersOn(cluster, host)).toEqual([])
      expect(await readdir(cluster.diskPath(host, '/var/tmp'))).toEqual([])
    }
  }

  it('record on all at once, outlive every connection, and leave nothing behind', async () => {
    const cwd = await newWork(cluster, 'whole')
    expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
    for (const name of names) {
      await cluster.killSshd(name)
      await cluster.startSshd(name)
    }
    await wait(TWO_SAMPLES_MS)
    for (const name of names) expect(await loggersOn(cluster, name)).toEqual(['sadc'])
    expect(await cluster.clusterp(['stop', '--with-parse', '--with-plot'], { cwd })).toMatchObject({
      code: 0,
    })
    const firsts = await Promise.all(
      names.map(async (name) => (await rowsOf(cwd, 'cpu', name))[0]?.split(',')[0]),
    )
    expect(new Set(firsts).size).toBe(1)
    // Each node has a network of its own.
    expect((await rowsOf(cwd, 'network', 'node3'))[0]).toMatch(/,eth0,/)
    expect(await readdir(join(cwd, 'plot'))).toContain('cpu')
    await expectClean(names)
  })

  it.each([0.4, 0.6, 0.8, 0.95])('are left clean by a Ctrl-C at %f of a start', async (part) => {
    const timed = await newWork(cluster, `timed-${part}`)
    const begun = performance.now()
    await cluster.clusterp(['start'], { cwd: timed })
    const startMs = performance.now() - begun
    await cluster.clusterp(['stop', '--now'], { cwd: timed })
    const cwd = await newWork(cluster, `interrupted-${part}`)
    const running = cluster.startClusterp(['start'], { cwd })
    await wait(part * startMs)
    running.signal('SIGINT')
    const ended = await running.ended
    if (ended.code === 0) await cluster.clusterp(['stop', '--now'], { cwd })
    else expect(ended.stderr).toMatch(/^(?!.*not cleaned up).*error: start: interrupted$/ms)
    await expectClean(names)
  })

  it('keep what a node recorded before it was rebooted, and say so', async () => {
    const cwd = await newWork(cluster, 'reboot')
    expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
    await wait(TWO_SAMPLES_MS)
    await cluster.reboot('node2')
    const stopped = await cluster.clusterp(['stop', '--with-parse', '--json'], { cwd })
    expect(stopped).toMatchObject({ code: 3, json: { partial: [{ host: 'node2' }] } })
    expect(stopped.stderr).toContain('[node2] stopped')
    expect((await rowsOf(cwd, 'cpu', 'node2')).length).toBeGreaterThanOrEqual(1)
    await expectClean(names)
  })

  it('are complete once a node that was cut off is back', async () => {
    const cwd = await newWork(cluster, 'cut')
    expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
    await cluster.cut('node3', { drop: true })
    await wait(TWO_SAMPLES_MS)
    const beganMs = performance.now()
    const first = await cluster.clusterp(['stop', '--json'], { cwd })
    expect(performance.now() - beganMs).toBeLessThan(CONNECT_TIMEOUT_SEC * 1000 + 4000)
    expect(first.code).toBe(3)
    expect(sayingOf(first, 'node3')).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('node3') },
    })
    expect(sayingOf(first, 'node4')).toMatchObject({ ok: true })
    await expectClean(['node1', 'node2', 'node4'])
    expect(await loggersOn(cluster, 'node3')).toEqual(['sadc'])
    await cluster.heal('node3')
    const stoppedMs = async (): Promise<unknown> =>
      JSON.parse(await readFile(join(cwd, 'session.json'), 'utf8')).stoppedMs
    const firstStopMs = await stoppedMs()
    expect(await cluster.clusterp(['stop', '--with-parse'], { cwd })).toMatchObject({ code: 0 })
    // The session ended when the others were stopped.
    expect(await stoppedMs()).toBe(firstStopMs)
    expect((await rowsOf(cwd, 'cpu', 'node3')).length).toBeGreaterThanOrEqual(2)
    await expectClean(names)
  })

  it('do not begin when one node cannot be reached, and nothing stays on the others', async () => {
    const cwd = await newWork(cluster, 'strict')
    await cluster.cut('node1', { drop: true })
    const refused = await cluster.clusterp(['start', '--json'], { cwd })
    expect(refused).toMatchObject({
      code: 1,
      json: { ok: false, error: { hint: expect.stringContaining('--keep-going') } },
    })
    await expectClean(names)
    expect(await cluster.clusterp(['start', '--keep-going'], { cwd })).toMatchObject({ code: 3 })
    await cluster.heal('node1')
    expect(await cluster.clusterp(['stop', '--now'], { cwd })).toMatchObject({ code: 0 })
    await expectClean(names)
  })

  it('begin only on nodes whose keys are known and unchanged', async () => {
    const cwd = await newWork(cluster, 'keys')
    await cluster.knownHosts([])
    const unknown = await cluster.clusterp(['start', '--json'], { cwd })
    expect(unknown.code).toBe(1)
    expect(unknown.stdout + unknown.stderr).toContain('clusterp check --accept-new')
    await cluster.knownHosts()
    await cluster.rekey('node4')
    const changed = await cluster.clusterp(['start', '--json'], { cwd })
    expect(sayingOf(changed, 'node4')).toMatchObject({
      ok: false,
      error: {
        message: expect.stringContaining('host key has changed'),
        hint: expect.stringContaining('ssh-keygen'),
      },
    })
    await cluster.knownHosts()
    await expectClean(names)
    expect(await readdir(cwd)).not.toContain('session.json')
  })

  it('leave a node alone whose key is another one than at the start', async () => {
    const cwd = await newWork(cluster, 'other')
    expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
    const old = await cluster.exec('node1', ['sh', '-c', 'mkdir /run/keys; cp /etc/ssh/ssh_host_* /run/keys'])
    expect(old.code).toBe(0)
    await cluster.rekey('node1')
    await cluster.knownHosts()
    const refused = await cluster.clusterp(['stop', '--now', '--json'], { cwd })
    expect(refused.code).toBe(3)
    expect(sayingOf(refused, 'node1')).toMatchObject({ ok: false })
    expect(await loggersOn(cluster, 'node1')).toEqual(['sadc'])
    // The machine is itself again.
    await cluster.exec('node1', ['sh', '-c', 'cp /run/keys/* /etc/ssh/'])
    await cluster.killSshd('node1')
    await cluster.startSshd('node1')
    await cluster.knownHosts()
    expect(await cluster.clusterp(['stop', '--now'], { cwd })).toMatchObject({ code: 0 })
    await expectClean(names)
  })

  it('use the sampler on a node without sysstat, with times of the same clock in every zone', async () => {
    const cwd = await newWork(cluster, 'mixed')
    await cluster.hide('node2', ['sar', 'sadf', 'sadc'])
    await cluster.setZone('node3', 'Asia/Kolkata')
    expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
    expect(await loggersOn(cluster, 'node2')).not.toContain('sadc')
    await wait(TWO_SAMPLES_MS)
    expect(await cluster.clusterp(['stop', '--with-parse'], { cwd })).toMatchObject({ code: 0 })
    const firstMs = async (name: string) =>
      Date.parse((await rowsOf(cwd, 'cpu', name))[0]?.split(',')[0] ?? '')
    for (const name of ['node2', 'node3', 'node4'])
      expect(Math.abs((await firstMs(name)) - (await firstMs('node1')))).toBeLessThan(1500)
    await expectClean(names)
    await cluster.reboot('node2')
    await cluster.setZone('node3', 'Etc/UTC')
  })

  it('send a password that is wrong once only, and a right one to all', async () => {
    const user = cluster.passwordUser
    const cwd = await newWork(cluster, 'password', [`ssh_username: ${user.name}`])
    for (const name of names) await cluster.setSshdOption(name, 'PubkeyAuthentication', 'no')
    const refusedOn = async () => {
      const counts = await Promise.all(names.map((name) => cluster.logins(name)))
      return counts.reduce((sum, count) => sum + count.refusedPasswords, 0)
    }
    const start = (password: string) =>
      cluster.clusterp(['start', '--json'], { cwd, env: { CLUSTERP_SSH_PASSWORD: password } })
    const before = await refusedOn()
    const wrong = await start('not-this-one')
    expect(wrong.code).toBe(1)
    expect(wrong.stdout + wrong.stderr).not.toContain('not-this-one')
    expect((await refusedOn()) - before).toBe(1)
    expect(await start(user.password)).toMatchObject({ code: 0 })
    expect(await readFile(join(cwd, 'session.json'), 'utf8')).not.toContain(user.password)
    const env = { CLUSTERP_SSH_PASSWORD: user.password }
    expect(await cluster.clusterp(['stop', '--now'], { cwd, env })).toMatchObject({ code: 0 })
    for (const name of names) await cluster.setSshdOption(name, 'PubkeyAuthentication', null)
    await expectClean(names)
  })
})
