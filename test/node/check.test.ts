/** `clusterp check` on nodes with something wrong with each. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHECKS } from '../../src/commands/checking/checks.js'
import { MACHINE_CHECK } from '../../src/commands/checking/together.js'
import {
  type Cluster,
  canIsolate,
  type IsolatedCluster,
  type Ran,
  startCluster,
  startIsolatedCluster,
} from '../support/cluster/cluster.js'
import { CONNECT_TIMEOUT_SEC, loggersOn, newWork, sayingOf } from '../support/cluster/session.js'
import { describeWith, needs } from '../support/needs.js'

/** What `--json` says of one check of one host. */
function verdictOf(ran: Ran, host: string, name: string): unknown {
  const all = (ran.json?.checks ?? []) as readonly { readonly host: string; readonly name: string }[]
  return all.find((one) => one.host === host && one.name === name)
}

/** Every check of a host that answered. */
const NAMES = [...CHECKS.map(({ name }) => name), MACHINE_CHECK]

describeWith(['ssh', 'sshd', 'sar'], 'check on one node', () => {
  let cluster: Cluster
  let cwd: string
  let target: string
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 1 })
    cwd = await newWork(cluster, 'check', cluster.isIsolated ? [] : [`remote_dir: ${cluster.home}`])
    target = cluster.hosts[0]?.target ?? ''
  })
  afterAll(() => cluster.stop())
  const check = (...words: string[]) => cluster.clusterp(['check', ...words], { cwd })
  const knownHosts = () => readFile(join(cluster.home, '.ssh', 'known_hosts'), 'utf8')

  it('is 0 where all is well, counts the checks, and shows each with -v', async () => {
    const good = await check()
    expect(good).toMatchObject({ code: 0, stderr: '' })
    const [head, count, last] = good.stdout.trimEnd().split('\n')
    expect(head).toMatch(/^host +check +state +found$/)
    expect(count).toMatch(new RegExp(`^${target} +all ${NAMES.length} checks +ok`))
    expect(last).toBe('1 of 1 host ready.')
    const { stdout } = await check('-v')
    for (const name of [...NAMES, 'space here'])
      expect(stdout).toMatch(new RegExp(`^\\S.* ${name} +ok +\\S`, 'm'))
  })

  it('lists every check of every host in --json', async () => {
    const { json, stdout } = await check('--json')
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(json).toMatchObject({ ok: true, exitCode: 0 })
    expect(json?.hosts).toEqual([{ host: target, alias: null, ok: true, error: null }])
    const ok = { host: target, state: 'ok', text: expect.stringMatching(/./), remedy: null }
    expect(json?.checks).toEqual([
      ...NAMES.map((name) => ({ ...ok, name })),
      { ...ok, host: null, name: 'space here' },
    ])
  })

  it('refuses a node whose key nobody wrote down, until --accept-new has done so', async () => {
    await cluster.knownHosts([])
    const refused = await check()
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('0 of 1 host ready.') })
    expect(refused.stdout).toMatch(new RegExp(`^${target} +host key +FAIL +\\S`, 'm'))
    expect(refused.stderr).toContain('clusterp check --accept-new')
    expect(refused.stderr).toMatch(/SHA256:[\w+/]{43}/)
    expect(await knownHosts()).toBe('')
    expect(await check('--accept-new')).toMatchObject({ code: 0 })
    const [, type, key] = (await knownHosts()).trim().split(' ')
    expect(await cluster.hostKeyLines('node1')).toContainEqual(expect.stringContaining(`${type} ${key}`))
    expect(await check()).toMatchObject({ code: 0 })
  })

  it('refuses a changed key also with --accept-new, and leaves known_hosts as it is', async () => {
    await cluster.rekey('node1')
    const before = await knownHosts()
    const refused = await check('--accept-new', '--json')
    expect(refused).toMatchObject({ code: 1, json: { ok: false, exitCode: 1 } })
    expect(verdictOf(refused, target, 'host key')).toMatchObject({ state: 'fail' })
    expect(sayingOf(refused, target)).toMatchObject({
      ok: false,
      error: {
        message: expect.stringContaining('host key has changed'),
        hint: expect.stringMatching(/ssh-keygen .* -R /),
      },
    })
    expect(await knownHosts()).toBe(before)
    await cluster.knownHosts()
    expect(await check()).toMatchObject({ code: 0 })
  })

  it('is 2 for a host that is not in the config, and for no config at all', async () => {
    const wrong = target.replace(/.$/, 'x')
    expect(await check('--hosts', wrong)).toMatchObject({ code: 2, stderr: expect.stringContaining(target) })
    const none = await check('--config', 'nosuch.yml')
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('clusterp init') })
  })
})

