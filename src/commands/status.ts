/** `clusterp status`: what runs on each node, and how much there is. Takes no lock, changes nothing. */
import { parseDurationSec } from '../config/quantities.js'
import { ConfigError, SessionError } from '../errors.js'
import type { Outcome, Session, SessionHost } from '../model.js'
import { forEachHost } from '../remote/fanout.js'
import { readSession } from '../session/store.js'
import { chosenHosts } from './chosen-hosts.js'
import { configForSession, type Reach, withReach } from './connecting.js'
import type { CommandContext, CommandResult } from './context.js'
import { throwIfInterrupted } from './waiting.js'
import { askHost, type HostReport, isToBeAsked, silentReport } from './watching/host-report.js'
import { stateNote } from './watching/state-note.js'
import { statusResult } from './watching/status-result.js'
import { watchStatus } from './watching/watch.js'

export interface StatusOptions {
  /** `--watch [SEC]` as typed; empty: at the session's interval; null: look once. */
  readonly watch: string | null
}

const LEAST_WATCH_SEC = 1
/** A day: a timer of Node holds at most 2^31 ms, some 24 days. */
const MOST_WATCH_SEC = 86_400

/** Asks every node of the session that may hold something of it; with `watch` again and again. */
export async function statusCommand(
  context: CommandContext,
  options: StatusOptions = { watch: null },
): Promise<CommandResult> {
  const everySec = watchSeconds(options.watch)
  const stored = await readSession(context.directory)
  if (stored === null) {
    throw new SessionError(`status: there is no session in ${context.directory}`, {
      hint: 'start one: clusterp start',
    })
  }
  const { session } = stored
  const hosts = await chosenHosts(context, session.hosts)
  const isOver = session.state === 'stopped' || session.state === 'failed'
  if (options.watch !== null && !isOver) return watchStatus(context, session, { everySec })
  const outcomes = hosts.some(isToBeAsked) ? await askAll(context, session, hosts) : hosts.map(known)
  throwIfInterrupted(context.signal, 'status')
  const { zoneOffsetMinutes } = context
  const ended = options.watch === null ? '' : '; there is nothing to watch'
  const note = `${await stateNote(context, session)}${ended}`
  return statusResult({ session, hosts, outcomes, note, nowMs: context.now(), zoneOffsetMinutes })
}

/** Seconds between two rounds; null: as the session records. */
function watchSeconds(typed: string | null): number | null {
  if (typed === null || typed === '') return null
  const seconds = parseDurationSec(typed)
  if (seconds !== null && seconds >= LEAST_WATCH_SEC && seconds <= MOST_WATCH_SEC) return seconds
  throw new ConfigError(
    `status: --watch must be from ${LEAST_WATCH_SEC} s to ${MOST_WATCH_SEC} s, got "${typed}"`,
    { hint: 'clusterp status --watch 2' },
  )
}

/** What session.json alone says of a host. */
function known(host: SessionHost): Outcome<HostReport> {
  return { host: host.name, ok: true, value: silentReport(host), warnings: [] }
}

async function askAll(
  context: CommandContext,
  session: Session,
  hosts: readonly SessionHost[],
): Promise<readonly Outcome<HostReport>[]> {
  const config = await configForSession(context)
  const { intervalSec } = session
  return withReach(context, config, (reach) => {
    const asking = { context, timeoutMs: reach.connectTimeoutMs, intervalSec, devices: config }
    const askOne = (host: SessionHost) => openAndAsk(host, reach, asking)
    return forEachHost(hosts, reach.concurrency, async (host) => ({
      value: isToBeAsked(host) ? await askOne(host) : silentReport(host),
    }))
  })
}

async function openAndAsk(
  host: SessionHost,
  reach: Reach,
  asking: Parameters<typeof askHost>[2],
): Promise<HostReport> {
  const { transport } = await reach.open(host)
  try {
    return await askHost(host, transport, asking)
  } finally {
    await transport.close()
  }
}
