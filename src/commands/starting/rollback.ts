import type { Config, Outcome, SessionHost } from '../../model.js'
import { openTransport } from '../../remote/connect.js'
import { forEachHost } from '../../remote/fanout.js'
import { discardStarting, keepFailed } from '../../session/promote.js'
import type { SessionTracker } from '../../session/tracker.js'
import { type CommandContext, errorResult } from '../context.js'
import { archiveOptions } from '../locked.js'
import { clearHost, haltHost, placeOf } from '../stopping/clear-host.js'

/** How many nodes at once, and how long one may take. */
export type Patience = Pick<Config, 'concurrency' | 'connectTimeoutMs'>

/** What a rolled-back start left: null, or the session to clean up and where it was put. */
export type Leftover = { readonly directory: string; readonly hosts: readonly string[] } | null

/**
 * Undoes a start: ends what runs, removes every folder, forgets the session. Where a node cannot be reached the session is
 * kept below sessions/, so that `clusterp -C sessions/<id> stop` can finish.
 */
export async function rollBack(
  context: CommandContext,
  patience: Patience,
  tracker: SessionTracker,
): Promise<Leftover> {
  const touched = tracker.current().hosts.filter((host) => host.armLastUptimeSec !== null)
  const outcomes = await undoHosts(context, patience, tracker, touched)
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
  patience: Patience,
  tracker: SessionTracker,
): Promise<void> {
  const failed = tracker
    .current()
    .hosts.filter((host) => host.state === 'failed' && host.armLastUptimeSec !== null)
  reportOpen(context, await undoHosts(context, patience, tracker, failed))
}

function undoHosts(
  context: CommandContext,
  patience: Patience,
  tracker: SessionTracker,
  hosts: readonly SessionHost[],
): Promise<Outcome<null>[]> {
  return forEachHost(hosts, patience.concurrency, async (host) => {
    await undoHost(context, patience, tracker, host)
    return { value: null }
  })
}

async function undoHost(
  context: CommandContext,
  patience: Patience,
  tracker: SessionTracker,
  host: SessionHost,
): Promise<void> {
  const place = placeOf(host)
  if (place === null) return
  const transport = await openTransport(host)
  try {
    const step = { transport, timeoutMs: patience.connectTimeoutMs, context }
    const halted = await haltHost(step, place)
    await clearHost(step, host, place, halted)
    const state = host.state === 'failed' ? 'failed' : 'cleaned'
    await tracker.updateHost(host.name, (now) => ({ ...now, state }))
  } catch (thrown) {
    const error = errorResult(thrown instanceof Error ? thrown : new Error(String(thrown)))
    await tracker.updateHost(host.name, (now) => ({ ...now, state: 'pending', error }))
    throw thrown
  } finally {
    await transport.close()
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
