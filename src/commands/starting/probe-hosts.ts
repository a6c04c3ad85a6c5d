import type { Collector, Extra, NodeFacts } from '../../collectors/collector.js'
import { chooseCollector, chooseExtras } from '../../collectors/index.js'
import { portMetas } from '../../collectors/infiniband.js'
import { asError, HostError } from '../../errors.js'
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
import { forEachHost, type HostWork } from '../../remote/fanout.js'
import { probeGpus } from '../../remote/gpu-probe.js'
import { probeNode } from '../../remote/probe.js'
import type { Transport } from '../../remote/transport.js'
import { findFault, warningsAtStart } from '../checking/node-checks.js'
import type { Reach } from '../connecting.js'
import type { CommandContext } from '../context.js'

/** A host that answered. */
export interface AskedHost {
  readonly host: HostConfig
  readonly transport: Transport
  readonly login: RecordedLogin | null
  readonly facts: NodeFacts
  readonly clock: ClockReading
  /** How long the login took, milliseconds; time at a prompt is in it. */
  readonly loginMs: number
  /** How long the probe took, milliseconds. */
  readonly tookMs: number
}

/** A host that answered and can be recorded. */
export interface ProbedHost extends AskedHost {
  readonly collector: Collector
  /** What is recorded beside it. */
  readonly extras: readonly Extra[]
  readonly meta: NodeMeta
}

/** What is asked beside what a session needs. */
export interface Asking {
  readonly asksMounts?: boolean
}

const CLOCK_ROUND_TRIPS = 5

/** Probes all hosts; nothing is changed on any. The caller closes the transports of those that succeeded. */
export function probeHosts(
  config: Config,
  reach: Reach,
  context: CommandContext,
  settled: (outcome: Outcome<ProbedHost>) => void,
): Promise<Outcome<ProbedHost>[]> {
  return withEachHost(config, reach, context, settled, (asked) => probedHost(asked, config))
}

/** Asks all hosts what they are and have, also those that cannot be recorded. The caller closes the transports. */
export function askHosts(
  config: Config,
  reach: Reach,
  context: CommandContext,
  settled: (outcome: Outcome<AskedHost>) => void,
  asking: Asking = {},
): Promise<Outcome<AskedHost>[]> {
  return withEachHost(config, reach, context, settled, (asked) => ({ value: asked }), asking)
}

function withEachHost<T>(
  config: Config,
  reach: Reach,
  context: CommandContext,
  settled: (outcome: Outcome<T>) => void,
  work: (asked: AskedHost) => HostWork<T>,
  asking: Asking = {},
): Promise<Outcome<T>[]> {
  return forEachHost(
    config.hosts,
    config.concurrency,
    async (host) => {
      const beganMs = context.now()
      const { transport, login } = await reach.open(host)
      try {
        const way = { host, transport, login, loginMs: context.now() - beganMs }
        return work(await askHost(way, config, context, asking))
      } catch (error) {
        await transport.close()
        throw error
      }
    },
    settled,
  )
}

async function askHost(
  way: Pick<AskedHost, 'host' | 'transport' | 'login' | 'loginMs'>,
  config: Config,
  context: CommandContext,
  asking: Asking,
): Promise<AskedHost> {
  const { host, transport } = way
  const beganMs = context.now()
  const options = {
    timeoutMs: config.connectTimeoutMs,
    random: context.random,
    signal: context.signal,
  }
  const request = {
    remoteDir: config.remoteDir,
    diskNames: namesToResolve(config.filesystems),
    ...asking,
  }
  const probed = await probeNode(transport, request, options)
  const tookMs = context.now() - beganMs
  const clock = await readNodeClock(transport, {
    ...options,
    now: context.now,
    roundTrips: CLOCK_ROUND_TRIPS,
    isLocal: host.isLocal,
  })
  const facts = await withGpus(transport, probed, config, context)
  return { ...way, facts, clock, tookMs }
}

/** Throws HostError for a host that cannot be recorded; what is worth knowing of one that can is a warning. */
function probedHost(asked: AskedHost, config: Config): HostWork<ProbedHost> {
  const { host, facts, clock } = asked
  const fault = findFault(config, facts)
  if (fault !== null) throw new HostError(host.name, `probe: ${fault.text}`, { hint: fault.remedy })
  const { collector } = chooseCollector(config.collector, facts)
  if (collector === null) throw new Error('a host without a collector has a fault')
  return {
    value: {
      ...asked,
      collector,
      extras: chooseExtras(config, facts),
      meta: nodeMeta(host.name, facts, collector, clock),
    },
    warnings: warningsAtStart(config, facts),
  }
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
    infiniband: portMetas(facts.infiniband ?? []),
    ...(facts.gpu === null ? {} : { gpu_count: facts.gpu.gpus.length }),
  }
}
