/** `clusterp start`: starts the loggers on every node; returns when each one's first record is on its disk. */
import { mkdir } from 'node:fs/promises'
import { ClusterpError, HostError, SessionError } from '../errors.js'
import type { Outcome, RunRecord, Session } from '../model.js'
import { onDisk } from '../session/disk-errors.js'
import { promoteStarting } from '../session/promote.js'
import { readSession } from '../session/store.js'
import { createTracker, type SessionTracker } from '../session/tracker.js'
import { checkDevices, refuseSameMachine } from './checking/together.js'
import { withReach } from './connecting.js'
import { type CommandContext, type CommandResult, errorResult } from './context.js'
import { archiveOptions, withLock } from './locked.js'
import { durationText, plural } from './phrases.js'
import { type Answers, rememberAnswers } from './remembered-answers.js'
import { agreedStartMs } from './starting/agree.js'
import { type ArmRequest, armHosts, awaitRecords, planArming } from './starting/arm-hosts.js'
import { pendingWarning } from './starting/pending-warning.js'
import { planSession } from './starting/plan.js'
import { type ProbedHost, probeHosts } from './starting/probe-hosts.js'
import { sessionResults, startResult } from './starting/result.js'
import { type Leftover, rollBack, undoFailed } from './starting/rollback.js'
import { startConfig } from './starting/start-config.js'
import { InterruptedError, throwIfInterrupted } from './waiting.js'

export interface StartOptions {
  readonly name: string | null
  readonly keepGoing: boolean
  /** Set by `run`: it renews the lease, and this is what it runs. */
  readonly run?: RunRecord
}

/** Starts a session in the working directory, which is made if it is not there. */
export async function startCommand(context: CommandContext, options: StartOptions): Promise<CommandResult> {
  const { config, save } = await startConfig(context)
  const { directory } = context
  await onDisk('making the folder of the session', directory, () => mkdir(directory, { recursive: true }))
  const answers = rememberAnswers(context.ask)
  const asking: CommandContext = { ...context, ask: answers.ask }
  return withLock(context, 'start', async () => {
    await refuseUnfinished(context)
    await save()
    // Written only when all that has to be asked was answered: a wrong password setting leaves no start to go on with.
    return withReach(asking, config, async (reach) => {
      const planned = planSession(config, options.name, context)
      const session = options.run === undefined ? planned : { ...planned, run: options.run }
      const tracker = createTracker(directory, session, 'session.starting.json')
      await tracker.update((now) => now)
      const isRenewed = options.run !== undefined
      const request: ArmRequest = { context, config, reach, tracker, isRenewed, startMs: 0 }
      try {
        return await startSession(request, options)
      } catch (thrown) {
        return await giveUp(request, thrown, answers)
      }
    })
  })
}

const UNFINISHED: Readonly<Record<Session['state'], string | null>> = {
  starting: 'the start of session ID was interrupted',
  running: 'session ID is running already',
  stopping: 'the stop of session ID was interrupted',
  stopped: null,
  failed: null,
}

/** An earlier session that is finished may lie there; its log is then still in place, and ours is held back. */
async function refuseUnfinished(context: CommandContext): Promise<void> {
  const stored = await readSession(context.directory)
  const sentence = stored === null ? null : UNFINISHED[stored.session.state]
  if (stored !== null && sentence === null) {
    const pending = pendingWarning(stored.session)
    if (pending !== null) context.report(pending)
    context.report({ kind: 'log', action: 'hold' })
  }
  if (stored === null || sentence === null) return
  throw new SessionError(`start: ${sentence.replace('ID', stored.session.id)}`, {
    hint: 'see what runs: clusterp status   end and fetch it: clusterp stop',
  })
}

async function startSession(request: ArmRequest, options: StartOptions): Promise<CommandResult> {
  const { context, config, tracker } = request
  const probed = await probeAll(request, options)
  throwIfInterrupted(context.signal, 'start')
  refuseSameMachine(probed)
  for (const text of checkDevices(config, probed)) context.report({ kind: 'warning', text })
  const slowestMs = Math.max(...probed.map((entry) => entry.tookMs))
  const startMs = agreedStartMs(context.now(), config.hosts.every((host) => host.isLocal) ? 0 : slowestMs)
  const agreed: ArmRequest = { ...request, startMs }
  context.report({
    kind: 'detail',
    text: `slowest probe ${slowestMs} ms; agreed start ${new Date(startMs).toISOString()}`,
  })
  await planArming(agreed, probed)
  const armed = await armHosts(agreed, probed)
  // What follows is asked over new connections: a logger that dies with its SSH session is found out.
  await Promise.all(probed.map((entry) => entry.transport.close()))
  await judge(context, tracker, armed, options)
  throwIfInterrupted(context.signal, 'start')
  const living = probed.filter((entry) => isOk(armed, entry.host.name))
  const ready = await awaitRecords(agreed, living, (outcome) => {
    context.report({ kind: 'progress-one', step: 'start', isFailure: !outcome.ok })
    if (outcome.ok)
      context.report({ kind: 'host', host: outcome.host, text: recordingText(agreed, probed, outcome.host) })
  })
  throwIfInterrupted(context.signal, 'start')
  await judge(context, tracker, ready, options)
  await undoFailed(context, request.reach, tracker)
  await tracker.update((session) => ({ ...session, state: 'running' }))
  await tracker.moveTo('session.json', async () => {
    const archived = await promoteStarting(context.directory, archiveOptions(context))
    context.report({ kind: 'log', action: 'release' })
    if (archived !== null) {
      context.report({ kind: 'info', text: `the earlier session is now in sessions/${archived}` })
    }
  })
  return startResult(agreed, probed)
}

