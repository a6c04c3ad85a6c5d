/** Gateways for the `ssh` program: one ControlMaster each, started once and shared by all nodes behind it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostError } from '../../errors.js'
import type { AttemptLogin } from './login.js'
import { isAlive, type Master, type MasterOptions, startMaster, stopMaster } from './master.js'
import type { OpensshGateway } from './places.js'
import { refusalsIn } from './stderr.js'
import { throughGateway } from './words.js'

export interface GatewayOptions extends MasterOptions {
  /** Runs a login with back-off while there are too many; bounds how many go on at once. */
  readonly attemptLogin: AttemptLogin
}

export interface OpensshGateways {
  /**
   * ProxyCommand that leads through the chain; null for an empty one. Starts what is not running; a gateway that went
   * away is started once more. Throws the same HostError for all behind a gateway that cannot be logged in to.
   */
  open(chain: readonly OpensshGateway[]): Promise<string | null>
  /** Why forwards of the last gateway of a chain came to nothing so far, each reason once. */
  refusals(chain: readonly OpensshGateway[]): readonly string[]
  close(): Promise<void>
}

interface Slot {
  readonly master: Promise<Master>
  readonly starts: number
}

/** A lost gateway is built anew once per command. */
const MAX_STARTS = 2
/** A socket's path has 104 bytes on macOS, 108 on Linux; ssh appends 17 characters while it makes it. */
const MAX_SOCKET_PATH = 104 - 17 - 1

/** Gateways that live until `close`. */
export function createOpensshGateways(options: GatewayOptions): OpensshGateways {
  const slots = new Map<string, Slot>()
  const mastersOf = new Map<string, Master[]>()
  const started: Master[] = []
  let folder: Promise<string> | null = null
  let count = 0

  const refusals = (chain: readonly OpensshGateway[]): string[] => {
    const masters = mastersOf.get(keyOf(chain)) ?? []
    return refusalsIn(masters.map(({ stderr }) => stderr).join('\n'))
  }

  const start = async (chain: readonly OpensshGateway[], proxyCommand: string | null): Promise<Master> => {
    folder ??= makeSocketFolder()
    const path = join(await folder, String(++count))
    const before = chain.slice(0, -1)
    const master = await options.attemptLogin({
      prepare: async () => undefined,
      login: (_way, timeoutMs) => {
        const names = { gateway: before.at(-1)?.name ?? null, refusals: refusals(before) }
        return startMaster({ gateway: lastOf(chain), proxyCommand, path, before: names }, timeoutMs, options)
      },
    })
    started.push(master)
    mastersOf.set(keyOf(chain), [...(mastersOf.get(keyOf(chain)) ?? []), master])
    return master
  }

  const ensure = async (chain: readonly OpensshGateway[]): Promise<Master> => {
    const key = keyOf(chain)
    const proxyCommand = await open(chain.slice(0, -1))
    const slot = slots.get(key)
    const known = await slot?.master
    if (slot !== undefined && known !== undefined && isAlive(known)) return known
    // Another one may have started it while this one looked.
    const newer = slots.get(key)
    if (newer !== undefined && newer.starts > (slot?.starts ?? 0)) return newer.master
    const starts = (slot?.starts ?? 0) + 1
    if (starts > MAX_STARTS) throw lostTwice(lastOf(chain))
    const master = start(chain, proxyCommand)
    slots.set(key, { master, starts })
    return master
  }

  const open = async (chain: readonly OpensshGateway[]): Promise<string | null> => {
    if (chain.length === 0) return null
    const { path, gateway } = await ensure(chain)
    return throughGateway(path, gateway.login.hostname, options)
  }

  const close = async (): Promise<void> => {
    await Promise.allSettled([...slots.values()].map(({ master }) => master))
    // Those behind others were started after them.
    for (const master of started.toReversed()) await stopMaster(master, options)
    // One that could not be made has been told to all who waited for it.
    const path = await folder?.catch(() => null)
    if (path != null) await rm(path, { recursive: true, force: true })
  }
  return { open, refusals, close }
}

function keyOf(chain: readonly OpensshGateway[]): string {
  return JSON.stringify(chain.map(({ name, login }) => [name, login]))
}

function lastOf(chain: readonly OpensshGateway[]): OpensshGateway {
  const last = chain.at(-1)
  if (last === undefined) throw new Error('a chain of gateways holds at least one')
  return last
}

function lostTwice({ name, byHand }: OpensshGateway): HostError {
  return new HostError(name, `connect: the connection to the gateway "${name}" was lost twice`, {
    hint: `${byHand} true`,
  })
}

async function makeSocketFolder(): Promise<string> {
  const name = 'clusterp-XXXXXX'
  const isShort = Buffer.byteLength(join(tmpdir(), name, '99999')) <= MAX_SOCKET_PATH
  // mkdtemp makes it 0700.
  return mkdtemp(join(isShort ? tmpdir() : '/tmp', 'clusterp-'))
}
