import type { Config, HostConfig, Session, SessionHost } from '../../model.js'
import { newSessionId } from '../../session/id.js'
import type { CommandContext } from '../context.js'

/** The plan of a new session: every host, nothing done yet. */
export function planSession(
  config: Config,
  name: string | null,
  context: Pick<CommandContext, 'now' | 'random' | 'version' | 'controllerHost' | 'directory'>,
): Session {
  const nowMs = context.now()
  return {
    version: 1,
    id: newSessionId(new Date(nowMs), context.random),
    name,
    state: 'starting',
    createdMs: nowMs,
    startMs: null,
    stoppedMs: null,
    intervalSec: config.intervalSec,
    durationSec: config.durationSec,
    controller: { host: context.controllerHost, directory: context.directory },
    clusterpVersion: context.version,
    hosts: config.hosts.map(planHost),
  }
}

function planHost(host: HostConfig, index: number): SessionHost {
  return {
    name: host.name,
    alias: host.alias,
    isLocal: host.isLocal,
    hostname: host.hostname,
    user: host.user,
    port: host.port,
    state: 'planned',
    number: index + 1,
    remotePath: null,
    login: null,
    bootId: null,
    armLastUptimeSec: null,
    startUptimeSec: null,
    collector: null,
    extras: [],
    loggers: [],
    clock: { start: null, stop: null },
    meta: null,
    lateSec: null,
    problems: [],
    notes: [],
    error: null,
  }
}