const isOk = (outcomes: readonly Outcome<unknown>[], name: string): boolean =>
  outcomes.some((outcome) => outcome.ok && outcome.host === name)

async function probeAll(request: ArmRequest, options: StartOptions): Promise<readonly ProbedHost[]> {
  const { context, config, tracker } = request
  context.report({ kind: 'progress', step: 'start', total: config.hosts.length })
  const outcomes = await probeHosts(config, request.reach, context, (outcome) => {
    if (!outcome.ok) context.report({ kind: 'progress-one', step: 'start', isFailure: true })
    else {
      for (const text of outcome.warnings) context.report({ kind: 'host', host: outcome.host, text })
    }
  })
  throwIfInterrupted(context.signal, 'start')
  await judge(context, tracker, outcomes, options)
  return outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
}

/** Tells and notes the failures of a step; without --keep-going, or when nobody is left, one is the end of the start. */
async function judge(
  context: CommandContext,
  tracker: SessionTracker,
  outcomes: readonly Outcome<unknown>[],
  options: StartOptions,
): Promise<void> {
  const failures = outcomes.filter((outcome) => !outcome.ok)
  const hints = new Set<string>()
  for (const { host, error } of failures) {
    const { hint } = errorResult(error)
    const isNew = hint !== null && !hints.has(hint)
    if (hint !== null) hints.add(hint)
    context.report({ kind: 'host', host, text: error.message, isFailure: true, hint: isNew ? hint : null })
    const result = errorResult(error)
    await tracker.updateHost(host, (now) => ({ ...now, state: 'failed', error: result }))
  }
  const [first] = failures
  if (first === undefined || (options.keepGoing && failures.length < outcomes.length)) return
  throw new HostError(first.host, `start: ${plural(failures.length, 'host')} of ${outcomes.length} failed`, {
    hint:
      outcomes.length > failures.length
        ? 'mend them, or start without them: clusterp start --keep-going'
        : errorResult(first.error).hint,
    cause: first.error,
  })
}

function recordingText(request: ArmRequest, probed: readonly ProbedHost[], name: string): string {
  const entry = probed.find((candidate) => candidate.host.name === name)
  const tool = entry?.collector.name === 'sar' ? `sysstat ${entry.facts.sysstatVersion}` : 'the /proc sampler'
  return `recording every ${durationText(request.config.intervalSec)} with ${tool}`
}

/** A start that failed: everything is undone, then the failure goes on its way with what could not be. */
async function giveUp(request: ArmRequest, thrown: unknown, answers: Answers): Promise<CommandResult> {
  const { context, tracker } = request
  if (tracker.current().state !== 'starting') throw thrown
  context.report({ kind: 'info', text: 'undoing the start' })
  const leftover = await undo(request, answers)
  context.report({ kind: 'log', action: 'release' })
  if (thrown instanceof ClusterpError && !(thrown instanceof HostError) && leftover === null) throw thrown
  const sentence = thrown instanceof Error ? thrown.message : String(thrown)
  const open = leftover === null ? '' : `; not cleaned up: ${leftover.hosts.join(', ')}`
  const hint =
    leftover === null
      ? thrown instanceof ClusterpError
        ? thrown.hint
        : null
      : `when they answer again: clusterp -C ${leftover.directory} stop`
  const message = `${sentence}${open}`
  if (thrown instanceof InterruptedError) throw new InterruptedError(message, { hint, cause: thrown })
  const host = thrown instanceof HostError ? thrown.host : null
  return {
    exitCode: 1,
    hosts: sessionResults(tracker.current()),
    blocks: [],
    json: {},
    error: { message, hint, host },
  }
}

/** Ctrl-C has been heard; undoing is what it leads to. It has ended the connections too, so new ones are made. */
async function undo(request: ArmRequest, answers: Answers): Promise<Leftover> {
  const { context, config, reach, tracker } = request
  if (!context.signal.aborted) return rollBack(context, reach, tracker)
  answers.seal('the start is being undone')
  const calm = { ...context, ask: answers.ask, signal: new AbortController().signal }
  return withReach(calm, config, (anew) => rollBack(calm, anew, tracker))
}
