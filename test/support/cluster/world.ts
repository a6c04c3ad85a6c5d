/** The namespaces of a cluster: the switch, which holds all, and the hosts in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cut } from './links.js'
import { kill } from './processes.js'
import { canSetUptime } from './requirements.js'
import { HOST_PATH } from './run.js'

const SCRIPTS = fileURLToPath(new URL('.', import.meta.url))
const UP = /^up (\d+)\n/
/** Size of a node's /tmp. */
const TMP_SIZE = '64m'

/** A process 1 that is ready; `pid` as the machine counts. */
export interface Init {
  readonly pid: number
  readonly child: ChildProcess
  /** Resolves when the process that began it has ended too. */
  readonly ended: Promise<void>
}

/** Starts a script that says `up PID`; throws with what it said instead. */
function startInit(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Init> {
  const [file = '', ...words] = argv
  const child = spawn(file, words, {
    cwd: '/',
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  let said = ''
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => reject(new Error(`${argv.join(' ')} ended with ${code}: ${said.trim()}`)))
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const pid = UP.exec(said)?.[1]
      if (pid !== undefined) resolve({ pid: Number(pid), child, ended })
    })
  })
}

/**
 * The switch of a cluster in `folder`. It lives while this process holds its standard input open; when it ends, the
 * kernel ends all hosts, and `folder` is removed.
 */
export function startSwitch(folder: string): Promise<Init> {
  return startInit(['sh', join(SCRIPTS, 'world.sh'), folder], { PATH: HOST_PATH })
}

/** Words that run what follows them in the network of the switch. */
export function inSwitch(world: Init): readonly string[] {
  return ['nsenter', `--net=/proc/${world.pid}/ns/net`]
}

export interface BootPlan {
  readonly name: string
  readonly kind: 'node' | 'controller'
  /** `out=10.99.0.11=02:00:…`, separated by blanks. */
  readonly legs: string
  readonly cut: Cut | null
  readonly folder: string
}

/** Folder of what outlives a host's reboots. */
export function diskOf(folder: string, host: string): string {
  return join(folder, 'hosts', host)
}

/** Boots a host in the switch, with a new boot id and, where the kernel can do that, an uptime of one second. */
export async function bootHost(world: Init, plan: BootPlan): Promise<Init> {
  const disk = diskOf(plan.folder, plan.name)
  await writeFile(join(disk, 'boot_id'), `${crypto.randomUUID()}\n`)
  const enter = ['nsenter', `--target=${world.pid}`, '--mount', '--net', '--pid', '--uts', '--ipc', '--']
  const uptime = plan.kind === 'node' && canSetUptime() ? await uptimeOptions() : []
  return startInit([...enter, 'sh', join(SCRIPTS, 'enter-host.sh'), ...uptime], {
    PATH: HOST_PATH,
    NAME: plan.name,
    KIND: plan.kind,
    LEGS: plan.legs,
    CUT: plan.cut ?? '',
    DISK: disk,
    OVER: join(plan.folder, 'over', plan.name),
    TMP: TMP_SIZE,
  })
}

async function uptimeOptions(): Promise<readonly string[]> {
  const uptimeSec = Math.floor(Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]))
  return ['--time', '--boottime', String(1 - uptimeSec), '--monotonic', String(1 - uptimeSec)]
}

/** Ends a host or the switch and all that runs in it; resolves when nothing of it is left. */
export async function endInit(init: Init): Promise<void> {
  kill(init.pid)
  await init.ended
}

/** Words that run what follows them on a host, in `cwd`, as its root. */
export function inHost(init: Init, cwd: string): readonly string[] {
  const time = canSetUptime() ? ['--time'] : []
  const spaces = ['--mount', '--net', '--pid', '--uts', '--ipc', ...time]
  return ['nsenter', `--target=${init.pid}`, ...spaces, '--', 'sh', '-c', 'cd -- "$0" && exec "$@"', cwd]
}
