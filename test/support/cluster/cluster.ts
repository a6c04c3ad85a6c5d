/** Real sshd nodes on this machine, for tests that run clusterp as a user does. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { assemble, type Ground, onHost, sshdOn } from './assemble.js'
import { changeLocale, changeZone, hidePrograms, skewing } from './changes.js'
import {
  boot,
  buildIsolation,
  hostCommand,
  hostsOf,
  type Isolation,
  initOf,
  processesOn,
} from './isolated.js'
import { CONTROLLER, GATEWAY, PASSWORD_USER, type Place } from './layout.js'
import { cutOff, plugIn, type Wiring } from './links.js'
import { loopbackGround } from './loopback.js'
import { canIsolate } from './requirements.js'
import type { Cluster, ClusterOptions, IsolatedCluster, LoopbackCluster } from './types.js'
import { diskOf, endInit, inSwitch } from './world.js'

export { canIsolate } from './requirements.js'
export type * from './types.js'

const PREFIX = 'clusterp-cluster-'

/** The best cluster this machine can have: with namespaces, else on loopback ports. */
export function startCluster(options: ClusterOptions): Promise<Cluster> {
  return canIsolate() ? startIsolatedCluster(options) : startLoopbackCluster(options)
}

/** As `startCluster`, for tests that need hosts of their own. Throws where `canIsolate()` is false. */
export async function startIsolatedCluster(options: ClusterOptions): Promise<IsolatedCluster> {
  if (!canIsolate())
    throw new Error('cluster: namespaces need root, iproute2 and a machine that allows unshare')
  const folder = await mkdtemp(join(tmpdir(), PREFIX))
  const built = await buildIsolation(folder, options)
  const ground = isolatedGround(built)
  const base = assemble(ground)
  await base.knownHosts()
  return { ...base, ...isolatedMethods(built, ground) }
}

/** As `startCluster`, for the current user and without namespaces. */
export async function startLoopbackCluster(options: ClusterOptions): Promise<LoopbackCluster> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX))
  try {
    const base = assemble(await loopbackGround(folder, options, userInfo().username))
    await base.knownHosts()
    return { ...base, isIsolated: false }
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw thrown
  }
}

function isolatedGround(built: Isolation): Ground {
  const all = hostsOf(built.places)
  return {
    folder: built.folder,
    username: 'root',
    hosts: all.filter((host) => host.name !== GATEWAY),
    gateway: all.find((host) => host.name === GATEWAY) ?? null,
    sshds: built.sshds,
    controllerCommand: (argv, options) => hostCommand(built, CONTROLLER, argv, options),
    hostCommand: (host, argv, options) => hostCommand(built, host, argv, options),
    processes: (host, zombies) => processesOn(built, host, zombies),
    end: async () => {
      // The switch takes all hosts with it; world.sh then removes the folder.
      await endInit(built.world)
      await Promise.all([...built.inits.values()].map((init) => init.ended))
    },
  }
}

type Methods = Omit<IsolatedCluster, keyof LoopbackCluster> & { readonly isIsolated: true }

function isolatedMethods(built: Isolation, ground: Ground): Methods {
  const placeOf = (host: string): Place => {
    const place = built.places.find((one) => one.name === host)
    if (place === undefined) throw new Error(`cluster: no host "${host}"`)
    return place
  }
  const wiring: Wiring = {
    places: built.places,
    inSwitch: inSwitch(built.world),
    onHost: (host, argv) => onHost(ground, host, argv),
    isUp: (host) => built.inits.has(host),
  }
  const shutDown = async (host: string): Promise<void> => {
    const init = initOf(built, host)
    built.inits.delete(host)
    await endInit(init)
  }
  const sshd = (host: string) => sshdOn(built.sshds, host)
  return {
    isIsolated: true,
    passwordUser: { name: PASSWORD_USER.name, password: PASSWORD_USER.password },
    diskPath: (host, path) => join(diskOf(built.folder, host), diskName(path)),
    cut: async (host, { drop = false } = {}) => {
      const cut = drop ? 'drop' : 'cable'
      await cutOff(wiring, placeOf(host), cut)
      built.cuts.set(host, cut)
    },
    heal: async (host) => {
      built.cuts.delete(host)
      await plugIn(wiring, placeOf(host))
    },
    shutDown,
    boot: async (host) => boot(built, placeOf(host)),
    reboot: async (host) => {
      await shutDown(host)
      await boot(built, placeOf(host))
    },
    hide: async (host, programs) => hidePrograms((argv) => onHost(ground, host, argv), programs),
    setZone: async (host, zone) => changeZone((argv) => onHost(ground, host, argv), zone),
    setLocale: async (host, locale) => changeLocale((argv) => onHost(ground, host, argv), sshd(host), locale),
    skew: skewing(sshd),
  }
}

/** `/var/tmp/x` → `var-tmp/x`: folders of a host by their names below its disk. */
function diskName(path: string): string {
  const found = /^\/(var\/tmp|var\/log|root|home)(\/.*)?$/.exec(path)
  if (found === null)
    throw new Error(`cluster: ${path} is not on a host's disk; /var/tmp, /var/log, /root and /home are`)
  const names: Readonly<Record<string, string>> = { 'var/tmp': 'var-tmp', 'var/log': 'log' }
  return `${names[found[1] ?? ''] ?? found[1]}${found[2] ?? ''}`
}
