/** A cluster whose hosts have namespaces of their own. Needs root; see requirements.ts. */
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeControllerFolders } from './assemble.js'
import { makeHostKeys, makeUserKey } from './keys.js'
import {
  CONTROLLER,
  groupFile,
  hostOf,
  hostsFile,
  MAX_NODES,
  NSSWITCH,
  PASSWORD_USER,
  type Place,
  passwdFile,
  planPlaces,
  shadowFile,
} from './layout.js'
import type { Cut } from './links.js'
import { scanProcesses, ZOMBIE } from './processes.js'
import { type Command, HOST_PATH, must, plainEnv } from './run.js'
import { type Sshd, sshdAt } from './sshd.js'
import type { ClusterOptions, HostProcess, RunOptions } from './types.js'
import { type BootPlan, bootHost, diskOf, endInit, type Init, inHost, startSwitch } from './world.js'

/** What the methods of a cluster are made from. */
export interface Isolation {
  readonly folder: string
  readonly world: Init
  readonly places: readonly Place[]
  readonly inits: Map<string, Init>
  readonly sshds: ReadonlyMap<string, Sshd>
  /** Hosts that are cut off, also while they are down. */
  readonly cuts: Map<string, Cut>
}

/** Builds the files, boots all hosts and starts their sshds. What was begun is ended again when something fails. */
export async function buildIsolation(folder: string, options: ClusterOptions): Promise<Isolation> {
  if (options.nodes > MAX_NODES) throw new Error(`a cluster has at most ${MAX_NODES} nodes`)
  const places = planPlaces(options.nodes, options.gateway ?? false)
  const world = await startSwitch(folder)
  try {
    await makeControllerFolders(folder)
    const publicKey = await makeUserKey(join(folder, 'home', '.ssh'))
    const inits = new Map<string, Init>()
    const built = {
      folder,
      world,
      places,
      inits,
      sshds: new Map<string, Sshd>(),
      cuts: new Map<string, Cut>(),
    }
    for (const place of places)
      if (place.kind === 'node')
        built.sshds.set(place.name, sshdOf(built, place, options.sshd?.[place.name] ?? {}))
    await Promise.all(
      places.map(async (place) => {
        await writeDisk(folder, place, places, publicKey)
        await boot(built, place)
      }),
    )
    return built
  } catch (thrown) {
    await endInit(world)
    throw thrown
  }
}

/** Boots one host and its sshd. */
export async function boot(built: Isolation, place: Place): Promise<void> {
  const legs = place.legs.map(({ bridge, address, mac }) => `${bridge}=${address}=${mac}`).join(' ')
  const cut = built.cuts.get(place.name) ?? null
  const plan: BootPlan = { name: place.name, kind: place.kind, legs, cut, folder: built.folder }
  built.inits.set(place.name, await bootHost(built.world, plan))
  await built.sshds.get(place.name)?.start()
}

/** Process 1 of a host. Throws when it is shut down, or no host of this cluster. */
export function initOf(built: Isolation, host: string): Init {
  const init = built.inits.get(host)
  if (init === undefined) throw new Error(`cluster: no host "${host}" is up`)
  return init
}

/** A command of root on a host; the controller's PATH is that of the tests, so that it has their node. */
export function hostCommand(
  built: Isolation,
  host: string,
  argv: readonly string[],
  options: RunOptions,
): Command {
  const isController = host === CONTROLLER
  const cwd = options.cwd ?? (isController ? join(built.folder, 'work') : '/')
  const home = isController ? join(built.folder, 'home') : '/root'
  const env = plainEnv('root', home, isController ? (process.env.PATH ?? HOST_PATH) : HOST_PATH)
  return {
    ...options,
    argv: [...inHost(initOf(built, host), cwd), ...argv],
    cwd: '/',
    env: { ...env, ...(isController ? { TZ: 'UTC' } : {}), ...options.env },
  }
}

/** All of a host but its process 1 and what that waits with. */
export async function processesOn(
  built: Isolation,
  host: string,
  zombies: boolean,
): Promise<readonly HostProcess[]> {
  const init = built.inits.get(host)
  if (init === undefined) return []
  const all = await scanProcesses()
  const namespace = all.find((one) => one.machinePid === init.pid)?.pidNamespace
  return all.filter(
    (one) =>
      one.pidNamespace === namespace &&
      one.pid !== 1 &&
      (zombies || one.state !== ZOMBIE) &&
      !(one.parent === init.pid && one.command === INIT_CHILD),
  )
}

/** What process 1 in boot.sh waits with. */
const INIT_CHILD = 'sleep 1000000'

function sshdOf(built: Isolation, place: Place, wanted: Readonly<Record<string, string>>): Sshd {
  const disk = diskOf(built.folder, place.name)
  return sshdAt(
    {
      host: place.name,
      names: [place.name, ...place.legs.map((leg) => leg.address)].join(','),
      machine: { folder: join(disk, 'ssh'), log: join(disk, 'log', 'sshd.log') },
      seen: { folder: '/etc/ssh', log: '/var/log/sshd.log' },
      lines: [],
      run: (argv) => must(hostCommand(built, place.name, argv, {})),
      processes: () => processesOn(built, place.name, false),
    },
    wanted,
    {},
  )
}

/** The folders and files of a host that boot.sh puts in place. */
async function writeDisk(
  folder: string,
  place: Place,
  all: readonly Place[],
  publicKey: string,
): Promise<void> {
  const disk = diskOf(folder, place.name)
  const make = async (path: string, mode: number): Promise<void> => {
    await mkdir(join(disk, path), { recursive: true })
    // Whatever the umask of the tests.
    await chmod(join(disk, path), mode)
  }
  for (const path of ['etc', 'ssh', 'log']) await make(path, 0o755)
  await make('var-tmp', 0o1777)
  await make('root', 0o700)
  const userHome = join('home', PASSWORD_USER.name)
  await make('home', 0o755)
  await make(userHome, 0o700)
  for (const home of ['root', userHome]) {
    await make(join(home, '.ssh'), 0o700)
    await writeFile(join(disk, home, '.ssh', 'authorized_keys'), publicKey, { mode: 0o600 })
  }
  const { id } = PASSWORD_USER
  for (const path of ['', '.ssh', '.ssh/authorized_keys']) await chown(join(disk, userHome, path), id, id)
  await writeEtc(join(disk, 'etc'), place, all, folder)
  if (place.kind === 'node') await makeHostKeys(join(disk, 'ssh'))
}

async function writeEtc(etc: string, place: Place, all: readonly Place[], folder: string): Promise<void> {
  const rootHome = place.kind === 'controller' ? join(folder, 'home') : '/root'
  const files = {
    hostname: `${place.name}\n`,
    hosts: hostsFile(place, all),
    passwd: passwdFile(await readFile('/etc/passwd', 'utf8'), rootHome),
    shadow: shadowFile(),
    group: groupFile(await readFile('/etc/group', 'utf8')),
    'nsswitch.conf': NSSWITCH,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(etc, name), text)
}

/** As tests see the hosts: nodes, and the gateway apart. */
export function hostsOf(places: readonly Place[]): ReturnType<typeof hostOf>[] {
  return places.filter((place) => place.kind === 'node').map(hostOf)
}
