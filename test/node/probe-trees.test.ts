/** The probe's script on trees that stand in for /sys, /proc and /etc: what `auto` and discovery go by. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import type { NodeFacts } from '../../src/collectors/collector.js'
import { deviceFactsOf, likelyDevices } from '../../src/commands/checking/node-checks.js'
import { chooseDevices } from '../../src/data/devices.js'
import { probeNode } from '../../src/remote/probe.js'
import { quote } from '../../src/remote/quote.js'
import {
  afterLine,
  busyboxLinks,
  CALL,
  type Finishing,
  type Links,
  liveNode,
  shellLinks,
} from '../support/live-node.js'
import { describeWith } from '../support/needs.js'

/** A folder of files by path; a text that begins with `->` is a link. */
type Tree = Readonly<Record<string, string>>

function plant(root: string, tree: Tree): void {
  for (const [path, text] of Object.entries(tree)) {
    const at = join(root, path)
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true })
    if (text.startsWith('->')) symlinkSync(text.slice(2), at)
    else if (!path.endsWith('/')) writeFileSync(at, `${text}\n`)
  }
}

/** A block device as the kernel shows it; `of` is the disk that it is a partition of. */
function block(name: string, number: string, { sectors = '1000', hardware = false, of = '' } = {}): Tree {
  const home = `devices/${of === '' ? name : `${of}/${name}`}`
  return {
    [`${home}/dev`]: number,
    [`${home}/size`]: sectors,
    ...(hardware ? { [`${home}/device/vendor`]: 'ACME' } : {}),
    ...(of === '' ? { [`block/${name}`]: `->../${home}` } : { [`${home}/partition`]: '1' }),
    [`class/block/${name}`]: `->../../${home}`,
  }
}

function nic(name: string, files: Tree = {}, speed = '10000', state = 'up'): Tree {
  const shown: Tree = { flags: '0x1003', speed, duplex: 'full', operstate: state, ...files }
  return Object.fromEntries(Object.entries(shown).map(([file, text]) => [`class/net/${name}/${file}`, text]))
}

const HARDWARE = { 'device/vendor': '0x8086' }
const SYS: Tree = {
  ...block('sda', '8:0', { hardware: true }),
  ...block('sda1', '8:1', { of: 'sda' }),
  ...block('sda2', '8:2', { of: 'sda' }),
  ...block('sdb', '8:16', { hardware: true }),
  ...block('sdc', '8:32', { hardware: true }),
  ...block('nvme0n1', '259:0', { hardware: true }),
  ...block('nvme0n1p1', '259:1', { of: 'nvme0n1' }),
  // A card reader without a card, the boot area of an eMMC, and what has no hardware of its own.
  ...block('sdd', '8:48', { hardware: true, sectors: '0' }),
  ...block('mmcblk0boot0', '179:8', { hardware: true }),
  ...block('sr0', '11:0', { hardware: true }),
  ...block('loop0', '7:0'),
  ...block('zram0', '252:0'),
  ...block('md0', '9:0'),
  ...block('dm-0', '254:0'),
  'devices/md0/slaves/sdb': '->../../sdb',
  'devices/md0/slaves/sdc': '->../../sdc',
  'devices/dm-0/slaves/sda2': '->../../sda/sda2',
  ...nic('lo', {}, '-1', 'unknown'),
  ...nic('em1', { ...HARDWARE, master: '->../bond0' }),
  ...nic('em2', { ...HARDWARE, master: '->../bond0' }),
  ...nic('bond0', { 'bonding/mode': 'balance-rr 0' }, '20000'),
  ...nic('bond1', { 'bonding/mode': 'balance-rr 0' }, '0'),
  ...nic('em3', HARDWARE, '1000', 'down'),
  ...nic('br0', { 'bridge/': '' }),
  ...nic('em4', { ...HARDWARE, master: '->../br0' }, '1000'),
  ...nic('docker0', {}, '-1', 'down'),
  ...Object.assign({}, ...Array.from({ length: 200 }, (_, at) => nic(`veth${at}`))),
  'class/net/bonding_masters': 'bond0 bond1',
}
const PROC: Tree = {
  'self/mounts': [
    'proc /proc proc rw 0 0',
    '/dev/nvme0n1p1 / ext4 rw 0 0',
    '/dev/sda1 /etc/hosts ext4 rw 0 0',
    '/dev/sda1 /my\\040data ext4 rw 0 0',
    '/dev/sda1 /var/lib/pod ext4 rw 0 0',
    '/dev/md0 /raid xfs rw 0 0',
    '/dev/dm-0 /home xfs rw 0 0',
    '/dev/loop0 /snap/core squashfs ro 0 0',
    'nfs:/export /nfs nfs rw 0 0',
  ].join('\n'),
  'net/route': 'Iface\tDestination\tGateway\nbond0\t000011AC\t0\ndocker0\t00000000\t01',
}

interface Trees {
  readonly sys?: Tree
  readonly proc?: Tree
  /** Above /etc, /run and /var. */
  readonly root?: Tree
}

function probeTrees(context: Finishing, links: Links, trees: Trees): Promise<NodeFacts> {
  const node = liveNode(context, links)
  const lines = Object.entries({ SYSFS: trees.sys, PROCFS: trees.proc, '': trees.root }).flatMap(
    ([name, tree]) => {
      if (tree === undefined) return []
      const folder = join(node.aside, name === '' ? 'root' : name)
      plant(folder, tree)
      return [`CLUSTERP_${name === '' ? '' : `${name}_`}ROOT=${quote(folder)}`]
    },
  )
  const request = {
    remoteDir: node.place.remoteDir,
    diskNames: ['/raid', '/home', '/nowhere'],
    asksMounts: true,
  }
  return probeNode(afterLine(node, lines.join('; ')).transport, request, CALL)
}

