import type { HostState, Session, SessionHost, SessionState } from '../model.js'

/** Every state of a session, in the order it goes through them. */
export const SESSION_STATES = ['starting', 'running', 'stopping', 'stopped', 'failed'] as const

/** Every state of a host, in the order it goes through them, then the two that can come at any time. */
export const HOST_STATES = [
  'planned',
  'armed',
  'running',
  'ended',
  'pulled',
  'cleaned',
  'failed',
  'pending',
] as const

/**
 * Where a session goes from each state. `stopping → running`: only some hosts were stopped. `stopped → stopping`: a
 * repeated `stop` for pending hosts; `failed → stopping`: the same for what a failed start left behind.
 */
export const SESSION_TRANSITIONS: Readonly<Record<SessionState, readonly SessionState[]>> = {
  starting: ['running', 'stopping', 'failed'],
  running: ['stopping', 'failed'],
  stopping: ['running', 'stopped', 'failed'],
  stopped: ['stopping'],
  failed: ['stopping', 'stopped'],
}

/**
 * Where a host goes from each state. Steps may be skipped forward: after a killed command the nodes are asked, and say
 * how far they are. `pending → running`: it did not answer, and then was found recording.
 */
export const HOST_TRANSITIONS: Readonly<Record<HostState, readonly HostState[]>> = {
  planned: ['armed', 'running', 'ended', 'pulled', 'cleaned', 'failed', 'pending'],
  armed: ['running', 'ended', 'pulled', 'cleaned', 'failed', 'pending'],
  running: ['ended', 'pulled', 'cleaned', 'failed', 'pending'],
  ended: ['pulled', 'cleaned', 'failed', 'pending'],
  pulled: ['cleaned', 'failed', 'pending'],
  cleaned: ['failed', 'pending'],
  failed: ['ended', 'pulled', 'cleaned', 'pending'],
  pending: ['running', 'ended', 'pulled', 'cleaned', 'failed'],
}

function checkHost(before: SessionHost, after: SessionHost): void {
  if (before.state === after.state || HOST_TRANSITIONS[before.state].includes(after.state)) return
  throw new Error(`host ${before.name} cannot go from ${before.state} to ${after.state}`)
}

/** Throws when a session cannot turn from `before` into `after`: another id, other hosts, or an impossible state. */
export function checkTransition(before: Session, after: Session): void {
  if (before.id !== after.id) throw new Error(`session ${before.id} cannot become session ${after.id}`)
  if (before.state !== after.state && !SESSION_TRANSITIONS[before.state].includes(after.state)) {
    throw new Error(`session ${before.id} cannot go from ${before.state} to ${after.state}`)
  }
  if (before.hosts === after.hosts) return
  const byName = new Map(after.hosts.map((host) => [host.name, host]))
  if (byName.size !== before.hosts.length) throw new Error(`session ${before.id} cannot gain or lose hosts`)
  for (const host of before.hosts) {
    const changed = byName.get(host.name)
    if (changed === undefined) throw new Error(`session ${before.id} cannot lose host ${host.name}`)
    checkHost(host, changed)
  }
}
