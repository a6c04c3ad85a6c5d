/** `clusterp mark`: notes that a phase of the job begins now. Takes no lock. */
import { resolve } from 'node:path'
import { ConfigError } from '../errors.js'
import type { Session } from '../model.js'
import { appendMark } from '../session/marks.js'
import { readSession } from '../session/store.js'
import { type CommandContext, type CommandResult, line } from './context.js'
import { markText } from './mark-text.js'
import { momentText } from './phrases.js'

/** Notes the words, joined by blanks. Where nothing records it is only a warning: a job runs without being profiled too. */
export async function markCommand(context: CommandContext, words: readonly string[]): Promise<CommandResult> {
  const atMs = context.now()
  const text = markText(words.join(' '))
  if (text === '') {
    throw new ConfigError('mark: it needs a text', { hint: 'say what begins: clusterp mark train' })
  }
  const stored = await readSession(context.directory)
  const reason = whyNothingRecords(context.directory, stored?.session ?? null)
  if (reason !== null) {
    context.report({ kind: 'warning', text: `mark: ${reason}; the mark was not noted` })
    return { exitCode: 0, hosts: [], blocks: [], json: { mark: null } }
  }
  await appendMark(context.directory, { atMs, text })
  const when = momentText(atMs, context.zoneOffsetMinutes(atMs))
  const told = `Marked "${text}" at ${when}.`
  const isInJob = isSessionOfJob(context)
  if (isInJob) context.report({ kind: 'info', text: told })
  return { exitCode: 0, hosts: [], blocks: isInJob ? [] : [line(told)], json: { mark: { atMs, text } } }
}

/** Inside the job of `run` stdout is the job's, and often its file of results. */
function isSessionOfJob({ directory, env }: CommandContext): boolean {
  return Boolean(env.CLUSTERP_SESSION) && resolve(env.CLUSTERP_SESSION ?? '') === directory
}

function whyNothingRecords(directory: string, session: Session | null): string | null {
  if (session === null) return `there is no session in ${directory}`
  const isOver = session.state === 'stopped' || session.state === 'failed'
  return isOver ? `nothing is recording: session ${session.id} is ${session.state}` : null
}
