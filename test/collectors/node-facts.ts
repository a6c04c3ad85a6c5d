import type { NodeFacts } from '../../src/collectors/collector.js'

/** A present Debian node with two CPUs, one disk and two interfaces. */
export const FACTS: NodeFacts = {
  bootId: '7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab',
  pidNamespace: 'pid:[4026531836]',
  uid: 1000,
  nodeName: 'node1',
  kernel: '6.1.0',
  clockTicks: 100,
  zone: '+0000',
  cpus: 2,
  memoryTotalBytes: 1 << 30,
  missingTools: [],
  sysstatVersion: '12.6.1',
  sadcPath: '/usr/lib/sysstat/sadc',
  takesActivities: true,
  hasSar: true,
  hasPerl: true,
  bashMajor: 5,
  hasAwk: true,
  disks: { sda: { number: '8:0', is_physical: true } },
  interfaces: {
    lo: { speed_mbit_per_s: null, duplex: null, is_up: true, is_physical: false, bond: null, is_bond: false },
    em0: {
      speed_mbit_per_s: 1000,
      duplex: 'full',
      is_up: true,
      is_physical: true,
      bond: null,
      is_bond: false,
    },
  },
  diskNames: {},
  defaultInterface: 'em0',
  mounts: [],
  remoteDirProblem: null,
  remoteBase: '/var/tmp',
  remoteFileSystem: 'ext2/ext3',
  freeBytes: null,
  leftovers: [],
  installer: 'apt-get',
  logoutEnds: false,
  hasNvidiaSmi: false,
  gpu: null,
  infiniband: null,
}

export const PLAN = { intervalSec: 10, count: 361 }