const SHELLS: readonly (readonly [string, () => Links])[] = [
  ['dash', () => shellLinks('dash')],
  ['bash', () => shellLinks('bash')],
  ['busybox', busyboxLinks],
]

describeWith(['dash', 'bash', 'busybox'], 'the probe of a tree', () => {
  it.concurrent.for(SHELLS)(
    'finds the disks and interfaces that auto takes, in %s',
    async ([, links], context) => {
      const facts = await probeTrees(context, links(), { sys: SYS, proc: PROC })
      expect(likelyDevices('disk', facts).toSorted()).toEqual(['nvme0n1', 'sda', 'sdb', 'sdc'])
      expect(Object.keys(facts.disks)).not.toContain('sda1')
      expect(likelyDevices('network', facts).toSorted()).toEqual(['bond0', 'em4'])
      expect(Object.keys(facts.interfaces)).toHaveLength(209)
      expect(facts.interfaces.em1).toMatchObject({
        bond: 'bond0',
        is_physical: true,
        speed_mbit_per_s: 10_000,
      })
      expect(facts.interfaces.em4?.bond).toBeNull()
      expect(facts.interfaces.bond1).toMatchObject({ is_bond: true, speed_mbit_per_s: null })
      expect(facts.mounts).toEqual([
        { path: '/', disks: ['nvme0n1'] },
        { path: '/my data', disks: ['sda'] },
        { path: '/raid', disks: ['sdb', 'sdc'] },
        { path: '/home', disks: ['sda'] },
      ])
      expect(facts.diskNames).toEqual({ '/raid': 'sdb', '/home': 'sda' })
      expect(facts.defaultInterface).toBe('docker0')
    },
  )

  it('takes the interface of the default route where none is physical, also of an IPv6 one', async (context) => {
    const sys = { ...block('sda', '8:0', { hardware: true }), ...nic('lo'), ...nic('eth0'), ...nic('veth1') }
    const zeros = '0'.repeat(32)
    const route = (length: string, name: string) =>
      `${zeros} ${length} ${zeros} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     ${name}`
    const proc = {
      'self/mounts': '',
      'net/route': 'Iface\tDestination',
      'net/ipv6_route': [route('40', 'veth1'), route('00', 'lo'), route('00', 'eth0')].join('\n'),
    }
    const facts = await probeTrees(context, {}, { sys, proc })
    expect(facts.defaultInterface).toBe('eth0')
    const seen = Object.keys(facts.interfaces)
    const { kept } = chooseDevices('network', { kind: 'auto' }, seen, deviceFactsOf(facts))
    expect([...kept.keys()]).toEqual(['eth0'])
  })

  const user = userInfo().username
  const logind = (text: string): Tree => ({
    'run/systemd/system/': '',
    'etc/systemd/logind.conf': `[Login]\n#KillUserProcesses=no\nKillExcludeUsers=\n${text}`,
  })
  it.concurrent.for([
    ['nothing is set', logind(''), false],
    ['it is on', logind('KillUserProcesses=yes'), true],
    [
      'it is on in a later file',
      { ...logind('KillUserProcesses=no'), 'etc/systemd/logind.conf.d/9.conf': 'KillUserProcesses = 1' },
      true,
    ],
    [
      'a file of /etc stands before one of the same name',
      {
        ...logind('KillUserProcesses=no'),
        'usr/lib/systemd/logind.conf.d/9.conf': 'KillUserProcesses=yes',
        'etc/systemd/logind.conf.d/9.conf': '# empty',
      },
      false,
    ],
    [
      'the user lingers',
      { ...logind('KillUserProcesses=yes'), [`var/lib/systemd/linger/${user}`]: '' },
      false,
    ],
    ['the user is spared', logind(`KillUserProcesses=yes\nKillExcludeUsers=ann ${user}`), false],
    ['only others are meant', logind('KillUserProcesses=yes\nKillOnlyUsers=nobody-else'), false],
    ['only this user is meant', logind(`KillUserProcesses=yes\nKillOnlyUsers=ann ${user}`), true],
    ['there is no systemd', { 'etc/systemd/logind.conf': 'KillExcludeUsers=\nKillUserProcesses=yes' }, false],
  ] as const)('knows whether a logout ends the loggers: %s', async ([, root, isSo], context) => {
    const facts = await probeTrees(context, busyboxLinks(), {
      sys: { 'block/': '', 'class/net/': '' },
      root,
    })
    expect(facts.logoutEnds).toBe(isSo)
  })

  it.concurrent.for(SHELLS)(
    'tells a remote_dir in which no session can be made, in %s',
    async ([, links], context) => {
      const node = liveNode(context, links())
      const problem = async () => {
        const request = { remoteDir: node.place.remoteDir, diskNames: [] }
        return (await probeNode(node.transport, request, CALL)).remoteDirProblem
      }
      const { remoteDir } = node.place
      expect(await problem()).toBeNull()
      const own = join(remoteDir, `clusterp-${userInfo().uid}`)
      symlinkSync(node.aside, own)
      expect(await problem()).toBe(
        `remote_dir ${remoteDir}: clusterp-${userInfo().uid} in it is not a folder of this user alone`,
      )
      rmSync(own)
      mkdirSync(own, { mode: 0o700 })
      expect(await problem()).toBeNull()
      chmodSync(remoteDir, 0o777)
      expect(await problem()).toBe(`remote_dir ${remoteDir}: others can write in it and it is not sticky`)
    },
  )
})
