/** What /proc of the machine tells about the processes of hosts. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import type { HostProcess } from './types.js'

export interface MachineProcess extends HostProcess {
  readonly parent: number
  /** `pid:[4026531836]`; empty when it cannot be read. */
  readonly pidNamespace: string
}

export const ZOMBIE = 'Z'

/** Every process that can be looked into. */
export async function scanProcesses(): Promise<readonly MachineProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(lookAt))
  return found.filter((one) => one !== null)
}

async function lookAt(pid: string): Promise<MachineProcess | null> {
  try {
    // 4711 (sadc) S 1 4711 …: state and parent stand after the last bracket.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent] = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
    // NSpid:  4711  12: from the machine's number to the innermost one.
    const numbers = /^NSpid:\s+(.+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]?.split('\t')
    return {
      pid: Number(numbers?.at(-1) ?? pid),
      machinePid: Number(pid),
      parent: Number(parent),
      state,
      name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
      command: (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim(),
      environ: entriesOf(await readFile(`/proc/${pid}/environ`, 'utf8')),
      pidNamespace: await readlink(`/proc/${pid}/ns/pid`),
    }
  } catch {
    // It ended while it was looked at, or is another user's.
    return null
  }
}

function entriesOf(environ: string): Readonly<Record<string, string>> {
  const entries = environ.split('\0').filter((entry) => entry.includes('='))
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )
}

/** A program of OpenSSH's server, in versions of one process and of several. */
export function isSshd(one: HostProcess): boolean {
  return one.name.startsWith('sshd')
}

/** Ends one process, which may have ended by itself. */
export function kill(machinePid: number): void {
  try {
    process.kill(machinePid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
