/**
 * The checks that need only what a node said of itself and the configuration: `check` tells all of them, `start` those that
 * forbid or spoil a session. A further one is a line in NODE_CHECKS.
 */
import type { NodeFacts } from '../../collectors/collector.js'
import { chooseCollector } from '../../collectors/index.js'
import { isActivePort, portNote, portText } from '../../collectors/infiniband.js'
import { isPhysicalInterfaceName } from '../../data/device-names.js'
import { chooseDevices, type DeviceFacts } from '../../data/devices.js'
import type { Config, DeviceSelection } from '../../model.js'
import { byteText, plural } from '../phrases.js'
import { expectedBytes, fittingDuration } from './space.js'
import { fail, type NamedVerdict, ok, onNode, type Verdict, warn } from './verdict.js'

export interface NodeSubject {
  readonly config: Config
  readonly facts: NodeFacts
}

export interface NodeCheck {
  readonly name: string
  readonly judge: (subject: NodeSubject) => Verdict
  /** How `start` takes what is not ok: a failure is the end of it (`fault`), is said (`warning`), or is said elsewhere. */
  readonly atStart: 'fault' | 'warning' | 'silent'
}

export const NODE_CHECKS: readonly NodeCheck[] = [
  { name: 'remote_dir', judge: judgeRemoteDir, atStart: 'fault' },
  { name: 'space', judge: judgeSpace, atStart: 'warning' },
  { name: 'sysstat', judge: judgeSysstat, atStart: 'fault' },
  { name: 'gpu', judge: judgeGpu, atStart: 'warning' },
  { name: 'infiniband', judge: judgeInfiniband, atStart: 'warning' },
  {
    name: 'disks',
    judge: ({ config, facts }) => judgeDevices('disk', config.filesystems, facts),
    atStart: 'silent',
  },
  {
    name: 'interfaces',
    judge: ({ config, facts }) => judgeDevices('network', config.interfaces, facts),
    atStart: 'silent',
  },
  { name: 'logout', judge: judgeLogout, atStart: 'warning' },
]

/** What keeps a session from being recorded on this node; null when nothing does. */
export function findFault(config: Config, facts: NodeFacts): NamedVerdict | null {
  for (const { name, judge, atStart } of NODE_CHECKS) {
    const verdict = judge({ config, facts })
    if (atStart === 'fault' && verdict.state === 'fail') return { name, ...verdict }
  }
  return null
}

/** What `start` says of a node on which a session can be recorded, a sentence each. */
export function warningsAtStart(config: Config, facts: NodeFacts): readonly string[] {
  return NODE_CHECKS.filter(({ atStart }) => atStart !== 'silent').flatMap(({ judge }) => {
    const { state, text, remedy } = judge({ config, facts })
    if (state === 'ok') return []
    return [remedy === null ? text : `${text} (${remedy})`]
  })
}

/** Told where GPUs were asked for by name. */
export const NO_NVIDIA_SMI = 'no GPU data: the node has no nvidia-smi'

/** Why a node with nvidia-smi has no GPU data; null when it has, or has no nvidia-smi. */
export function gpuNoteOf(facts: NodeFacts): string | null {
  const problem = facts.gpu?.problem ?? null
  return problem === null ? null : `no GPU data: ${problem}`
}

/** What a node knows of its devices, as `chooseDevices` wants it. */
export function deviceFactsOf(facts: NodeFacts): DeviceFacts {
  return {
    disks: facts.disks,
    interfaces: facts.interfaces,
    disk_names: facts.diskNames,
    default_interface: facts.defaultInterface,
  }
}

/** A command line that needs the administrator of the node. */
export function asAdministrator(facts: NodeFacts, command: string): string {
  return facts.uid === 0 ? command : `sudo ${command}`
}

/** File systems that are gone after a reboot and take the job's memory. */
const IN_MEMORY = new Set(['tmpfs', 'ramfs'])

const USUAL_DIR = '/var/tmp'

function judgeRemoteDir({ config, facts }: NodeSubject): Verdict {
  const { remoteDirProblem: problem, remoteFileSystem: type, remoteBase: base } = facts
  const other = config.remoteDir === USUAL_DIR ? 'a folder of your own on each node' : USUAL_DIR
  const elsewhere = `in config.yml: remote_dir: ${other}`
  if (problem !== null) {
    if (!problem.includes('not sticky')) return fail(problem, elsewhere)
    return onNode(fail(problem, asAdministrator(facts, `chmod +t ${config.remoteDir}`)))
  }
  if (type !== null && IN_MEMORY.has(type)) {
    const text = `remote_dir ${base} is kept in memory (${type}): samples take it from the job and end with a reboot`
    return warn(text, elsewhere)
  }
  return ok(type === null ? base : `${base} (${type})`)
}

function judgeSpace({ config, facts }: NodeSubject): Verdict {
  const { freeBytes, remoteBase } = facts
  if (facts.remoteDirProblem !== null) return ok('not asked: see remote_dir')
  if (freeBytes === null) return warn(`free space in ${remoteBase} is not known`, null)
  const need = expectedBytes(config, facts)
  const text = `${byteText(freeBytes)} free in ${remoteBase}, at most ${byteText(need)} needed until the lease ends`
  if (freeBytes >= need) return ok(text)
  const duration = fittingDuration(config, facts, freeBytes)
  const shorter = duration === null ? '' : `duration: ${duration}   or `
  return fail(text, `in config.yml: ${shorter}remote_dir: a folder with more space`)
}

