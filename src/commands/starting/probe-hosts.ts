import type { Collector, Extra, NodeFacts } from '../../collectors/collector.js'
import { chooseCollector, EXTRAS } from '../../collectors/index.js'
import { chooseDevices } from '../../data/devices.js'
import { asError, ConfigError, HostError } from '../../errors.js'
import type {
  ClockReading,
  Config,
  DeviceSelection,
  HostConfig,
  NodeMeta,
  Outcome,
  RecordedLogin,
} from '../../model.js'
import { readNodeClock } from '../../remote/clock.js'
import { forEachHost } from '../../remote/fanout.js'
import { probeGpus } from '../../remote/gpu-probe.js'
import { probeNode } from '../../remote/probe.js'
import type { Transport } from '../../remote/transport.js'
import type { Reach } from '../connecting.js'
import type { CommandContext } from '../context.js'

/** A host that answered and can be recorded. */
export interface ProbedHost {
  readonly host: HostConfig
  readonly transport: Transport
  readonly login: RecordedLogin | null
  readonly facts: NodeFacts
  readonly collector: Collector
  /** What is recorded beside it. */
  readonly extras: readonly Extra[]
  readonly clock: ClockReading
  readonly meta: NodeMeta
  /** How long the probe took. */
  readonly tookMs: number
}

const CLOCK_ROUND_TRIPS = 5

/** Probes all hosts; nothing is changed on any. The caller closes the transports of those that succeeded. */
export function probeHosts(
  config: Config,
  reach: Reach,
  context: CommandContext,
  settled: (outcome: Outcome<ProbedHost>) => void,
): Promise<Outcome<ProbedHost>[]> {
  return forEachHost(
    config.hosts,
    config.concurrency,
    async (host) => {
      const { transport, login } = await reach.open(host)
      try {
        return await probeHost({ host, transport, login }, config, context)
      } catch (error) {
        await transport.close()
        throw error
      }
    },
    settled,
  )
}

async function probeHost(
  { host, transport, login }: Pick<ProbedHost, 'host' | 'transport' | 'login'>,
  config: Config,
  context: CommandContext,
): Promise<{ value: ProbedHost; warnings: readonly string[] }> {
  const beganMs = context.now()
  const options = {
    timeoutMs: config.connectTimeoutMs,
    random: context.random,
    signal: context.signal,
  }
  const request = { remoteDir: config.remoteDir, diskNames: namesToResolve(config.filesystems) }
  const probed = await probeNode(transport, request, options)
  const tookMs = context.now() - beganMs
  const clock = await readNodeClock(transport, {
    ...options,
    now: context.now,
    roundTrips: CLOCK_ROUND_TRIPS,
    isLocal: host.isLocal,
  })
  const facts = await withGpus(transport, probed, config, context)
  const choice = chooseCollector(config.collector, facts)
  if (choice.collector === null) {
    throw new HostError(host.name, `probe: ${choice.reason}`, {
      hint: 'install sysstat on the node, or in config.yml: collector: auto',
    })
  }
  const meta = nodeMeta(host.name, facts, choice.collector, clock)
  const value = {
    host,
    transport,
    login,
    facts,
    collector: choice.collector,
    extras: EXTRAS.filter((extra) => extra.isThere(facts)),
    clock,
    meta,
    tookMs,
  }
  const gpuNote = gpuNoteOf(facts)
  return { value, warnings: [choice.note, gpuNote].filter((text) => text !== null) }
}

/** Asks nvidia-smi where there is one and GPUs are wanted. A call that fails costs the GPU data, not the host. */
async function withGpus(
  transport: Transport,
  facts: NodeFacts,
  config: Config,
  context: CommandContext,
): Promise<NodeFacts> {
  if (!facts.hasNvidiaSmi || config.gpus.kind === 'none') return facts
  try {
    return { ...facts, gpu: await probeGpus(transport, { random: context.random, signal: context.signal }) }
  } catch (thrown) {
    const problem = asError(thrown).message
    return { ...facts, gpu: { problem, fields: [], gpus: [], driverVersion: null } }
  }
}

