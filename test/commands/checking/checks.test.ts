import { describe, expect, it } from 'vitest'
import type { NodeFacts, PortFacts } from '../../../src/collectors/collector.js'
import { CHECKS, type CheckSubject } from '../../../src/commands/checking/checks.js'
import { findFault, warningsAtStart } from '../../../src/commands/checking/node-checks.js'
import { expectedBytes, fittingDuration, freeBytesAt } from '../../../src/commands/checking/space.js'
import { DEFAULTS } from '../../../src/config/defaults.js'
import type { Config, DeviceSelection } from '../../../src/model.js'
import type { Leftover } from '../../../src/remote/leftovers.js'
import { FACTS } from '../../collectors/node-facts.js'
import { OLD_ID } from '../../session/sample.js'

const facts: NodeFacts = { ...FACTS, freeBytes: 1e12 }
const bare: Partial<NodeFacts> = { sysstatVersion: null, sadcPath: null, hasSar: false }
const config: Config = { ...DEFAULTS, filesystems: { kind: 'auto' }, interfaces: { kind: 'auto' }, hosts: [] }
const listed = (...names: string[]): DeviceSelection => ({
  kind: 'listed',
  devices: names.map((name) => ({ name, alias: name })),
})
const HERE = { host: 'login1', directory: '/home/me/test' }

const leftover: Leftover = {
  place: { remoteDir: '/var/tmp', sessionId: OLD_ID, number: 1, folder: '1-node1' },
  alive: 1,
  bytes: 4096,
  leaseEnd: null,
  controller: 'login1',
  directory: '/home/me',
}

const login = {
  hostName: 'node1',
  user: 'ann',
  port: 22,
  gateways: [],
  passwordGateways: [],
  fingerprint: 'SHA256:abc',
}

function subject(change: Partial<CheckSubject> = {}, ofFacts: Partial<NodeFacts> = {}): CheckSubject {
  return {
    config,
    facts: { ...facts, ...ofFacts },
    host: { name: 'node1', isLocal: false },
    login,
    loginMs: 300,
    clock: { atMs: 0, offsetMs: 0, uncertaintyMs: 5, uptimeSec: 100, wallMinusUptimeSec: 0 },
    leftovers: [],
    controller: HERE,
    ...change,
  }
}

function verdict(name: string, of: CheckSubject) {
  const check = CHECKS.find((one) => one.name === name)
  if (check === undefined) throw new Error(`no check "${name}"`)
  return check.judge(of)
}

const clockAt = (offsetMs: number, uncertaintyMs = 5) =>
  verdict('clock', subject({ clock: { ...subject().clock, offsetMs, uncertaintyMs } }))

