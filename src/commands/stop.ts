/** `clusterp stop`: ends the loggers, fetches and verifies their data, cleans the nodes up. */

import { SessionError } from '../errors.js'
import type { Outcome, Session, SessionHost } from '../model.js'
import { forEachHost } from '../remote/fanout.js'
import { readSession, type StoredSession } from '../session/store.js'
import { createTracker, type SessionTracker } from '../session/tracker.js'
import { chosenHosts } from './chosen-hosts.js'
import { asResult, combineResults } from './combine.js'
import { configForSession, type Reach, withReach } from './connecting.js'
import { type CommandContext, type CommandResult, errorResult, hostResults } from './context.js'
import { withLock } from './locked.js'
import { parseSession } from './parse.js'
import { byteText, plural } from './phrases.js'
import { plotSession } from './plot.js'
import { settleStart } from './stopping/interrupted-start.js'
import { isSettled, nothingToStop, type StopResult, stopResult, undoneResult } from './stopping/results.js'
import { type StoppedHost, stopHost } from './stopping/stop-host.js'
import { InterruptedError, waitUntil } from './waiting.js'

export interface StopOptions {
  readonly withParse: boolean
  readonly withPlot: boolean
  /** Do not wait for the sample that is due. */
  readonly isNow: boolean
  /** Ends that waiting, and nothing else. */
  readonly hurry?: AbortSignal
}

/** A sample due within this is waited for. */
const WORTH_WAITING_MS = 10_000
/** After the due moment, so that the sample is on the disk. */
const SAMPLE_SLACK_MS = 300

/** Stops the session of the working directory. */
export async function stopCommand(context: CommandContext, options: StopOptions): Promise<CommandResult> {
  if (options.withPlot && !options.withParse) {
    context.report({
      kind: 'warning',
      text: '--with-plot is ignored without --with-parse',
      hint: 'clusterp stop --with-parse --with-plot',
    })
  }
  return withLock(context, 'stop', async () => {
    const stored = await readSession(context.directory)
    if (stored === null) {
      throw new SessionError(`stop: there is no session in ${context.directory}`, {
        hint: 'start one: clusterp start   or go to its folder: clusterp -C DIR stop',
      })
    }
    const config = await configForSession(context)
    const result = await withReach(context, config, (reach) => stopStored(context, stored, reach, options))
    if (!options.withParse || !result.hasData) return result.result
    const parsed = await asResult(() => parseSession(context))
    const results = [result.result, parsed]
    if (options.withPlot && parsed.error === undefined)
      results.push(await asResult(() => plotSession(context, {})))
    return combineResults(results)
  })
}

async function stopStored(
  context: CommandContext,
  stored: StoredSession,
  reach: Reach,
  options: StopOptions,
): Promise<StopResult> {
  const { session } = stored
  const chosen = await chosenHosts(context, session.hosts)
  const todo = chosen.filter((host) => isUnfinished(session, host))
  const tracker = createTracker(context.directory, session, stored.file)
  if (todo.length === 0 && stored.file === 'session.json') {
    // A stop that was killed after its last host: only the session's own state is missing.
    if (session.state === 'stopping') await noteStopped(context, tracker)
    return nothingToStop(tracker.current(), chosen)
  }
  const { hurry = context.signal } = options
  if (!options.isNow)
    await waitForSample({ ...context, signal: AbortSignal.any([context.signal, hurry]) }, session)
  if (context.signal.aborted) throw new InterruptedError('stop: interrupted; nothing was changed')
  if (stored.file === 'session.starting.json') {
    const settled = await settleStart(context, tracker, reach)
    if (settled.kind === 'undone') return undoneResult(session, settled.leftover)
  }
  await tracker.update((now) => ({ ...now, state: 'stopping' }))
  context.report({ kind: 'progress', step: 'stop', total: todo.length })
  const outcomes = await forEachHost(
    todo,
    reach.concurrency,
    async (host) => ({ value: await stopOne(context, tracker, host, reach) }),
    (outcome) => reportOutcome(context, outcome),
  )
  const undone = outcomes.filter((outcome) => !outcome.ok)
  if (context.signal.aborted && undone.length > 0) {
    throw new InterruptedError(`stop: interrupted; ${plural(undone.length, 'host')} not done yet`, {
      hint: 'go on with: clusterp stop',
    })
  }
  return finishStop(context, tracker, outcomes)
}

