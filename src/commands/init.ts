/** `clusterp init`: writes config.yml from the template, with the devices of the nodes if they are to be asked. */
import { access, realpath, writeFile } from 'node:fs/promises'
import {
  initTemplate,
  isMadeFromHosts,
  loadConfig,
  readConfigText,
  readInitTemplate,
  withHosts,
} from '../config/config.js'
import { ConfigError, hasCode } from '../errors.js'
import type { Config } from '../model.js'
import { writeAtomic } from '../session/atomic-file.js'
import { asDiskError } from '../session/disk-errors.js'
import { type CommandContext, type CommandResult, hostResults, line } from './context.js'
import { configOfHosts, type Discovery, discover, foundTable } from './discovering/discover.js'
import { plural } from './phrases.js'

export interface InitOptions {
  /** Hosts as typed; none: this machine. */
  readonly hosts: readonly string[]
  /** Overwrite a config.yml that is there. */
  readonly isForced: boolean
  /** Ask the nodes for their devices and fill them in. */
  readonly discovers: boolean
}

/** It may hold a password one day. */
const PRIVATE = 0o600

/** Writes config.yml where the user stands, or in -C DIR. */
export async function initCommand(context: CommandContext, options: InitOptions): Promise<CommandResult> {
  if (options.discovers) return discoverConfig(context, options)
  const text = initTemplate(options.hosts, await readInitTemplate())
  await writeConfig(context, text, options.isForced)
  const { configPath } = context
  return {
    exitCode: 0,
    hosts: [],
    blocks: [line(`Wrote ${configPath}. Look it over, then: clusterp check`)],
    json: { config: configPath },
  }
}

async function writeConfig({ configPath }: CommandContext, text: string, isForced: boolean): Promise<void> {
  const isThere = isForced && (await exists(configPath))
  try {
    // A full disk must not cost the user the file that is there; a link to it stays one.
    if (isThere) await writeAtomic(await realpath(configPath), [text], true, PRIVATE)
    else await writeFile(configPath, text, { mode: PRIVATE, flag: isForced ? 'w' : 'wx' })
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) throw asDiskError('writing the configuration', configPath, cause)
    throw alreadyThere(configPath, cause)
  }
}

function alreadyThere(configPath: string, cause?: unknown): ConfigError {
  return new ConfigError(`init: ${configPath} is there already, and was left as it is`, {
    hint: 'to replace it: clusterp init --force',
    cause,
  })
}

async function discoverConfig(context: CommandContext, options: InitOptions): Promise<CommandResult> {
  const { configPath } = context
  const isThere = await exists(configPath)
  // Nobody is asked in vain.
  if (isThere && !options.isForced) throw alreadyThere(configPath)
  const discovered = await discover(context, await beginning(context, options, isThere))
  const { outcomes, text, lists } = discovered
  const failed = outcomes.filter((outcome) => !outcome.ok)
  const hosts = hostResults(outcomes, discovered.hosts)
  if (text === null) {
    const error = {
      message: `init: 0 of ${plural(outcomes.length, 'host')} answered; ${configPath} was not written`,
      hint: 'see why: clusterp check --hosts LIST   without asking: clusterp init HOST…',
      host: null,
    }
    return { exitCode: 1, hosts, blocks: [], error, json: {} }
  }
  await writeConfig(context, text, options.isForced)
  const left = failed.length === 0 ? '' : ` ${failed.length} did not answer.`
  return {
    exitCode: failed.length === 0 ? 0 : 3,
    hosts,
    blocks: [foundTable(outcomes), line(`Wrote ${configPath}.${left} Look it over, then: clusterp check`)],
    json: {
      config: configPath,
      devices: Object.fromEntries(
        lists.map(({ key, entries }) => [
          key,
          entries?.map(({ name, alias }) => ({ name, alias })) ?? 'auto',
        ]),
      ),
    },
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR')) return false
    throw asDiskError('writing the configuration', path, thrown)
  }
}

/**
 * A file that is there keeps all its lines but the hosts, where some were named. What its old hosts mean is not asked then:
 * they may be a job that has ended.
 */
async function beginning(
  context: CommandContext,
  options: InitOptions,
  isThere: boolean,
): Promise<Discovery> {
  const named = options.hosts.filter((host) => host.trim() !== '')
  const { configPath: path, env, flags } = context
  if (named.length === 0 && isThere) {
    const loaded = await loadConfig({ path, env, flags })
    return begun(context, withoutMadeLine(loaded.text ?? ''), loaded)
  }
  const old = isThere ? await readConfigText(path) : null
  const text =
    old === null ? initTemplate(named, await readInitTemplate()) : withHosts(withoutMadeLine(old), named)
  const hosts = named.length > 0 ? named : ['local']
  return begun(context, text, await configOfHosts(context, text, hosts))
}

function begun(
  context: CommandContext,
  text: string,
  { config, warnings }: { readonly config: Config; readonly warnings: readonly string[] },
): Discovery {
  for (const warning of warnings) context.report({ kind: 'warning', text: warning })
  return { text, config }
}

/** Its first line says that `start` may write it anew. */
function withoutMadeLine(text: string): string {
  return isMadeFromHosts(text) ? text.slice(text.indexOf('\n') + 1) : text
}
