import { readFlagSources, selectHosts } from '../config/config.js'
import type { CommandContext } from './context.js'

/**
 * The hosts that `--hosts` picks of `known`, in the order of `known`; all of them without the flag. A name that is none of
 * them is a ConfigError with the near match.
 */
export async function chosenHosts<H extends { readonly name: string; readonly alias: string | null }>(
  context: Pick<CommandContext, 'flags' | 'env' | 'configPath'>,
  known: readonly H[],
): Promise<readonly H[]> {
  const { hosts: listed } = context.flags
  if (listed === undefined) return known
  const sources = await readFlagSources(listed, { env: context.env, configPath: context.configPath })
  const names = new Set(selectHosts(known, listed, sources))
  return known.filter((host) => names.has(host.name))
}
