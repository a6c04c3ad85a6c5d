import { HostError } from '../../errors.js'
import type { SessionHost } from '../../model.js'
import { type Halted, haltNode, removeFolder } from '../../remote/ask.js'
import { type NodePlace, placeFromPath } from '../../remote/place.js'
import type { Transport } from '../../remote/transport.js'
import type { CommandContext } from '../context.js'
import { throwIfInterrupted, waitUntil } from '../waiting.js'

/** What a step on one node needs. `signal` is not the user's where a clean-up must be finished. */
export interface NodeStep {
  readonly transport: Transport
  readonly timeoutMs: number
  readonly context: Pick<CommandContext, 'now' | 'random' | 'signal'>
}

/** State letter of /proc/PID/stat for an uninterruptible sleep. */
const HUNG = 'D'
/** The script has its own limits (5 s of signals); this is the controller's reach beyond them. */
export const HALT_TIMEOUT_MS = 30_000
/** Over the last moment's own resolution. */
const LAST_MOMENT_SLACK_SEC = 0.1

/** Where this host's part lies; null when nothing was ever sent to it. */
export function placeOf(host: SessionHost): NodePlace | null {
  return host.remotePath === null ? null : placeFromPath(host.remotePath, host.number)
}

/**
 * Ends every process of ours there; throws HostError when one cannot be ended. One that hangs in the kernel (state D, as a
 * GPU driver does) ends when it is let go of, and holds nobody up: the caller tells of it.
 */
export async function haltHost(step: NodeStep, place: NodePlace): Promise<Halted> {
  const halted = await haltNode(step.transport, place, {
    timeoutMs: HALT_TIMEOUT_MS,
    random: step.context.random,
  })
  const left = halted.leftBehind.find((process) => process.state !== HUNG)
  if (left !== undefined) {
    throw new HostError(step.transport.host, `stop: left behind pid ${left.pid} (state ${left.state})`, {
      hint: 'when the node has let go of it: clusterp stop',
    })
  }
  return halted
}

/**
 * Removes the folder. Where the start was sent but nothing of it has arrived, it may still be on its way: a tombstone
 * keeps its place until the script's last moment is over, then that goes too.
 */
export async function clearHost(
  step: NodeStep,
  host: SessionHost,
  place: NodePlace,
  halted: Halted,
): Promise<void> {
  const options = { timeoutMs: step.timeoutMs, random: step.context.random }
  const mayStillCome = !halted.hasFolder || halted.isTombstone
  const isThatBoot = host.bootId === null || host.bootId === halted.bootId
  const lastSec = host.armLastUptimeSec
  if (!mayStillCome || !isThatBoot || lastSec === null || halted.uptimeSec > lastSec) {
    await removeFolder(step.transport, place, false, options)
    return
  }
  const { uptimeSec } = await removeFolder(step.transport, place, true, options)
  const leftSec = lastSec - uptimeSec + LAST_MOMENT_SLACK_SEC
  await waitUntil(step.context.now() + leftSec * 1000, step.context)
  throwIfInterrupted(
    step.context.signal,
    `clean up ${host.name}: an empty folder keeps a late start from acting`,
    'remove it with: clusterp stop',
  )
  await haltHost(step, place)
  await removeFolder(step.transport, place, false, options)
}

/** Ends and removes a session's folder of which nothing more is known than its place. */
export async function clearFolder(step: NodeStep, place: NodePlace): Promise<void> {
  await haltHost(step, place)
  await removeFolder(step.transport, place, false, { timeoutMs: step.timeoutMs, random: step.context.random })
}
