/** `status --watch`: the same look at the session again and again, over connections that stay open. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config, Session, SessionHost } from '../../model.js'
import { createSlots } from '../../remote/slots.js'
import { readSession } from '../../session/store.js'
import { chosenHosts } from '../chosen-hosts.js'
import { configForSession, type Reach, withReach } from '../connecting.js'
import { type Block, type CommandContext, type CommandResult, line } from '../context.js'
import { momentText } from '../phrases.js'
import { type Answers, rememberAnswers } from '../remembered-answers.js'
import { waitUntil } from '../waiting.js'
import { askHost, isToBeAsked } from './host-report.js'
import type { SilenceRoom } from './silent-hosts.js'
import { stateNote } from './state-note.js'
import { statusResult } from './status-result.js'
import { type HostWays, WatchedHost } from './watched-host.js'

export interface WatchOptions {
  /** Seconds between two rounds; null: the session's interval. */
  readonly everySec: number | null
}

/** A round waits so long for its slowest host; then it shows what it has, and the host's answer in a later one. */
const ROUND_MS = 1500
/** Time between two connectors: one connector builds a gateway that was lost only once more. */
const RENEW_MS = 15_000

/** Why a watch is over. */
type WatchEnd = 'interrupted' | 'stopped' | 'replaced'

/** What lives as long as the watch. */
interface Watch {
  readonly context: CommandContext
  readonly answers: Answers
  readonly config: Config | null
  readonly id: string
  readonly everyMs: number
  readonly intervalSec: number
  readonly watched: Map<string, WatchedHost>
  /** The last thing shown. */
  latest: CommandResult | null
  /** Questions that stand on the terminal now: no table is drawn over them. */
  questions: number
  renewedMs: number
}

/** Below the table, which itself needs the room of a low terminal; and narrower than the usual 80 columns. */
const SILENCE_ROOM: SilenceRoom = { reasons: 3, width: 79 }

/** Shows a session until Ctrl-C, or until somebody has stopped it. */
export async function watchStatus(
  context: CommandContext,
  session: Session,
  options: WatchOptions,
): Promise<CommandResult> {
  const answers = rememberAnswers((question) => uncovered(watch, () => context.ask(question)))
  const watch: Watch = {
    context: { ...context, ask: answers.ask },
    answers,
    config: await configForSession(context),
    id: session.id,
    everyMs: (options.everySec ?? session.intervalSec) * 1000,
    intervalSec: session.intervalSec,
    watched: new Map(),
    latest: null,
    questions: 0,
    renewedMs: context.now(),
  }
  const end = await withReach(watch.context, watch.config, (reach) => rounds(watch, reach))
  return lastResult(watch, end)
}

/** Takes the table off the screen while a question stands there. */
async function uncovered<T>(watch: Watch, ask: () => Promise<T>): Promise<T> {
  watch.questions++
  const { latest, context } = watch
  if (latest !== null && watch.questions === 1) {
    context.report({ kind: 'live', result: { ...latest, blocks: [] } })
  }
  try {
    return await ask()
  } finally {
    watch.questions--
  }
}

function lastResult({ latest, id }: Watch, ended: WatchEnd): CommandResult {
  const sentences: Record<WatchEnd, readonly Block[]> = {
    interrupted: [],
    stopped: [line(`Session ${id} is not running any more: the watch ends.`)],
    replaced: [line(`Session ${id} is not in this folder any more: the watch ends.`)],
  }
  const { hosts = [], json = {} } = latest ?? {}
  // Who ends the watch has seen what is wrong, or has not waited for it.
  const exitCode = ended === 'interrupted' ? 0 : (latest?.exitCode ?? 0)
  return { exitCode, hosts, blocks: sentences[ended], json: { ...json, watchEnd: ended } }
}

/** Round after round over one connector; where a gateway has to be built anew, goes on with a further one. */
async function rounds(watch: Watch, reach: Reach): Promise<WatchEnd> {
  const { context } = watch
  const ways = waysOf(watch, reach)
  try {
    for (;;) {
      const beganMs = context.now()
      const session = await currentSession(watch)
      if (session === null) return 'replaced'
      await round(watch, session, ways)
      if (context.signal.aborted) return 'interrupted'
      if (session.state === 'stopped' || session.state === 'failed') return 'stopped'
      if (needsNewConnector(watch, session)) {
        watch.renewedMs = context.now()
        return await withReach(context, watch.config, (newer) => rounds(watch, newer))
      }
      // A clock that was put back meanwhile must not make it wait longer.
      await waitUntil(Math.min(beganMs, context.now()) + watch.everyMs, context)
    }
  } finally {
    await Promise.all([...watch.watched.values()].map((host) => host.close()))
  }
}

