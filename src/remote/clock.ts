import { HostError } from '../errors.js'
import type { ClockReading } from '../model.js'
import { type CallOptions, callNodeOrThrow, factOf } from './call.js'
import { shellFile } from './shell-files.js'
import type { Transport } from './transport.js'

export interface ClockOptions extends Omit<CallOptions, 'doing'> {
  /** Controller's wall clock, epoch milliseconds. */
  readonly now: () => number
  readonly roundTrips: number
  /** This machine's own clock: the offset is 0 by definition. */
  readonly isLocal: boolean
}

const UPTIME_RESOLUTION_MS = 10

/**
 * Reads a node's wall clock and uptime over several round trips and keeps the smallest: the node's clock is taken to have
 * been read halfway (Cristian 1989), uncertain by half the round trip.
 */
export async function readNodeClock(transport: Transport, options: ClockOptions): Promise<ClockReading> {
  let best: ClockReading | null = null
  for (let turn = 0; turn < options.roundTrips; turn++) {
    const before = options.now()
    const answer = await callNodeOrThrow(
      transport,
      { variables: {}, body: shellFile('clock.sh') },
      { ...options, doing: 'read the clock' },
    )
    const reading = readClock(factOf(answer, 'clock') ?? '', before, options.now(), options.isLocal)
    if (reading !== null && (best === null || reading.uncertaintyMs < best.uncertaintyMs)) best = reading
  }
  if (best === null)
    throw new HostError(transport.host, 'read the clock: the node did not tell its time and uptime')
  return best
}

/** `1795161600.512345678 5123.41 5123.42`: wall clock, uptime before and after it. Null when it is not that. */
export function readClock(
  line: string,
  beforeMs: number,
  afterMs: number,
  isLocal: boolean,
): ClockReading | null {
  const [wall = '', first, second] = line.split(' ')
  const wallMs = Number(wall) * 1000
  const uptimeSec = (Number(first) + Number(second)) / 2
  if (wall === '' || !Number.isFinite(wallMs) || !Number.isFinite(uptimeSec)) return null
  // Without decimals the true time is anywhere in the second that was printed.
  const hasDecimals = wall.includes('.')
  const nodeMs = hasDecimals ? wallMs : wallMs + 500
  const atMs = (beforeMs + afterMs) / 2
  const roundTripMs = Math.max(0, afterMs - beforeMs)
  return {
    atMs: isLocal ? nodeMs : atMs,
    offsetMs: isLocal ? 0 : nodeMs - atMs,
    uncertaintyMs: roundTripMs / 2 + UPTIME_RESOLUTION_MS + (hasDecimals ? 0 : 500),
    uptimeSec,
    wallMinusUptimeSec: nodeMs / 1000 - uptimeSec,
  }
}

/** Uptime of the node at a moment of the controller's clock, seconds. */
export function uptimeAt(reading: ClockReading, controllerMs: number): number {
  return reading.uptimeSec + (controllerMs - reading.atMs) / 1000
}
