import type { NodeMeta } from '../model.js'

/** What is known of a node besides its raw files. */
export interface NodeContext {
  readonly meta: NodeMeta | null
  /** Start and end of the session on the node's clock, epoch milliseconds; null when unknown. */
  readonly windowMs: readonly [number, number] | null
  /** The session's interval, seconds; absent when unknown. Only for what a raw file does not tell itself. */
  readonly intervalSec?: number
}

/** The same with the host's name as configured. */
export interface ReadContext extends NodeContext {
  readonly host: string
}
