import type { NodeFacts } from '../collectors/collector.js'
import { SADC_ACTIVITIES } from '../collectors/sar.js'
import { HostError } from '../errors.js'
import type { DiskMeta, InterfaceMeta } from '../model.js'
import { type Answer, type CallOptions, callNodeOrThrow, factOf, factsOf } from './call.js'
import { portProbe, readPorts } from './infiniband-probe.js'
import { shellFile } from './shell-files.js'
import type { Transport } from './transport.js'

/** Commands without which no session can be made on a node. */
const NEEDED_TOOLS: readonly string[] = ['setsid', 'gzip', 'tee', 'wc', 'awk', 'sed', 'grep', 'sort', 'sleep']

export interface ProbeRequest {
  readonly remoteDir: string
  /** /dev paths, partitions and mount points of the config that the node is to resolve. */
  readonly diskNames: readonly string[]
  /** Ask which disks carry which mount points. */
  readonly asksMounts?: boolean
}

/**
 * Asks a node what it is and has; changes nothing there. Throws HostError when nothing can be done on it. A remote_dir that
 * cannot be used is one of the facts.
 */
export async function probeNode(
  transport: Transport,
  request: ProbeRequest,
  options: Omit<CallOptions, 'doing'>,
): Promise<NodeFacts> {
  const ports = portProbe()
  const answer = await callNodeOrThrow(
    transport,
    {
      variables: {
        ...ports.variables,
        remote_dir: request.remoteDir,
        activities: SADC_ACTIVITIES,
        disk_names: request.diskNames.join('\n'),
        mounts: request.asksMounts === true ? 'yes' : 'no',
      },
      body: `${ports.body}\n${shellFile('probe.sh')}`,
    },
    { ...options, doing: 'probe' },
  )
  const facts = readProbe(answer)
  const lacking = NEEDED_TOOLS.filter((tool) => facts.missingTools.includes(tool))
  if (lacking.length > 0) {
    throw new HostError(transport.host, `probe: the node has no ${lacking.join(', no ')}`, {
      hint: 'on Debian and Ubuntu: apt-get install coreutils util-linux gzip sed grep mawk',
    })
  }
  return facts
}

function numberOrNull(text: string | null): number | null {
  const value = Number(text)
  return text === null || text === '' || !Number.isFinite(value) ? null : value
}

/** Facts of a probe's answer. Exported for tests. */
export function readProbe(answer: Answer): NodeFacts {
  const text = (key: string): string | null => factOf(answer, key)
  const memoryKb = numberOrNull(text('memory_total_kb'))
  const freeKb = numberOrNull(text('free_kb'))
  return {
    bootId: text('boot_id') ?? '',
    pidNamespace: text('pid_namespace') || null,
    uid: numberOrNull(text('uid')) ?? -1,
    nodeName: text('node_name') ?? '',
    kernel: text('kernel') ?? '',
    clockTicks: numberOrNull(text('clock_ticks')) ?? 100,
    zone: text('zone'),
    cpus: numberOrNull(text('cpus')) || null,
    memoryTotalBytes: memoryKb === null ? null : memoryKb * 1024,
    missingTools: factsOf(answer, 'missing_tool'),
    sysstatVersion: text('sysstat_version') || null,
    sadcPath: text('sadc'),
    takesActivities: text('sadc_activities') === 'yes',
    hasSar: text('sar') === 'yes',
    hasPerl: text('perl') === 'yes',
    bashMajor: numberOrNull(text('bash')),
    hasAwk: text('awk') === 'yes',
    disks: Object.fromEntries(factsOf(answer, 'disk').map(readDisk)),
    interfaces: Object.fromEntries(factsOf(answer, 'interface').map(readInterface)),
    diskNames: Object.fromEntries(factsOf(answer, 'disk_name').map(readDiskName)),
    defaultInterface: text('default_interface'),
    mounts: factsOf(answer, 'mount').map(readMount),
    remoteDirProblem: text('error'),
    remoteBase: text('base') ?? '',
    remoteFileSystem: text('base_type') || null,
    freeBytes: freeKb === null ? null : freeKb * 1024,
    leftovers: factsOf(answer, 'leftover'),
    installer: text('installer'),
    logoutEnds: text('logout_ends') === 'yes',
    hasNvidiaSmi: text('nvidia_smi') === 'yes',
    gpu: null,
    infiniband: readPorts(answer),
  }
}

/** `sda 8:0 yes`: name, MAJOR:MINOR, whole physical device. */
function readDisk(line: string): [string, DiskMeta] {
  const [name = '', number = '', physical] = line.split(' ')
  return [name, { number, is_physical: physical === 'yes' }]
}

/** `sdb /data`: whole disk, then the name as configured, which may hold blanks. */
function readDiskName(line: string): [string, string] {
  const blank = line.indexOf(' ')
  return [line.slice(blank + 1), line.slice(0, blank)]
}

/** `sda,sdb /mnt/my\040data`: whole disks, then the mount point as /proc/mounts writes it, blanks in octal. */
function readMount(line: string): NodeFacts['mounts'][number] {
  const blank = line.indexOf(' ')
  const path = line
    .slice(blank + 1)
    .replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
  return { path, disks: line.slice(0, blank).split(',') }
}

/**
 * `eth0 1000 full up yes no -`: name, speed in Mbit/s (-1 or - when unknown), duplex, operstate, has a device, is a
 * bond, its bond. Point-to-point and virtual devices say `unknown` while they are up.
 */
function readInterface(line: string): [string, InterfaceMeta] {
  const [name = '', speed = '-', duplex, state, physical, isBond, bond] = line.split(' ')
  const mbit = numberOrNull(speed)
  return [
    name,
    {
      speed_mbit_per_s: mbit !== null && mbit > 0 ? mbit : null,
      duplex: duplex === 'full' || duplex === 'half' ? duplex : null,
      is_up: state === 'up' || state === 'unknown',
      is_physical: physical === 'yes',
      bond: bond === undefined || bond === '-' ? null : bond,
      is_bond: isBond === 'yes',
    },
  ]
}
