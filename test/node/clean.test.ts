/** `clusterp clean` on real nodes: what it ends and removes, and above all what it leaves alone. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cluster, type Ran, startCluster } from '../support/cluster/cluster.js'
import { newWork, rowsOf, TWO_SAMPLES_MS } from '../support/cluster/session.js'
import { describeWith } from '../support/needs.js'

/** What the user and somebody else run on the node, and no session of ours is. */
const BYSTANDERS = `
cd "$2"
setsid sar -o keeper.sa 1 600 >/dev/null 2>&1 </dev/null &
setsid bash -c 'exec -a "sar -o keeper" sleep 600' </dev/null >/dev/null 2>&1 &
CLUSTERP_LOGGER="$1/10." setsid sleep 601 </dev/null >/dev/null 2>&1 &
sleep 0.3`

describeWith(['ssh', 'sshd', 'sar', 'bash'], 'clean', () => {
  let cluster: Cluster
  /** remote_dir as the node sees it, and as the test does. */
  let remoteDir: string
  let remoteFolder: string
  let target: string
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 1 })
    target = cluster.hosts[0]?.target ?? ''
    // Without namespaces /var/tmp is the machine's own.
    remoteDir = cluster.isIsolated ? '/var/tmp' : join(cluster.folder, 'remote')
    remoteFolder = cluster.isIsolated ? cluster.diskPath('node1', '/var/tmp') : remoteDir
    if (!cluster.isIsolated) await mkdir(remoteDir, { mode: 0o700 })
  })
  afterAll(() => cluster.stop())

  const work = (name: string, lines: readonly string[] = []) =>
    newWork(cluster, name, [`remote_dir: ${remoteDir}`, ...lines])
  const run = (cwd: string, ...words: string[]): Promise<Ran> => cluster.clusterp(words, { cwd })
  const sessionOf = async (folder: string) =>
    JSON.parse(await readFile(join(folder, 'session.json'), 'utf8')) as { id: string }
  /** Starts a session in a folder; gives its id. */
  const started = async (cwd: string): Promise<string> => {
    expect(await run(cwd, 'start')).toMatchObject({ code: 0 })
    return (await sessionOf(cwd)).id
  }
  /** Pids of the loggers of a session. */
  const loggersOf = async (id: string): Promise<readonly number[]> => {
    const all = await cluster.processes('node1')
    return all.filter((one) => one.environ.CLUSTERP_LOGGER === `${id}/1.`).map((one) => one.machinePid)
  }
  /** Sessions that have a folder on the node. */
  const foldersOf = async (): Promise<readonly string[]> => {
    const users = (await readdir(remoteFolder)).filter((name) => name.startsWith('clusterp-'))
    return (await Promise.all(users.map((user) => readdir(join(remoteFolder, user))))).flat().sort()
  }
  /** A session that stop could not reach, of which everything is still on the node. */
  const pending = async (cwd: string): Promise<string> => {
    const id = await started(cwd)
    await cluster.killSshd('node1')
    expect(await run(cwd, 'stop', '--now')).toMatchObject({ code: 3 })
    await cluster.startSshd('node1')
    expect(await loggersOf(id)).toHaveLength(1)
    return id
  }

  it('has nothing to do on a node on which nothing lies, and nobody to ask without a config', async () => {
    const cwd = await work('nothing')
    expect(await run(cwd, 'clean', '--yes')).toMatchObject({
      code: 0,
      stdout: 'Nothing to clean on 1 host.\n',
    })
    const json = await run(cwd, 'clean', '--yes', '--json')
    expect(json.json).toMatchObject({
      ok: true,
      exitCode: 0,
      hosts: [{ host: target, ok: true }],
      removed: [],
    })
    await rm(join(cwd, 'config.yml'))
    const nobody = await run(cwd, 'clean', '--yes')
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('clusterp clean --hosts') })
  })

  it('shows a session whose folder here was deleted, and removes it when it is named', async () => {
    const [gone, cwd] = [await work('gone'), await work('finder')]
    const id = await started(gone)
    await rm(gone, { recursive: true })
    const shown = await run(cwd, 'clean', '--yes', '--discard')
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to clean') })
    expect(shown.stdout).toMatch(
      new RegExp(`${target} +${id} +1 .*:${gone} +of another folder: name its session`),
    )
    const refused = await run(cwd, 'clean', id, '--yes')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--discard') })
    expect(refused.stderr).toContain('never fetched')
    expect(await loggersOf(id)).toHaveLength(1)
    const removed = await run(cwd, 'clean', id, '--yes', '--discard', '--json')
    expect(removed).toMatchObject({ code: 0, json: { ok: true, removed: [`${target}:${id}`] } })
    expect(await loggersOf(id)).toEqual([])
    expect(await foldersOf()).toEqual([])
  })

  it('asks, without a terminal names the words that need no answer, and tells what cannot be removed', async () => {
    const cwd = await work('asking')
    const id = await pending(cwd)
    const refused = await run(cwd, 'clean', '--yes')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('never fetched') })
    expect(refused.stderr).toMatch(/clusterp stop {3}or throw it away: clusterp clean --discard\n/)
    for (const words of [
      ['clean', '--discard'],
      ['clean', id, '--discard'],
    ]) {
      const asked = await run(cwd, ...words)
      expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no terminal') })
      expect(asked.stderr).toContain(`session ${id} of `)
      expect(asked.stderr).toContain(
        `try: clusterp ${words.join(' ').replace('--discard', '--yes --discard')}\n`,
      )
    }
    expect(await loggersOf(id)).toHaveLength(1)
    // What somebody changed is not what clusterp made, and is not touched.
    const folder = join(remoteDir, `clusterp-${process.getuid?.()}`, id)
    const chmod = (mode: string) => cluster.exec('node1', ['chmod', '-R', mode, folder])
    await chmod('a+rX')
    const failed = await run(cwd, 'clean', '--yes', '--discard', '--json')
    expect(failed).toMatchObject({ code: 3, json: { removed: [], hosts: [{ host: target, ok: false }] } })
    expect(failed.stderr).toContain(`${id} is not a folder of this user alone`)
    await chmod('go=')
    expect(await run(cwd, 'clean', '--yes', '--discard')).toMatchObject({ code: 0 })
    expect(await foldersOf()).toEqual([])
  })

  it('spares a session that runs; of one that is over session.json and stop then say that its data are lost', async () => {
    const cwd = await work('noted')
    const id = await pending(cwd)
    const next = await started(cwd)
    const loggers = await loggersOf(next)
    const cleaned = await run(cwd, 'clean', '--yes', '--discard')
    expect(cleaned).toMatchObject({ code: 0, stdout: expect.stringContaining('Removed 1 folder.') })
    expect(cleaned.stdout).toMatch(new RegExp(`${next} .* the session is running: clusterp stop`))
    expect(await loggersOf(id)).toEqual([])
    expect(await loggersOf(next)).toEqual(loggers)
    expect(loggers).toHaveLength(1)
    const earlier = join(cwd, 'sessions', id)
    const lost = 'its data were removed by clean before they were fetched'
    expect(await sessionOf(earlier)).toMatchObject({
      state: 'stopped',
      hosts: [{ state: 'cleaned', problems: [lost], error: null }],
    })
    const said = await cluster.clusterp(['-C', earlier, 'stop'])
    expect(said).toMatchObject({ code: 3, stdout: expect.stringContaining(`partial: ${lost}`) })
    expect(await sessionOf(cwd)).toMatchObject({ state: 'running' })
    expect(await run(cwd, 'stop', '--now')).toMatchObject({ code: 0 })
    expect(await run(cwd, 'clean', '--yes')).toMatchObject({
      code: 0,
      stdout: 'Nothing to clean on 1 host.\n',
    })
  })

  it('ends its own only, as stop does: other sessions, other users and other sars stay whole', async () => {
    const [ours, other] = [await work('ours'), await work('other')]
    const others = [other]
    if (cluster.isIsolated) others.push(await work('user', [`ssh_username: ${cluster.passwordUser.name}`]))
    const id = await started(ours)
    const ids = await Promise.all(others.map(started))
    expect(await cluster.exec('node1', ['bash', '-c', BYSTANDERS, 'bash', id, remoteDir])).toMatchObject({
      code: 0,
    })
    const bystanders = async (): Promise<readonly string[]> => {
      const all = await cluster.processes('node1')
      const isTheirs = (mark: string | undefined) => ids.some((one) => mark?.startsWith(`${one}/`))
      return all
        .filter(
          ({ environ, command }) => /keeper|^sleep 601$/.test(command) || isTheirs(environ.CLUSTERP_LOGGER),
        )
        .map(({ machinePid, command }) => `${machinePid} ${command}`)
    }
    const before = await bystanders()
    // One sadc for each session, three bystanders, and the sadc that sar begets.
    expect(before.length).toBeGreaterThanOrEqual(ids.length + 3)
    await wait(TWO_SAMPLES_MS)
    expect(await run(ours, 'stop')).toMatchObject({ code: 0 })
    expect(await bystanders()).toEqual(before)

    const orphan = await started(ours)
    await rm(join(ours, 'session.json'))
    expect(await run(ours, 'clean', '--yes')).toMatchObject({ code: 1 })
    const cleaned = await run(ours, 'clean', '--yes', '--discard')
    expect(cleaned).toMatchObject({ code: 0, stdout: expect.stringContaining('Removed 1 folder.') })
    expect(await loggersOf(orphan)).toEqual([])
    expect(await bystanders()).toEqual(before)
    expect(await foldersOf()).toEqual([...ids].sort())

    for (const folder of others) {
      expect(await run(folder, 'stop', '--with-parse', '--json')).toMatchObject({
        code: 0,
        json: { partial: [] },
      })
      expect((await rowsOf(folder, 'cpu', target)).length).toBeGreaterThanOrEqual(2)
    }
    expect(await readdir(remoteFolder)).toEqual(['keeper.sa'])
  })
})