describe('the checks', () => {
  it('find nothing on a node that is as it should be', () => {
    expect(CHECKS.map(({ judge }) => judge(subject()).state)).toEqual(CHECKS.map(() => 'ok'))
    expect(CHECKS.map(({ judge }) => judge(subject()).remedy)).toEqual(CHECKS.map(() => null))
  })

  it('have a name each', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length)
  })

  it('warn of a node without sysstat, with the words of its own package manager', () => {
    expect(verdict('sysstat', subject({}, bare))).toEqual({
      state: 'warn',
      text: 'sysstat is not installed: recorded by the /proc sampler',
      remedy: 'sudo apt-get install -y sysstat',
      isForNode: true,
    })
    expect(verdict('sysstat', subject({}, { ...bare, installer: 'dnf', uid: 0 })).remedy).toBe(
      'dnf install -y sysstat',
    )
    const wanted = subject({ config: { ...config, collector: 'sar' } }, bare)
    expect(verdict('sysstat', wanted)).toMatchObject({
      state: 'fail',
      remedy: 'sudo apt-get install -y sysstat   or in config.yml: collector: auto',
    })
  })

  it('say which sysstat there is, and whether it records only what is wanted', () => {
    expect(verdict('sysstat', subject()).text).toBe(
      'sysstat 12.6.1, /usr/lib/sysstat/sadc, records only what is drawn',
    )
    const old = verdict(
      'sysstat',
      subject({}, { sysstatVersion: '12.0.3', takesActivities: false, sadcPath: null }),
    )
    expect(old.text).toBe(
      'sysstat 12.0.3, by sar, for sadc is hidden, records all activities: it cannot choose',
    )
  })

  it('fail where nothing can record', () => {
    const nothing = { ...bare, hasPerl: false, bashMajor: null, hasAwk: false }
    expect(verdict('sysstat', subject({}, nothing))).toMatchObject({ state: 'fail' })
  })

  it('fail on a disk that the loggers can fill, to the byte, with a lease that fits', () => {
    const need = expectedBytes(config, facts)
    expect(verdict('space', subject({}, { freeBytes: need }))).toMatchObject({ state: 'ok' })
    expect(verdict('space', subject({}, { freeBytes: need - 1 }))).toMatchObject({
      state: 'fail',
      remedy: 'in config.yml: duration: 5d   or remote_dir: a folder with more space',
    })
    expect(verdict('space', subject({}, { freeBytes: 0 })).remedy).toBe(
      'in config.yml: remote_dir: a folder with more space',
    )
    expect(verdict('space', subject({}, { freeBytes: null }))).toMatchObject({ state: 'warn' })
  })

  it('fail on a remote_dir that cannot be used, and warn of one in memory', () => {
    const problem = 'remote_dir /x: there is no such folder, or it is closed to this user'
    const broken = subject({}, { remoteDirProblem: problem, remoteBase: '', freeBytes: null })
    expect(verdict('remote_dir', broken)).toMatchObject({
      state: 'fail',
      text: problem,
      remedy: 'in config.yml: remote_dir: a folder of your own on each node',
    })
    expect(verdict('space', broken)).toMatchObject({ state: 'ok' })
    const open = {
      ...broken.facts,
      remoteDirProblem: 'remote_dir /scratch: others can write in it and it is not sticky',
    }
    const ofConfig = { ...config, remoteDir: '/scratch' }
    expect(verdict('remote_dir', subject({ config: ofConfig }, open))).toMatchObject({
      remedy: 'sudo chmod +t /scratch',
      isForNode: true,
    })
    expect(verdict('remote_dir', subject({ config: ofConfig }, broken.facts)).remedy).toBe(
      'in config.yml: remote_dir: /var/tmp',
    )
    const inMemory = verdict('remote_dir', subject({}, { remoteFileSystem: 'tmpfs' }))
    expect(inMemory).toMatchObject({ state: 'warn', text: expect.stringContaining('in memory (tmpfs)') })
  })

  it('warn of GPUs without data on auto, and fail where they were asked for by name', () => {
    const problem = 'driver not loaded (rc 9)'
    const broken = { hasNvidiaSmi: true, gpu: { problem, fields: [], gpus: [], driverVersion: null } }
    expect(verdict('gpu', subject({}, broken))).toMatchObject({
      state: 'warn',
      text: `no GPU data: ${problem}`,
      remedy: 'sudo modprobe nvidia && nvidia-smi',
    })
    const byName = { config: { ...config, gpus: listed('0') } }
    expect(verdict('gpu', subject(byName, broken))).toMatchObject({ state: 'fail' })
    expect(verdict('gpu', subject(byName))).toMatchObject({
      state: 'fail',
      text: 'no GPU data: the node has no nvidia-smi',
    })
    const gpus = [0, 1].map((index) => ({ index: String(index), uuid: `GPU-${index}` }))
    const good = { hasNvidiaSmi: true, gpu: { problem: null, fields: [], gpus, driverVersion: '550.54' } }
    expect(verdict('gpu', subject({}, good))).toMatchObject({ state: 'ok', text: '2 GPUs, driver 550.54' })
    const unwanted = { config: { ...config, gpus: { kind: 'none' } as const } }
    expect(verdict('gpu', subject(unwanted, broken))).toMatchObject({ state: 'ok' })
  })

  it('warn of an active InfiniBand port without readable counters', () => {
    const port: PortFacts = {
      device: 'mlx5_0',
      port: 1,
      state: 'ACTIVE',
      isReadable: true,
      rateGbitPerSec: 100,
      linkLayer: 'InfiniBand',
    }
    expect(verdict('infiniband', subject({}, { infiniband: [port] }))).toMatchObject({
      state: 'ok',
      text: 'mlx5_0/1',
    })
    const closed = { infiniband: [port, { ...port, device: 'mlx5_1', isReadable: false }] }
    expect(verdict('infiniband', subject({}, closed))).toMatchObject({
      state: 'warn',
      text: expect.stringContaining('mlx5_1/1 cannot be read'),
    })
    const byName = { config: { ...config, infiniband: listed('mlx5_1') } }
    expect(verdict('infiniband', subject(byName, closed))).toMatchObject({ state: 'fail' })
  })

  it('name the devices that auto takes, and warn where it takes none', () => {
    expect(verdict('disks', subject())).toMatchObject({ state: 'ok', text: 'sda' })
    expect(verdict('interfaces', subject())).toMatchObject({ state: 'ok', text: 'em0' })
    const virtual = {
      disks: { 'dm-0': { number: '254:0', is_physical: false } },
      interfaces: Object.fromEntries(
        ['lo', 'eth0', ...Array.from({ length: 300 }, (_, at) => `veth${at}`)].map((name) => [
          name,
          {
            speed_mbit_per_s: null,
            duplex: null,
            is_up: true,
            is_physical: false,
            bond: null,
            is_bond: false,
          },
        ]),
      ),
      defaultInterface: null,
    }
    expect(verdict('disks', subject({}, virtual))).toMatchObject({
      state: 'warn',
      text: 'there is no physical disk; it has dm-0',
      remedy: 'in config.yml: filesystem_names: [ dm-0 ]',
    })
    const interfaces = verdict('interfaces', subject({}, virtual))
    expect(interfaces).toMatchObject({ state: 'warn', remedy: 'in config.yml: net_interfaces: [ eth0 ]' })
    expect(interfaces.text).toMatch(/it has lo, eth0, veth0, .* and 294 more$/)
  })

  it('warn where systemd ends what is left running', () => {
    expect(verdict('logout', subject({}, { logoutEnds: true }))).toMatchObject({
      state: 'warn',
      remedy: 'loginctl enable-linger',
      isForNode: true,
    })
  })

  it('warn of a clock that is off by more than half a second and than can be told', () => {
    expect(clockAt(500)).toMatchObject({ state: 'ok' })
    expect(clockAt(-501)).toMatchObject({ state: 'warn', text: expect.stringContaining('behind') })
    expect(clockAt(3_600_000)).toMatchObject({ state: 'warn', text: expect.stringMatching(/^60 min ahead/) })
    expect(clockAt(900, 901)).toMatchObject({ state: 'ok' })
  })

  it('tell a slow login from a long way', () => {
    expect(verdict('login time', subject({ loginMs: 3000 }))).toMatchObject({ state: 'ok' })
    expect(verdict('login time', subject({ loginMs: 5300 }))).toMatchObject({
      state: 'warn',
      text: '5.3 s',
      remedy: expect.stringContaining('ssh -v -p 22 ann@node1 true'),
    })
    expect(verdict('login time', subject({ loginMs: null }))).toMatchObject({
      state: 'ok',
      text: 'not judged: logins waited for an answer at the prompt',
    })
    const far = { ...subject().clock, uncertaintyMs: 400 }
    expect(verdict('login time', subject({ loginMs: 5300, clock: far }))).toMatchObject({
      state: 'warn',
      text: '5.3 s, a round trip 0.8 s',
      remedy: 'in config.yml: connect_timeout: 60s',
    })
  })

  it('say how the host was reached and what its key is', () => {
    expect(verdict('reachable', subject()).text).toBe('ann@node1:22')
    const through = subject({ login: { ...login, gateways: ['me@gw:22'] } })
    expect(verdict('reachable', through).text).toBe('ann@node1:22 through me@gw:22')
    expect(verdict('host key', subject()).text).toBe('verified, SHA256:abc')
    const local = subject({ login: null, host: { name: 'localhost', isLocal: true } })
    expect(verdict('reachable', local).text).toBe('this machine')
    const off = { ...config, ssh: { ...config.ssh, hostKeyChecking: 'off' as const } }
    expect(verdict('host key', subject({ config: off }))).toMatchObject({ state: 'warn' })
  })

  it('point to the folder that a session there belongs to', () => {
    const found = (...leftovers: Leftover[]) => verdict('leftovers', subject({ leftovers }))
    expect(found(leftover, { ...leftover, alive: 0 })).toMatchObject({
      state: 'warn',
      text: '2 sessions there already, 1 process alive',
      remedy: 'clusterp -C /home/me status; clusterp -C /home/me clean',
    })
    expect(found({ ...leftover, directory: HERE.directory }).remedy).toBe('clusterp status')
    expect(found({ ...leftover, controller: 'login2', directory: "/it's here" }).remedy).toBe(
      "on login2: clusterp -C '/it'\\''s here' status",
    )
    const error = new Error('look for leftovers: /var/tmp/clusterp-1000 is not a folder of this user alone')
    expect(verdict('leftovers', subject({ leftovers: error }))).toMatchObject({
      state: 'fail',
      text: error.message,
    })
  })
})

