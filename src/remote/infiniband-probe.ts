import type { PortFacts } from '../collectors/collector.js'
import { PORT_DATA_FILES } from '../collectors/infiniband-counters.js'
import { type Answer, factsOf } from './call.js'
import { shellFile } from './shell-files.js'

/** What the probe of a node asks of its InfiniBand ports: no call of its own, for most nodes have none. */
export function portProbe(): { readonly variables: Readonly<Record<string, string>>; readonly body: string } {
  return { variables: { port_files: PORT_DATA_FILES.join(' ') }, body: shellFile('infiniband-probe.sh') }
}

const knownOrNull = (text: string | undefined): string | null =>
  text === undefined || text === '-' ? null : text

/** `mlx5_0 1 ACTIVE 100 InfiniBand yes`: device, port, state, Gbit/s, link layer, has readable counters. */
function readPort(line: string): readonly PortFacts[] {
  const [device = '', number, state, rate, linkLayer, readable] = line.split(' ')
  const [port, gbit] = [Number(number), Number(rate)]
  if (device === '' || !Number.isInteger(port)) return []
  return [
    {
      device,
      port,
      state: knownOrNull(state) ?? '',
      isReadable: readable === 'yes',
      rateGbitPerSec: gbit > 0 ? gbit : null,
      linkLayer: knownOrNull(linkLayer),
    },
  ]
}

/** Ports of a probe's answer; null when the node has none. */
export function readPorts(answer: Answer): readonly PortFacts[] | null {
  const ports = factsOf(answer, 'infiniband').flatMap(readPort)
  return ports.length === 0 ? null : ports
}
