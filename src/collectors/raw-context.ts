import type { NodeMeta } from '../model.js'

/** What is known of a node besides its raw files. */
export interface NodeContext {
  readonly meta: NodeMeta | null
  /** Start and end of the session on the node's clock, epoch milliseconds; null when unknown. */
  readonly windowMs: readonly [number, number] | null
}

/** The same with the host's name as configured. */
export interface ReadContext extends NodeContext {
  readonly host: string
}
