import { type ChildExit, runOnChild } from './child.js'
import type { Transport, TransportEnd } from './transport.js'

/** This machine without SSH: the same script on the standard input of a child `sh`. */
export function localTransport(host: string): Transport {
  return {
    host,
    run: (call) => runOnChild({ program: 'sh', words: [], endOf }, call),
    close: async () => undefined,
  }
}

// The script's own code comes with its end marker; a shell that was killed never printed one.
function endOf({ signal }: ChildExit): TransportEnd {
  if (signal === null) return { kind: 'closed', detail: '' }
  return { kind: 'lost', detail: `sh was ended by ${signal}` }
}
