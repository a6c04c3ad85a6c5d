import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULTS } from '../../../src/config/defaults.js'
import type { SshConfig } from '../../../src/model.js'
import { createSshConfigReader } from '../../../src/remote/ssh/ssh-config.js'

describe('createSshConfigReader', () => {
  let folder = ''
  let warnings: string[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clusterp-ssh-config-'))
    warnings = []
  })

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  /** A program that writes its words down and answers by the last of them. */
  async function fakeSsh(cases: string): Promise<string> {
    const path = join(folder, 'ssh')
    const user =
      'user=me; while [ "$1" != -- ]; do case "$1" in -l) user=$2; shift;; -p) echo "port $2"; shift;; esac; shift; done'
    const script = `#!/bin/sh\necho "$*" >>'${folder}/words'\n${user}\necho "hostname $2"\ncase "$2" in\n${cases}\nesac\necho "user $user"\n`
    await writeFile(path, script)
    await chmod(path, 0o755)
    return path
  }

  const asked = async (): Promise<string[]> =>
    (await readFile(join(folder, 'words'), 'utf8')).trim().split('\n').sort()

  const readerOf = (sshProgram: string, overrides: Partial<SshConfig> = {}) =>
    createSshConfigReader({
      home: folder,
      user: 'me',
      vars: { PATH: process.env.PATH },
      sshProgram,
      overrides: { ...DEFAULTS.ssh, ...overrides },
      report: (warning) => warnings.push(warning),
    })

  const at = (hostname: string, user: string | null = null, port: number | null = null) => ({
    hostname,
    user,
    port,
  })

  it('asks ssh -G once for each host, with the user and port that config.yml says', async () => {
    const reader = readerOf(await fakeSsh('x) ;;'), { username: 'bob', port: 2200 })
    const [first, again, other] = await Promise.all([
      reader.settingsOf(at('n1'), 'node'),
      reader.settingsOf(at('n1'), 'node'),
      reader.settingsOf(at('n2', 'eve', 23), 'node'),
    ])
    expect(first).toMatchObject({ hostName: 'n1', user: 'bob', port: 2200 })
    expect(again).toBe(first)
    expect(other).toMatchObject({ hostName: 'n2', user: 'eve', port: 23 })
    expect(await asked()).toEqual(['-G -l bob -p 2200 -- n1', '-G -l eve -p 23 -- n2'])
  })

  it('lets config.yml win over ssh_config', async () => {
    const ssh = await fakeSsh(
      'n1) echo "identityfile /k1"; echo "identityfile /k2"; echo "stricthostkeychecking no";;',
    )
    const read = (overrides: Partial<SshConfig>) => readerOf(ssh, overrides).settingsOf(at('n1'), 'node')
    expect(await read({})).toMatchObject({ identityFiles: ['/k1', '/k2'], hostKeyChecking: 'off' })
    expect(await read({ identityFile: '~/k', hostKeyChecking: 'strict' })).toMatchObject({
      identityFiles: [join(folder, 'k'), '/k1', '/k2'],
      hostKeyChecking: 'strict',
    })
    expect((await read({ identityFile: '/k2' })).identityFiles).toEqual(['/k2', '/k1'])
  })

  it('takes ssh_gateway in place of ProxyJump and ProxyCommand, with ssh_username and without ssh_port', async () => {
    const ssh = await fakeSsh('n1) echo "proxyjump elsewhere";;\nn2) echo "proxycommand nc";;')
    const reader = readerOf(ssh, { gateways: ['gw', 'eve@gw2:99'], username: 'bob', port: 2200 })
    for (const name of ['n1', 'n2']) {
      const { settings, hops } = await reader.resolve(at(name))
      expect(settings).toMatchObject({
        hostName: name,
        user: 'bob',
        port: 2200,
        proxyJump: [],
        proxyCommand: null,
      })
      expect(hops.map(({ name, address }) => [name, address])).toEqual([
        ['gw', 'bob@gw:22'],
        ['eve@gw2:99', 'eve@gw2:99'],
      ])
    }
  })

  it('follows ProxyJump to the first machine, as ssh does', async () => {
    const ssh = await fakeSsh(
      'n1) echo "proxyjump b,c";;\nb) echo "proxyjump a:23";;\nc) echo "proxyjump ignored";;\na) echo "proxycommand nc";;',
    )
    const { hops } = await readerOf(ssh).resolve(at('n1'))
    expect(hops.map(({ name }) => name)).toEqual(['a:23', 'b', 'c'])
    expect(hops.map(({ settings }) => settings.proxyCommand)).toEqual(['nc', null, null])
    expect(hops.map(({ settings }) => settings.proxyJump)).toEqual([[], [], []])
  })

  it('keeps the user that ssh_config gives a hop of ProxyJump, else takes ssh_username', async () => {
    const ssh = await fakeSsh('n1) echo "proxyjump named,plain";;\nnamed) [ "$user" = me ] && user=gwuser;;')
    const { hops } = await readerOf(ssh, { username: 'bob' }).resolve(at('n1'))
    expect(hops.map(({ address }) => address)).toEqual(['gwuser@named:22', 'bob@plain:22'])
  })

  it('ends at a ProxyJump that leads in circles', async () => {
    const ssh = await fakeSsh('a) echo "proxyjump b";;\nb) echo "proxyjump a";;')
    await expect(readerOf(ssh).resolve(at('a'))).rejects.toMatchObject({
      host: 'a',
      message: 'reading ssh_config: ProxyJump leads over more than 8 hops',
    })
  })

  it('says what ssh finds wrong with its configuration', async () => {
    const ssh = await fakeSsh('n1) echo "config: line 3: Bad configuration option: foo" >&2; exit 255;;')
    await expect(readerOf(ssh).resolve(at('n1'))).rejects.toMatchObject({
      message: expect.stringMatching(/^reading ssh_config: .*line 3: Bad configuration option: foo$/),
      hint: 'see: ssh -G n1',
    })
  })

  it('does without ssh where there is none, and says once that a configuration is not read', async () => {
    const without = readerOf(join(folder, 'none'))
    expect(await without.settingsOf(at('n1'), 'node')).toMatchObject({ hostName: 'n1', user: 'me', port: 22 })
    expect(warnings).toEqual([])
    await mkdir(join(folder, '.ssh'))
    await writeFile(join(folder, '.ssh', 'config'), '')
    const reader = readerOf(join(folder, 'none'), { username: 'bob' })
    const all = await Promise.all(['n1', 'n2', 'n3'].map((name) => reader.settingsOf(at(name), 'node')))
    expect(all.map(({ user }) => user)).toEqual(['bob', 'bob', 'bob'])
    expect(warnings).toEqual([
      `there is no ssh program here, so ${join(folder, '.ssh', 'config')} is not read: say in config.yml what it says`,
    ])
  })

  it('asks for at most 64 hosts at once', async () => {
    const ssh = await fakeSsh(
      `*) mkdir '${folder}/run.'$$; ls -d '${folder}'/run.* | wc -l >>'${folder}/counts'; sleep 0.1; rmdir '${folder}/run.'$$;;`,
    )
    const reader = readerOf(ssh)
    await Promise.all(Array.from({ length: 80 }, (_, index) => reader.settingsOf(at(`n${index}`), 'node')))
    const counts = (await readFile(join(folder, 'counts'), 'utf8')).trim().split('\n').map(Number)
    expect(counts).toHaveLength(80)
    expect(Math.max(...counts)).toBeLessThanOrEqual(64)
    expect(Math.max(...counts)).toBeGreaterThan(8)
  })
})
