import type { Session, SessionHost } from '../../model.js'
import { forEachHost } from '../../remote/fanout.js'
import { renewLease } from '../../remote/lease.js'
import { readSessionFile } from '../../session/store.js'
import { configForSession, type Reach, withReach } from '../connecting.js'
import type { CommandContext } from '../context.js'
import { placeOf } from '../stopping/clear-host.js'
import { waitUntil } from '../waiting.js'
import { createSchedule, type Schedule } from './schedule.js'
import { newController } from './signals.js'

export interface Renewal {
  /** Ends it, also in the middle. */
  readonly stop: () => Promise<void>
}

/** Told when leases were renewed, with their new end, epoch milliseconds. */
export type Renewed = (leaseEndMs: number) => Promise<void>

/** Moves the lease of the session's loggers on while its job runs, ahead of time. Quiet: the job has the terminal. */
export function keepLease(context: CommandContext, session: Session, renewed: Renewed): Renewal {
  const ending = newController()
  const quiet = quietly(context, ending.signal)
  const done = renewUntil(quiet, session, renewed)
  return {
    stop: async () => {
      ending.abort()
      await done
    },
  }
}

/** As the job's terminal wants it: what would be told is only logged, and nothing is asked. */
function quietly(context: CommandContext, signal: AbortSignal): CommandContext {
  const report: CommandContext['report'] = (event) => {
    if ('text' in event) context.report({ kind: 'detail', text: `renewing the lease: ${event.text}` })
  }
  return { ...context, signal, report, isTerminal: false }
}

/** Turns overlap: one node that does not answer must not cost the others their lease. */
async function renewUntil(context: CommandContext, session: Session, renewed: Renewed): Promise<void> {
  const names = session.hosts.filter((host) => host.state === 'running').map((host) => host.name)
  const schedule = createSchedule(names, session.durationSec * 1000, context.now())
  const turns = new Set<Promise<void>>()
  while (!context.signal.aborted && !schedule.isOver()) {
    await waitUntil(schedule.nextMs(context.now()), context)
    const due = schedule.take(context.now())
    if (due.length === 0 || context.signal.aborted) continue
    const turn = renewTurn({ context, session, schedule, due }, renewed).finally(() => turns.delete(turn))
    turns.add(turn)
  }
  await Promise.all(turns)
}

interface Turn {
  readonly context: CommandContext
  readonly session: Session
  readonly schedule: Schedule
  /** Hosts whose turn it is. */
  readonly due: readonly string[]
}

/** Never throws: the job must not suffer from it, and a lease that ends is told by stop. */
async function renewTurn(turn: Turn, renewed: Renewed): Promise<void> {
  const { context, session, schedule, due } = turn
  const beganMs = context.now()
  try {
    const now = await readSessionFile(context.directory, 'session.json')
    const isOurs = now?.id === session.id
    const hosts = (isOurs ? now.hosts : []).filter(
      (host) => due.includes(host.name) && host.state === 'running',
    )
    for (const name of due) if (!hosts.some((host) => host.name === name)) schedule.drop(name)
    if (hosts.length === 0) return
    if (await renewHosts(turn, hosts, beganMs)) await renewed(beganMs + session.durationSec * 1000)
  } catch (thrown) {
    context.report({ kind: 'detail', text: thrown instanceof Error ? thrown.message : String(thrown) })
    for (const name of due) schedule.failed(name, beganMs)
  }
}

/** True when at least one could be renewed. */
async function renewHosts(turn: Turn, hosts: readonly SessionHost[], beganMs: number): Promise<boolean> {
  const { context, session, schedule } = turn
  const config = await configForSession(context)
  const outcomes = await withReach(context, config, (reach) =>
    forEachHost(
      hosts,
      reach.concurrency,
      async (host) => ({ value: await renewHost(context, host, reach, session.durationSec) }),
      (outcome) => {
        const { host } = outcome
        if (!outcome.ok) {
          schedule.failed(host, beganMs)
          context.report({ kind: 'detail', text: `${host}: ${outcome.error.message}` })
        } else if (outcome.value === 'renewed') schedule.renewed(host, beganMs)
        else {
          schedule.drop(host)
          context.report({ kind: 'detail', text: `${host}: it was over before it could be renewed` })
        }
      },
    ),
  )
  return outcomes.some((outcome) => outcome.ok && outcome.value === 'renewed')
}

async function renewHost(
  context: CommandContext,
  host: SessionHost,
  reach: Reach,
  leaseSec: number,
): Promise<'renewed' | 'over'> {
  const place = placeOf(host)
  if (place === null) return 'over'
  const { transport } = await reach.open(host)
  try {
    return await renewLease(transport, place, leaseSec, {
      timeoutMs: reach.connectTimeoutMs,
      random: context.random,
      signal: context.signal,
    })
  } finally {
    await transport.close()
  }
}
