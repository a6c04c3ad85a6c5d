/** `clusterp check`: tests every node before the job. */
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
import { startConfig } from './starting/start-config.js'
import { throwIfInterrupted } from './waiting.js'

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
  const config = withKeys((await startConfig(context)).config, options)
  const { hosts } = config
  const outcomes = await withReach(context, config, async (reach) => {
    context.report({ kind: 'progress', step: 'check', total: hosts.length })
    return forEachHost(
      hosts,
      reach.concurrency,
      async (host) => ({ value: await checkHost(context, config, reach, host) }),
      (outcome) => context.report({ kind: 'progress-one', step: 'check', isFailure: !outcome.ok }),
    )
  })
  throwIfInterrupted(context.signal, 'check')
  return checkResult(hosts, outcomes)
}

function withKeys(config: Config, options: CheckOptions): Config {
  if (!options.acceptsNew) return config
  return { ...config, ssh: { ...config.ssh, hostKeyChecking: 'accept-new' } }
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

/** A finding of a check that is worth a line. */
interface Finding extends Verdict {
  readonly host: string
  readonly check: string
}

function checkResult(hosts: readonly HostConfig[], outcomes: readonly Outcome<Checked>[]): CommandResult {
  const bad = outcomes.filter((outcome) => !isGood(outcome))
  const findings = outcomes.flatMap(findingsOf)
  const ready = `${outcomes.length - bad.length} of ${plural(outcomes.length, 'host')} ready.`
  return {
    exitCode: outcomes.every((outcome) => !outcome.ok) ? 1 : bad.length > 0 ? 3 : 0,
    hosts: hostResults(outcomes, hosts),
    blocks: [...findingLines(findings), line(ready)],
    json: { checks: outcomes.flatMap(checkJson) },
  }
}

function findingsOf(outcome: Outcome<Checked>): readonly Finding[] {
  if (!outcome.ok) {
    const { message, hint } = errorResult(outcome.error)
    return [{ host: outcome.host, check: 'reachable', level: 'fail', text: message, remedy: hint }]
  }
  return outcome.value.verdicts
    .filter(({ verdict }) => verdict.level !== 'ok')
    .map(({ name, verdict }) => ({ host: outcome.host, check: name, ...verdict }))
}

/** A line each, and what to paste below it: the sentences are too long for a table. */
function findingLines(findings: readonly Finding[]): readonly Block[] {
  return findings.flatMap(({ host, check, level, text, remedy }) => [
    line(`${host}  ${check}  ${level === 'fail' ? 'FAIL' : 'warning'}: ${text}`),
    ...(remedy === null ? [] : [line(`    try: ${remedy}`)]),
  ])
}

function isGood(outcome: Outcome<Checked>): boolean {
  return outcome.ok && outcome.value.verdicts.every(({ verdict }) => verdict.level !== 'fail')
}

function checkJson(outcome: Outcome<Checked>): readonly Record<string, unknown>[] {
  if (!outcome.ok) return []
  return outcome.value.verdicts.map(({ name, verdict }) => ({ host: outcome.host, check: name, ...verdict }))
}
