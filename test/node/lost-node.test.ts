/** Nodes and gateways that go away before, during and at the end of a session, and come back. */
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

/** A connection from which nothing comes for so long is given up on. */
const SILENCE_LIMIT_MS = 20_000
const POLLING = { timeout: 20_000, interval: 20 }

/** Puts a slow program in the place of one: it waits as long as the file /run/slow says, if that is there. */
const SLOW = `set -eu
real=$(command -v "$1")
cp "$real" "/run/real-$1"
printf '#!/bin/sh\\nif [ -e /run/slow ]; then sleep "$(cat /run/slow)"; fi\\nexec "/run/real-%s" "$@"\\n' "$1" >/run/slow-program
chmod 755 /run/slow-program
mount --bind /run/slow-program "$real"`

interface StoredSession {
  readonly id: string
  readonly state: string
  readonly hosts: readonly { readonly name: string; readonly state: string }[]
}

async function storedAt(path: string): Promise<StoredSession | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as StoredSession)
}

describe.skipIf(!needs('sshd') || !needs('sar') || !needs('namespaces') || !canIsolate())(
  'a node that is lost',
  () => {
    let cluster: IsolatedCluster
    beforeAll(async () => {
      cluster = await startIsolatedCluster({ nodes: 3 })
    })
    afterAll(() => cluster.stop())
    const names = ['node1', 'node2', 'node3'] as const
    const must = async (host: string, ...argv: string[]): Promise<void> => {
      expect(await cluster.exec(host, argv)).toMatchObject({ code: 0 })
    }
    const makeSlow = (host: string, program: string) => must(host, 'sh', '-c', SLOW, 'sh', program)
    const setSlow = (host: string, seconds: number) => must(host, 'sh', '-c', `echo ${seconds} >/run/slow`)
    const commandsOn = async (host: string) => (await cluster.processes(host)).map((one) => one.command)
    const expectClean = async (hosts: readonly string[]): Promise<void> => {
      for (const host of hosts) {
        expect(await loggersOn(cluster, host)).toEqual([])
        expect(await readdir(cluster.diskPath(host, '/var/tmp'))).toEqual([])
      }
    }

    it('before the start costs the others one deadline, and no more than that', async () => {
      const cwd = await newWork(cluster, 'before')
      await cluster.cut('node3', { drop: true })
      const beganMs = performance.now()
      const start = await cluster.clusterp(['start', '--keep-going', '--json'], { cwd })
      // The deadline, the lead to the agreed start, the first record.
      expect(performance.now() - beganMs).toBeLessThan(CONNECT_TIMEOUT_SEC * 1000 + 6000)
      expect(start).toMatchObject({ code: 3, json: { ok: false } })
      expect(sayingOf(start, 'node3')).toMatchObject({ ok: false })
      expect(sayingOf(start, 'node2')).toMatchObject({ ok: true, error: null })
      expect(await cluster.clusterp(['status'], { cwd })).toMatchObject({ code: 3 })
      await wait(TWO_SAMPLES_MS)
      expect((await cluster.clusterp(['stop', '--with-parse'], { cwd })).stdout).toContain(
        'node3: was not recorded: connect: ',
      )
      const firsts = await Promise.all(
        ['node1', 'node2'].map(async (name) => (await rowsOf(cwd, 'cpu', name))[0]?.split(',')[0]),
      )
      expect(firsts[0]).toMatch(/^\d{4}-/)
      expect(firsts[0]).toBe(firsts[1])
      await cluster.heal('node3')
      await expectClean(names)
    })

    it('to a reboot keeps what it recorded; stop says so with code 3, each time', async () => {
      const cwd = await newWork(cluster, 'reboot')
      expect(await cluster.clusterp(['start', '--hosts', 'node1,node2'], { cwd })).toMatchObject({ code: 0 })
      await wait(TWO_SAMPLES_MS)
      await cluster.reboot('node1')
      const first = await cluster.clusterp(['stop', '--with-parse', '--json'], { cwd })
      expect(first).toMatchObject({ code: 3, json: { state: 'stopped', partial: [{ host: 'node1' }] } })
      expect((await rowsOf(cwd, 'cpu', 'node1')).length).toBeGreaterThanOrEqual(1)
      expect((await rowsOf(cwd, 'cpu', 'node2')).length).toBeGreaterThanOrEqual(2)
      const again = await cluster.clusterp(['stop'], { cwd })
      expect(again.code).toBe(3)
      expect(again.stdout).toMatch(/node1: partial: the node was rebooted while sadc was recording/)
      expect(await cluster.clusterp(['stop'], { cwd })).toMatchObject({ code: 3, stdout: again.stdout })
      await expectClean(names)
    })

    it('after it was armed lets the start fail; what is on it is kept in mind, and ended later', async () => {
      const [strict, kept] = [await newWork(cluster, 'strict'), await newWork(cluster, 'kept')]
      // A slow probe: the agreed start lies twice as far ahead, and all are armed long before it.
      await makeSlow('node1', 'getconf')
      await setSlow('node1', 1.3)
      const start = (cwd: string, ...words: string[]) =>
        cluster.clusterp(['start', '--json', ...words], { cwd, timeoutMs: 40_000 })
      const starting = [start(strict), start(kept, '--keep-going')] as const
      const areArmed = async (): Promise<boolean> => {
        const found = [strict, kept].map((cwd) => storedAt(join(cwd, 'session.starting.json')))
        const hosts = (await Promise.all(found)).flatMap((stored) => stored?.hosts ?? [])
        return hosts.length === 6 && hosts.every((host) => host.state === 'armed')
      }
      await expect.poll(areArmed, POLLING).toBe(true)
      await cluster.cut('node2', { drop: true })
      const [failed, partly] = await Promise.all(starting)
      await must('node1', 'rm', '/run/slow')
      const [id = ''] = await readdir(join(strict, 'sessions'))
      const hint = expect.stringContaining(`clusterp -C sessions/${id} stop`)
      const message = expect.stringContaining('not cleaned up: node2')
      expect(failed).toMatchObject({ code: 1, json: { error: { message, hint } } })
      expect((await readdir(strict)).filter((name) => name.startsWith('session.'))).toEqual([])
      expect(await storedAt(join(strict, 'sessions', id, 'session.json'))).toMatchObject({
        id,
        state: 'failed',
        hosts: [{ state: 'cleaned' }, { state: 'pending' }, { state: 'cleaned' }],
      })
      expect(partly).toMatchObject({ code: 3, json: { ok: false } })
      expect(names.map((name) => (sayingOf(partly, name) as { ok: boolean }).ok)).toEqual([true, false, true])
      expect(await storedAt(join(kept, 'session.json'))).toMatchObject({
        state: 'running',
        hosts: [{ state: 'running' }, { state: 'pending' }, { state: 'running' }],
      })
      for (const [name, count] of [
        ['node1', 1],
        ['node2', 2],
        ['node3', 1],
      ] as const)
        expect(await loggersOn(cluster, name)).toHaveLength(count)
      expect(await cluster.clusterp(['stop', '--now'], { cwd: kept })).toMatchObject({ code: 3 })
      await cluster.heal('node2')
      for (const words of [
        ['-C', `sessions/${id}`, 'stop'],
        ['-C', kept, 'stop'],
      ])
        expect(await cluster.clusterp(words, { cwd: strict })).toMatchObject({ code: 0 })
      await expectClean(names)
    })

    it.concurrent('in mid-stop is pending until it is back; the others are fetched, and then it is', async () => {
      const cwd = await newWork(cluster, 'midstop')
      await makeSlow('node2', 'sadf')
      expect(await cluster.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
      await wait(TWO_SAMPLES_MS)
      await setSlow('node2', 3)
      const beganMs = performance.now()
      const stopping = cluster.clusterp(['stop', '--json'], { cwd })
      await expect.poll(() => commandsOn('node2'), POLLING).toContain('sleep 3')
      await cluster.cut('node2', { drop: true })
      const first = await stopping
      expect(performance.now() - beganMs).toBeLessThan(SILENCE_LIMIT_MS + 12_000)
      expect(first).toMatchObject({ code: 3, json: { state: 'stopped' } })
      expect(names.map((name) => (sayingOf(first, name) as { ok: boolean }).ok)).toEqual([true, false, true])
      expect(await storedAt(join(cwd, 'session.json'))).toMatchObject({
        hosts: [{ state: 'cleaned' }, { state: 'pending' }, { state: 'cleaned' }],
      })
      await expectClean(['node1', 'node3'])
      await must('node2', 'rm', '/run/slow')
      await cluster.heal('node2')
      const second = await cluster.clusterp(['stop', '--with-parse', '--json'], { cwd })
      expect(second).toMatchObject({ code: 0, json: { partial: [] } })
      for (const name of names) expect((await rowsOf(cwd, 'cpu', name)).length).toBeGreaterThanOrEqual(2)
      await expectClean(names)
    })

    it.concurrent('that is a gateway, in mid-stop, leaves all behind it pending; the next stop goes on', async () => {
      const gated = await startIsolatedCluster({ nodes: 2, gateway: true })
      try {
        const cwd = await newWork(gated, 'gateway')
        await gated.exec('node1', ['sh', '-c', SLOW, 'sh', 'sadf'])
        expect(await gated.clusterp(['start'], { cwd })).toMatchObject({ code: 0 })
        await wait(TWO_SAMPLES_MS)
        await gated.exec('node1', ['sh', '-c', 'echo 3 >/run/slow'])
        const stopping = gated.clusterp(['stop', '--json'], { cwd })
        const isConverting = async () =>
          (await gated.processes('node1')).some((one) => one.command === 'sleep 3')
        await expect.poll(isConverting, POLLING).toBe(true)
        await gated.killSshd('gw')
        const first = await stopping
        expect(first.code).toBe(3)
        expect(sayingOf(first, 'node1')).toMatchObject({ ok: false })
        await gated.startSshd('gw')
        await gated.exec('node1', ['rm', '/run/slow'])
        const second = await gated.clusterp(['stop', '--with-parse', '--json'], { cwd })
        expect(second).toMatchObject({ code: 0, json: { state: 'stopped', partial: [] } })
        for (const name of ['node1', 'node2']) {
          expect((await rowsOf(cwd, 'cpu', name)).length).toBeGreaterThanOrEqual(2)
          expect(await loggersOn(gated, name)).toEqual([])
          expect(await readdir(gated.diskPath(name, '/var/tmp'))).toEqual([])
        }
      } finally {
        await gated.stop()
      }
    })
  },
)
