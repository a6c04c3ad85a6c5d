import { spawn } from 'node:child_process'
import type { Transport, TransportCall, TransportEnd } from './transport.js'

/**
 * This machine without SSH: the same script on the standard input of a child `sh`. The child has a session of its own,
 * so that a Ctrl-C at the terminal does not cut a script in the middle.
 */
export function localTransport(host: string): Transport {
  return { host, run: runLocal, close: async () => undefined }
}

/** Runs the script and reads all it prints. A throw of `onStdout` ends the child and is passed on. */
async function runLocal(call: TransportCall): Promise<TransportEnd> {
  const child = spawn('sh', [], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  let early: TransportEnd | null = null
  const give = (kind: TransportEnd['kind'], detail: string): void => {
    early ??= { kind, detail }
    // Only this child's own process group: the loggers have left it.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }
  const timer = setTimeout(() => give('timeout', `no end after ${call.timeoutMs / 1000} s`), call.timeoutMs)
  const onAbort = (): void => give('aborted', 'interrupted')
  call.signal?.addEventListener('abort', onAbort, { once: true })
  child.stderr.on('data', (chunk: Buffer) => call.onStderr(chunk))
  // A shell that ends before it has read the script closes its input; how it ended is told by `close`.
  child.stdin.on('error', (error) => call.onStderr(Buffer.from(`${error.message}\n`)))
  const closed = new Promise<TransportEnd>((resolve) => {
    child.on('error', (error) => resolve({ kind: 'lost', detail: `sh cannot be started: ${error.message}` }))
    child.on('close', (_code, signal) =>
      resolve({
        kind: signal === null ? 'closed' : 'lost',
        detail: signal === null ? '' : `sh was ended by ${signal}`,
      }),
    )
  })
  child.stdin.end(call.script)
  try {
    for await (const chunk of child.stdout) await call.onStdout(chunk as Buffer)
    const end = await closed
    return early ?? end
  } finally {
    give('aborted', 'its output was refused')
    clearTimeout(timer)
    call.signal?.removeEventListener('abort', onAbort)
  }
}
