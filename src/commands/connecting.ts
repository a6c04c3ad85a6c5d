import { DEFAULTS } from '../config/defaults.js'
import type { Config } from '../model.js'
import { type Connector, createConnector } from '../remote/connect.js'
import type { CommandContext } from './context.js'

/** How to reach the nodes: by what, how many at once, how long one may take, and how much to take from it. */
export interface Reach extends Pick<Config, 'concurrency' | 'connectTimeoutMs' | 'maxSizeBytes'> {
  readonly connector: Connector
}

/** Runs `work` with a connector that is closed afterwards, whatever happens. `config` null: the defaults hold. */
export async function withReach<T>(
  _context: CommandContext,
  config: Config | null,
  work: (reach: Reach) => Promise<T>,
): Promise<T> {
  const connector = createConnector()
  const { concurrency, connectTimeoutMs, maxSizeBytes } = config ?? DEFAULTS
  try {
    return await work({ connector, concurrency, connectTimeoutMs, maxSizeBytes })
  } finally {
    await connector.close()
  }
}
