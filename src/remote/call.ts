import { HostError } from '../errors.js'
import { type NodeScript, newMarker, scriptText } from './script.js'
import type { Transport } from './transport.js'
import { type Fact, type FrameSink, WireReader } from './wire.js'

/** What a script said. `factsOf` lists the values of a key in order, `factOf` the last one or null. */
export interface Answer {
  readonly facts: readonly Fact[]
  /** Exit code of the script's body: 0 when it did all it should. */
  readonly code: number
}

export interface CallOptions {
  /** What is being done, for messages: `probe`, `arm` … */
  readonly doing: string
  readonly timeoutMs: number
  readonly random: (bytes: number) => Uint8Array
  readonly signal?: AbortSignal | null
  readonly sink?: FrameSink
}

/** The call went out and no answer came: what it changed on the node is unknown. */
export class LostCallError extends HostError {}

const STDERR_CAP = 2000

/**
 * Runs a script on a node. Throws LostCallError when the end marker did not come, whatever else did: without it nothing
 * is known. A script that ended, with any code, is an answer.
 */
export async function callNode(
  transport: Transport,
  script: NodeScript,
  options: CallOptions,
): Promise<Answer> {
  const marker = newMarker(options.random)
  const wire = new WireReader(marker, options.sink ?? null)
  let stderr = ''
  const end = await transport.run({
    script: scriptText(script, marker),
    timeoutMs: options.timeoutMs,
    signal: options.signal ?? null,
    onStdout: (chunk) => wire.push(chunk),
    onStderr: (chunk) => {
      if (stderr.length < STDERR_CAP) stderr += Buffer.from(chunk).toString('utf8')
    },
  })
  if (wire.code === null) {
    const said = stderr.trim().split('\n')[0] ?? ''
    const why = end.detail || (said === '' ? 'the script ended without an answer' : `sh said: ${said}`)
    throw new LostCallError(transport.host, `${options.doing}: ${why}`, {
      hint: `see what the node says: clusterp status --hosts ${transport.host}`,
    })
  }
  return { facts: wire.facts, code: wire.code }
}

/** Values of a key, in order. */
export function factsOf(answer: Answer, key: string): string[] {
  return answer.facts.filter((fact) => fact.key === key).map((fact) => fact.value)
}

/** Last value of a key; null when it was not said. */
export function factOf(answer: Answer, key: string): string | null {
  return factsOf(answer, key).at(-1) ?? null
}

/** Like callNode, but a script that failed is a HostError with the sentence that it gave. */
export async function callNodeOrThrow(
  transport: Transport,
  script: NodeScript,
  options: CallOptions,
): Promise<Answer> {
  const answer = await callNode(transport, script, options)
  if (answer.code !== 0) {
    throw new HostError(
      transport.host,
      `${options.doing}: ${factOf(answer, 'error') ?? `the script ended with code ${answer.code}`}`,
    )
  }
  return answer
}
