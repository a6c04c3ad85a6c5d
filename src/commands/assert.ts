/** `clusterp assert`: whether statements about a session hold on every host; for CI. */
import { type AssertedHost, concludeHosts, concludeLength, judgeHost } from '../analysis/assertion.js'
import type { Assertion } from '../analysis/assertion-text.js'
import type { Span } from '../analysis/weighted.js'
import { didYouMean } from '../config/show.js'
import { columnNames } from '../data/columns.js'
import { phasesOf } from '../data/phases.js'
import { ClusterpError, ConfigError, SessionError } from '../errors.js'
import type { Resource } from '../model.js'
import { type ParsedHost, readTable } from './analysing/files.js'
import { type Recorded, readRecorded } from './analysing/recorded.js'
import { assertBlocks, type Judged } from './asserting/blocks.js'
import { readExpressions } from './asserting/expressions.js'
import { chosenHosts } from './chosen-hosts.js'
import type { CommandContext, CommandResult, ExitCode } from './context.js'
import { throwIfInterrupted } from './waiting.js'

export interface AssertOptions {
  /** As typed, one or more. */
  readonly expressions: readonly string[]
  /** Label of the phase; undefined: the whole run. */
  readonly phase?: string | undefined
}

const NOT_MEASURED = 3

/** Judges every expression, also when one of them is false. */
export async function assertCommand(context: CommandContext, options: AssertOptions): Promise<CommandResult> {
  const assertions = readExpressions(options.expressions)
  checkPhaseLengths(assertions, options.phase)
  const recorded = await readAll(context)
  const hosts = await chosenHosts(context, allHosts(recorded))
  const span = options.phase === undefined ? recorded : phaseSpan(recorded, options.phase)
  const found = new Map(assertions.map((assertion) => [assertion, [] as AssertedHost[]]))
  context.report({ kind: 'progress', step: 'read', total: hosts.length })
  for (const { name } of hosts) {
    throwIfInterrupted(context.signal, 'assert', 'clusterp assert')
    for (const [assertion, host] of await judgeOnHost(recorded, assertions, name, span)) {
      found.get(assertion)?.push(host)
    }
    context.report({ kind: 'progress-one', step: 'read', isFailure: false })
  }
  const judged = assertions.map((assertion) =>
    conclude(assertion, found.get(assertion) ?? [], recorded, span),
  )
  const labels = new Map(hosts.map(({ name, alias }) => [name, alias ?? name]))
  return {
    exitCode: exitCodeOf(judged),
    hosts: [],
    blocks: assertBlocks(judged, (name) => labels.get(name) ?? name),
    json: { phase: options.phase ?? null, assertions: judged.map(({ result }) => result) },
  }
}

/** False wins over not measured: what is known to be broken is broken whatever else is unknown. */
function exitCodeOf(judged: readonly Judged[]): ExitCode {
  if (judged.some(({ result }) => result.state === 'false')) return 1
  return judged.some(({ result }) => result.state === 'not_measured') ? NOT_MEASURED : 0
}

function checkPhaseLengths(assertions: readonly Assertion[], phase: string | undefined): void {
  const needsPhase = assertions.find(({ asked }) => asked.kind === 'length' && asked.of === 'phase')
  if (needsPhase === undefined || phase !== undefined) return
  throw new ConfigError(`assert: "${needsPhase.expression}" asks for a phase, and none is named`, {
    hint: 'name it with --phase, or ask for run.length_s',
  })
}

/** Without any CSV nothing was measured, which is not the same as a statement that is false. */
async function readAll(context: CommandContext): Promise<Recorded> {
  try {
    return await readRecorded({ ...context, flags: { ...context.flags, hosts: undefined } }, 'assert')
  } catch (cause) {
    if (!(cause instanceof SessionError)) throw cause
    throw new ClusterpError(cause.message, { hint: cause.hint, exitCode: NOT_MEASURED, cause })
  }
}

/** Also hosts that left no CSV: what was to hold on every host is not known of them. */
function allHosts({ hosts, absent }: Recorded): readonly ParsedHost[] {
  return [...hosts, ...absent].sort((a, b) => a.place - b.place)
}

function phaseSpan({ marks, fromMs, toMs }: Recorded, label: string): Span {
  const phases = phasesOf(marks, fromMs, toMs)
  const phase = phases.find((one) => one.label === label)
  if (phase !== undefined) return phase
  const labels = phases.map((one) => one.label)
  throw new ConfigError(`assert: --phase: there is no phase "${label}"${didYouMean(label, labels)}`, {
    hint: `the phases are: ${labels.map((one) => JSON.stringify(one)).join(', ')}`,
  })
}

/** What every statement about a column comes to on one host; each of its CSVs is read once. */
async function judgeOnHost(
  recorded: Recorded,
  assertions: readonly Assertion[],
  name: string,
  span: Span,
): Promise<readonly (readonly [Assertion, AssertedHost])[]> {
  const columnsOf = new Map<Resource, Set<string>>()
  for (const { asked } of assertions) {
    if (asked.kind === 'length') continue
    columnsOf.set(asked.resource, (columnsOf.get(asked.resource) ?? new Set()).add(asked.column))
  }
  const judged: (readonly [Assertion, AssertedHost])[] = []
  for (const [resource, columns] of columnsOf) {
    const file = recorded.files.find((one) => one.resource === resource && one.host === name)
    const needed = [...columnNames(resource, 'device'), ...columnNames(resource, 'alias'), ...columns]
    const table =
      file === undefined ? null : await readTable(recorded.directory, file, recorded.session, needed)
    for (const assertion of assertions) {
      const { asked } = assertion
      if (asked.kind === 'length' || asked.resource !== resource) continue
      judged.push([assertion, judgeHost(assertion, name, table, span)])
    }
  }
  return judged
}

function conclude(
  assertion: Assertion,
  hosts: readonly AssertedHost[],
  recorded: Recorded,
  span: Span,
): Judged {
  const { asked } = assertion
  if (asked.kind === 'column') return { assertion, result: concludeHosts(assertion, hosts) }
  const { fromMs, toMs } = asked.of === 'run' ? recorded : span
  return { assertion, result: concludeLength(assertion, (toMs - fromMs) / 1000) }
}