describe('what start makes of the checks', () => {
  it('is no fault and no warning on a node that is as it should be', () => {
    expect(findFault(config, facts)).toBeNull()
    expect(warningsAtStart(config, facts)).toEqual([])
  })

  it('is a fault only where nothing could be recorded', () => {
    const problem = 'remote_dir /x: there is no such folder'
    expect(findFault(config, { ...facts, remoteDirProblem: problem })).toMatchObject({
      name: 'remote_dir',
      text: problem,
    })
    expect(findFault({ ...config, collector: 'sar' }, { ...facts, ...bare })?.text).toBe(
      'sysstat is not installed',
    )
    expect(findFault(config, { ...facts, freeBytes: 0 })).toBeNull()
    expect(findFault({ ...config, gpus: listed('0') }, facts)).toBeNull()
  })

  it('is a warning in the words of check, with its remedy', () => {
    const said = warningsAtStart(config, { ...facts, ...bare, logoutEnds: true })
    expect(said).toEqual([
      'sysstat is not installed: recorded by the /proc sampler (sudo apt-get install -y sysstat)',
      expect.stringMatching(/^systemd-logind ends .* \(loginctl enable-linger\)$/),
    ])
  })
})

describe('expectedBytes', () => {
  it('is what the lease can fill, and never more than max_size', () => {
    const short = { ...config, intervalSec: 10, durationSec: 600 }
    const minute = expectedBytes({ ...short, durationSec: 60 }, facts)
    // Records at 0, 10, … 60 s against 0, 10, … 600 s.
    expect(expectedBytes(short, facts) / minute).toBeCloseTo(61 / 7, 5)
    expect(expectedBytes({ ...short, maxSizeBytes: 1000 }, facts)).toBe(1000)
  })

  it('counts what is recorded beside the collector, unless the config wants none of it', () => {
    const gpus = [{ index: '0', uuid: 'GPU-0' }]
    const having = {
      ...facts,
      hasNvidiaSmi: true,
      gpu: { problem: null, fields: [], gpus, driverVersion: null },
    }
    expect(expectedBytes(config, having)).toBeGreaterThan(expectedBytes(config, facts))
    const unwanted = { ...config, gpus: { kind: 'none' } as const }
    expect(expectedBytes(unwanted, having)).toBe(expectedBytes(config, facts))
  })
})

describe('fittingDuration', () => {
  it('is a lease whose data fit into four fifths of the space', () => {
    for (const freeBytes of [1e5, 1e6, 1e7, 1e8]) {
      const duration = fittingDuration(config, facts, freeBytes) ?? ''
      const unit = { m: 60, h: 3600, d: 86_400 }[duration.slice(-1)] ?? Number.NaN
      const durationSec = Number.parseInt(duration, 10) * unit
      expect(expectedBytes({ ...config, durationSec }, facts)).toBeLessThanOrEqual(0.8 * freeBytes)
      // One more of the unit would be too much.
      expect(expectedBytes({ ...config, durationSec: durationSec + unit }, facts)).toBeGreaterThan(
        0.8 * freeBytes,
      )
    }
    expect(fittingDuration(config, facts, 1000)).toBeNull()
  })
})

describe('freeBytesAt', () => {
  it('is asked of the nearest folder that is there', async () => {
    expect(await freeBytesAt('/nowhere/at/all')).toBeGreaterThan(0)
  })
})
