import type { Session } from '../../model.js'
import { expectedBytes } from '../checking/space.js'
import { type Block, type CommandResult, type HostResult, line } from '../context.js'
import { byteText, durationText, momentText, plural } from '../phrases.js'
import type { ArmRequest } from './arm-hosts.js'
import type { ProbedHost } from './probe-hosts.js'

/** The session as it records now. */
export function startResult(request: ArmRequest, probed: readonly ProbedHost[]): CommandResult {
  const { config, tracker, context, startMs } = request
  const session = tracker.current()
  const failed = session.hosts.filter((host) => host.state !== 'running')
  const leaseEndMs = startMs + config.durationSec * 1000
  const largest = Math.max(...probed.map(({ facts }) => expectedBytes(config, facts)))
  const recording = session.hosts.length - failed.length
  const blocks: Block[] = [
    line(
      `Session ${session.id}: ${recording} of ${plural(session.hosts.length, 'host')} recording every ${durationText(config.intervalSec)}.`,
    ),
    line(
      `The loggers end by themselves at ${momentText(leaseEndMs, context.zoneOffsetMinutes(leaseEndMs))} and write at most ${byteText(largest)} a node until then.`,
    ),
    line('When the job is done: clusterp stop --with-parse --with-plot'),
  ]
  return {
    exitCode: failed.length > 0 ? 3 : 0,
    hosts: sessionResults(session),
    blocks,
    json: { session: session.id, startMs, leaseEndMs, expectedBytes: largest },
  }
}

/** Each host of a session as --json names it. */
export function sessionResults(session: Session): HostResult[] {
  return session.hosts.map(({ name, alias, error }) => ({ host: name, alias, ok: error === null, error }))
}
