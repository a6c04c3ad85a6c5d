import { collectorNamed } from '../../collectors/index.js'
import type { SessionHost } from '../../model.js'
import { askStatus } from '../../remote/ask.js'
import { forEachHost } from '../../remote/fanout.js'
import { promoteStarting } from '../../session/promote.js'
import type { SessionTracker } from '../../session/tracker.js'
import type { Reach } from '../connecting.js'
import type { CommandContext } from '../context.js'
import { archiveOptions } from '../locked.js'
import { type Leftover, rollBack } from '../starting/rollback.js'
import { placeOf } from './clear-host.js'

export type InterruptedStart =
  /** Something runs or may run: it is the session now, in the place of the earlier one. */
  | { readonly kind: 'in place' }
  /** Nothing of it was found: undone, and the folder is as it was before. */
  | { readonly kind: 'undone'; readonly leftover: Leftover }

/**
 * Settles a start that was killed: asks the nodes what came of it. Before anything is fetched the earlier session has to be
 * out of the way; where nothing ran it stays.
 */
export async function settleStart(
  context: CommandContext,
  tracker: SessionTracker,
  reach: Reach,
): Promise<InterruptedStart> {
  const touched = tracker.current().hosts.filter((host) => host.armLastUptimeSec !== null)
  const outcomes = await forEachHost(touched, reach.concurrency, async (host) => ({
    value: await hasFolder(context, host, reach),
  }))
  const mayHaveRun = outcomes.some((outcome) => !outcome.ok || outcome.value)
  if (!mayHaveRun) return { kind: 'undone', leftover: await rollBack(context, reach, tracker) }
  await tracker.update((session) => ({ ...session, state: 'stopping' }))
  await tracker.moveTo('session.json', async () => {
    await promoteStarting(context.directory, archiveOptions(context))
  })
  return { kind: 'in place' }
}

async function hasFolder(context: CommandContext, host: SessionHost, reach: Reach): Promise<boolean> {
  const place = placeOf(host)
  if (place === null) return false
  const { transport } = await reach.open(host)
  try {
    const status = await askStatus(transport, place, collectorNamed(host.collector ?? 'sar'), {
      timeoutMs: reach.connectTimeoutMs,
      random: context.random,
      signal: context.signal,
    })
    return status.hasFolder && !status.isTombstone
  } finally {
    await transport.close()
  }
}
