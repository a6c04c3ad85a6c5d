import { describe, expect, it } from 'vitest'
import { HostError } from '../../src/errors.js'
import { probeNode, readProbe } from '../../src/remote/probe.js'
import { CALL, fakeTransport, saying } from './fake-transport.js'

/** Printed by probe.sh on a Debian 12 with sysstat; two interfaces and one disk taken from other machines. */
const CAPTURED = `boot_id	7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab
pid_namespace	pid:[4026531836]
uid	1000
node_name	node1
kernel	6.1.0-18-amd64
clock_ticks	100
zone	+0100
cpus	8
memory_total_kb	16307648
missing_tool	mkfifo
sysstat_version	12.6.1
sadc	/usr/lib/sysstat/sadc
sadc_activities	yes
sar	yes
perl	yes
bash	5
awk	yes
disk	sda 8:0 yes
disk	dm-0 254:0 no
interface	em0 10000 full up yes no bond0
interface	bond0 20000 full up no yes -
interface	lo - - unknown no no -
interface	wlan0 -1 half down yes no -
default_interface	bond0
disk_name	sda /data with blanks
disk_name	sda /dev/sda1
mount	sda /
mount	sda,sdb /mnt/my\\040data
installer	apt-get
logout_ends	yes
base_type	ext2/ext3
base	/var/tmp
free_kb	83131956
leftover	20261119-101112-00112233/1-node1`

const factsFrom = (text: string) => ({
  code: 0,
  facts: text.split('\n').map((line) => {
    const tab = line.indexOf('\t')
    return { key: line.slice(0, tab), value: line.slice(tab + 1) }
  }),
})

const without = (...keys: readonly string[]) =>
  CAPTURED.split('\n')
    .filter((line) => !keys.includes(line.slice(0, line.indexOf('\t'))))
    .join('\n')

describe('readProbe', () => {
  it('reads what a node says of itself', () => {
    expect(readProbe(factsFrom(CAPTURED))).toEqual({
      bootId: '7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab',
      pidNamespace: 'pid:[4026531836]',
      uid: 1000,
      nodeName: 'node1',
      kernel: '6.1.0-18-amd64',
      clockTicks: 100,
      zone: '+0100',
      cpus: 8,
      memoryTotalBytes: 16_699_031_552,
      missingTools: ['mkfifo'],
      sysstatVersion: '12.6.1',
      sadcPath: '/usr/lib/sysstat/sadc',
      takesActivities: true,
      hasSar: true,
      hasPerl: true,
      bashMajor: 5,
      hasAwk: true,
      hasNvidiaSmi: false,
      gpu: null,
      infiniband: null,
      disks: {
        sda: { number: '8:0', is_physical: true },
        'dm-0': { number: '254:0', is_physical: false },
      },
      interfaces: {
        em0: {
          speed_mbit_per_s: 10000,
          duplex: 'full',
          is_up: true,
          is_physical: true,
          bond: 'bond0',
          is_bond: false,
        },
        bond0: {
          speed_mbit_per_s: 20000,
          duplex: 'full',
          is_up: true,
          is_physical: false,
          bond: null,
          is_bond: true,
        },
        lo: {
          speed_mbit_per_s: null,
          duplex: null,
          is_up: true,
          is_physical: false,
          bond: null,
          is_bond: false,
        },
        wlan0: {
          speed_mbit_per_s: null,
          duplex: 'half',
          is_up: false,
          is_physical: true,
          bond: null,
          is_bond: false,
        },
      },
      diskNames: { '/data with blanks': 'sda', '/dev/sda1': 'sda' },
      defaultInterface: 'bond0',
      mounts: [
        { path: '/', disks: ['sda'] },
        { path: '/mnt/my data', disks: ['sda', 'sdb'] },
      ],
      installer: 'apt-get',
      logoutEnds: true,
      remoteDirProblem: null,
      remoteBase: '/var/tmp',
      remoteFileSystem: 'ext2/ext3',
      freeBytes: 85_127_122_944,
      leftovers: ['20261119-101112-00112233/1-node1'],
    })
  })

  it('says null, not 0, for what a node did not say', () => {
    const keys = [
      'cpus',
      'memory_total_kb',
      'free_kb',
      'sysstat_version',
      'sadc',
      'bash',
      'default_interface',
      'zone',
      'base_type',
      'installer',
    ]
    expect(readProbe(factsFrom(without(...keys)))).toMatchObject({
      cpus: null,
      memoryTotalBytes: null,
      freeBytes: null,
      sysstatVersion: null,
      sadcPath: null,
      bashMajor: null,
      defaultInterface: null,
      zone: null,
      remoteFileSystem: null,
      installer: null,
    })
  })

  it.each([
    ['cpus\t0', 'cpus'],
    ['cpus\t', 'cpus'],
    ['memory_total_kb\t', 'memoryTotalBytes'],
    ['free_kb\t', 'freeBytes'],
    ['sysstat_version\t', 'sysstatVersion'],
    ['pid_namespace\t', 'pidNamespace'],
    ['bash\t', 'bashMajor'],
  ] as const)('takes %j for not known', (line, key) => {
    const name = line.slice(0, line.indexOf('\t'))
    expect(readProbe(factsFrom(`${without(name)}\n${line}`))[key]).toBeNull()
  })
})

