import type { Transport, TransportCall, TransportEnd } from '../../src/remote/transport.js'

/** What a fake node prints for one script: bytes in the chunks they are to arrive in. */
export interface FakeReply {
  readonly stdout: readonly (string | Uint8Array)[]
  readonly stderr?: string
  readonly end?: TransportEnd
}

/** Answers a script, given its marker; null: this script was not expected. */
export type FakeNode = (script: string, marker: string) => FakeReply | null

export interface FakeTransport extends Transport {
  /** Every script that was sent, in order. */
  readonly scripts: readonly string[]
  readonly calls: readonly TransportCall[]
}

/** Takes scripts to a function instead of a node. Fails closed: an unexpected script is a failure of the test. */
export function fakeTransport(node: FakeNode, host = 'node1'): FakeTransport {
  const calls: TransportCall[] = []
  return {
    host,
    calls,
    get scripts() {
      return calls.map((call) => call.script)
    },
    async run(call) {
      calls.push(call)
      const marker = /^_clusterp_marker='([^']+)'$/m.exec(call.script)?.[1]
      const reply = marker === undefined ? null : node(call.script, marker)
      if (reply === null) throw new Error(`unexpected script:\n${call.script.slice(0, 400)}`)
      if (reply.stderr !== undefined) call.onStderr(Buffer.from(reply.stderr))
      for (const piece of reply.stdout) await call.onStdout(Buffer.from(piece))
      return reply.end ?? { kind: 'closed', detail: '' }
    },
    close: async () => undefined,
  }
}

/** What a script prints that says `facts`, lines with a tab between key and value, and ends with `code`. */
export function saying(marker: string, facts: readonly string[], code = 0): FakeReply {
  const lines = facts.map((fact) => `${fact}\n`).join('')
  return { stdout: [`\n${marker} BEGIN\n${lines}\n${marker} END ${code}\n`] }
}

/** Random bytes that are always the same: call markers end in them. */
export const fixedRandom = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, at) => at + 1)

/** Options every call takes. */
export const CALL = { timeoutMs: 5000, random: fixedRandom }
