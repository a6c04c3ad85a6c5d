/** What `status` shows of a session: one row a host, what is wrong first where not all fit. */
import type { Outcome, Session, SessionHost } from '../../model.js'
import type { NodeStatus } from '../../remote/ask.js'
import { type Block, type CommandResult, hostResults, line } from '../context.js'
import { byteText, durationText, momentText } from '../phrases.js'
import { type Figures, fileAgeSec, isLate } from './figures.js'
import type { HostReport } from './host-report.js'
import { AwaitedError, type SilenceRoom, silenceLines } from './silent-hosts.js'

/** A session as it was found. */
export interface StatusView {
  readonly session: Session
  readonly hosts: readonly SessionHost[]
  readonly outcomes: readonly Outcome<HostReport>[]
  /** What follows the session's state in the first line. */
  readonly note: string
  readonly nowMs: number
  readonly zoneOffsetMinutes: (atMs: number) => number
  /** Room to say why hosts are silent; absent: enough. */
  readonly silenceRoom?: SilenceRoom
}

/** The result of one look at a session. */
export function statusResult(view: StatusView): CommandResult {
  const { session, hosts, outcomes, note } = view
  const name = session.name === null ? '' : ` (${session.name})`
  return {
    exitCode: exitCodeOf(session, outcomes),
    hosts: hostResults(outcomes, session.hosts),
    blocks: [
      line(`Session ${session.id}${name}: ${session.state}${note}`),
      tableOf(session, hosts, outcomes),
      ...silenceLines(outcomes, hosts, view.silenceRoom),
      ...leaseLine(view),
    ],
    json: {
      session: session.id,
      state: session.state,
      nodes: outcomes.flatMap((outcome) => nodeJson(session, outcome)),
    },
  }
}

function exitCodeOf(session: Session, outcomes: readonly Outcome<HostReport>[]): CommandResult['exitCode'] {
  if (outcomes.every((outcome) => !outcome.ok && !isAwaited(outcome))) return 1
  return outcomes.some((outcome) => severityOf(session, outcome) >= SEVERITY.broken) ? 3 : 0
}

const isAwaited = (outcome: Outcome<HostReport>): boolean =>
  !outcome.ok && outcome.error instanceof AwaitedError

/** How bad a host's row is: from `broken` on the command's exit code says so. */
const SEVERITY = { good: 0, noted: 1, late: 2, broken: 3, silent: 4 } as const

function severityOf(session: Session, outcome: Outcome<HostReport>): number {
  if (!outcome.ok) return isAwaited(outcome) ? SEVERITY.noted : SEVERITY.silent
  const { host, status } = outcome.value
  if (host.state === 'failed' || host.state === 'pending') return SEVERITY.broken
  if (isBroken(session, outcome.value)) return SEVERITY.broken
  if (status !== null && isSampleLate(session, status)) return SEVERITY.late
  return host.problems.length + host.notes.length > 0 ? SEVERITY.noted : SEVERITY.good
}

/** True when a host is to record, and does not. */
function isBroken(session: Session, { host, status }: HostReport): boolean {
  return session.state === 'running' && host.state === 'running' && !isRecording(status)
}

const isRecording = (status: NodeStatus | null): boolean =>
  status !== null && status.loggers.length > 0 && status.loggers.every((logger) => logger.isAlive)

const FIGURE_HEAD = ['cpu', 'memory', 'net in', 'net out', 'gpu'] as const
const HEAD = ['host', 'state', 'samples', 'last', ...FIGURE_HEAD, 'size', 'note'] as const
/** Of a session of which nothing is on the nodes any more. */
const SHORT_HEAD = ['host', 'state', 'note'] as const

function tableOf(
  session: Session,
  hosts: readonly SessionHost[],
  outcomes: readonly Outcome<HostReport>[],
): Block {
  const isShort = outcomes.every((outcome) => outcome.ok && outcome.value.status === null)
  const rows = outcomes.map((outcome) => {
    const host = hosts.find((candidate) => candidate.name === outcome.host)
    const cells = cellsOf(session, host?.state ?? '?', outcome)
    const named = { ...cells, host: host?.alias ?? outcome.host }
    return (isShort ? SHORT_HEAD : HEAD).map((column) => named[column] ?? '')
  })
  const severity = outcomes.map((outcome) => severityOf(session, outcome))
  return { kind: 'table', head: isShort ? SHORT_HEAD : HEAD, rows, severity }
}

