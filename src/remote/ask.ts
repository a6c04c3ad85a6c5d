import type { Collector } from '../collectors/collector.js'
import { LIMIT_UNIT_BYTES } from './arm.js'
import { type Answer, type CallOptions, callNodeOrThrow, factOf, factsOf } from './call.js'
import { type NodePlace, placeVariables } from './place.js'
import { shellFile } from './shell-files.js'
import type { Transport } from './transport.js'

/** A recorded logger as found on the node. */
export interface FoundLogger {
  readonly name: string
  readonly pid: number
  readonly startTicks: string
  /** Uptime at which it was to write its first record, seconds. */
  readonly targetUptimeSec: number
  readonly isAlive: boolean
  readonly bootId: string
  /** Most bytes that a file of it may have (`ulimit -f`). */
  readonly limitBytes: number
}

export interface FoundFile {
  readonly name: string
  readonly bytes: number
  /** Last change, epoch seconds of the node's clock; null where `stat -c` does not exist. */
  readonly changedSec: number | null
}

/** What a node says of its part of a session. */
export interface NodeState {
  readonly bootId: string
  readonly uptimeSec: number
  readonly hasFolder: boolean
  /** The folder is only there to make a late start fail. */
  readonly isTombstone: boolean
  readonly loggers: readonly FoundLogger[]
  readonly files: readonly FoundFile[]
}

/** Whose last samples a node tells: `sar` is what `sadf -d` printed of them, the others are the samplers' and GPUs' files. */
export const RECENT_SOURCES = ['sar', 'cpu', 'memory', 'network', 'gpu'] as const
export type RecentSource = (typeof RECENT_SOURCES)[number]

export interface NodeStatus extends NodeState {
  readonly samples: number | null
  /** Node's clock, epoch seconds. */
  readonly nowSec: number | null
  /** The end of a raw file, with its header, as the tool of the node wrote it; without a key there is none. */
  readonly recent: ReadonlyMap<RecentSource, string>
}

export interface Halted extends NodeState {
  /** Processes that even KILL did not end: pid and state letter. */
  /** Free space where the folder lies; null when it is not known. */
  readonly freeBytes: number | null
  /** What a logger noted of itself, such as that it fell back to single calls. */
  readonly notes: readonly string[]
  /** Uptime at which a lease that is renewed was over or would have been, seconds; null: it is not renewed. */
  readonly leaseEndUptimeSec: number | null
  readonly leftBehind: readonly { readonly pid: number; readonly state: string }[]
  /** Last lines of the log of each logger that was gone already, by logger. */
  readonly lastWords: Readonly<Record<string, string>>
}

type AskOptions = Omit<CallOptions, 'doing'>

/** Asks what runs and how much there is, and with `withRecent` what was measured last; changes nothing. */
export async function askStatus(
  transport: Transport,
  place: NodePlace,
  collector: Collector,
  options: AskOptions & { readonly withRecent?: boolean },
): Promise<NodeStatus> {
  const withRecent = options.withRecent === true
  const lines = withRecent ? [collector.countLines, shellFile('recent.sh')] : [collector.countLines]
  const script = {
    variables: { ...placeVariables(place), recent: withRecent ? 'yes' : 'no' },
    body: [...lines, shellFile('status.sh')].join('\n'),
  }
  const answer = await callNodeOrThrow(transport, script, { ...options, doing: 'status' })
  return {
    ...readState(answer),
    samples: positiveOrNull(factOf(answer, 'samples')),
    nowSec: positiveOrNull(factOf(answer, 'now')),
    recent: readRecent(answer),
  }
}

function readRecent(answer: Answer): ReadonlyMap<RecentSource, string> {
  const texts = RECENT_SOURCES.map((source) => {
    const lines = factsOf(answer, `recent_${source}`)
    return [source, lines.map((line) => `${line}\n`).join('')] as const
  })
  return new Map(texts.filter(([, text]) => text !== ''))
}

/** Ends every process of this session on the node, TERM then KILL, and says what was there. May be repeated. */
export async function haltNode(transport: Transport, place: NodePlace, options: AskOptions): Promise<Halted> {
  const script = { variables: placeVariables(place), body: shellFile('halt.sh') }
  const answer = await callNodeOrThrow(transport, script, { ...options, doing: 'stop' })
  const leftBehind = factsOf(answer, 'left').map((line) => {
    const [pid = '', state = '?'] = line.split(' ')
    return { pid: Number(pid), state }
  })
  const lastWords = factsOf(answer, 'log').map((line) => {
    const blank = line.indexOf(' ')
    return [line.slice(0, blank), line.slice(blank + 1).trim()]
  })
  return {
    ...readState(answer),
    leftBehind,
    leaseEndUptimeSec: secondsOrNull(factOf(answer, 'lease_cs')),
    freeBytes: bytesOrNull(factOf(answer, 'free_kb')),
    notes: factsOf(answer, 'note'),
    lastWords: Object.fromEntries(lastWords),
  }
}

/**
 * Removes the host's folder on the node and returns the node's uptime after it, seconds. With `tombstone` an empty one
 * stays, on which a start that is still under way fails.
 */
export async function removeFolder(
  transport: Transport,
  place: NodePlace,
  tombstone: boolean,
  options: AskOptions,
): Promise<{ readonly uptimeSec: number; readonly bootId: string }> {
  const variables = { ...placeVariables(place), tombstone: tombstone ? 'yes' : 'no' }
  const script = { variables, body: shellFile('remove.sh') }
  const answer = await callNodeOrThrow(transport, script, { ...options, doing: 'clean up' })
  return { uptimeSec: Number(factOf(answer, 'uptime_cs')) / 100, bootId: factOf(answer, 'boot_id') ?? '' }
}

function bytesOrNull(kilobytes: string | null): number | null {
  const value = positiveOrNull(kilobytes)
  return value === null ? null : value * 1024
}

function secondsOrNull(hundredths: string | null): number | null {
  const value = positiveOrNull(hundredths)
  return value === null ? null : value / 100
}

function positiveOrNull(text: string | null): number | null {
  const value = Number(text)
  return text === null || text === '' || !(value >= 0) ? null : value
}

function readState(answer: Answer): NodeState {
  const folder = factOf(answer, 'folder')
  return {
    bootId: factOf(answer, 'boot_id') ?? '',
    uptimeSec: Number(factOf(answer, 'uptime_cs')) / 100,
    hasFolder: folder !== null && folder !== 'absent',
    isTombstone: factOf(answer, 'tombstone') === 'yes',
    loggers: factsOf(answer, 'logger').map(readLogger),
    files: factsOf(answer, 'file').map(readFile),
  }
}

/**
 * `sadc 4711 123456 123700 yes 7d6b7f0c-… 1953125`: name, pid, start ticks, target in hundredths of uptime, alive, boot
 * id, file limit in units of 512 bytes.
 */
function readLogger(line: string): FoundLogger {
  const [name = '', pid, startTicks = '', target, alive, bootId = '', blocks] = line.split(' ')
  return {
    name,
    pid: Number(pid),
    startTicks,
    targetUptimeSec: Number(target) / 100,
    isAlive: alive === 'yes',
    bootId,
    limitBytes: Number(blocks) * LIMIT_UNIT_BYTES,
  }
}

/** `sa.bin 18234 1795161600`: name, bytes, last change. */
function readFile(line: string): FoundFile {
  const [name = '', bytes, changed = ''] = line.split(' ')
  return { name, bytes: Number(bytes), changedSec: positiveOrNull(changed) }
}
