/** `clusterp run`: start, the job, stop, parse, plot. The job runs whatever becomes of its profile, and decides the exit code. */
import { constants } from 'node:os'
import { ClusterpError, ConfigError, SessionError } from '../errors.js'
import type { Session } from '../model.js'
import { readSessionFile } from '../session/store.js'
import { combineResults } from './combine.js'
import { type CommandContext, type CommandResult, errorResult, line } from './context.js'
import { durationText } from './phrases.js'
import { rememberAnswers } from './remembered-answers.js'
import { afterwards } from './running/afterwards.js'
import { commandText } from './running/command-line.js'
import { findProgram } from './running/find-program.js'
import { exitCodeOfJob } from './running/job.js'
import { whenUnlocked } from './running/patience.js'
import { plannedRun } from './running/record.js'
import { type RanJob, runJob } from './running/run-job.js'
import { type RunSignals, takeSignals } from './running/signals.js'
import { keysReachJob } from './running/terminal.js'
import { startCommand } from './start.js'
import { stopCommand } from './stop.js'
import { InterruptedError } from './waiting.js'

export interface RunOptions {
  readonly name: string | null
  /** Without every host the job is not started. */
  readonly isStrict: boolean
  /** The job: a program and its arguments. */
  readonly words: readonly string[]
  /** Words that stand before the -- instead of after it. */
  readonly misplaced: readonly string[]
}

/** The job was never started: so `env`, `timeout` and `xargs` say it too. */
const NOT_STARTED = 125

/** Runs a job between start and stop. */
export async function runCommand(context: CommandContext, options: RunOptions): Promise<CommandResult> {
  const { words } = options
  refuseMisplaced(options)
  if (words[0] === undefined || words[0] === '') {
    throw new ConfigError('run: it needs a command after --', { hint: 'clusterp run -- ./my-job' })
  }
  await findProgram(words[0], context.env.PATH)
  const answers = rememberAnswers(context.ask)
  const own: CommandContext = { ...context, ask: answers.ask }
  const session = await record(own, options)
  const signals = takeSignals(context, keysReachJob)
  try {
    const isCalledOff = context.signal.aborted
    const ran = isCalledOff ? null : await runJob(own, { words, session, signals, answers })
    if (ran !== null) context.report({ kind: 'info', text: endText(words, ran) })
    // The session is of the hosts that --hosts named: from here on it would only leave out those that failed.
    const whole: CommandContext = { ...own, flags: { ...own.flags, hosts: undefined } }
    const results = session === null ? [] : await finish(whole, session, signals, ran)
    if (ran !== null) return runResult(words, session, ran, results)
    const { early } = signals
    throw new InterruptedError('run: interrupted before the job was started', {
      exitCode: 128 + constants.signals[early() ?? 'SIGINT'],
    })
  } finally {
    signals.release()
  }
}

/** `run ./bench` would do until the command has a flag of its own: told at once. */
function refuseMisplaced({ misplaced, words }: RunOptions): void {
  if (misplaced.length === 0) return
  throw new ConfigError(`run: the command stands after --, "${commandText(misplaced)}" stands before it`, {
    hint: `clusterp run -- ${commandText([...misplaced, ...words])}`,
  })
}

/** Starts the loggers; null when nothing can be recorded and the job runs all the same. */
async function record(context: CommandContext, options: RunOptions): Promise<Session | null> {
  const failure = await tryStart(context, options)
  if (failure === null) return readSessionFile(context.directory, 'session.json')
  if (options.isStrict) {
    throw new ClusterpError(`${failure.message}; the job was not started`, {
      hint: 'see what is wrong: clusterp check   or run it all the same, without --strict',
      exitCode: NOT_STARTED,
    })
  }
  context.report({
    kind: 'warning',
    text: `${failure.message}; the job runs, and is not recorded`,
    hint: 'see what is wrong: clusterp check',
  })
  return null
}

