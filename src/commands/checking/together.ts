/** What only all hosts together show: two names of one machine, and configured devices that some or all of them lack. */
import type { NodeFacts } from '../../collectors/collector.js'
import { portText } from '../../collectors/infiniband.js'
import { choosePorts } from '../../collectors/infiniband-devices.js'
import { chooseDevices } from '../../data/devices.js'
import { ConfigError } from '../../errors.js'
import type { Config, Device, DeviceSelection } from '../../model.js'
import { deviceFactsOf, seenText } from './node-checks.js'
import { fail, type NamedVerdict, warn } from './verdict.js'

/** A host that was asked, as far as it matters here. */
export interface SeenHost {
  readonly host: { readonly name: string }
  readonly facts: NodeFacts
}

/** A verdict on several hosts. */
export interface Finding extends NamedVerdict {
  readonly hosts: readonly string[]
}

/** Name of the check that two hosts are two machines. */
export const MACHINE_CHECK = 'machine'

/** Two configured hosts with one boot id and process-id namespace are one machine. */
export function findSameMachines(seen: readonly SeenHost[]): readonly Finding[] {
  const byMachine = new Map<string, string>()
  const findings: Finding[] = []
  for (const { host, facts } of seen) {
    const machine = `${facts.bootId} ${facts.pidNamespace ?? ''}`
    const other = byMachine.get(machine)
    if (other !== undefined) {
      const text = `${other} and ${host.name} are one machine`
      const verdict = fail(text, 'take one of the two out of config.yml')
      findings.push({ name: MACHINE_CHECK, hosts: [other, host.name], ...verdict })
    }
    byMachine.set(machine, other ?? host.name)
  }
  return findings
}

/** Throws a ConfigError that names both where two hosts are one machine: their figures would count twice. */
export function refuseSameMachine(seen: readonly SeenHost[]): void {
  refuse(findSameMachines(seen).map((finding) => ({ ...finding, text: `hosts: ${finding.text}` })))
}

/** Devices that the config can name and that `start` looks for on the nodes. */
interface ConfiguredKind {
  /** Name of the check. */
  readonly name: string
  readonly key: string
  readonly selectionOf: (config: Config) => DeviceSelection
  /** Which of these a node has. */
  readonly keptOf: (facts: NodeFacts, wanted: DeviceSelection) => ReadonlyMap<string, string>
  /** What a node has, for a message. */
  readonly seenText: (facts: NodeFacts) => string
}

const CONFIGURED_KINDS: readonly ConfiguredKind[] = [
  {
    name: 'disks',
    key: 'filesystem_names',
    selectionOf: ({ filesystems }) => filesystems,
    keptOf: (facts, wanted) =>
      chooseDevices('disk', wanted, Object.keys(facts.disks), deviceFactsOf(facts)).kept,
    seenText: (facts) => seenText('disk', facts),
  },
  {
    name: 'interfaces',
    key: 'net_interfaces',
    selectionOf: ({ interfaces }) => interfaces,
    keptOf: (facts, wanted) =>
      chooseDevices('network', wanted, Object.keys(facts.interfaces), deviceFactsOf(facts)).kept,
    seenText: (facts) => seenText('network', facts),
  },
  {
    name: 'infiniband',
    key: 'infiniband',
    selectionOf: ({ infiniband }) => infiniband,
    keptOf: ({ infiniband }, wanted) => choosePorts(wanted, (infiniband ?? []).map(portText)).kept,
    seenText: ({ infiniband }) => (infiniband ?? []).map(portText).join(', ') || 'none',
  },
]

/**
 * Compares the configured devices with what the nodes have. One that no node has is a failure; one that only some lack is
 * a warning, unless another of the same alias stands in for it there.
 */
export function findLackingDevices(config: Config, seen: readonly SeenHost[]): readonly Finding[] {
  return CONFIGURED_KINDS.flatMap((kind) => {
    const selection = kind.selectionOf(config)
    if (selection.kind !== 'listed') return []
    const { devices } = selection
    const isSomewhere = (device: Device): boolean => seen.some((one) => hasOne(kind, [device], one))
    return [
      ...devices.filter((device) => !isSomewhere(device)).map((device) => nowhereFinding(kind, device, seen)),
      ...partlyFindings(kind, devices.filter(isSomewhere), seen),
    ]
  })
}

function hasOne(kind: ConfiguredKind, devices: readonly Device[], { facts }: SeenHost): boolean {
  return kind.keptOf(facts, { kind: 'listed', devices }).size > 0
}

const CORRECT_HINT = 'correct config.yml, or write auto in place of the list'

function nowhereFinding(kind: ConfiguredKind, device: Device, seen: readonly SeenHost[]): Finding {
  const text = `${kind.key}: no node has "${device.name}" (${exampleOf(kind, seen[0])})`
  return { name: kind.name, hosts: seen.map(({ host }) => host.name), ...fail(text, CORRECT_HINT) }
}

function exampleOf(kind: ConfiguredKind, seen: SeenHost | undefined): string {
  return seen === undefined ? 'none was asked' : `${seen.host.name} has ${kind.seenText(seen.facts)}`
}

/** A finding for each set of hosts that lack the same devices. */
function partlyFindings(
  kind: ConfiguredKind,
  devices: readonly Device[],
  seen: readonly SeenHost[],
): readonly Finding[] {
  const groups = new Map<string, { readonly lacking: readonly SeenHost[]; readonly names: string[] }>()
  for (const device of devices) {
    const twins = devices.filter(({ alias }) => alias === device.alias)
    const lacking = seen.filter((one) => !hasOne(kind, twins, one))
    if (lacking.length === 0) continue
    const key = lacking.map(({ host }) => host.name).join('\n')
    const group = groups.get(key) ?? { lacking, names: [] }
    group.names.push(`"${device.name}"`)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ lacking, names }) => {
    const share = `${lacking.length} of ${seen.length} nodes have no ${names.join(', ')}`
    const text = `${kind.key}: ${share} (${exampleOf(kind, lacking[0])})`
    return { name: kind.name, hosts: lacking.map(({ host }) => host.name), ...warn(text, null) }
  })
}

/** Throws a ConfigError for configured devices that no node has; returns a sentence each for what only some lack. */
export function checkDevices(config: Config, seen: readonly SeenHost[]): readonly string[] {
  const findings = findLackingDevices(config, seen)
  refuse(findings.filter(({ state }) => state === 'fail'))
  return findings.map(({ text }) => text)
}

function refuse(findings: readonly Finding[]): void {
  if (findings.length === 0) return
  const problems = findings.map(({ text }) => text)
  throw new ConfigError(`start: ${problems.join('; ')}`, { problems, hint: findings[0]?.remedy ?? null })
}
