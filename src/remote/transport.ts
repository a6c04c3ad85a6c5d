/** The way to a node: takes a script's text to the standard input of `sh` there and brings back what it prints. */

/** How the far `sh` ended. `lost`: the link or the process went away before it could say. */
export interface TransportEnd {
  readonly kind: 'closed' | 'lost' | 'timeout' | 'aborted'
  /** What is known of the end, for people; empty for `closed`. */
  readonly detail: string
}

export interface TransportCall {
  readonly script: string
  readonly timeoutMs: number
  readonly signal: AbortSignal | null
  /** Awaited before more is read, so that a slow disk slows the node down instead of filling memory. */
  onStdout(chunk: Uint8Array): Promise<void>
  onStderr(chunk: Uint8Array): void
}

/** One call at a time. Ending never throws: it is a value. */
export interface Transport {
  readonly host: string
  run(call: TransportCall): Promise<TransportEnd>
  close(): Promise<void>
}
