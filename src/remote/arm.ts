import type { Collector, Extra, LoggerSpec, Word } from '../collectors/collector.js'
import { HostError } from '../errors.js'
import type { LoggerRecord } from '../model.js'
import { type Answer, type CallOptions, callNode, callNodeOrThrow, factOf, factsOf } from './call.js'
import { type NodePlace, placeVariables } from './place.js'
import { quoteAll } from './quote.js'
import type { NodeScript } from './script.js'
import { shellFile } from './shell-files.js'
import type { Transport } from './transport.js'

export interface ArmRequest {
  readonly place: NodePlace
  /** The boot that was probed: after a reboot the script does nothing. */
  readonly bootId: string
  readonly loggers: readonly LoggerSpec[]
  readonly intervalSec: number
  /** Agreed start on the node's uptime clock, seconds. */
  readonly startUptimeSec: number
  /** After this uptime the script does nothing. */
  readonly lastUptimeSec: number
  readonly maxSizeBytes: number
  /**
   * Seconds from the agreed start to the end of a lease that is to be renewed; null: the loggers' own counts are the lease.
   */
  readonly renewedLeaseSec?: number | null
  /** Text of the `owner` file, lines without the last newline. */
  readonly owner: string
}

export interface Armed {
  readonly loggers: readonly LoggerRecord[]
  /** Seconds after the agreed start at which this host joins; null when in time. */
  readonly lateSec: number | null
}

/** What `ulimit -f` counts in `sh`, bytes (POSIX). */
export const LIMIT_UNIT_BYTES = 512
/** A late host joins a whole number of intervals after T; hundredths of a second are rounding. */
const LATE_FROM_SEC = 0.5

function wordText(word: Word): string {
  return typeof word === 'string' ? word : shellFile(word.program)
}

/** `ulimit -f` of each logger: `max_size` shared among the files of the node; at least one block. */
export function limitBlocks(maxSizeBytes: number, fileCount: number): number {
  return Math.max(1, Math.floor(maxSizeBytes / Math.max(1, fileCount) / LIMIT_UNIT_BYTES))
}

/** The script that makes the folder and leaves a waiter per logger. Exported for tests. */
export function armScript(request: ArmRequest): NodeScript {
  const fileCount = request.loggers.reduce((sum, logger) => sum + logger.files.length, 0)
  const blocks = String(limitBlocks(request.maxSizeBytes, fileCount))
  const lines = request.loggers.map(
    (logger) => `arm_logger ${quoteAll([logger.name, blocks, ...logger.argv.map(wordText)])}`,
  )
  const leaseSec = request.renewedLeaseSec ?? null
  if (leaseSec !== null) {
    lines.push(
      `arm_lease ${quoteAll([`${shellFile('functions.sh')}\n${shellFile('lease.sh')}`])} || return 1`,
    )
  }
  return {
    variables: {
      ...placeVariables(request.place),
      boot_id: request.bootId,
      owner: request.owner,
      target_cs: String(Math.round(request.startUptimeSec * 100)),
      lease_cs: String(Math.round((request.startUptimeSec + (leaseSec ?? 0)) * 100)),
      last_cs: String(Math.round(request.lastUptimeSec * 100)),
      step_cs: String(request.intervalSec * 100),
      loggers: String(request.loggers.length),
      waiter: shellFile('waiter.sh'),
    },
    body: `arm_loggers() {\n${lines.join('\n')}\n}\n${shellFile('arm.sh')}`,
  }
}

/**
 * Arms a node's waiters. Throws HostError when the node refused (nothing runs there then) and LostCallError when no
 * answer came (it is unknown what runs).
 */
export async function armNode(
  transport: Transport,
  request: ArmRequest,
  options: Omit<CallOptions, 'doing'>,
): Promise<Armed> {
  const answer = await callNodeOrThrow(transport, armScript(request), { ...options, doing: 'start' })
  const records = factsOf(answer, 'logger').map((line) => line.split(' '))
  const loggers = records.map(([name = '', pid = '', startTicks = '']) => ({
    name,
    pid: Number(pid),
    startTicks,
  }))
  const targets = records.map(([, , , target]) => Number(target) / 100)
  const lateSec = Math.max(...targets) - request.startUptimeSec
  return { loggers, lateSec: lateSec >= LATE_FROM_SEC ? Math.round(lateSec) : null }
}

export interface ReadyRequest {
  readonly place: NodePlace
  readonly collector: Collector
  readonly extras: readonly Extra[]
  readonly names: readonly string[]
  /** Of the names those without whose record the session starts all the same. */
  readonly optional: readonly string[]
  /** Uptime until which to wait, seconds. */
  readonly deadlineUptimeSec: number
}

/**
 * Waits on the node until each logger's first record is on its disk. Throws HostError when one died or is late; of optional
 * loggers that is returned, a sentence each.
 */
export async function awaitFirstRecords(
  transport: Transport,
  request: ReadyRequest,
  options: Omit<CallOptions, 'doing'>,
): Promise<readonly string[]> {
  const script: NodeScript = {
    variables: {
      ...placeVariables(request.place),
      names: request.names.join(' '),
      optional: request.optional.join(' '),
      deadline_cs: String(Math.round(request.deadlineUptimeSec * 100)),
    },
    body: [request.collector, ...request.extras]
      .map((one) => one.readyLines)
      .concat(shellFile('ready.sh'))
      .join('\n'),
  }
  const answer = await callNode(transport, script, { ...options, doing: 'wait for the first record' })
  if (answer.code === 0 && factOf(answer, 'ready') === 'yes') return optionalFailures(answer)
  throw new HostError(transport.host, `start: ${whyNotReady(answer)}`)
}

function optionalFailures(answer: Answer): readonly string[] {
  return [
    ...factsOf(answer, 'dead').map(deadSentence),
    ...factsOf(answer, 'late').map((name) => `the logger ${name} has written no record yet`),
  ]
}

/** `gpu nvidia-smi: command not found`: name and last words. */
function deadSentence(dead: string): string {
  const [name = ''] = dead.split(' ', 1)
  const said = dead.slice(name.length).trim()
  return `the logger ${name} ended at once${said === '' ? '' : `, saying: ${said}`}`
}

function whyNotReady(answer: Answer): string {
  const dead = factOf(answer, 'dead')
  if (dead !== null) return deadSentence(dead)
  const late = factOf(answer, 'late')
  if (late !== null) return `the logger ${late} wrote no record in time`
  return factOf(answer, 'error') ?? `the script ended with code ${answer.code}`
}
