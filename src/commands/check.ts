/** `clusterp check`: tests every node before the job. */
import { loadConfig, selectHosts } from '../config/config.js'
import type { Config, HostConfig, Outcome } from '../model.js'
import { readNodeClock } from '../remote/clock.js'
import { forEachHost } from '../remote/fanout.js'
import { askLeftovers } from '../remote/leftovers.js'
import { probeNode } from '../remote/probe.js'
import { CHECKS, type CheckSubject, type Verdict } from './checking/checks.js'
import { type Reach, withReach } from './connecting.js'
import {
  type Block,
  type CommandContext,
  type CommandResult,
  errorResult,
  hostResults,
  line,
} from './context.js'
import { plural } from './phrases.js'

export interface CheckOptions {
  /** Write unknown host keys down after a handshake that succeeded. */
  readonly acceptsNew: boolean
}

interface Checked {
  readonly verdicts: readonly { readonly name: string; readonly verdict: Verdict }[]
}

const CLOCK_ROUND_TRIPS = 5

/** Logs in to every node and judges what it finds; changes nothing there. */
export async function checkCommand(context: CommandContext, options: CheckOptions): Promise<CommandResult> {
  const loaded = await loadConfig({ path: context.configPath, env: context.env, flags: context.flags })
  for (const text of loaded.warnings) context.report({ kind: 'warning', text })
  const config = withKeys(loaded.config, options)
  const hosts = hostsToCheck(context, config, loaded.path !== null)
  const outcomes = await withReach(context, config, async (reach) => {
    context.report({ kind: 'progress', step: 'check', total: hosts.length })
    return forEachHost(
      hosts,
      reach.concurrency,
      async (host) => ({ value: await checkHost(context, config, reach, host) }),
      (outcome) => context.report({ kind: 'progress-one', step: 'check', isFailure: !outcome.ok }),
    )
  })
  return checkResult(hosts, outcomes)
}

function withKeys(config: Config, options: CheckOptions): Config {
  if (!options.acceptsNew) return config
  return { ...config, ssh: { ...config.ssh, hostKeyChecking: 'accept-new' } }
}

function hostsToCheck(context: CommandContext, config: Config, hasFile: boolean): readonly HostConfig[] {
  const { hosts: flag } = context.flags
  if (flag === undefined || !hasFile) return config.hosts
  const wanted = selectHosts(config.hosts, flag)
  return config.hosts.filter((host) => wanted.includes(host.name))
}

async function checkHost(
  context: CommandContext,
  config: Config,
  reach: Reach,
  host: HostConfig,
): Promise<Checked> {
  const beganMs = context.now()
  const { transport } = await reach.open(host)
  try {
    const options = { timeoutMs: reach.connectTimeoutMs, random: context.random, signal: context.signal }
    const facts = await probeNode(transport, { remoteDir: config.remoteDir, diskNames: [] }, options)
    const tookMs = context.now() - beganMs
    const clock = await readNodeClock(transport, {
      ...options,
      now: context.now,
      roundTrips: CLOCK_ROUND_TRIPS,
      isLocal: host.isLocal,
    })
    const leftovers = await askLeftovers(transport, facts.remoteBase, options)
    const subject: CheckSubject = { config, facts, clock, leftovers, tookMs, nowMs: context.now() }
    return { verdicts: CHECKS.map(({ name, judge }) => ({ name, verdict: judge(subject) })) }
  } finally {
    await transport.close()
  }
}

function checkResult(hosts: readonly HostConfig[], outcomes: readonly Outcome<Checked>[]): CommandResult {
  const rows: string[][] = []
  for (const outcome of outcomes) {
    if (!outcome.ok) {
      const { message, hint } = errorResult(outcome.error)
      rows.push([outcome.host, 'reachable', 'FAIL', message, hint ?? ''])
      continue
    }
    for (const { name, verdict } of outcome.value.verdicts) {
      if (verdict.level === 'ok') continue
      rows.push([
        outcome.host,
        name,
        verdict.level === 'fail' ? 'FAIL' : 'warn',
        verdict.text,
        verdict.remedy ?? '',
      ])
    }
  }
  const bad = outcomes.filter((outcome) => !isGood(outcome))
  const good = outcomes.length - bad.length
  const blocks: Block[] = [line(`${good} of ${plural(outcomes.length, 'host')} ready.`)]
  if (rows.length > 0) {
    blocks.push({ kind: 'table', head: ['host', 'check', '', 'found', 'remedy'], rows })
  }
  return {
    exitCode: outcomes.every((outcome) => !outcome.ok) ? 1 : bad.length > 0 ? 3 : 0,
    hosts: hostResults(outcomes, hosts),
    blocks,
    json: { checks: outcomes.flatMap(checkJson) },
  }
}

function isGood(outcome: Outcome<Checked>): boolean {
  return outcome.ok && outcome.value.verdicts.every(({ verdict }) => verdict.level !== 'fail')
}

function checkJson(outcome: Outcome<Checked>): readonly Record<string, unknown>[] {
  if (!outcome.ok) return []
  return outcome.value.verdicts.map(({ name, verdict }) => ({ host: outcome.host, check: name, ...verdict }))
}
