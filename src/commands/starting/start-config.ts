import { writeFile } from 'node:fs/promises'
import { configFromHosts, isMadeFromHosts, loadConfig, resolveConfig } from '../../config/config.js'
import type { Config } from '../../model.js'
import { onDisk } from '../../session/disk-errors.js'
import { chosenHosts } from '../chosen-hosts.js'
import type { CommandContext } from '../context.js'

export interface StartConfig {
  readonly config: Config
  /** Writes the config.yml that --hosts stands for, once the folder is there; nothing to do with a file of one's own. */
  readonly save: () => Promise<void>
}

const nothingToSave = async (): Promise<void> => undefined

/**
 * The configuration of a start, and of the check before it. Without a config.yml of one's own --hosts is all of it, kept for the commands that follow;
 * one that was made so is made anew. With one, --hosts picks of its hosts.
 */
export async function startConfig(context: CommandContext): Promise<StartConfig> {
  const { configPath, env, flags } = context
  const loaded = await loadConfig({ path: configPath, env, flags })
  for (const text of loaded.warnings) context.report({ kind: 'warning', text })
  const { hosts: listed } = flags
  if (listed === undefined) return { config: loaded.config, save: nothingToSave }
  const isOurs = loaded.text !== null && isMadeFromHosts(loaded.text)
  if (loaded.path !== null && !isOurs) {
    const hosts = await chosenHosts(context, loaded.config.hosts)
    return { config: { ...loaded.config, hosts }, save: nothingToSave }
  }
  const { config } = resolveConfig({ path: configPath, text: null, env, flags, sources: loaded.sources })
  const save = async (): Promise<void> => {
    const made = configFromHosts(listed, loaded.sources)
    const options = { mode: 0o600, flag: isOurs ? 'w' : 'wx' }
    await onDisk('writing the configuration', configPath, () => writeFile(configPath, made, options))
    context.report({ kind: 'info', text: `wrote ${configPath} from --hosts` })
  }
  return { config, save }
}
