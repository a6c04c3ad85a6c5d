/**
 * Reads what `ssh -G` prints: a key in small letters, a blank, its value, as in
 *
 *     hostname n1.example.org
 *     identityfile ~/.ssh/id_ed25519
 *     userknownhostsfile /home/me/.ssh/known_hosts /home/me/.ssh/known_hosts2
 *
 * Measured with OpenSSH 9.2: `~`, `%h`, `${VAR}` of IdentityFile and `$VAR` of IdentityAgent come back as written,
 * known_hosts files expanded, HostName expanded, and a path with a blank without its quotes.
 */
import { join, resolve } from 'node:path'
import type { SshHostSettings } from './types.js'

/** What the tokens of ssh_config stand for. */
export interface SshConfigEnv {
  /** Home folder of the user here, absolute: `~` and `%d`. */
  readonly home: string
  /** Login name here: `%u`, and the far login name when nothing else says one. */
  readonly user: string
  /** Environment variables: `${VAR}`, and `$VAR` of IdentityAgent. */
  readonly vars: Readonly<Record<string, string | undefined>>
  /** The host as it was asked for: `%n`. */
  readonly host: string
}

const DEFAULT_PORT = 22
/** The files that ssh tries by itself (ssh_config(5), IdentityFile), without those that only hardware answers for. */
const DEFAULT_IDENTITIES = ['id_rsa', 'id_ecdsa', 'id_ed25519']
const DEFAULT_USER_KNOWN_HOSTS = ['known_hosts', 'known_hosts2']
const DEFAULT_GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
/** Where a new host key goes when ssh_config has no known_hosts file: nowhere, as in ssh. */
const NO_FILE = '/dev/null'

const CHECKING: Readonly<Record<string, SshHostSettings['hostKeyChecking']>> = {
  'accept-new': 'accept-new',
  no: 'off',
  off: 'off',
  false: 'off',
}

/** Makes settings of the output of `ssh -G -- HOST`. An empty output gives what ssh does without any ssh_config. */
export function parseSshConfig(output: string, env: SshConfigEnv): SshHostSettings {
  const values = readValues(output)
  const last = (key: string): string | null => values.get(key)?.at(-1) ?? null
  const hostName = last('hostname') ?? env.host
  const user = last('user') ?? env.user
  const port = Number(last('port') ?? DEFAULT_PORT)
  const alias = noneIsNull(last('hostkeyalias'))
  const tokens: Tokens = {
    d: env.home,
    h: hostName,
    k: alias ?? env.host,
    n: env.host,
    p: String(port),
    r: user,
    u: env.user,
  }
  const path = (text: string): string => expandPath(text, tokens, env)
  const folder = join(env.home, '.ssh')
  const userFiles = filesOf(last('userknownhostsfile'), inFolder(folder, DEFAULT_USER_KNOWN_HOSTS)).map(path)
  const globalFiles = filesOf(last('globalknownhostsfile'), DEFAULT_GLOBAL_KNOWN_HOSTS).map(path)
  const identities = values.get('identityfile') ?? inFolder(folder, DEFAULT_IDENTITIES)
  const command = noneIsNull(last('proxycommand'))
  return {
    hostName,
    user,
    port,
    identityFiles: unique(identities.filter((file) => file !== 'none').map(path)),
    identitiesOnly: last('identitiesonly') === 'yes',
    identityAgent: agentOf(last('identityagent'), path, env),
    proxyJump: jumpsOf(last('proxyjump'), tokens),
    // The shell that runs it takes care of `~` and of variables.
    proxyCommand: command === null ? null : expandTokens(command, tokens),
    hostKeyAlias: alias,
    knownHostsFiles: unique([...userFiles, ...globalFiles]),
    userKnownHostsFile: userFiles[0] ?? NO_FILE,
    hostKeyChecking: CHECKING[last('stricthostkeychecking') ?? ''] ?? 'strict',
  }
}

function readValues(output: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    const [, key, value] = /^(\S+) +(.*?)\s*$/.exec(line) ?? []
    if (key === undefined || value === undefined) continue
    const known = values.get(key.toLowerCase())
    if (known === undefined) values.set(key.toLowerCase(), [value])
    else known.push(value)
  }
  return values
}

type Tokens = Readonly<Record<string, string>>

// `%C`, `%i`, `%l` and `%L` stay as they are: no file is found under such a name.
function expandTokens(text: string, tokens: Tokens): string {
  return text.replace(/%(.)/g, (whole, letter: string) => (letter === '%' ? '%' : (tokens[letter] ?? whole)))
}

// Absolute, unless it is in another user's home. A relative path begins where the user stands, as in ssh.
function expandPath(text: string, tokens: Tokens, env: SshConfigEnv): string {
  const variables = text.replace(/\$\{(\w+)\}/g, (whole, name: string) => env.vars[name] ?? whole)
  const full = expandTokens(variables, tokens)
  const own = new RegExp(`^~(?:${escapeForRegExp(env.user)})?(?=/|$)`)
  const expanded = full.replace(own, () => env.home)
  return expanded.startsWith('~') ? expanded : resolve(expanded)
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

// A path may hold blanks and its quotes are gone: what follows a blank is a new file if it looks like a path.
function filesOf(value: string | null, fallback: readonly string[]): readonly string[] {
  if (value === null) return fallback
  return value.split(/\s+(?=[/~$%])/).filter((file) => file !== 'none' && file !== '')
}

function agentOf(value: string | null, path: (text: string) => string, env: SshConfigEnv): string | null {
  if (value === 'none') return null
  const text = value === null || value === 'SSH_AUTH_SOCK' ? '$SSH_AUTH_SOCK' : value
  const variable = /^\$\{?(\w+)\}?$/.exec(text)?.[1]
  const socket = variable === undefined ? path(text) : env.vars[variable]
  return socket === undefined || socket === '' ? null : socket
}

function jumpsOf(value: string | null, tokens: Tokens): string[] {
  if (value === null || value === 'none') return []
  const jumps = expandTokens(value, tokens).split(',')
  return jumps
    .map((jump) =>
      jump
        .trim()
        .replace(/^ssh:\/\//, '')
        .replace(/\/$/, ''),
    )
    .filter((jump) => jump !== '')
}

function noneIsNull(value: string | null): string | null {
  return value === 'none' || value === '' ? null : value
}

function inFolder(folder: string, names: readonly string[]): string[] {
  return names.map((name) => join(folder, name))
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
