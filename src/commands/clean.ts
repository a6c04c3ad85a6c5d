import { DEFAULTS } from '../config/defaults.js'
import { ClusterpError, SessionError } from '../errors.js'
import type { HostConfig, Outcome, SessionHost } from '../model.js'
import { forEachHost } from '../remote/fanout.js'
import { askLeftovers, type Leftover } from '../remote/leftovers.js'
import { placeFromPath } from '../remote/place.js'
import { listSessions } from '../session/list.js'
import { readSession } from '../session/store.js'
import { chosenHosts } from './chosen-hosts.js'
import { noteCleaned } from './cleaning/note-cleaned.js'
import { type Found, findReason, isOurs, type Known } from './cleaning/ownership.js'
import { configForSession, type Reach, withReach } from './connecting.js'
import { type Block, type CommandContext, type CommandResult, hostResults, line } from './context.js'
import { withLock } from './locked.js'
import { byteText, plural } from './phrases.js'
import { clearFolder } from './stopping/clear-host.js'
import { throwIfInterrupted } from './waiting.js'

export interface CleanOptions {
  /** Only this session, also one of another folder of this user; null: all that belong to this folder. */
  readonly sessionId: string | null
  /** Do not ask. */
  readonly isSure: boolean
  /** Throw data away that was never fetched. */
  readonly isDiscarding: boolean
}

type Host = HostConfig | SessionHost

/** Shows what is left on the nodes of this folder's sessions and configuration, asks, and removes it. */
export async function cleanCommand(context: CommandContext, options: CleanOptions): Promise<CommandResult> {
  return withLock(context, 'clean', async () => {
    const config = await configForSession(context)
    const stored = await readSession(context.directory)
    const hosts = await hostsToAsk(context, stored?.session.hosts ?? [], config?.hosts ?? [])
    const known: Known = {
      controller: context.controllerHost,
      directory: context.directory,
      sessionIds: new Set((await listSessions(context.directory)).sessions.map((entry) => entry.id)),
      current: stored?.session ?? null,
    }
    return withReach(context, config, async (reach) => {
      const { remoteDir } = config ?? DEFAULTS
      const asked = await askAll(context, reach, hosts, remoteDir)
      return cleanFound(context, reach, options, known, asked)
    })
  })
}

/** Hosts of the session first: they are where something can be; the configuration's others after them. */
async function hostsToAsk(
  context: CommandContext,
  ofSession: readonly SessionHost[],
  ofConfig: readonly HostConfig[],
): Promise<readonly Host[]> {
  const all: Host[] = [...ofSession]
  for (const host of ofConfig) {
    if (!all.some((other) => other.name === host.name)) all.push(host)
  }
  if (all.length === 0) {
    throw new SessionError(`clean: there is neither a session nor a config.yml in ${context.directory}`, {
      hint: 'name the nodes: clusterp clean --hosts node[01-04]',
    })
  }
  return chosenHosts(context, all)
}

/** Where a session of this folder lies on the host, whatever config.yml says today. */
function remoteDirOf(host: Host): string | null {
  const path = 'remotePath' in host ? host.remotePath : null
  return path === null ? null : (placeFromPath(path, 1)?.remoteDir ?? null)
}

interface Asked {
  readonly hosts: readonly Host[]
  readonly outcomes: readonly Outcome<readonly Leftover[]>[]
}

async function askAll(
  context: CommandContext,
  reach: Reach,
  hosts: readonly Host[],
  remoteDir: string,
): Promise<Asked> {
  context.report({ kind: 'progress', step: 'clean', total: hosts.length })
  const outcomes = await forEachHost(hosts, reach.concurrency, async (host) => {
    const { transport } = await reach.open(host)
    try {
      const options = { timeoutMs: reach.connectTimeoutMs, random: context.random, signal: context.signal }
      return { value: await askLeftovers(transport, remoteDirOf(host) ?? remoteDir, options) }
    } finally {
      await transport.close()
    }
  })
  throwIfInterrupted(context.signal, 'clean', 'clusterp clean')
  for (const outcome of outcomes) reportFailure(context, outcome)
  return { hosts, outcomes }
}

function reportFailure(context: CommandContext, outcome: Outcome<unknown>): void {
  if (outcome.ok) return
  context.report({ kind: 'host', host: outcome.host, text: outcome.error.message, isFailure: true })
}

async function cleanFound(
  context: CommandContext,
  reach: Reach,
  options: CleanOptions,
  known: Known,
  asked: Asked,
): Promise<CommandResult> {
  const found = asked.outcomes.flatMap((outcome) =>
    outcome.ok ? outcome.value.map((leftover): Found => ({ host: outcome.host, leftover })) : [],
  )
  const chosen = found.filter((entry) => isChosen(entry, known, options))
  const spared = found.filter((entry) => !chosen.includes(entry))
  const answered = asked.outcomes.filter((outcome) => outcome.ok).length
  const exitCode = answered === 0 ? 1 : answered < asked.outcomes.length ? 3 : 0
  const hosts = hostResults(asked.outcomes, asked.hosts)
  if (chosen.length === 0) {
    const text = `Nothing to clean on ${plural(answered, 'host')}.`
    return { exitCode, hosts, blocks: [line(text), ...foundTable(spared, known)], json: { removed: [] } }
  }
  await confirm(context, chosen, known, options)
  const { removed, outcomes } = await removeAll(context, reach, asked.hosts, chosen)
  // One after the other: each rewrites a session.json.
  for (const entry of removed) await noteCleaned(context, entry.host, entry.leftover.place.sessionId)
  const hasFailed = outcomes.some((outcome) => !outcome.ok)
  if (hasFailed) throwIfInterrupted(context.signal, 'clean', 'clusterp clean')
  const byHost = new Map<string, Outcome<unknown>>(outcomes.map((outcome) => [outcome.host, outcome]))
  const all = asked.outcomes.map((outcome) => byHost.get(outcome.host) ?? outcome)
  return {
    exitCode: hasFailed ? 3 : exitCode,
    hosts: hostResults(all, asked.hosts),
    blocks: [line(`Removed ${plural(removed.length, 'folder')}.`), ...foundTable(spared, known)],
    json: { removed: removed.map((entry) => `${entry.host}:${entry.leftover.place.sessionId}`) },
  }
}