/** A host of a finished session is done when it is clean; one that failed before it was armed has nothing to stop. */
function isUnfinished(session: Session, host: SessionHost): boolean {
  if (host.state === 'cleaned') return false
  if (host.state === 'failed') return host.armLastUptimeSec !== null && session.state !== 'stopped'
  return true
}

async function waitForSample(context: CommandContext, session: Session): Promise<void> {
  const isRecording = session.hosts.some((host) => host.state === 'running' || host.state === 'armed')
  if (session.startMs === null || session.state !== 'running' || !isRecording) return
  const intervalMs = session.intervalSec * 1000
  const sinceMs = context.now() - session.startMs
  const dueMs = session.startMs + Math.ceil(sinceMs / intervalMs) * intervalMs
  const leftMs = dueMs - context.now()
  if (leftMs > WORTH_WAITING_MS) return
  if (leftMs > 1000) {
    context.report({
      kind: 'info',
      text: `waiting ${Math.ceil(leftMs / 1000)} s for the next sample (--now does not)`,
    })
  }
  await waitUntil(dueMs + SAMPLE_SLACK_MS, context)
}

async function stopOne(
  context: CommandContext,
  tracker: SessionTracker,
  host: SessionHost,
  reach: Reach,
): Promise<StoppedHost> {
  try {
    const { transport } = await reach.open(host)
    try {
      return await stopHost({
        step: { transport, timeoutMs: reach.connectTimeoutMs, context },
        directory: context.directory,
        tracker,
        host,
        capBytes: 2 * reach.maxSizeBytes,
      })
    } finally {
      await transport.close()
    }
  } catch (thrown) {
    if (context.signal.aborted) throw thrown
    const error = errorResult(thrown instanceof Error ? thrown : new Error(String(thrown)))
    await tracker.updateHost(host.name, (now) => ({
      ...now,
      state: now.state === 'pulled' ? 'pulled' : 'pending',
      error,
    }))
    throw thrown
  }
}

function reportOutcome(context: CommandContext, outcome: Outcome<StoppedHost>): void {
  context.report({ kind: 'progress-one', step: 'stop', isFailure: !outcome.ok })
  const { host } = outcome
  if (!outcome.ok) {
    context.report({ kind: 'host', host, text: outcome.error.message, isFailure: true })
    return
  }
  const { bytes, hasData, problems } = outcome.value
  // What is partial about it stands in the result.
  const partial = problems.length > 0 ? ', partial' : ''
  const what = hasData ? `stopped, ${byteText(bytes)} fetched${partial}` : 'nothing was recorded there'
  context.report({ kind: 'host', host, text: what, isFailure: problems.length > 0 })
}

async function finishStop(
  context: CommandContext,
  tracker: SessionTracker,
  outcomes: readonly Outcome<StoppedHost>[],
): Promise<StopResult> {
  await noteStopped(context, tracker)
  const hasData = outcomes.some((outcome) => outcome.ok && outcome.value.hasData)
  const session = tracker.current()
  return { hasData, result: stopResult(session, hostResults(outcomes, session.hosts)) }
}

/** The session runs on while one of its hosts does. */
async function noteStopped(context: CommandContext, tracker: SessionTracker): Promise<void> {
  const unfinished = tracker.current().hosts.filter((host) => !isSettled(host))
  const isRunning = unfinished.some((host) => host.state === 'running' || host.state === 'armed')
  await tracker.update((now) =>
    isRunning
      ? { ...now, state: 'running' }
      : { ...now, state: 'stopped', stoppedMs: now.stoppedMs ?? context.now() },
  )
}