describe.skipIf(!needs('sshd') || !needs('sar') || !needs('namespaces') || !canIsolate())(
  'check on three nodes',
  () => {
    let cluster: IsolatedCluster
    beforeAll(async () => {
      cluster = await startIsolatedCluster({ nodes: 3 })
    })
    afterAll(() => cluster.stop())
    const names = ['node1', 'node2', 'node3'] as const
    const check = (cwd: string, ...words: string[]) => cluster.clusterp(['check', ...words], { cwd })

    it('is 3 when a node does not answer, with the others judged; 1 when none does', async () => {
      const cwd = await newWork(cluster, 'lost')
      await cluster.cut('node2', { drop: true })
      const beganMs = performance.now()
      const one = await check(cwd, '--json')
      expect(performance.now() - beganMs).toBeLessThan(CONNECT_TIMEOUT_SEC * 1000 + 4000)
      expect(one).toMatchObject({ code: 3, json: { ok: false, exitCode: 3 } })
      expect(names.map((name) => (sayingOf(one, name) as { ok: boolean }).ok)).toEqual([true, false, true])
      expect(names.map((name) => verdictOf(one, name, 'space'))).toMatchObject([
        { state: 'ok' },
        undefined,
        { state: 'ok' },
      ])
      expect(verdictOf(one, 'node2', 'reachable')).toMatchObject({
        state: 'fail',
        remedy: expect.stringContaining('ssh -v'),
      })
      await cluster.killSshd('node1')
      await cluster.killSshd('node3')
      const none = await check(cwd)
      expect(none).toMatchObject({ code: 1, stdout: expect.stringContaining('0 of 3 hosts ready.') })
      expect(none.stdout).toMatch(/^node\[1,3\] +reachable +FAIL +node\[1,3\] port 22 refuses connections$/m)
      expect(none.stdout).toMatch(/^node2 +reachable +FAIL +no answer from node2 port 22 within 2 s$/m)
      expect(none.stdout.match(/^try: /gm)).toHaveLength(2)
      await cluster.heal('node2')
      await cluster.startSshd('node1')
      await cluster.startSshd('node3')
      const healed = await check(cwd)
      expect(healed).toMatchObject({ code: 0, stdout: expect.stringContaining('3 of 3 hosts ready.') })
      expect(healed.stdout).toMatch(/^node\[1-3\] +all \d+ checks +ok/m)
    })

    it('fails a node whose remote_dir is too small, and one that lacks it', async () => {
      const cwd = await newWork(cluster, 'small', ['remote_dir: /run/loggers'])
      const small = 'mkdir /run/loggers && mount -t tmpfs -o size=256k,mode=700 tmpfs /run/loggers'
      expect(await cluster.exec('node1', ['sh', '-c', small])).toMatchObject({ code: 0 })
      await cluster.exec('node2', ['mkdir', '-m', '700', '/run/loggers'])
      const ran = await check(cwd, '--json')
      expect(ran.code).toBe(3)
      expect(verdictOf(ran, 'node1', 'space')).toMatchObject({
        state: 'fail',
        text: expect.stringMatching(
          /^2\d\d kB free in \/run\/loggers, at most .* needed until the lease ends$/,
        ),
        remedy: expect.stringContaining('remote_dir'),
      })
      expect(verdictOf(ran, 'node2', 'space')).toMatchObject({ state: 'ok' })
      expect(verdictOf(ran, 'node1', 'remote_dir')).toMatchObject({
        state: 'warn',
        text: expect.stringContaining('in memory (tmpfs)'),
      })
      const lacking = 'remote_dir /run/loggers: there is no such folder'
      expect(verdictOf(ran, 'node3', 'remote_dir')).toMatchObject({
        state: 'fail',
        text: expect.stringContaining(lacking),
      })
      // The others are judged all the same.
      expect(verdictOf(ran, 'node3', 'sysstat')).toMatchObject({ state: 'ok' })
      expect(sayingOf(ran, 'node3')).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining(lacking) },
      })
    })

    it('warns of a node without sysstat, of a wrong clock and of sessions that are there', async () => {
      const cwd = await newWork(cluster, 'warned')
      const other = await newWork(cluster, 'other')
      expect(await cluster.clusterp(['start', '--hosts', 'node3'], { cwd: other })).toMatchObject({ code: 0 })
      await cluster.hide('node1', ['sar', 'sadf', 'sadc'])
      await cluster.skew?.('node2', 3600)
      const told = await check(cwd)
      expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('3 of 3 hosts ready.') })
      expect(told.stdout).toMatch(/^node1 +sysstat +warning +sysstat is not installed: recorded by/m)
      expect(told.stdout).toMatch(/^try on node1: (sudo )?apt-get install -y sysstat$/m)
      if (cluster.skew !== null) {
        expect(told.stdout).toMatch(/^node2 +clock +warning +60 min ahead/m)
        expect(told.stdout).toMatch(/^try on node2: (sudo )?timedatectl set-ntp true$/m)
      }
      expect(told.stdout).toMatch(/^node3 +leftovers +warning +1 session there already, 1 process alive$/m)
      expect(told.stdout).toContain(`\ntry: clusterp -C ${other} status\n`)
      // A warning is no failure, but what cannot be recorded as wanted is.
      await writeFile(join(cwd, 'config.yml'), 'hosts: [node1, node3]\ncollector: sar\nconnect_timeout: 2s\n')
      const wanted = await check(cwd)
      expect(wanted).toMatchObject({ code: 3, stdout: expect.stringContaining('1 of 2 hosts ready.') })
      expect(wanted.stdout).toMatch(/^node1 +sysstat +FAIL +sysstat is not installed$/m)
      expect(wanted.stdout).toMatch(
        /^try on node1: .*install -y sysstat {3}or in config.yml: collector: auto$/m,
      )
      expect(await loggersOn(cluster, 'node3')).toEqual(['sadc'])
      expect(await cluster.clusterp(['stop', '--now'], { cwd: other })).toMatchObject({ code: 0 })
    })

    it('knows a node that wants a Slurm job, and what else a configuration asks in vain', async () => {
      const cwd = await newWork(cluster, 'slurm', ["gpus: ['0']"])
      await cluster.setSshdOption('node1', 'UsePAM', 'yes')
      // In place of pam_slurm_adopt two modules that every Debian has.
      const pam = [
        'echo "Access denied by pam_slurm_adopt: you have no active jobs on this node" >/etc/refusal',
        'echo "account required pam_echo.so file=/etc/refusal" >/etc/pam.d/sshd',
        'echo "account required pam_deny.so" >>/etc/pam.d/sshd',
      ]
      expect(await cluster.exec('node1', ['sh', '-c', pam.join(' && ')])).toMatchObject({ code: 0 })
      for (const connect of ['ssh2', 'openssh']) {
        const text = await readFile(join(cwd, 'config.yml'), 'utf8')
        const path = `${connect}.yml`
        await writeFile(join(cwd, path), `${text}connect: ${connect}\n`)
        const ran = await check(cwd, '--json', '--config', path)
        expect(ran.code, connect).toBe(3)
        expect(verdictOf(ran, 'node1', 'login'), connect).toMatchObject({
          state: 'fail',
          text: expect.stringContaining('Slurm job'),
          remedy: expect.stringContaining('salloc'),
        })
        expect(verdictOf(ran, 'node3', 'gpu'), connect).toMatchObject({ state: 'fail' })
      }
      await cluster.setSshdOption('node1', 'UsePAM', null)
    })
  },
)