/** A session that runs is ended by `stop`; what another folder started is left alone unless it is named. */
function isChosen(entry: Found, known: Known, options: CleanOptions): boolean {
  const { sessionId } = entry.leftover.place
  if (options.sessionId !== null) return sessionId === options.sessionId
  return isOurs(entry, known) && findReason(entry, known) === null
}

async function confirm(
  context: CommandContext,
  chosen: readonly Found[],
  known: Known,
  options: CleanOptions,
): Promise<void> {
  const unfetched = chosen.filter((entry) => hasUnfetchedData(entry, known))
  if (unfetched.length > 0 && !options.isDiscarding) {
    const names = [...new Set(unfetched.map((entry) => entry.host))].join(', ')
    throw new SessionError(`clean: ${names} hold data that was never fetched; nothing was removed`, {
      hint: `fetch it, in the folder of its session: clusterp stop   or throw it away: ${cleanWords(options, '--discard')}`,
    })
  }
  if (options.isSure) return
  for (const entry of chosen) {
    context.report({ kind: 'host', host: entry.host, text: leftoverText(entry.leftover) })
  }
  const answer = await context.ask({
    text: `Remove ${plural(chosen.length, 'folder')}? [y/N]`,
    isSecret: false,
    otherwise: cleanWords(options, options.isDiscarding ? '--yes --discard' : '--yes'),
  })
  if (!/^y(es)?$/i.test(answer.trim())) throw new ClusterpError('clean: nothing was removed')
}

/** The same command with these flags, to type. */
function cleanWords({ sessionId }: CleanOptions, flags: string): string {
  return `clusterp clean${sessionId === null ? '' : ` ${sessionId}`} ${flags}`
}

/** Data of a host that our session file calls fetched are safe; of anybody else's we cannot know. */
function hasUnfetchedData({ host, leftover }: Found, { current }: Known): boolean {
  if (leftover.bytes === 0) return false
  const recorded =
    current?.id === leftover.place.sessionId ? current.hosts.find((one) => one.name === host) : null
  return !(recorded !== null && recorded !== undefined && ['pulled', 'cleaned'].includes(recorded.state))
}

function leftoverText({ place, alive, bytes, directory, controller }: Leftover): string {
  const owner = directory === null ? 'nobody wrote whose' : `of ${controller}:${directory}`
  return `session ${place.sessionId} ${owner}: ${plural(alive, 'process')} alive, ${byteText(bytes)}`
}

function foundTable(found: readonly Found[], known: Known): readonly Block[] {
  if (found.length === 0) return []
  const rows = found.map((entry) => [
    entry.host,
    entry.leftover.place.sessionId,
    String(entry.leftover.alive),
    byteText(entry.leftover.bytes),
    `${entry.leftover.controller ?? '?'}:${entry.leftover.directory ?? '?'}`,
    findReason(entry, known) ?? sparedReason(entry, known),
  ])
  return [
    line('Left alone:'),
    { kind: 'table', head: ['host', 'session', 'alive', 'size', 'owner', 'why'], rows },
  ]
}

/** Why a folder that may be removed was not asked for. */
function sparedReason(found: Found, known: Known): string {
  if (isOurs(found, known)) return 'not the session that was named'
  return 'of another folder: name its session to remove it'
}

interface Removal {
  /** Folders that are gone, those of a host that failed later too. */
  readonly removed: readonly Found[]
  readonly outcomes: readonly Outcome<null>[]
}

async function removeAll(
  context: CommandContext,
  reach: Reach,
  hosts: readonly Host[],
  chosen: readonly Found[],
): Promise<Removal> {
  const removed: Found[] = []
  const entries = hosts.flatMap((host) => {
    const ofHost = chosen.filter((entry) => entry.host === host.name)
    return ofHost.length === 0 ? [] : [{ name: host.name, host, ofHost }]
  })
  const removeOf = async ({ host, ofHost }: (typeof entries)[number]): Promise<{ value: null }> => {
    const { transport } = await reach.open(host)
    try {
      const step = { transport, timeoutMs: reach.connectTimeoutMs, context }
      for (const entry of ofHost) {
        await clearFolder(step, entry.leftover.place)
        removed.push(entry)
        context.report({ kind: 'host', host: host.name, text: `removed ${leftoverText(entry.leftover)}` })
      }
    } finally {
      await transport.close()
    }
    return { value: null }
  }
  const outcomes = await forEachHost(entries, reach.concurrency, removeOf, (outcome) =>
    reportFailure(context, outcome),
  )
  return { removed, outcomes }
}