function judgeSysstat({ config, facts }: NodeSubject): Verdict {
  const choice = chooseCollector(config.collector, facts)
  if (choice.collector === null) {
    const remedy = config.collector === 'auto' ? '' : '   or in config.yml: collector: auto'
    return onNode(fail(choice.reason, `${installSysstat(facts)}${remedy}`))
  }
  if (choice.note !== null) return onNode(warn(choice.note, installSysstat(facts)))
  if (choice.collector.name === 'proc') return ok('the /proc sampler, as configured')
  const how = facts.sadcPath === null ? 'by sar, for sadc is hidden' : facts.sadcPath
  const what = facts.takesActivities ? 'only what is drawn' : 'all activities: it cannot choose'
  return ok(`sysstat ${facts.sysstatVersion}, ${how}, records ${what}`)
}

const INSTALL_WORDS: Readonly<Record<string, string>> = {
  'apt-get': 'apt-get install -y sysstat',
  dnf: 'dnf install -y sysstat',
  yum: 'yum install -y sysstat',
  zypper: 'zypper install -y sysstat',
  apk: 'apk add sysstat',
  pacman: 'pacman -S --noconfirm sysstat',
}

/** An old sysstat is renewed by the same words. */
function installSysstat(facts: NodeFacts): string {
  return asAdministrator(facts, INSTALL_WORDS[facts.installer ?? ''] ?? 'apt-get install -y sysstat')
}

function judgeGpu({ config, facts }: NodeSubject): Verdict {
  if (config.gpus.kind === 'none') return ok('not asked for')
  const isAsked = config.gpus.kind === 'listed'
  if (facts.gpu === null) {
    return isAsked ? fail(NO_NVIDIA_SMI, 'in config.yml: gpus: auto') : ok('none')
  }
  const note = gpuNoteOf(facts)
  if (note === null) {
    return ok(`${plural(facts.gpu.gpus.length, 'GPU')}, driver ${facts.gpu.driverVersion ?? 'not known'}`)
  }
  const remedy = note.includes('(rc 9)')
    ? asAdministrator(facts, 'modprobe nvidia && nvidia-smi')
    : 'nvidia-smi'
  return onNode(isAsked ? fail(note, remedy) : warn(note, remedy))
}

const DEVICE_WORDS = {
  disk: {
    none: 'there is no physical disk',
    key: 'filesystem_names',
    all: (facts: NodeFacts) => facts.disks,
  },
  network: {
    none: 'no physical interface is up, and none has the default route',
    key: 'net_interfaces',
    all: (facts: NodeFacts) => facts.interfaces,
  },
} as const

function judgeInfiniband({ config, facts }: NodeSubject): Verdict {
  const { infiniband } = config
  if (infiniband.kind === 'none') return ok('not asked for')
  const note = portNote(facts, infiniband)
  if (note !== null) {
    const remedy = 'ls -l /sys/class/infiniband/*/ports/*/counters'
    return onNode(infiniband.kind === 'listed' ? fail(note, remedy) : warn(note, remedy))
  }
  const active = (facts.infiniband ?? []).filter(isActivePort)
  return ok(active.length === 0 ? 'no active port' : active.map(portText).join(', '))
}

/** Kinds of devices that the kernel names. */
export type DeviceKind = keyof typeof DEVICE_WORDS

/** Which devices will be drawn. What is configured and lacks is judged where all hosts are seen together. */
function judgeDevices(kind: DeviceKind, selection: DeviceSelection, facts: NodeFacts): Verdict {
  if (selection.kind === 'none') return ok('not asked for')
  const { none, key, all } = DEVICE_WORDS[kind]
  const seen = Object.keys(all(facts))
  const { kept } = chooseDevices(kind, selection, seen, deviceFactsOf(facts))
  if (kept.size > 0) return ok([...kept.keys()].join(', '))
  if (selection.kind === 'listed') return ok('none of those listed')
  const what = seen.length === 0 ? none : `${none}; it has ${seenText(kind, facts)}`
  const likely = likelyDevices(kind, facts)[0] ?? seen.find((name) => name !== 'lo')
  return warn(what, likely === undefined ? null : `in config.yml: ${key}: [ ${likely} ]`)
}

/**
 * What `auto` would take of a node's devices. An interface that is up and has the name of a physical one stands in where it
 * takes none, as in a container without a default route.
 */
export function likelyDevices(kind: DeviceKind, facts: NodeFacts): readonly string[] {
  const seen = Object.keys(DEVICE_WORDS[kind].all(facts))
  const { kept } = chooseDevices(kind, { kind: 'auto' }, seen, deviceFactsOf(facts))
  if (kept.size > 0 || kind === 'disk') return [...kept.keys()]
  return seen.filter((name) => facts.interfaces[name]?.is_up === true && isPhysicalInterfaceName(name))
}

const MOST_NAMED = 8

/** A node's devices for a message: those that count first; the hundreds that containers bring are only counted. */
export function seenText(kind: DeviceKind, facts: NodeFacts): string {
  const seen = Object.keys(DEVICE_WORDS[kind].all(facts))
  const { kept } = chooseDevices(kind, { kind: 'auto' }, seen, deviceFactsOf(facts))
  const sorted = [...seen.filter((name) => kept.has(name)), ...seen.filter((name) => !kept.has(name))]
  const named = sorted.slice(0, MOST_NAMED).join(', ')
  const rest = sorted.length - MOST_NAMED
  return rest > 0 ? `${named} and ${rest} more` : named || 'none'
}

function judgeLogout({ facts }: NodeSubject): Verdict {
  if (!facts.logoutEnds) return ok('loggers outlive the login')
  const text =
    'systemd-logind ends what a user leaves running (KillUserProcesses=yes): the loggers may die with the login'
  return onNode(warn(text, 'loginctl enable-linger'))
}
