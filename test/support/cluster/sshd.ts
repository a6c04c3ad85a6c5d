/** One host's sshd: its configuration, its keys, its log, its listener. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { hostKeyOptions, knownHostLines, makeHostKeys } from './keys.js'
import { isSshd, kill } from './processes.js'
import { programPath } from './program-path.js'
import type { HostProcess, Logins } from './types.js'

const START_LIMIT_MS = 10_000
const LOOK_AGAIN_MS = 5
const LISTENING = 'Server listening on'

export interface SshdPlace {
  readonly host: string
  /** Names in known_hosts, comma-separated. */
  readonly names: string
  /** Folder of keys and configuration, and the log: as the machine sees them, and as sshd does. */
  readonly machine: { readonly folder: string; readonly log: string }
  readonly seen: { readonly folder: string; readonly log: string }
  /** Lines of sshd_config that the kind of cluster needs; what tests ask for wins over them. */
  readonly lines: readonly string[]
  readonly run: (argv: readonly string[]) => Promise<unknown>
  readonly processes: () => Promise<readonly HostProcess[]>
}

export interface Sshd {
  start(): Promise<void>
  kill(isListenerOnly: boolean): Promise<void>
  rekey(): Promise<void>
  setOption(key: string, value: string | null): Promise<void>
  /** A variable of new sessions. */
  setVariable(name: string, value: string): Promise<void>
  hostKeyLines(): Promise<readonly string[]>
  log(): Promise<string>
  logins(): Promise<Logins>
}

function configText(
  place: SshdPlace,
  options: ReadonlyMap<string, string>,
  variables: ReadonlyMap<string, string>,
): string {
  // sshd takes the first line of each key, and SetEnv once only.
  const setEnv = [...variables].map(([name, value]) => `"${name}=${value}"`).join(' ')
  return `${[
    ...[...options].map(([key, value]) => `${key} ${value}`),
    ...place.lines,
    ...(setEnv === '' ? [] : [`SetEnv ${setEnv}`]),
    ...hostKeyOptions(place.seen.folder),
    `PidFile ${place.seen.folder}/sshd.pid`,
    'AddressFamily inet',
    'UsePAM no',
    'PermitRootLogin prohibit-password',
    'KbdInteractiveAuthentication no',
    'LogLevel VERBOSE',
    'PrintMotd no',
    'AcceptEnv LANG LC_*',
    'Subsystem sftp internal-sftp',
  ].join('\n')}\n`
}

/** An sshd that is not running yet and has no keys. */
export function sshdAt(
  place: SshdPlace,
  wanted: Readonly<Record<string, string>>,
  session: Readonly<Record<string, string>>,
): Sshd {
  const program = programPath('sshd') ?? '/usr/sbin/sshd'
  const options = new Map(Object.entries(wanted))
  const variables = new Map(Object.entries(session))
  const log = (): Promise<string> => readFile(place.machine.log, 'utf8')
  const config = join(place.machine.folder, 'sshd_config')

  const start = async (): Promise<void> => {
    await writeFile(config, configText(place, options, variables))
    await writeFile(place.machine.log, '', { flag: 'a' })
    const known = (await log()).length
    await place.run([program, '-f', join(place.seen.folder, 'sshd_config'), '-E', place.seen.log])
    const until = Date.now() + START_LIMIT_MS
    while (!(await log()).slice(known).includes(LISTENING)) {
      if (Date.now() > until)
        throw new Error(`${place.host}: sshd does not listen: ${(await log()).slice(known)}`)
      await wait(LOOK_AGAIN_MS)
    }
  }
  const killSshd = async (isListenerOnly: boolean): Promise<void> => {
    const listener = await listenerPid(place)
    for (const one of await place.processes())
      if (one.pid === listener || (!isListenerOnly && isSshd(one))) kill(one.machinePid)
    while ((await listenerPid(place)) !== null) await wait(LOOK_AGAIN_MS)
  }
  const restart = async (): Promise<void> => {
    const isUp = (await listenerPid(place)) !== null
    await killSshd(true)
    if (isUp) await start()
  }
  return {
    start,
    kill: killSshd,
    log,
    rekey: async () => {
      await makeHostKeys(place.machine.folder)
      await restart()
    },
    setOption: async (key, value) => {
      if (value === null) options.delete(key)
      else options.set(key, value)
      await restart()
    },
    setVariable: async (name, value) => {
      variables.set(name, value)
      await restart()
    },
    hostKeyLines: () => knownHostLines(place.machine.folder, place.names),
    logins: async () => countLogins(await log()),
  }
}

/** Pid of the listener, as its host counts; null when none runs. */
async function listenerPid(place: SshdPlace): Promise<number | null> {
  const text = await readFile(join(place.machine.folder, 'sshd.pid'), 'utf8').catch(() => '')
  const pid = Number(text)
  const found = (await place.processes()).find((one) => one.pid === pid && isSshd(one))
  return found === undefined ? null : pid
}

// Failed password for prof from 10.99.0.1 port 51234 ssh2
// Failed password for invalid user nobody2 from 10.99.0.1 port 51236 ssh2
// Accepted publickey for root from 10.99.0.1 port 51238 ssh2: ED25519 SHA256:…
function countLogins(log: string): Logins {
  const count = (pattern: RegExp): number => log.match(pattern)?.length ?? 0
  return {
    accepted: count(/^Accepted \S+ for /gm),
    refusedPasswords: count(/^Failed (password|keyboard-interactive\/pam) for /gm),
  }
}
