/** `clusterp status`: what runs on each node, and how much there is. Takes no lock, changes nothing. */
import { collectorNamed } from '../collectors/index.js'
import { SessionError } from '../errors.js'
import type { Outcome, Session, SessionHost } from '../model.js'
import { askStatus, type NodeStatus } from '../remote/ask.js'
import { forEachHost } from '../remote/fanout.js'
import { readLock } from '../session/lock.js'
import { readSession } from '../session/store.js'
import { chosenHosts } from './chosen-hosts.js'
import { configForSession, type Reach, withReach } from './connecting.js'
import { type Block, type CommandContext, type CommandResult, hostResults, line } from './context.js'
import { byteText, durationText, momentText } from './phrases.js'
import { placeOf } from './stopping/clear-host.js'
import { throwIfInterrupted } from './waiting.js'

/** What one host says of itself; `status` null: it was not asked, because nothing was ever sent to it. */
interface HostReport {
  readonly host: SessionHost
  readonly status: NodeStatus | null
}

/** Asks every node of the session. */
export async function statusCommand(context: CommandContext): Promise<CommandResult> {
  const stored = await readSession(context.directory)
  if (stored === null) {
    throw new SessionError(`status: there is no session in ${context.directory}`, {
      hint: 'start one: clusterp start',
    })
  }
  const { session } = stored
  const config = await configForSession(context)
  const hosts = await chosenHosts(context, session.hosts)
  const outcomes = await withReach(context, config, (reach) =>
    forEachHost(hosts, reach.concurrency, async (host) => ({
      value: { host, status: await askHost(context, host, reach) },
    })),
  )
  throwIfInterrupted(context.signal, 'status')
  if (outcomes.every((outcome) => !outcome.ok)) reportAll(context, outcomes)
  const note = await stateNote(context, session)
  return {
    exitCode: exitCodeOf(session, outcomes),
    hosts: hostResults(outcomes, session.hosts),
    blocks: [
      line(
        `Session ${session.id}${session.name === null ? '' : ` (${session.name})`}: ${session.state}${note}`,
      ),
      table(session, hosts, outcomes),
      ...leaseLine(context, session),
    ],
    json: {
      session: session.id,
      state: session.state,
      nodes: outcomes.flatMap((outcome) => nodeJson(session, outcome)),
    },
  }
}

function reportAll(context: CommandContext, outcomes: readonly Outcome<HostReport>[]): void {
  for (const outcome of outcomes) {
    if (!outcome.ok) {
      context.report({ kind: 'host', host: outcome.host, text: outcome.error.message, isFailure: true })
    }
  }
}

async function askHost(context: CommandContext, host: SessionHost, reach: Reach): Promise<NodeStatus | null> {
  const place = placeOf(host)
  if (place === null || host.armLastUptimeSec === null || host.collector === null) return null
  const { transport } = await reach.open(host)
  try {
    return await askStatus(transport, place, collectorNamed(host.collector), {
      timeoutMs: reach.connectTimeoutMs,
      random: context.random,
      signal: context.signal,
    })
  } finally {
    await transport.close()
  }
}

/** A session that is being started or stopped by nobody was interrupted. */
async function stateNote(context: CommandContext, session: Session): Promise<string> {
  if (session.state !== 'starting' && session.state !== 'stopping') return ''
  const lock = await readLock(context.directory)
  if (lock.state === 'live' || lock.state === 'foreign') return ''
  return ', interrupted. Go on with: clusterp stop'
}

function exitCodeOf(session: Session, outcomes: readonly Outcome<HostReport>[]): CommandResult['exitCode'] {
  if (outcomes.every((outcome) => !outcome.ok)) return 1
  const isBad = (outcome: Outcome<HostReport>): boolean => {
    if (!outcome.ok) return true
    const { host, status } = outcome.value
    if (host.state === 'failed' || host.state === 'pending') return true
    return session.state === 'running' && host.state === 'running' && !isRecording(status)
  }
  return outcomes.some(isBad) ? 3 : 0
}

const isRecording = (status: NodeStatus | null): boolean =>
  status !== null && status.loggers.length > 0 && status.loggers.every((logger) => logger.isAlive)

const HEAD = ['host', 'state', 'loggers', 'samples', 'last', 'size', 'note'] as const

function table(
  session: Session,
  hosts: readonly SessionHost[],
  outcomes: readonly Outcome<HostReport>[],
): Block {
  const rows = outcomes.map((outcome) => {
    const host = hosts.find((candidate) => candidate.name === outcome.host)
    const name = host?.alias ?? outcome.host
    if (!outcome.ok) return [name, host?.state ?? '?', '', '', '', '', `no answer: ${outcome.error.message}`]
    return [name, ...rowOf(session, outcome.value)]
  })
  return { kind: 'table', head: HEAD, rows }
}

function rowOf(session: Session, { host, status }: HostReport): readonly string[] {
  if (status === null) return [host.state, '', '', '', '', host.error?.message ?? 'nothing was started']
  if (!status.hasFolder || status.isTombstone) return [host.state, 'none', '', '', '', 'no folder there']
  const alive = status.loggers.filter((logger) => logger.isAlive)
  const loggers = status.loggers.map((logger) => `${logger.name} ${logger.isAlive ? 'alive' : 'GONE'}`)
  const age = lastAgeSec(status)
  const isLate = age !== null && alive.length > 0 && age > 2 * session.intervalSec + 1
  return [
    host.state,
    loggers.join(', ') || 'none',
    status.samples === null ? '-' : String(status.samples),
    age === null ? '-' : `${durationText(age)} ago${isLate ? ' (late)' : ''}`,
    byteText(dataBytes(status)),
    [...host.problems, ...host.notes].join('; '),
  ]
}

/** Files that hold samples: not the loggers' own `.pid` and `.log`, nor the notes beside them. */
const isData = (name: string): boolean => !/\.(pid|log)$|^owner$|^tick$|^halted$/.test(name)

function dataBytes(status: NodeStatus): number {
  return status.files.filter((file) => isData(file.name)).reduce((sum, file) => sum + file.bytes, 0)
}

/** Age of the last sample on the node's own clock, seconds; null when it cannot be told. */
function lastAgeSec(status: NodeStatus): number | null {
  const changes = status.files.flatMap((file) =>
    isData(file.name) && file.changedSec !== null ? [file.changedSec] : [],
  )
  if (changes.length === 0 || status.nowSec === null) return null
  return Math.max(0, status.nowSec - Math.max(...changes))
}

function leaseLine(context: CommandContext, session: Session): readonly Block[] {
  if (session.state !== 'running' || session.startMs === null) return []
  const endMs = session.startMs + session.durationSec * 1000
  const leftSec = (endMs - context.now()) / 1000
  const when = momentText(endMs, context.zoneOffsetMinutes(endMs))
  return [
    line(
      leftSec > 0 ? `The lease ends in ${durationText(leftSec)}, at ${when}.` : `The lease ended at ${when}.`,
    ),
  ]
}

function nodeJson(session: Session, outcome: Outcome<HostReport>): readonly Record<string, unknown>[] {
  if (!outcome.ok) return []
  const { host, status } = outcome.value
  return [
    {
      host: host.name,
      state: host.state,
      loggers: status?.loggers.map(({ name, pid, isAlive }) => ({ name, pid, alive: isAlive })) ?? [],
      samples: status?.samples ?? null,
      lastAgeSec: status === null ? null : lastAgeSec(status),
      bytes: status === null ? null : dataBytes(status),
      leaseEndMs: session.startMs === null ? null : session.startMs + session.durationSec * 1000,
    },
  ]
}
