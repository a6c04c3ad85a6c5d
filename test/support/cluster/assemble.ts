/** What clusters of both kinds do in the same way. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, must, start } from './run.js'
import type { Sshd } from './sshd.js'
import type { ClusterBase, ClusterHost, HostProcess, RunOptions } from './types.js'

const PROGRAM = fileURLToPath(new URL('../../../bin/clusterp.js', import.meta.url))

/** What differs. */
export interface Ground {
  readonly folder: string
  readonly username: string
  readonly hosts: readonly ClusterHost[]
  readonly gateway: ClusterHost | null
  readonly sshds: ReadonlyMap<string, Sshd>
  controllerCommand(argv: readonly string[], options: RunOptions): Command
  hostCommand(host: string, argv: readonly string[], options: RunOptions): Command
  processes(host: string, zombies: boolean): Promise<readonly HostProcess[]>
  end(): Promise<void>
}

/** The sshd of a host. Throws when the cluster has no such host. */
export function sshdOn(sshds: ReadonlyMap<string, Sshd>, host: string): Sshd {
  const sshd = sshds.get(host)
  if (sshd === undefined)
    throw new Error(`cluster: no host "${host}"; there are ${[...sshds.keys()].join(', ')}`)
  return sshd
}

/** The controller's folders: an empty `work`, and a home with `.ssh`. */
export async function makeControllerFolders(folder: string): Promise<void> {
  await mkdir(join(folder, 'home', '.ssh'), { recursive: true, mode: 0o700 })
  await mkdir(join(folder, 'work'), { mode: 0o700 })
}

/** A cluster of the given ground; its known_hosts is still empty. */
export function assemble(ground: Ground): ClusterBase {
  const { folder, hosts, gateway, username, sshds } = ground
  const home = join(folder, 'home')
  const sshd = (host: string): Sshd => sshdOn(sshds, host)
  const startClusterp: ClusterBase['startClusterp'] = (words, { nodeWords = [], ...options } = {}) =>
    start(ground.controllerCommand([process.execPath, ...nodeWords, PROGRAM, ...words], options))
  const knownHosts = async (lines?: readonly string[]): Promise<void> => {
    const all = lines ?? (await Promise.all([...sshds.values()].map((one) => one.hostKeyLines()))).flat()
    await writeFile(join(home, '.ssh', 'known_hosts'), all.map((line) => `${line}\n`).join(''))
  }
  let ending: Promise<void> | null = null
  return {
    ...{ folder, home, work: join(folder, 'work'), hosts, gateway, username },
    startClusterp,
    clusterp: (words, options) => startClusterp(words, options).ended,
    onController: (argv, options = {}) => start(ground.controllerCommand(argv, options)).ended,
    exec: async (host, argv, options = {}) => start(ground.hostCommand(host, argv, options)).ended,
    hostKeyLines: async (host) => sshd(host).hostKeyLines(),
    knownHosts,
    rekey: async (host) => sshd(host).rekey(),
    setSshdOption: async (host, key, value) => sshd(host).setOption(key, value),
    killSshd: async (host, options = {}) => sshd(host).kill(options.listenerOnly ?? false),
    startSshd: async (host) => sshd(host).start(),
    sshdLog: async (host) => sshd(host).log(),
    logins: async (host) => sshd(host).logins(),
    processes: (host, options = {}) => ground.processes(host, options.zombies ?? false),
    stop: () => {
      ending ??= ground.end()
      return ending
    },
  }
}

/** Runs a command on a host that must succeed; gives what it printed. */
export async function onHost(ground: Ground, host: string, argv: readonly string[]): Promise<string> {
  return must(ground.hostCommand(host, argv, {}))
}
