import { asError } from '../../errors.js'
import type { RunRecord, Session } from '../../model.js'
import { appendMark } from '../../session/marks.js'
import { sessionPaths } from '../../session/paths.js'
import type { CommandContext } from '../context.js'
import type { Answers } from '../remembered-answers.js'
import { type JobEnd, startJob } from './job.js'
import { type MarksWatch, watchMarks } from './marks-file.js'
import { noteRun } from './record.js'
import { keepLease } from './renewal.js'
import type { RunSignals } from './signals.js'

export interface RanJob {
  readonly end: JobEnd
  /** Epoch milliseconds. */
  readonly startedMs: number
  readonly tookMs: number
}

export interface JobRequest {
  readonly words: readonly string[]
  /** null: nothing is recorded. */
  readonly session: Session | null
  readonly signals: RunSignals
  readonly answers: Answers
}

/**
 * Runs the job to its end; meanwhile its marks are kept and the lease is renewed, and nothing is printed. Null: a signal came
 * before it could be started.
 */
export async function runJob(context: CommandContext, request: JobRequest): Promise<RanJob | null> {
  const { words, session, signals, answers } = request
  const marks = await openMarks(context, session)
  // Before the job, which may want the lock itself at once, as for a `clusterp stop` of its own.
  await note(context, session, { startedMs: context.now() })
  // The line that shows how far a step is, is over: the terminal is the job's.
  context.report({ kind: 'progress', step: 'run', total: 0 })
  if (signals.early() !== null) {
    await marks?.finish()
    return null
  }
  answers.seal('the job has the terminal')
  const startedMs = context.now()
  const job = startJob(words, jobEnv(context, marks !== null), (error) =>
    context.report({ kind: 'warning', text: `a signal could not be passed on to the job: ${error.message}` }),
  )
  signals.attach(job)
  const renewal =
    session === null
      ? null
      : keepLease(context, session, (leaseEndMs) => noteRun(context, session.id, { leaseEndMs }))
  const end = await job.ended
  signals.detach()
  const endedMs = context.now()
  answers.unseal()
  await Promise.all([renewal?.stop(), marks?.finish()])
  const { exitCode, signal } = end
  await note(context, session, { startedMs, endedMs, exitCode, signal })
  return { end, startedMs, tookMs: endedMs - startedMs }
}

/** What the job finds in its environment; a line written to CLUSTERP_MARKS must go somewhere even where nothing is recorded. */
function jobEnv(context: CommandContext, hasMarks: boolean): Readonly<Record<string, string | undefined>> {
  const { directory, runMarks } = sessionPaths(context.directory)
  return { ...context.env, CLUSTERP_SESSION: directory, CLUSTERP_MARKS: hasMarks ? runMarks : '/dev/null' }
}

async function openMarks(context: CommandContext, session: Session | null): Promise<MarksWatch | null> {
  if (session === null) return null
  try {
    return await watchMarks({
      path: sessionPaths(context.directory).runMarks,
      now: context.now,
      keep: (mark) => appendMark(context.directory, mark),
      warn: (text) => context.report({ kind: 'warning', text }),
    })
  } catch (thrown) {
    context.report({ kind: 'warning', text: `marks of the job are not kept: ${asError(thrown).message}` })
    return null
  }
}

/** session.json is told what is known; that it cannot be is no reason to bother the job. */
async function note(
  context: CommandContext,
  session: Session | null,
  change: Partial<RunRecord>,
): Promise<void> {
  if (session === null) return
  try {
    await noteRun(context, session.id, change)
  } catch (thrown) {
    context.report({
      kind: 'detail',
      text: `session.json was not told of the job: ${asError(thrown).message}`,
    })
  }
}