/** Why a node with nvidia-smi has no GPU data; null when it has, or has no nvidia-smi. */
export function gpuNoteOf(facts: NodeFacts): string | null {
  const problem = facts.gpu?.problem ?? null
  return problem === null ? null : `no GPU data: ${problem}`
}

/** Names that only the node can resolve; kernel names of whole disks resolve to themselves. */
function namesToResolve(selection: DeviceSelection): readonly string[] {
  return selection.kind === 'listed' ? selection.devices.map((device) => device.name) : []
}

/** What raw/meta/<host>.json holds. */
export function nodeMeta(
  host: string,
  facts: NodeFacts,
  collector: Collector,
  clock: ClockReading,
): NodeMeta {
  return {
    host,
    node_name: facts.nodeName,
    kernel: facts.kernel,
    cpus: facts.cpus,
    memory_total_bytes: facts.memoryTotalBytes,
    sysstat_version: facts.sysstatVersion,
    driver_version: facts.gpu?.driverVersion ?? null,
    collector: collector.name,
    interfaces: facts.interfaces,
    disks: facts.disks,
    disk_names: facts.diskNames,
    default_interface: facts.defaultInterface,
    zone: facts.zone,
    clock_ticks_per_s: facts.clockTicks,
    wall_minus_uptime_s: clock.wallMinusUptimeSec,
  }
}

/** Two configured hosts with one boot id and process-id namespace are one machine: a ConfigError that names both. */
export function refuseSameMachine(probed: readonly ProbedHost[]): void {
  const byMachine = new Map<string, string>()
  const problems: string[] = []
  for (const { host, facts } of probed) {
    const machine = `${facts.bootId} ${facts.pidNamespace ?? ''}`
    const other = byMachine.get(machine)
    if (other !== undefined) problems.push(`hosts: ${other} and ${host.name} are one machine`)
    byMachine.set(machine, other ?? host.name)
  }
  if (problems.length > 0) {
    throw new ConfigError(`start: ${problems.join('; ')}`, {
      problems,
      hint: 'take one of the two out of config.yml',
    })
  }
}

const CONFIGURED_KINDS = [
  { resource: 'disk', key: 'filesystem_names', of: (config: Config) => config.filesystems },
  { resource: 'network', key: 'net_interfaces', of: (config: Config) => config.interfaces },
] as const

/**
 * Compares the configured devices with what the nodes have. One that no node has is a ConfigError; one that only some
 * lack is a warning, returned, that names what was seen there.
 */
export function checkDevices(config: Config, probed: readonly ProbedHost[]): readonly string[] {
  const problems: string[] = []
  const warnings: string[] = []
  for (const { resource, key, of } of CONFIGURED_KINDS) {
    const selection = of(config)
    if (selection.kind !== 'listed') continue
    for (const device of selection.devices) {
      const one: DeviceSelection = { kind: 'listed', devices: [device] }
      const lacking = probed.filter(({ facts, meta }) => {
        const seen = Object.keys(resource === 'disk' ? facts.disks : facts.interfaces)
        return chooseDevices(resource, one, seen, meta).missing.length > 0
      })
      if (lacking.length === 0) continue
      const [first] = lacking
      const names = Object.keys((resource === 'disk' ? first?.facts.disks : first?.facts.interfaces) ?? {})
      const seen = `${first?.host.name} has ${names.join(', ') || 'none'}`
      if (lacking.length === probed.length) problems.push(`${key}: no node has "${device.name}" (${seen})`)
      else
        warnings.push(
          `${key}: ${lacking.length} of ${probed.length} nodes have no "${device.name}" (${seen})`,
        )
    }
  }
  if (problems.length > 0) {
    throw new ConfigError(`start: ${problems.join('; ')}`, {
      problems,
      hint: 'correct config.yml, or write auto in place of the list',
    })
  }
  return warnings
}
