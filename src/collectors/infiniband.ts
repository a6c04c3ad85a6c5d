/**
 * InfiniBand and RoCE ports, recorded beside a node's CPU and disks: the sampler copies the counters of
 * /sys/class/infiniband at the same moments. Without a port whose counters can be read a node has no such data.
 */
import type { DeviceSelection, PortMeta } from '../model.js'
import type { Extra, NodeFacts, PortFacts } from './collector.js'
import { PORT_COUNTER_FILES } from './infiniband-counters.js'
import { choosePorts } from './infiniband-devices.js'
import { samplerArgv, wholeSampleWords } from './proc.js'

const FILE = './proc.infiniband'
/** Name and number of a port, its state and its rate, and the counters that most ports have. */
const BYTES_PER_PORT = 260
const BYTES_PER_STAMP = 40

/** `mlx5_0/1`: what a port is called in raw/meta and in messages. */
export function portText({ device, port }: Pick<PortFacts, 'device' | 'port'>): string {
  return `${device}/${port}`
}

/** True for a port whose link is up. */
export function isActivePort({ state }: PortFacts): boolean {
  return state === 'ACTIVE'
}

export const infiniband: Extra = {
  name: 'infiniband',
  setting: 'infiniband',
  isThere: (facts) =>
    (facts.infiniband ?? []).some((port) => isActivePort(port) && port.isReadable) &&
    samplerArgv(facts, { intervalSec: 1, count: 1 }) !== null,
  loggers(facts, plan) {
    const mode = { resource: 'infiniband', files: PORT_COUNTER_FILES } as const
    return [{ name: 'infiniband', argv: samplerArgv(facts, plan, mode) ?? ['false'], files: [FILE] }]
  },
  readyLines: `
ready_infiniband() { [ -f ${FILE} ] && ${wholeSampleWords(FILE)}; }`,
  frames: [{ name: 'infiniband', target: 'infiniband', keepAs: 'text', command: `print_file ${FILE}` }],
  bytesPerSample: (facts) =>
    BYTES_PER_STAMP + BYTES_PER_PORT * (facts.infiniband ?? []).filter(isActivePort).length,
}

/** What raw/meta says of a node's ports, by `mlx5_0/1`; also of those that give no data. */
export function portMetas(ports: readonly PortFacts[]): Readonly<Record<string, PortMeta>> {
  return Object.fromEntries(
    ports.map((port) => [
      portText(port),
      {
        rate_gbit_per_s: port.rateGbitPerSec,
        state: port.state,
        link_layer: port.linkLayer,
        is_readable: port.isReadable,
      },
    ]),
  )
}

/** The ports that the configuration means; all of them with `auto`. */
function portsMeant(ports: readonly PortFacts[], selection: DeviceSelection): readonly PortFacts[] {
  const { kept } = choosePorts(selection, ports.map(portText))
  return ports.filter((port) => kept.has(portText(port)))
}

/**
 * Why a node gives no InfiniBand data, or not those of every port that is meant; null when there is nothing to say: a
 * port that is down is worth a word only where it was asked for by name.
 */
export function portNote(facts: NodeFacts, selection: DeviceSelection): string | null {
  const meant = portsMeant(facts.infiniband ?? [], selection)
  const active = meant.filter(isActivePort)
  if (active.length > 0 && samplerArgv(facts, { intervalSec: 1, count: 1 }) === null) {
    return 'no InfiniBand data: the node has neither perl, nor bash 4, nor awk to record them'
  }
  const closed = active.filter((port) => !port.isReadable).map(portText)
  const down = selection.kind === 'listed' ? meant.filter((port) => !isActivePort(port)) : []
  const parts = [
    ...(closed.length > 0 ? [`the counters of ${closed.join(', ')} cannot be read`] : []),
    ...down.map((port) => `${portText(port)} is ${port.state || 'in an unknown state'}`),
  ]
  if (parts.length === 0) return null
  const isSome = active.some((port) => port.isReadable)
  return `no InfiniBand data${isSome ? ' of every port' : ''}: ${parts.join('; ')}`
}
