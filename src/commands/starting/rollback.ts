import type { Outcome, SessionHost } from '../../model.js'
import { forEachHost } from '../../remote/fanout.js'
import { discardStarting, keepFailed } from '../../session/promote.js'
import type { SessionTracker } from '../../session/tracker.js'
import type { Reach } from '../connecting.js'
import { type CommandContext, errorResult } from '../context.js'
import { archiveOptions } from '../locked.js'
import { clearHost, haltHost, placeOf } from '../stopping/clear-host.js'

/** What a rolled-back start left: null, or the session to clean up and where it was put. */
export type Leftover = { readonly directory: string; readonly hosts: readonly string[] } | null

/**
 * Undoes a start: ends what runs, removes every folder, forgets the session. Where a node cannot be reached the session is
 * kept below sessions/, so that `clusterp -C sessions/<id> stop` can finish.
 */
export async function rollBack(
  context: CommandContext,
  reach: Reach,
  tracker: SessionTracker,
): Promise<Leftover> {
  const touched = tracker.current().hosts.filter((host) => host.armLastUptimeSec !== null)
  const outcomes = await undoHosts(context, reach, tracker, touched)
  const open = outcomes.filter((outcome) => !outcome.ok).map((outcome) => outcome.host)
  await tracker.update((session) => ({ ...session, state: 'failed' }))
  if (open.length === 0) {
    await discardStarting(context.directory)
    return null
  }
  reportOpen(context, outcomes)
  const id = await keepFailed(context.directory, archiveOptions(context))
  return { directory: `sessions/${id}`, hosts: open }
}

/** Undoes what a failed host of a start with --keep-going may have left; it stays `failed`. */
export async function undoFailed(
  context: CommandContext,
  reach: Reach,
  tracker: SessionTracker,
): Promise<void> {
  const failed = tracker
    .current()
    .hosts.filter((host) => host.state === 'failed' && host.armLastUptimeSec !== null)
  reportOpen(context, await undoHosts(context, reach, tracker, failed))
}

function undoHosts(
  context: CommandContext,
  reach: Reach,
  tracker: SessionTracker,
  hosts: readonly SessionHost[],
): Promise<Outcome<null>[]> {
  return forEachHost(hosts, reach.concurrency, async (host) => {
    await undoHost(context, reach, tracker, host)
    return { value: null }
  })
}

async function undoHost(
  context: CommandContext,
  reach: Reach,
  tracker: SessionTracker,
  host: SessionHost,
): Promise<void> {
  const place = placeOf(host)
  if (place === null) return
  try {
    const { transport } = await reach.open(host)
    try {
      const step = { transport, timeoutMs: reach.connectTimeoutMs, context }
      const halted = await haltHost(step, place)
      await clearHost(step, host, place, halted)
    } finally {
      await transport.close()
    }
    const state = host.state === 'failed' ? 'failed' : 'cleaned'
    // Nothing of it can be left there: no later command has to ask this host.
    await tracker.updateHost(host.name, (now) => ({ ...now, state, armLastUptimeSec: null }))
  } catch (thrown) {
    const error = errorResult(thrown instanceof Error ? thrown : new Error(String(thrown)))
    await tracker.updateHost(host.name, (now) => ({ ...now, state: 'pending', error }))
    throw thrown
  }
}

function reportOpen(context: CommandContext, outcomes: readonly Outcome<null>[]): void {
  for (const outcome of outcomes) {
    if (outcome.ok) continue
    context.report({
      kind: 'host',
      host: outcome.host,
      text: `not cleaned up: ${outcome.error.message}`,
      isFailure: true,
    })
  }
}
