/** Asks `ssh -G` what ssh_config says of hosts and hops, and lays config.yml over it. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { HostError, hasCode } from '../../errors.js'
import type { SshConfig } from '../../model.js'
import { addressText, parseSshAddress, type SshAddress } from '../address.js'
import { runProgram } from '../program.js'
import { createSlots } from '../slots.js'
import { parseSshConfig } from './ssh-config-text.js'
import type { SshHop, SshHostSettings } from './types.js'

export { parseSshConfig } from './ssh-config-text.js'

/** 64 at once take 193 ms on two cores; more buys nothing. */
const MAX_ASKING = 64
/** `Match exec` and CanonicalizeHostname may run programs and ask name servers. */
const ASK_TIMEOUT_MS = 15_000
/** Longer chains of ProxyJump are a mistake; ssh itself ends at a loop. */
const MAX_HOPS = 8

export interface SshConfigReaderOptions {
  /** Home folder of the user as ssh sees it: that of the password file, not `$HOME`. */
  readonly home: string
  /** Login name here. */
  readonly user: string
  /** Environment for `ssh` and for the variables of ssh_config. */
  readonly vars: Readonly<Record<string, string | undefined>>
  /** The program to ask; default `ssh`. */
  readonly sshProgram?: string
  /** What config.yml says; it wins. */
  readonly overrides: SshConfig
  /** Takes a warning, said once. */
  readonly report: (warning: string) => void
}

/** `gateway`: `ssh_port` does not hold for it. `jump`: named by ssh_config, whose User then wins over `ssh_username`. */
export type SshRole = 'node' | 'gateway' | 'jump'

export interface ResolvedHop extends SshHop {
  /** `user@host:port` with the host as ssh_config knows it: what `connect: openssh` takes as gateway. */
  readonly address: string
  /** The configured password is for it too: it does not name a user of its own. */
  readonly takesPassword: boolean
}

export interface ResolvedHost {
  readonly settings: SshHostSettings
  /** Gateways in the order in which they are passed; empty: none. */
  readonly hops: readonly ResolvedHop[]
}

export interface SshConfigReader {
  /** Settings of one machine, without its gateways being looked at. Throws HostError when ssh_config is broken. */
  settingsOf(host: SshAddress, role: SshRole): Promise<SshHostSettings>
  /** Settings of a node and of the gateways before it: those of ssh_gateway, else those of ProxyJump. */
  resolve(host: SshAddress): Promise<ResolvedHost>
}

/** A reader that asks for every host once. */
export function createSshConfigReader(options: SshConfigReaderOptions): SshConfigReader {
  const cache = new Map<string, Promise<SshHostSettings>>()
  const ask = createAsker(options)
  const settingsOf = (host: SshAddress, role: SshRole): Promise<SshHostSettings> => {
    const key = JSON.stringify([host.hostname, host.user, host.port, role])
    const known = cache.get(key) ?? readSettings(host, role, options, ask)
    cache.set(key, known)
    return known
  }
  return { settingsOf, resolve: (host) => resolveHost(host, options.overrides.gateways, settingsOf) }
}

type Ask = (host: SshAddress) => Promise<string>
type SettingsOf = SshConfigReader['settingsOf']

async function readSettings(
  host: SshAddress,
  role: SshRole,
  options: SshConfigReaderOptions,
  ask: Ask,
): Promise<SshHostSettings> {
  const { overrides, home, user, vars } = options
  const port = host.port ?? (role === 'node' ? overrides.port : null)
  const first = { ...host, user: host.user ?? (role === 'jump' ? null : overrides.username), port }
  const readOne = async (address: SshAddress): Promise<SshHostSettings> => {
    const read = parseSshConfig(await ask(address), { home, user, vars, host: address.hostname })
    return { ...read, user: address.user ?? read.user, port: address.port ?? read.port }
  }
  const settings = await readOne(first)
  const isUnnamed = role === 'jump' && host.user === null && settings.user === user
  const named = isUnnamed && overrides.username !== null ? { ...first, user: overrides.username } : null
  return withOverrides(named === null ? settings : await readOne(named), overrides, home)
}

function withOverrides(settings: SshHostSettings, overrides: SshConfig, home: string): SshHostSettings {
  const key = overrides.identityFile?.replace(/^~(?=\/|$)/, () => home) ?? null
  const others = settings.identityFiles.filter((file) => file !== key)
  return {
    ...settings,
    identityFiles: key === null ? others : [key, ...others],
    hostKeyChecking: overrides.hostKeyChecking ?? settings.hostKeyChecking,
  }
}

