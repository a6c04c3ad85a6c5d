import { userInfo } from 'node:os'
import { readConfigIfAny } from '../config/config.js'
import { DEFAULTS } from '../config/defaults.js'
import { ConfigError } from '../errors.js'
import type { Config, HostConfig, SessionHost, SshConfig } from '../model.js'
import { type Connector, createConnector, type NodeLink } from '../remote/connect.js'
import type { UnknownKey } from '../remote/ssh/types.js'
import type { CommandContext } from './context.js'

/** How to reach the nodes: by what, how many at once, how long one may take, and how much to take from it. */
export interface Reach extends Pick<Config, 'concurrency' | 'connectTimeoutMs' | 'maxSizeBytes'> {
  /** Opens a way to a host: as configured, or as recorded when its session started. */
  readonly open: (host: HostConfig | SessionHost) => Promise<NodeLink>
}

/**
 * Runs `work` with a connector that is closed afterwards, whatever happens. `config` null: the defaults hold. Host keys that
 * nobody has written down are told once for all.
 */
export async function withReach<T>(
  context: CommandContext,
  config: Config | null,
  work: (reach: Reach) => Promise<T>,
): Promise<T> {
  const settings = config ?? { ...DEFAULTS }
  const connector = await makeConnector(context, settings)
  const { concurrency, connectTimeoutMs, maxSizeBytes } = settings
  const open: Reach['open'] = (host) => {
    const login = 'login' in host ? host.login : null
    const { name, isLocal, hostname, user, port } = host
    return connector.open({ name, isLocal, hostname, user, port, login })
  }
  try {
    return await work({ open, concurrency, connectTimeoutMs, maxSizeBytes })
  } finally {
    await connector.close()
    reportUnknownKeys(context, connector.unknownKeys())
  }
}

/**
 * Today's config.yml for a command that ends or asks a session: it needs only secrets and time limits of it, so a broken
 * one is a warning. Null: there is none that can be used.
 */
export async function configForSession(context: CommandContext): Promise<Config | null> {
  try {
    const { configPath: path, env } = context
    return (await readConfigIfAny({ path, env, flags: { hosts: context.flags.hosts } }))?.config ?? null
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown
    context.report({ kind: 'warning', text: `${thrown.message}; going on with what session.json says` })
    return null
  }
}

type ReachSettings = Pick<Config, 'concurrency' | 'connectTimeoutMs' | 'maxSizeBytes' | 'ssh'>

async function makeConnector(context: CommandContext, settings: ReachSettings): Promise<Connector> {
  const { homedir, username } = userInfo()
  return createConnector({
    ssh: settings.ssh,
    password: await passwordOf(context, settings.ssh),
    connectTimeoutMs: settings.connectTimeoutMs,
    concurrency: settings.concurrency,
    env: context.env,
    home: homedir,
    user: username,
    isTerminal: context.isTerminal,
    signal: context.signal,
    ask: (question) =>
      context.ask({
        ...question,
        otherwise: 'put the key into an agent: ssh-add   or name a variable: ssh_password_env',
      }),
    report: (text) => context.report({ kind: text.startsWith('wrote ') ? 'info' : 'warning', text }),
    now: context.now,
    random: context.random,
  })
}

/** The password to send where keys are refused: typed, from the variable that the config names, or from the config. */
async function passwordOf(context: CommandContext, ssh: SshConfig): Promise<string | null> {
  if (context.asksPassword) {
    return context.ask({
      text: 'Password for the nodes:',
      isSecret: true,
      otherwise: 'ssh_password_env: NAME in config.yml',
    })
  }
  if (ssh.passwordEnv === null) return ssh.password
  const password = context.env[ssh.passwordEnv]
  if (password !== undefined && password !== '') return password
  throw new ConfigError(`config.yml: ssh_password_env: the variable ${ssh.passwordEnv} is not set`, {
    hint: `set it, or type the password: --ask-password`,
  })
}

const MOST_KEYS_SHOWN = 20

function reportUnknownKeys(context: CommandContext, keys: readonly UnknownKey[]): void {
  if (keys.length === 0) return
  for (const { host, keyType, fingerprint } of keys.slice(0, MOST_KEYS_SHOWN)) {
    context.report({
      kind: 'host',
      host,
      text: `unknown host key ${keyType} ${fingerprint}`,
      isFailure: true,
    })
  }
  context.report({
    kind: 'warning',
    text: `${keys.length === 1 ? 'one host key is' : `${keys.length} host keys are`} in no known_hosts file`,
    hint: 'compare the fingerprints with the nodes, then: clusterp check --accept-new',
  })
}