describe('probeNode', () => {
  it('sends the names of devices as the config has them', async () => {
    const node = fakeTransport((_script, marker) => saying(marker, CAPTURED.split('\n')))
    await probeNode(node, { remoteDir: "/var/o'tmp", diskNames: ['/dev/sda1', '/data $x'] }, CALL)
    expect(node.scripts[0]).toContain(`\n_clusterp_disk_names='/dev/sda1\n/data $x'\n`)
    expect(node.scripts[0]).toContain(`_clusterp_remote_dir='/var/o'\\''tmp'\n`)
  })

  it('asks for mount points only where it is to', async () => {
    const node = fakeTransport((_script, marker) => saying(marker, CAPTURED.split('\n')))
    await probeNode(node, { remoteDir: '/t', diskNames: [] }, CALL)
    await probeNode(node, { remoteDir: '/t', diskNames: [], asksMounts: true }, CALL)
    expect(node.scripts.map((script) => /^_clusterp_mounts='(.*)'$/m.exec(script)?.[1])).toEqual([
      'no',
      'yes',
    ])
  })

  it('takes a remote_dir that cannot be used for a fact', async () => {
    const problem = 'remote_dir /t: there is no such folder, or it is closed to this user'
    const lines = [...without('base', 'base_type', 'free_kb', 'leftover').split('\n'), `error\t${problem}`]
    const node = fakeTransport((_script, marker) => saying(marker, lines))
    const facts = await probeNode(node, { remoteDir: '/t', diskNames: [] }, CALL)
    expect(facts).toMatchObject({ remoteDirProblem: problem, remoteBase: '', freeBytes: null, cpus: 8 })
  })

  it('refuses a node without the tools that a session needs, naming them all', async () => {
    const lines = [...CAPTURED.split('\n'), 'missing_tool\tsetsid', 'missing_tool\tgzip']
    const node = fakeTransport((_script, marker) => saying(marker, lines))
    const error = await probeNode(node, { remoteDir: '/t', diskNames: [] }, CALL).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(HostError)
    expect(error).toMatchObject({ message: 'probe: the node has no setsid, no gzip' })
    expect((error as HostError).hint).toContain('apt-get install')
  })

  it('goes on without the tools that it can do without', async () => {
    const lines = [...CAPTURED.split('\n'), 'missing_tool\tsha256sum', 'missing_tool\ttimeout']
    const node = fakeTransport((_script, marker) => saying(marker, lines))
    const facts = await probeNode(node, { remoteDir: '/t', diskNames: [] }, CALL)
    expect(facts.missingTools).toEqual(['mkfifo', 'sha256sum', 'timeout'])
  })

  it('passes on why a node cannot be used', async () => {
    const node = fakeTransport((_script, marker) =>
      saying(marker, ['error\tthis is Darwin; nodes are Linux'], 1),
    )
    await expect(probeNode(node, { remoteDir: '/t', diskNames: [] }, CALL)).rejects.toThrow(
      'probe: this is Darwin; nodes are Linux',
    )
  })
})
