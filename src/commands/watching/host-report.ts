import { collectorNamed } from '../../collectors/index.js'
import type { SessionHost } from '../../model.js'
import { askStatus, type NodeStatus } from '../../remote/ask.js'
import type { NodePlace } from '../../remote/place.js'
import type { Transport } from '../../remote/transport.js'
import type { CommandContext } from '../context.js'
import { placeOf } from '../stopping/clear-host.js'
import { type DeviceChoices, type Figures, figuresOf, NO_FIGURES } from './figures.js'

/** What one host says of itself; `status` null: it was not asked, because nothing of the session is there. */
export interface HostReport {
  readonly host: SessionHost
  readonly status: NodeStatus | null
  readonly figures: Figures
}

/** How to ask a node. */
export interface Asking {
  readonly context: Pick<CommandContext, 'random' | 'signal'>
  readonly timeoutMs: number
  readonly intervalSec: number
  readonly devices: DeviceChoices
}

/** Where to ask for a host's part; null: nothing was ever sent there, or everything is removed again. */
function placeToAsk(host: SessionHost): NodePlace | null {
  return host.state === 'cleaned' || host.armLastUptimeSec === null ? null : placeOf(host)
}

/** True when a node may hold something of the session. */
export function isToBeAsked(host: SessionHost): boolean {
  return host.collector !== null && placeToAsk(host) !== null
}

/** The report of a host that is not to be asked. */
export function silentReport(host: SessionHost): HostReport {
  return { host, status: null, figures: NO_FIGURES }
}

/** Asks a node; one that has nothing to tell is not bothered. Throws HostError. */
export async function askHost(host: SessionHost, transport: Transport, asking: Asking): Promise<HostReport> {
  const place = placeToAsk(host)
  if (place === null || host.collector === null) return silentReport(host)
  const { context, timeoutMs, intervalSec, devices } = asking
  const { random, signal } = context
  const withRecent = host.state === 'running'
  const options = { timeoutMs, random, signal, withRecent }
  const status = await askStatus(transport, place, collectorNamed(host.collector), options)
  return { host, status, figures: figuresOf({ host, status, intervalSec }, devices) }
}
