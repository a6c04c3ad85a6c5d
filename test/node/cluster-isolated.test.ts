/** Hosts with namespaces of their own break, change and come back as real ones do. */
import { readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canIsolate, type IsolatedCluster, startIsolatedCluster } from '../support/cluster/cluster.js'
import { needs } from '../support/needs.js'

const LOGGER = 'setsid sleep 600 </dev/null >/dev/null 2>&1 &'

describe.skipIf(!needs('sshd') || !needs('namespaces') || !canIsolate())('an isolated cluster', () => {
  let cluster: IsolatedCluster
  let startMs: number
  beforeAll(async () => {
    const beganMs = performance.now()
    cluster = await startIsolatedCluster({ nodes: 4 })
    startMs = performance.now() - beganMs
  })
  afterAll(() => cluster.stop())

  const ssh = (host: string, ...words: string[]) =>
    cluster.onController(['ssh', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=2', host, ...words])
  const said = async (host: string, command: string) => {
    const ran = await ssh(host, command)
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    return ran.stdout.trim()
  }

  it('is up in less than 1.5 seconds', () => {
    expect(startMs).toBeLessThan(1500)
  })

  it('gives every node a name, addresses, folders and processes of its own', async () => {
    expect(
      await said('node2', 'hostname; hostname -I; touch /tmp/x /var/tmp/x /root/x /run/x; ls /home'),
    ).toBe('node2\n10.99.0.12 \nprof')
    expect(await said('node3', 'ls /tmp /var/tmp /root /run')).not.toMatch(/^x$/m)
    expect(await readdir(cluster.diskPath('node2', '/var/tmp'))).toEqual(['x'])
    expect((await said('node2', 'ls -d /proc/[0-9]* | wc -l')).length).toBeLessThan(3)
    expect(await said('node2', 'ls /sys/class/net')).toBe('eth0\nlo')
    expect(await readlink('/proc/self/ns/net')).not.toBe(await said('node2', 'readlink /proc/self/ns/net'))
  })

  it('has no way out', async () => {
    expect(await said('node1', 'ip route')).toBe(
      '10.99.0.0/24 dev eth0 proto kernel scope link src 10.99.0.11',
    )
    expect((await cluster.onController(['ip', 'route'])).stdout).not.toContain('default')
  })

  it('shows an unknown name as unknown at once', async () => {
    const beganMs = performance.now()
    expect(await ssh('nosuch', 'true')).toMatchObject({
      code: 255,
      stderr: expect.stringContaining('Name or service not known'),
    })
    expect(performance.now() - beganMs).toBeLessThan(1000)
  })

  it('says "no route" to a node whose cable is pulled, and reaches it again when it is back', async () => {
    await cluster.cut('node1')
    expect(await said('node2', 'cat /sys/class/net/eth0/operstate')).toBe('up')
    expect((await cluster.exec('node1', ['cat', '/sys/class/net/eth0/carrier'])).stdout).toBe('0\n')
    const refused = await cluster.onController(['ssh', '-o', 'ConnectTimeout=9', 'node1', 'true'])
    expect(refused.stderr).toContain('No route to host')
    await cluster.heal('node1')
    expect(await ssh('node1', 'true')).toMatchObject({ code: 0 })
  })

  it('lets connections to a node time out while its packets vanish', async () => {
    await cluster.cut('node1', { drop: true })
    expect((await cluster.exec('node1', ['cat', '/sys/class/net/eth0/carrier'])).stdout).toBe('1\n')
    expect(await ssh('node1', 'true')).toMatchObject({
      code: 255,
      stderr: expect.stringContaining('timed out'),
    })
    await cluster.heal('node1')
    expect(await ssh('node1', 'true')).toMatchObject({ code: 0 })
  })

  it('reboots a node: another boot id, a young kernel, no old process, the same disk', async () => {
    const bootId = await said('node2', 'cat /proc/sys/kernel/random/boot_id')
    await said('node2', `touch /tmp/old /root/old; ${LOGGER}`)
    expect((await cluster.processes('node2')).map((one) => one.command)).toContain('sleep 600')
    const connected = ssh('node2', 'sleep 600')
    await expect.poll(async () => (await cluster.processes('node2')).length).toBeGreaterThan(4)
    await cluster.reboot('node2')
    expect(await connected).toMatchObject({ code: 255 })
    expect(await said('node2', 'cat /proc/sys/kernel/random/boot_id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await said('node2', 'cat /proc/sys/kernel/random/boot_id')).not.toBe(bootId)
    expect(Number((await said('node2', 'cat /proc/uptime')).split(' ')[0])).toBeLessThan(10)
    expect(await said('node2', 'cd /; ls -d tmp/old root/old 2>/dev/null || true')).toBe('root/old')
    expect((await cluster.processes('node2')).map((one) => one.command)).not.toContain('sleep 600')
  })

  it('keeps a node cut off over a reboot, so that nobody hears of its end', async () => {
    const connected = cluster.onController(['ssh', 'node2', 'sleep 600'], { timeoutMs: 2500 })
    await expect
      .poll(async () => (await cluster.processes('node2')).map((one) => one.command))
      .toContain('sleep 600')
    await cluster.cut('node2', { drop: true })
    await cluster.reboot('node2')
    expect(await connected).toMatchObject({ isTimedOut: true })
    expect(await ssh('node2', 'true')).toMatchObject({ code: 255 })
    await cluster.heal('node2')
    expect(await ssh('node2', 'true')).toMatchObject({ code: 0 })
  })

  it('reaps what loses its parent', async () => {
    await said('node1', '(setsid sleep 0.05 &) ; sleep 0.2')
    expect((await cluster.processes('node1', { zombies: true })).filter((one) => one.state === 'Z')).toEqual(
      [],
    )
  })

  it('takes programs away from one node until it reboots', async () => {
    expect(await said('node3', 'command -v grep')).toBe('/usr/bin/grep')
    await cluster.hide('node3', ['grep'])
    expect(await ssh('node3', 'command -v grep')).toMatchObject({ code: 127, stdout: '' })
    expect(await said('node4', 'command -v grep')).toBe('/usr/bin/grep')
    await cluster.reboot('node3')
    expect(await said('node3', 'command -v grep')).toBe('/usr/bin/grep')
  })

  it('sets the zone and the language of one node', async () => {
    await cluster.setZone('node3', 'Asia/Kolkata')
    expect(await said('node3', 'date +%z')).toBe('+0530')
    expect(await said('node4', 'date +%z')).not.toBe('+0530')
    await cluster.setLocale('node3', 'C.UTF-8')
    expect(await said('node3', 'echo "$LANG $LC_ALL"')).toBe('C.UTF-8 C.UTF-8')
  })

  it('counts logins and refused passwords in each log', async () => {
    const before = await cluster.logins('node4')
    await ssh('node4', 'true')
    const { name, password } = cluster.passwordUser
    expect(await withPassword(`${name}@node4`, password)).toMatchObject({ code: 0, stdout: 'prof\n' })
    expect(await withPassword(`${name}@node4`, 'wrong')).toMatchObject({ code: 255 })
    expect(await cluster.logins('node4')).toEqual({
      accepted: before.accepted + 2,
      refusedPasswords: before.refusedPasswords + 1,
    })
  })

  /** ssh asks a program for the password where there is no terminal. */
  async function withPassword(where: string, password: string) {
    await writeFile(join(cluster.folder, 'ask'), `#!/bin/sh\necho '${password}'\n`, { mode: 0o700 })
    return cluster.onController(
      ['ssh', '-o', 'NumberOfPasswordPrompts=1', '-o', 'PubkeyAuthentication=no', where, 'whoami'],
      { env: { SSH_ASKPASS: join(cluster.folder, 'ask'), SSH_ASKPASS_REQUIRE: 'force' } },
    )
  }
})
