/** `clusterp init`: writes config.yml from the template. */
import { chmod, writeFile } from 'node:fs/promises'
import { initTemplate, readInitTemplate } from '../config/config.js'
import { ConfigError, hasCode } from '../errors.js'
import { asDiskError } from '../session/disk-errors.js'
import { type CommandContext, type CommandResult, line } from './context.js'

export interface InitOptions {
  /** Hosts as typed; none: this machine. */
  readonly hosts: readonly string[]
  /** Overwrite a config.yml that is there. */
  readonly isForced: boolean
}

/** It may hold a password one day. */
const PRIVATE = 0o600

/** Writes config.yml where the user stands, or in -C DIR. */
export async function initCommand(context: CommandContext, options: InitOptions): Promise<CommandResult> {
  const text = initTemplate(options.hosts, await readInitTemplate())
  const { configPath } = context
  try {
    await writeFile(configPath, text, { mode: PRIVATE, flag: options.isForced ? 'w' : 'wx' })
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) throw asDiskError('writing the configuration', configPath, cause)
    throw new ConfigError(`init: ${configPath} is there already, and was left as it is`, {
      hint: 'to replace it: clusterp init --force',
      cause,
    })
  }
  await chmod(configPath, PRIVATE)
  return {
    exitCode: 0,
    hosts: [],
    blocks: [line(`Wrote ${configPath}. Look it over, then: clusterp start`)],
    json: { config: configPath },
  }
}