async function resolveHost(
  host: SshAddress,
  gateways: readonly string[],
  settingsOf: SettingsOf,
): Promise<ResolvedHost> {
  const settings = await settingsOf(host, 'node')
  const isOurs = gateways.length > 0
  const hops = await resolveHops(
    host,
    isOurs ? gateways : settings.proxyJump,
    isOurs ? 'gateway' : 'jump',
    settingsOf,
  )
  return { settings: hops.length === 0 ? settings : behindGateway(settings), hops }
}

/** As `ssh -J a,b`: the way to `a` is what ssh_config says of it, the way to `b` is through `a`. */
async function resolveHops(
  host: SshAddress,
  names: readonly string[],
  role: SshRole,
  settingsOf: SettingsOf,
): Promise<ResolvedHop[]> {
  const [firstName, ...others] = names
  if (firstName === undefined) return []
  const hops = [await resolveHop(host, firstName, role, settingsOf)]
  for (let [first] = hops; first !== undefined && first.settings.proxyJump.length > 0; [first] = hops) {
    if (hops.length > MAX_HOPS) throw jumpError(host, `ProxyJump leads over more than ${MAX_HOPS} hops`)
    const jumps = first.settings.proxyJump
    hops[0] = { ...first, settings: behindGateway(first.settings) }
    const before = await Promise.all(jumps.map((jump) => resolveHop(host, jump, 'jump', settingsOf)))
    hops.unshift(
      ...before.map((hop, at) => (at === 0 ? hop : { ...hop, settings: behindGateway(hop.settings) })),
    )
  }
  for (const name of others) {
    const hop = await resolveHop(host, name, role, settingsOf)
    hops.push({ ...hop, settings: behindGateway(hop.settings) })
  }
  return hops
}

async function resolveHop(
  host: SshAddress,
  name: string,
  role: SshRole,
  settingsOf: SettingsOf,
): Promise<ResolvedHop> {
  const address = parseSshAddress(name)
  if (address === null) throw jumpError(host, `the gateway "${name}" is not [user@]host[:port]`)
  const settings = await settingsOf(address, role)
  const { user, port } = settings
  const text = addressText({ hostname: address.hostname, user, port })
  return { name, settings, address: text, takesPassword: address.user === null }
}

function behindGateway(settings: SshHostSettings): SshHostSettings {
  return { ...settings, proxyJump: [], proxyCommand: null }
}

function jumpError(host: SshAddress, what: string): HostError {
  return new HostError(host.hostname, `reading ssh_config: ${what}`, { hint: `see: ssh -G ${host.hostname}` })
}

function createAsker(options: SshConfigReaderOptions): Ask {
  const program = options.sshProgram ?? 'ssh'
  const slots = createSlots(MAX_ASKING)
  let isProgramMissing = false
  return async (host) => {
    const words = ['-G']
    if (host.user !== null) words.push('-l', host.user)
    if (host.port !== null) words.push('-p', String(host.port))
    return slots.take(async () => {
      if (isProgramMissing) return ''
      const result = await runProgram({
        program,
        words: [...words, '--', host.hostname],
        env: options.vars,
        timeoutMs: ASK_TIMEOUT_MS,
      })
      if (result.error !== null && hasCode(result.error, 'ENOENT')) {
        if (!isProgramMissing) {
          isProgramMissing = true
          await warnOfConfig(options)
        }
        return ''
      }
      if (result.code === 0) return result.stdout
      throw jumpError(host, `"${program} -G" failed: ${firstReason(result.stderr) ?? result.failure}`)
    })
  }
}

/** `ssh: ` and notes about the terminal are no reasons. */
function firstReason(stderr: string): string | null {
  const lines = stderr.split('\n').map((line) => line.trim())
  return lines.find((line) => line !== '' && !line.startsWith('Pseudo-terminal')) ?? null
}

async function warnOfConfig(options: SshConfigReaderOptions): Promise<void> {
  const path = join(options.home, '.ssh', 'config')
  try {
    await access(path)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR') || hasCode(thrown, 'EACCES')) return
    throw thrown
  }
  options.report(`there is no ssh program here, so ${path} is not read: say in config.yml what it says`)
}