type Cells = Partial<Record<(typeof HEAD)[number], string>>

const AWAITED: Cells = {
  ...Object.fromEntries(HEAD.map((column) => [column, '…'])),
  state: 'asked',
  note: '',
}

function cellsOf(session: Session, state: string, outcome: Outcome<HostReport>): Cells {
  if (isAwaited(outcome)) return AWAITED
  if (!outcome.ok) return { state: 'no answer' }
  const { host, status, figures } = outcome.value
  if (status === null) return { state, note: silentNote(host) }
  if (!status.hasFolder || status.isTombstone) return { state, note: 'no folder there' }
  const age = sampleAgeSec(status)
  return {
    state: isBroken(session, outcome.value) ? 'logger gone' : state,
    samples: status.samples === null ? '-' : String(status.samples),
    last: age === null ? '-' : `${durationText(age)} ago${isSampleLate(session, status) ? ' (late)' : ''}`,
    ...figureCells(figures),
    size: byteText(dataBytes(status)),
    note: [...loggerNotes(session, status), ...host.problems, ...host.notes].join('; '),
  }
}

function silentNote(host: SessionHost): string {
  if (host.state !== 'cleaned') return host.error?.message ?? 'nothing was started'
  return [...host.problems, ...host.notes].join('; ') || 'nothing is left there'
}

/** Only what is not as it should be: that loggers run is what `running` says. */
function loggerNotes(session: Session, status: NodeStatus): readonly string[] {
  if (status.loggers.length === 0) return session.state === 'running' ? ['no logger was started'] : []
  const gone = status.loggers.filter((logger) => !logger.isAlive).map((logger) => logger.name)
  return gone.length === 0 ? [] : [`${gone.join(', ')} GONE`]
}

function figureCells(figures: Figures): Cells {
  const percent = (value: number | null): string => (value === null ? '-' : `${Math.round(value)} %`)
  const rate = (value: number | null): string => (value === null ? '-' : `${byteText(value)}/s`)
  return {
    cpu: percent(figures.cpuPct),
    memory: percent(figures.memoryPct),
    'net in': rate(figures.networkInBytesPerSec),
    'net out': rate(figures.networkOutBytesPerSec),
    gpu: percent(figures.gpuPct),
  }
}

function isSampleLate(session: Session, status: NodeStatus): boolean {
  const isAlive = status.loggers.some((logger) => logger.isAlive)
  return isAlive && isLate(sampleAgeSec(status), session.intervalSec)
}

/** Files that hold samples: not the loggers' own `.pid` and `.log`, nor the notes beside them. */
const isData = (name: string): boolean => /^(sa\.bin|proc\.[a-z]+|gpu(-processes)?\.csv)$/.test(name)

function dataBytes(status: NodeStatus): number {
  return status.files.filter((file) => isData(file.name)).reduce((sum, file) => sum + file.bytes, 0)
}

const sampleAgeSec = (status: NodeStatus): number | null => fileAgeSec(status, isData)

function leaseLine({ session, nowMs, zoneOffsetMinutes }: StatusView): readonly Block[] {
  const endMs = leaseEndOf(session)
  if (session.state !== 'running' || endMs === null) return []
  const leftSec = (endMs - nowMs) / 1000
  const when = momentText(endMs, zoneOffsetMinutes(endMs))
  return [
    line(
      leftSec > 0 ? `The lease ends in ${durationText(leftSec)}, at ${when}.` : `The lease ended at ${when}.`,
    ),
  ]
}

/** Epoch milliseconds; null before the agreed start. */
function leaseEndOf({ run, startMs, durationSec }: Session): number | null {
  return run?.leaseEndMs ?? (startMs === null ? null : startMs + durationSec * 1000)
}

function nodeJson(session: Session, outcome: Outcome<HostReport>): readonly Record<string, unknown>[] {
  if (!outcome.ok) return []
  const { host, status, figures } = outcome.value
  return [
    {
      host: host.name,
      state: host.state,
      loggers: status?.loggers.map(({ name, pid, isAlive }) => ({ name, pid, alive: isAlive })) ?? [],
      samples: status?.samples ?? null,
      lastAgeSec: status === null ? null : sampleAgeSec(status),
      bytes: status === null ? null : dataBytes(status),
      ...figures,
      leaseEndMs: leaseEndOf(session),
    },
  ]
}
