import { performance } from 'node:perf_hooks'
import { onTestFinished } from 'vitest'
import { createSsh2Pool } from '../../../src/remote/ssh/ssh2-pool.js'
import type { Ssh2Options, Ssh2Pool } from '../../../src/remote/ssh/types.js'
import type { Transport, TransportEnd } from '../../../src/remote/transport.js'

/** A pool that nobody may be asked by, unless the test says otherwise; ended with the test. */
export function testPool(changes: Partial<Ssh2Options> = {}): Ssh2Pool {
  const pool = createSsh2Pool({
    password: null,
    connectTimeoutMs: 10_000,
    concurrency: 64,
    signal: new AbortController().signal,
    ask: async ({ text }) => {
      throw new Error(`asked: ${text}`)
    },
    isTerminal: false,
    report: (warning) => {
      throw new Error(`reported: ${warning}`)
    },
    now: () => performance.now(),
    ...changes,
  })
  onTestFinished(() => pool.close())
  return pool
}

/** What a script printed, and how it ended. */
export interface Run {
  readonly end: TransportEnd
  readonly stdout: Buffer
  readonly stderr: string
}

export async function run(transport: Transport, script: string, timeoutMs = 10_000): Promise<Run> {
  const stdout: Uint8Array[] = []
  let stderr = ''
  const end = await transport.run({
    script,
    timeoutMs,
    signal: null,
    onStdout: async (chunk) => {
      stdout.push(Buffer.from(chunk))
    },
    onStderr: (chunk) => {
      stderr += Buffer.from(chunk).toString('utf8')
    },
  })
  return { end, stdout: Buffer.concat(stdout), stderr }
}

/** The error that a promise was rejected with; a promise that is not rejected fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { hint: string | null }> {
  const error: unknown = await promise.then(
    () => {
      throw new Error('no error was thrown')
    },
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error(`not an Error: ${String(error)}`)
  return {
    ...error,
    message: error.message,
    hint: (error as { hint?: string | null }).hint ?? null,
  } as Error & {
    hint: string | null
  }
}