async function currentSession({ context, id }: Watch): Promise<Session | null> {
  const stored = await readSession(context.directory)
  return stored === null || stored.session.id !== id ? null : stored.session
}

async function round(watch: Watch, session: Session, ways: HostWays): Promise<void> {
  const { context, watched } = watch
  const hosts = await chosenHosts(context, session.hosts)
  for (const { name } of hosts) if (!watched.has(name)) watched.set(name, new WatchedHost())
  const looks = hosts.map((host) => watched.get(host.name)?.look(host, ways))
  const show = (): Promise<void> => showHosts(watch, session, hosts)
  const answered = Promise.all(looks)
  if (watch.latest !== null) {
    await settledWithin(answered, Math.min(ROUND_MS, watch.everyMs), context.signal)
    return show()
  }
  // The first logins may take long and may ask on the terminal: the table fills while the others are awaited.
  const first = answered.then(() => watch.answers.seal('nobody is asked during a watch'))
  const endMs = context.now() + watch.everyMs
  for (let isOver = false; !isOver; ) {
    await show()
    const leftMs = Math.max(0, endMs - context.now())
    const isSettled = await settledWithin(first, Math.min(ROUND_MS, leftMs), context.signal)
    isOver = isSettled || context.signal.aborted || context.now() >= endMs
  }
  return show()
}

async function showHosts(watch: Watch, session: Session, hosts: readonly SessionHost[]): Promise<void> {
  const { context, watched } = watch
  const nowMs = context.now()
  const { zoneOffsetMinutes } = context
  const at = ` at ${momentText(nowMs, zoneOffsetMinutes(nowMs))}`
  const note = `${at}${await stateNote(context, session)}`
  if (context.signal.aborted || watch.questions > 0) return
  const outcomes = hosts.flatMap((host) => watched.get(host.name)?.outcome(host, nowMs) ?? [])
  const silenceRoom = SILENCE_ROOM
  watch.latest = statusResult({ session, hosts, outcomes, note, nowMs, zoneOffsetMinutes, silenceRoom })
  context.report({ kind: 'live', result: watch.latest })
}

/** False when the time was over first, or the user ended the watch. */
async function settledWithin(work: Promise<unknown>, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController()
  const end = (): void => over.abort()
  // Taken off again: a watch of a day has 86 400 rounds.
  signal.addEventListener('abort', end)
  try {
    // It ends early when the work is done, or when the user ends the watch.
    const limit = sleep(limitMs, false, { signal: over.signal }).catch(() => false)
    return await Promise.race([work.then(() => true), limit])
  } finally {
    end()
    signal.removeEventListener('abort', end)
  }
}

function waysOf({ context, config, intervalSec }: Watch, reach: Reach): HostWays {
  // Apart, so that nodes which do not answer hold up only others that are connected to.
  const opening = createSlots(reach.concurrency)
  const calls = createSlots(reach.concurrency)
  const timeoutMs = reach.connectTimeoutMs
  const asking = { context, timeoutMs, intervalSec, devices: config }
  return {
    open: (host) => opening.take(async () => (await reach.open(host)).transport),
    ask: (host, transport) => calls.take(() => askHost(host, transport, asking)),
    now: context.now,
  }
}

/** True when all hosts behind a gateway are lost: the connector may have given that gateway up. */
function needsNewConnector(watch: Watch, session: Session): boolean {
  const { context, watched, renewedMs } = watch
  if (context.now() < renewedMs + RENEW_MS || watch.questions > 0) return false
  const chainOf = (host: SessionHost): string => (host.login?.gateways ?? []).join(',')
  const behind = session.hosts.filter((host) => chainOf(host) !== '' && isToBeAsked(host))
  const alive = new Set(
    behind.filter((host) => watched.get(host.name)?.isConnected === true).map((host) => chainOf(host)),
  )
  return behind.some((host) => watched.get(host.name)?.hasFailed === true && !alive.has(chainOf(host)))
}