/** Why nothing is recorded; null when something is. What the user has to settle first is thrown. */
async function tryStart(
  context: CommandContext,
  { name, isStrict, words }: RunOptions,
): Promise<{ readonly message: string } | null> {
  try {
    const started = await startCommand(context, { name, keepGoing: !isStrict, run: plannedRun(words) })
    if (started.error !== undefined) return started.error
    for (const block of started.blocks.slice(0, 1)) {
      if (block.kind === 'line') context.report({ kind: 'info', text: block.text })
    }
    return null
  } catch (thrown) {
    if (thrown instanceof InterruptedError || thrown instanceof ConfigError) throw thrown
    if (thrown instanceof SessionError) {
      const { message, hint } = thrown
      throw new ClusterpError(message, { hint, exitCode: NOT_STARTED, cause: thrown })
    }
    return { message: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

/** Stops and fetches, then parses and draws if there is time. Nothing here can change what the job came to. */
async function finish(
  context: CommandContext,
  session: Session,
  signals: RunSignals,
  ran: RanJob | null,
): Promise<readonly CommandResult[]> {
  const results: CommandResult[] = []
  let foundId: string | null = null
  const isRead = await attempt(results, async () => {
    foundId = (await readSessionFile(context.directory, 'session.json'))?.id ?? null
  })
  if (!isRead) return results
  if (foundId !== session.id) {
    context.report({
      kind: 'warning',
      text: `session ${session.id} of this run is not here any more; somebody archived it meanwhile`,
      hint: `clusterp -C sessions/${session.id} parse --with-plot`,
    })
    return []
  }
  const stopping: CommandContext = { ...context, signal: signals.giveUp }
  const stop = (): Promise<CommandResult> =>
    stopCommand(stopping, { withParse: false, withPlot: false, isNow: ran === null, hurry: signals.hurry })
  const isStopped = await attempt(results, async () => {
    results.push(await whenUnlocked(stopping, signals.giveUp, stop))
  })
  if (!isStopped || ran === null) return results
  if (signals.skip.aborted) return [...results, LEFT_OUT]
  const times = { ranSec: ran.tookMs / 1000, intervalSec: session.intervalSec }
  const hasAll = await attempt(results, () =>
    afterwards({ ...context, signal: signals.skip }, times, (result) => results.push(result)),
  )
  if (!signals.skip.aborted) return results
  // That they were interrupted is what was asked for, and no error.
  return [...(hasAll ? results : results.slice(0, -1)), LEFT_OUT]
}

const LEFT_OUT: CommandResult = {
  exitCode: 0,
  hosts: [],
  blocks: [line('Parse and plot were left out. Later: clusterp parse --with-plot')],
  json: {},
}

/** True when it went through; why it did not is added to the results. */
async function attempt(results: CommandResult[], work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (thrown) {
    const error = errorResult(thrown instanceof Error ? thrown : new Error(String(thrown)))
    results.push({ exitCode: 1, hosts: [], blocks: [], json: {}, error: { ...error, host: null } })
    return false
  }
}

function runResult(
  words: readonly string[],
  session: Session | null,
  ran: RanJob,
  results: readonly CommandResult[],
): CommandResult {
  const combined = combineResults(results)
  const { end } = ran
  return {
    ...combined,
    processExit: exitCodeOfJob(end),
    json: {
      ...combined.json,
      session: session?.id ?? null,
      run: {
        command: plannedRun(words).command,
        startedMs: ran.startedMs,
        endedMs: ran.startedMs + ran.tookMs,
        exitCode: end.exitCode,
        signal: end.signal,
      },
      // What clusterp itself would have ended with.
      recording: { exitCode: session === null ? 1 : combined.exitCode },
    },
  }
}

function endText(words: readonly string[], { end, tookMs }: RanJob): string {
  const job = commandText(words)
  if (end.failure !== null) return `${job} could not be started: ${end.failure}`
  const how = end.signal === null ? `with exit code ${end.exitCode}` : `by ${end.signal}`
  return `${job} ended ${how} after ${durationText(tookMs / 1000)}.`
}
