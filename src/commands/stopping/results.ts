import type { Outcome, Session, SessionHost } from '../../model.js'
import {
  type Block,
  type CommandResult,
  type ExitCode,
  type HostResult,
  hostResults,
  line,
} from '../context.js'
import { plural } from '../phrases.js'
import type { Leftover } from '../starting/rollback.js'

/** What `stop` came to, and whether there is something to parse. */
export interface StopResult {
  readonly result: CommandResult
  readonly hasData: boolean
}

/** Nothing is left to be done for this host. */
export const isSettled = (host: SessionHost): boolean => host.state === 'cleaned' || host.state === 'failed'

/** Of a start that was interrupted before anything ran; `leftover` is what could not be cleaned up. */
export function undoneResult(session: Session, leftover: Leftover): StopResult {
  const open = leftover?.hosts ?? []
  const text =
    leftover === null
      ? 'The interrupted start had left nothing running; the folder is as it was before it.'
      : `Of the interrupted start ${open.join(', ')} could not be cleaned up; later: clusterp -C ${leftover.directory} stop`
  const hosts = session.hosts.map(({ name, alias }) => ({
    host: name,
    alias,
    ok: !open.includes(name),
    error: null,
  }))
  const result: CommandResult = {
    exitCode: leftover === null ? 0 : 3,
    hosts,
    blocks: [line(text)],
    json: { session: session.id },
  }
  return { hasData: false, result }
}

/** Of hosts that an earlier `stop` was through with. */
export function nothingToStop(session: Session, chosen: readonly SessionHost[]): StopResult {
  const outcomes: Outcome<null>[] = chosen.map((host) => ({
    host: host.name,
    ok: true,
    value: null,
    warnings: [],
  }))
  const result = stopResult(session, hostResults(outcomes, session.hosts))
  return { hasData: chosen.some(wasFetched), result }
}

/** The clock is read again only where there is something to fetch. */
const wasFetched = (host: SessionHost): boolean => host.clock.stop !== null

/** The state of a session after `stop`, the same on repetition. */
export function stopResult(session: Session, hosts: readonly HostResult[]): CommandResult {
  const open = session.hosts.filter((host) => !isSettled(host))
  const partial = session.hosts.filter((host) => host.problems.length > 0)
  const failed = session.hosts.filter((host) => host.state === 'failed')
  const blocks: Block[] = []
  const empty = session.hosts.filter((host) => host.state === 'cleaned' && !wasFetched(host))
  const whole = session.hosts.length - new Set([...open, ...partial, ...failed, ...empty]).size
  blocks.push(
    line(
      `Session ${session.id}: the data of ${whole} of ${plural(session.hosts.length, 'host')} are complete.`,
    ),
  )
  for (const host of partial) blocks.push(line(`  ${host.name}: partial: ${host.problems.join('; ')}`))
  for (const host of session.hosts) {
    for (const note of host.notes) blocks.push(line(`  ${host.name}: ${note}`))
  }
  for (const host of failed)
    blocks.push(line(`  ${host.name}: was not recorded: ${host.error?.message ?? ''}`))
  for (const host of empty.filter((host) => host.problems.length === 0))
    blocks.push(line(`  ${host.name}: nothing was recorded there`))
  for (const host of open) {
    blocks.push(line(`  ${host.name}: ${host.state}: ${host.error?.message ?? 'still recording'}`))
  }
  if (open.some((host) => host.state !== 'running')) blocks.push(line('To try these again: clusterp stop'))
  const isDegraded = open.some((host) => host.state !== 'running') || partial.length > 0
  const exitCode: ExitCode = isDegraded ? 3 : 0
  return {
    exitCode,
    hosts,
    blocks,
    json: {
      session: session.id,
      state: session.state,
      partial: partial.map(({ name, problems }) => ({ host: name, problems })),
    },
  }
}
