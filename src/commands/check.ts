/** `clusterp check`: tests every node before the job. */
import { ConfigError } from '../errors.js'
import type { Config, HostConfig, Outcome } from '../model.js'
import { LostCallError } from '../remote/call.js'
import { forEachHost } from '../remote/fanout.js'
import { askLeftovers } from '../remote/leftovers.js'
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
import { checkDevices, type ProbedHost, probeHosts, refuseSameMachine } from './starting/probe-hosts.js'
import { startConfig } from './starting/start-config.js'
import { throwIfInterrupted } from './waiting.js'

export interface CheckOptions {
  /** Write unknown host keys down after a handshake that succeeded. */
  readonly acceptsNew: boolean
}

type Verdicts = readonly { readonly name: string; readonly verdict: Verdict }[]

/** Logs in to every node and judges what it finds; changes nothing there. */
export async function checkCommand(context: CommandContext, options: CheckOptions): Promise<CommandResult> {
  const config = withKeys((await startConfig(context)).config, options)
  const { outcomes, together } = await withReach(context, config, async (reach) => {
    context.report({ kind: 'progress', step: 'check', total: config.hosts.length })
    const probed = await probeHosts(config, reach, context, (outcome) =>
      context.report({ kind: 'progress-one', step: 'check', isFailure: !outcome.ok }),
    )
    throwIfInterrupted(context.signal, 'check')
    return {
      outcomes: await judgeAll(context, config, reach, probed),
      together: judgeTogether(config, probed),
    }
  })
  throwIfInterrupted(context.signal, 'check')
  return checkResult(config.hosts, outcomes, together)
}

function withKeys(config: Config, options: CheckOptions): Config {
  if (!options.acceptsNew) return config
  return { ...config, ssh: { ...config.ssh, hostKeyChecking: 'accept-new' } }
}

/** The verdicts on each host by itself. */
function judgeAll(
  context: CommandContext,
  config: Config,
  reach: Reach,
  probed: readonly Outcome<ProbedHost>[],
): Promise<Outcome<Verdicts>[]> {
  const entries = probed.map((outcome) => ({ name: outcome.host, outcome }))
  return forEachHost(entries, reach.concurrency, async ({ outcome }) => {
    if (!outcome.ok) throw outcome.error
    const { transport, facts, clock, tookMs } = outcome.value
    const options = { timeoutMs: reach.connectTimeoutMs, random: context.random, signal: context.signal }
    const leftovers = await askLeftovers(transport, facts.remoteBase, options)
    await transport.close()
    const subject: CheckSubject = { config, facts, clock, leftovers, tookMs, nowMs: context.now() }
    return { value: CHECKS.map(({ name, judge }) => ({ name, verdict: judge(subject) })) }
  })
}

/** What only all hosts together show: two names of one machine, a configured device that no node has. */
function judgeTogether(config: Config, outcomes: readonly Outcome<ProbedHost>[]): readonly Verdict[] {
  const probed = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  if (probed.length === 0) return []
  const verdictOf = (judge: () => readonly string[]): readonly Verdict[] => {
    try {
      return judge().map((text) => ({ level: 'warn', text, remedy: null }))
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown
      return thrown.problems.map((text) => ({ level: 'fail', text, remedy: thrown.hint }))
    }
  }
  return [
    ...verdictOf(() => {
      refuseSameMachine(probed)
      return []
    }),
    ...verdictOf(() => checkDevices(config, probed)),
  ]
}

/** A finding of a check that is worth a line. */
interface Finding extends Verdict {
  readonly host: string
  readonly check: string
}

function checkResult(
  hosts: readonly HostConfig[],
  outcomes: readonly Outcome<Verdicts>[],
  together: readonly Verdict[],
): CommandResult {
  const bad = outcomes.filter((outcome) => !isGood(outcome))
  const ofAll = together.map((verdict) => ({ host: 'all', check: 'config', ...verdict }))
  const findings = [...outcomes.flatMap(findingsOf), ...ofAll]
  const isRefused = together.some((verdict) => verdict.level === 'fail')
  const readyCount = isRefused ? 0 : outcomes.length - bad.length
  const ready = `${readyCount} of ${plural(outcomes.length, 'host')} ready.`
  return {
    exitCode: outcomes.every((outcome) => !outcome.ok) ? 1 : bad.length > 0 || isRefused ? 3 : 0,
    hosts: hostResults(outcomes, hosts),
    blocks: [...findingLines(findings), line(ready)],
    json: { checks: [...outcomes.flatMap(checkJson), ...ofAll] },
  }
}

function findingsOf(outcome: Outcome<Verdicts>): readonly Finding[] {
  if (!outcome.ok) {
    const { message, hint } = errorResult(outcome.error)
    // What the probe found wrong is told by one that was reached and answered.
    const isAnswer = message.startsWith('probe:') && !(outcome.error instanceof LostCallError)
    const check = isAnswer ? 'probe' : 'reachable'
    return [{ host: outcome.host, check, level: 'fail', text: message, remedy: hint }]
  }
  return outcome.value
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

function isGood(outcome: Outcome<Verdicts>): boolean {
  return outcome.ok && outcome.value.every(({ verdict }) => verdict.level !== 'fail')
}

function checkJson(outcome: Outcome<Verdicts>): readonly Record<string, unknown>[] {
  if (!outcome.ok) return []
  return outcome.value.map(({ name, verdict }) => ({ host: outcome.host, check: name, ...verdict }))
}
