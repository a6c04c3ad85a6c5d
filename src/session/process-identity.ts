import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { hasCode } from '../errors.js'

/** What tells one process from every other on every machine; null: this system does not say. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** Linux: field 22 of /proc/PID/stat, clock ticks after boot; elsewhere the date `ps` prints, UTC. */
  readonly startTime: string | null
  /** New at each boot. */
  readonly bootId: string | null
  /** Pids of two namespaces (containers) on one machine say nothing about each other. */
  readonly pidNamespace: string | null
}

/** `gone`: no such process, a zombie, or another one that got the same pid. */
export type ProcessFate = 'alive' | 'gone'

/** What the system says about a pid. */
export interface ProcessLook {
  readonly isZombie: boolean
  readonly startTime: string
}

/** Time for `ps` or `sysctl` to answer; they take milliseconds. */
const PROGRAM_TIMEOUT_MS = 5000

/** Index of field 22 (start time) and field 3 (state) behind the `) ` that ends field 2, see proc(5). */
const STATE_FIELD = 0
const START_FIELD = 19

// 1234 (node (x) y) S 1 1234 1234 0 -1 4194304 5171 0 0 0 12 4 0 0 20 0 11 0 8061433 1017884672 …
/** The state and start time in the text of /proc/PID/stat; null when it is none. */
export function parseProcStat(stat: string): ProcessLook | null {
  // The name in field 2 may itself hold blanks and brackets: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
  const state = fields[STATE_FIELD]
  const startTime = fields[START_FIELD]
  if (state === undefined || startTime === undefined || !/^\d+$/.test(startTime)) return null
  return { isZombie: state === 'Z' || state === 'X', startTime }
}

// Ss   Fri Nov 20 07:42:11 2026
/** The state and start date in what `ps -o stat= -o lstart= -p PID` prints; null when it is none. */
export function parsePs(line: string): ProcessLook | null {
  const match = /^\s*(\S+)\s+(\S.*\d{4})\s*$/.exec(line)
  const [, state = '', date = ''] = match ?? []
  return match === null ? null : { isZombie: state.startsWith('Z'), startTime: date.replace(/\s+/g, ' ') }
}

const run = promisify(execFile)

/** What a small program prints; null when it is not there or fails. */
async function printedBy(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    return (await run(program, [...args], { env, timeout: PROGRAM_TIMEOUT_MS })).stdout
  } catch {
    // Absent, or "no such process" by its exit code: either way nothing is known from it.
    return null
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    // Not Linux, no such process, or hidden from us (hidepid): the caller looks further.
    return null
  }
}

/** Looks a pid up in /proc, else by `ps`; null when neither shows it. */
export async function lookAtProcess(pid: number, procFolder = '/proc'): Promise<ProcessLook | null> {
  const stat = await textOf(`${procFolder}/${pid}/stat`)
  if (stat !== null) return parseProcStat(stat)
  // With a /proc of its own kind ps knows no more; and its dates could not be compared with ticks.
  if ((await textOf(`${procFolder}/self/stat`)) !== null) return null
  const line = await printedBy('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)])
  return line === null ? null : parsePs(line)
}

async function readBootId(): Promise<string | null> {
  const linux = await textOf('/proc/sys/kernel/random/boot_id')
  if (linux !== null) return linux.trim()
  // macOS: kern.boottime moves when the clock is set, so the session's UUID comes first.
  for (const name of ['kern.bootsessionuuid', 'kern.boottime']) {
    const printed = await printedBy('sysctl', ['-n', name])
    if (printed !== null && printed.trim() !== '') return printed.trim()
  }
  return null
}

async function readPidNamespace(): Promise<string | null> {
  try {
    return await readlink('/proc/self/ns/pid')
  } catch {
    // Not Linux: there are no pid namespaces.
    return null
  }
}

/** The identity of this process. */
export async function currentProcess(): Promise<ProcessIdentity> {
  const [look, bootId, pidNamespace] = await Promise.all([
    lookAtProcess(process.pid),
    readBootId(),
    readPidNamespace(),
  ])
  return { host: hostname(), pid: process.pid, startTime: look?.startTime ?? null, bootId, pidNamespace }
}

function pidExists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !hasCode(error, 'ESRCH')
  }
}

/** Whether a process recorded on this machine, in this boot and pid namespace, still runs. */
export async function processFate(recorded: ProcessIdentity): Promise<ProcessFate> {
  const look = await lookAtProcess(recorded.pid)
  // Hidden from us is not gone: only "no such process" is.
  if (look === null) return pidExists(recorded.pid) ? 'alive' : 'gone'
  if (look.isZombie) return 'gone'
  return recorded.startTime === null || recorded.startTime === look.startTime ? 'alive' : 'gone'
}
