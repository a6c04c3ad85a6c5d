import { HostError } from '../../errors.js'
import type { Config, Outcome, SessionHost } from '../../model.js'
import { type Armed, armNode, awaitFirstRecords } from '../../remote/arm.js'
import { uptimeAt } from '../../remote/clock.js'
import { forEachHost } from '../../remote/fanout.js'
import { folderName, type NodePlace, remotePathOf } from '../../remote/place.js'
import type { SessionTracker } from '../../session/tracker.js'
import type { Reach } from '../connecting.js'
import type { CommandContext } from '../context.js'
import { waitUntil } from '../waiting.js'
import { ARM_GRACE_SEC, armedRecordCount } from './agree.js'
import type { ProbedHost } from './probe-hosts.js'
import { remarksOn } from './remarks.js'

/** Everyone is armed at once: the connections are open, and each waits for its own node only. */
const ALL_AT_ONCE = Number.POSITIVE_INFINITY
/** A logger that has written nothing this long after its turn is given up on. */
const FIRST_RECORD_GRACE_SEC = 10
/** The far side waits that long itself; the controller gives the answer time to travel. */
const READY_TIMEOUT_SLACK_MS = 20_000

export interface ArmRequest {
  readonly context: CommandContext
  readonly config: Config
  readonly reach: Reach
  readonly tracker: SessionTracker
  /** The lease is moved on while the session runs. */
  readonly isRenewed: boolean
  /** Agreed start, epoch milliseconds of the controller. */
  readonly startMs: number
}

/** Writes the whole plan down before the first arm script goes out: where, which boot, and its last moment. */
export async function planArming(request: ArmRequest, probed: readonly ProbedHost[]): Promise<void> {
  const byName = new Map(probed.map((entry) => [entry.host.name, entry]))
  await request.tracker.update((session) => ({
    ...session,
    startMs: request.startMs,
    hosts: session.hosts.map((host) => {
      const entry = byName.get(host.name)
      if (entry === undefined) return host
      const startUptimeSec = uptimeAt(entry.clock, request.startMs)
      return {
        ...host,
        remotePath: remotePathOf(placeFor(session.id, host, entry), entry.facts.uid),
        login: entry.login,
        bootId: entry.facts.bootId,
        startUptimeSec,
        armLastUptimeSec: startUptimeSec + ARM_GRACE_SEC,
        collector: entry.collector.name,
        extras: entry.extras.map((extra) => extra.name),
        ...remarksOn(entry.facts, request.config),
        clock: { start: entry.clock, stop: null },
        meta: entry.meta,
      }
    }),
  }))
}

/** Where this host's part of the session goes. */
export function placeFor(sessionId: string, host: SessionHost, entry: ProbedHost): NodePlace {
  const { number, name } = host
  return { remoteDir: entry.facts.remoteBase, sessionId, number, folder: folderName(number, name) }
}

/** Arms every host; the state of each is on the disk when this resolves. */
export function armHosts(request: ArmRequest, probed: readonly ProbedHost[]): Promise<Outcome<Armed>[]> {
  const entries = probed.map((entry) => ({ name: entry.host.name, entry }))
  return forEachHost(entries, ALL_AT_ONCE, async ({ name, entry }) => {
    const armed = await armOne(request, entry, hostNamed(request.tracker, name))
    await request.tracker.updateHost(name, (host) => ({
      ...host,
      state: 'armed',
      loggers: armed.loggers,
      lateSec: armed.lateSec,
    }))
    const late = armed.lateSec === null ? [] : [`joined ${armed.lateSec} s after the agreed start`]
    return { value: armed, warnings: late }
  })
}

function armOne(request: ArmRequest, entry: ProbedHost, host: SessionHost): Promise<Armed> {
  const { config, context, tracker } = request
  const session = tracker.current()
  const count = armedRecordCount(config.durationSec, config.intervalSec, request.isRenewed)
  const plan = { intervalSec: config.intervalSec, count }
  return armNode(
    entry.transport,
    {
      place: placeFor(session.id, host, entry),
      bootId: entry.facts.bootId,
      loggers: [entry.collector, ...entry.extras].flatMap((one) => one.loggers(entry.facts, plan)),
      intervalSec: config.intervalSec,
      startUptimeSec: host.startUptimeSec ?? 0,
      lastUptimeSec: host.armLastUptimeSec ?? 0,
      maxSizeBytes: config.maxSizeBytes,
      renewedLeaseSec: request.isRenewed ? config.durationSec : null,
      owner: ownerText(request),
    },
    { timeoutMs: config.connectTimeoutMs, random: context.random },
  )
}

function ownerText({ tracker, config }: ArmRequest): string {
  const { id, controller, startMs } = tracker.current()
  const leaseEnd = new Date((startMs ?? 0) + config.durationSec * 1000).toISOString()
  return `session ${id}\ncontroller ${controller.host}\ndirectory ${controller.directory}\nlease_end ${leaseEnd}`
}

function hostNamed(tracker: SessionTracker, name: string): SessionHost {
  const host = tracker.current().hosts.find((candidate) => candidate.name === name)
  if (host === undefined) throw new HostError(name, 'start: the host is not in the session')
  return host
}

/** A GPU that says nothing does not keep a session from starting. */
function optionalLoggers({ config }: ArmRequest, { extras, facts }: ProbedHost): readonly string[] {
  const plan = { intervalSec: config.intervalSec, count: 1 }
  return extras.flatMap((extra) => extra.loggers(facts, plan).map((logger) => logger.name))
}

/** Waits for the agreed start, then on each node for its first record, over a new connection. */
export async function awaitRecords(
  request: ArmRequest,
  probed: readonly ProbedHost[],
  settled: (outcome: Outcome<null>) => void,
): Promise<Outcome<null>[]> {
  const { context, config, tracker, startMs } = request
  await waitUntil(startMs, context)
  const entries = probed.map((entry) => ({ name: entry.host.name, entry }))
  return forEachHost(
    entries,
    config.concurrency,
    async ({ name, entry }) => {
      const host = hostNamed(tracker, name)
      const waitSec = (host.lateSec ?? 0) + FIRST_RECORD_GRACE_SEC
      const { transport } = await request.reach.open(entry.host)
      try {
        const missing = await awaitFirstRecords(
          transport,
          {
            place: placeFor(tracker.current().id, host, entry),
            collector: entry.collector,
            extras: entry.extras,
            names: host.loggers.map((logger) => logger.name),
            optional: optionalLoggers(request, entry),
            deadlineUptimeSec: (host.startUptimeSec ?? 0) + waitSec,
          },
          {
            timeoutMs: waitSec * 1000 + READY_TIMEOUT_SLACK_MS,
            random: context.random,
            signal: context.signal,
          },
        )
        for (const text of missing) context.report({ kind: 'host', host: name, text, isFailure: true })
      } finally {
        await transport.close()
      }
      await tracker.updateHost(name, (now) => ({ ...now, state: 'running' }))
      return { value: null }
    },
    settled,
  )
}
