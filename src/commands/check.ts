/** `clusterp check`: tests every node before the job. */
import { asError } from '../errors.js'
import type { Config, HostConfig, Outcome } from '../model.js'
import { LostCallError } from '../remote/call.js'
import { forEachHost } from '../remote/fanout.js'
import { askLeftovers, type Leftover } from '../remote/leftovers.js'
import { CHECKS, type CheckSubject } from './checking/checks.js'
import { judgeController } from './checking/controller.js'
import { type Judged, verdictBlocks } from './checking/table.js'
import { type Finding, findLackingDevices, findSameMachines, MACHINE_CHECK } from './checking/together.js'
import { judgeUnreached } from './checking/unreached.js'
import { type NamedVerdict, ok } from './checking/verdict.js'
import { type Reach, withReach } from './connecting.js'
import { type CommandContext, type CommandResult, type HostResult, line } from './context.js'
import { plural } from './phrases.js'
import { type AskedHost, askHosts } from './starting/probe-hosts.js'
import { startConfig } from './starting/start-config.js'
import { throwIfInterrupted } from './waiting.js'

export interface CheckOptions {
  /** Write unknown host keys down after a handshake that succeeded. */
  readonly acceptsNew: boolean
  /** Show every check, not only what is not well. */
  readonly isVerbose: boolean
}

/** Logs in to every node and judges what it finds; changes nothing there. */
export async function checkCommand(context: CommandContext, options: CheckOptions): Promise<CommandResult> {
  const config = withKeys((await startConfig(context)).config, options)
  let hasAsked = false
  const ask: CommandContext['ask'] = (question) => {
    hasAsked = true
    return context.ask(question)
  }
  const { judged, controller } = await withReach({ ...context, ask }, config, async (reach) => {
    context.report({ kind: 'progress', step: 'check', total: config.hosts.length })
    const asked = await askHosts(config, reach, context, (outcome) =>
      context.report({ kind: 'progress-one', step: 'check', isFailure: !outcome.ok }),
    )
    throwIfInterrupted(context.signal, 'check')
    const timed = { context, config, reach, areLoginsTimed: !hasAsked }
    return {
      judged: withFindings(await judgeAll(timed, asked), config, asked),
      controller: await judgeController(context.directory, config, asked),
    }
  })
  throwIfInterrupted(context.signal, 'check')
  return checkResult(config.hosts, judged, controller, options.isVerbose)
}

function withKeys(config: Config, options: CheckOptions): Config {
  if (!options.acceptsNew) return config
  return { ...config, ssh: { ...config.ssh, hostKeyChecking: 'accept-new' } }
}

interface Judging {
  readonly context: CommandContext
  readonly config: Config
  readonly reach: Reach
  /** False: the logins waited for a person, so how long they took says nothing of the nodes. */
  readonly areLoginsTimed: boolean
}

/** The verdicts on each host by itself; an outcome that is not ok could not be asked. */
function judgeAll(
  { context, config, reach, areLoginsTimed }: Judging,
  asked: readonly Outcome<AskedHost>[],
): Promise<Outcome<readonly NamedVerdict[]>[]> {
  const entries = asked.map((outcome) => ({ name: outcome.host, outcome }))
  return forEachHost(entries, reach.concurrency, async ({ outcome }) => {
    if (!outcome.ok) throw outcome.error
    const leftovers = await leftoversOf(context, reach, outcome.value)
    const controller = { host: context.controllerHost, directory: context.directory }
    const loginMs = areLoginsTimed ? outcome.value.loginMs : null
    const subject: CheckSubject = { ...outcome.value, loginMs, config, leftovers, controller }
    return { value: CHECKS.map(({ name, judge }) => ({ name, ...judge(subject) })) }
  })
}

/** What could not be listed is a finding; a node that went away meanwhile was not reached. */
async function leftoversOf(
  context: CommandContext,
  reach: Reach,
  { transport, facts }: AskedHost,
): Promise<readonly Leftover[] | Error> {
  try {
    if (facts.remoteDirProblem !== null) return []
    const options = { timeoutMs: reach.connectTimeoutMs, random: context.random, signal: context.signal }
    return await askLeftovers(transport, facts.remoteBase, options)
  } catch (thrown) {
    if (thrown instanceof LostCallError) throw thrown
    return asError(thrown)
  } finally {
    await transport.close()
  }
}

/** Adds to each host what only all of them together show. */
function withFindings(
  outcomes: readonly Outcome<readonly NamedVerdict[]>[],
  config: Config,
  asked: readonly Outcome<AskedHost>[],
): readonly Outcome<readonly NamedVerdict[]>[] {
  const answered = asked.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  const findings = [...findLackingDevices(config, answered), ...findSameMachines(answered)]
  return outcomes.map((outcome) => {
    if (!outcome.ok) return outcome
    const own = [...outcome.value, { name: MACHINE_CHECK, ...ok('a machine of its own') }]
    const found = findings.filter(({ hosts }) => hosts.includes(outcome.host)).map(namedVerdict)
    const kept = own.filter(({ name }) => !found.some((finding) => finding.name === name))
    return { ...outcome, value: [...kept, ...found] }
  })
}

function namedVerdict({ hosts: _hosts, ...verdict }: Finding): NamedVerdict {
  return verdict
}

function checkResult(
  hosts: readonly HostConfig[],
  outcomes: readonly Outcome<readonly NamedVerdict[]>[],
  controller: readonly NamedVerdict[],
  isVerbose: boolean,
): CommandResult {
  const judged: readonly Judged[] = outcomes.map((outcome) => ({
    host: outcome.host,
    verdicts: outcome.ok ? outcome.value : [judgeUnreached(outcome.error)],
    isUnreached: !outcome.ok,
  }))
  const bad = judged.filter(({ verdicts }) => verdicts.some(({ state }) => state === 'fail'))
  const all = [...judged, { host: null, verdicts: controller, isUnreached: false }]
  const ready = `${judged.length - bad.length} of ${plural(judged.length, 'host')} ready.`
  return {
    exitCode: outcomes.every((outcome) => !outcome.ok) ? 1 : bad.length > 0 ? 3 : 0,
    hosts: judged.map((one) => hostResult(one, hosts)),
    blocks: [...verdictBlocks(all, isVerbose), line(ready)],
    json: { checks: all.flatMap(checkJson) },
  }
}

/** A host is well without a failure; its error is the first one. */
function hostResult({ host, verdicts }: Judged, hosts: readonly HostConfig[]): HostResult {
  const failed = verdicts.find(({ state }) => state === 'fail')
  const alias = hosts.find(({ name }) => name === host)?.alias ?? null
  const error =
    failed === undefined ? null : { message: `${failed.name}: ${failed.text}`, hint: failed.remedy }
  return { host: host ?? '', alias, ok: failed === undefined, error }
}

function checkJson({ host, verdicts }: Judged): readonly Record<string, unknown>[] {
  return verdicts.map(({ name, state, text, remedy }) => ({ host, name, state, text, remedy }))
}
