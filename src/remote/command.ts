import { type ChildExit, runOnChild } from './child.js'
import type { Transport, TransportEnd } from './transport.js'

/**
 * The way to a node by a command of the user's, such as `docker exec -i {host} sh`: started for every script, without a
 * shell, with `{host}` replaced in each word by the host's name without port.
 */
export function commandTransport(name: string, words: readonly string[], hostname: string): Transport {
  const [program = '', ...others] = words.map((word) => word.replaceAll('{host}', () => hostname))
  return {
    host: name,
    run: (call) => runOnChild({ program, words: others, endOf: (exit) => endOf(program, exit) }, call),
    close: async () => undefined,
  }
}

// Commands such as `docker exec` pass the code of `sh` on, and that of our scripts is 0.
function endOf(program: string, { code, signal, stderr }: ChildExit): TransportEnd {
  if (code === 0) return { kind: 'closed', detail: '' }
  const said = stderr.split('\n').find((line) => line.trim() !== '')
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`
  return { kind: 'lost', detail: `${program} ${how}${said === undefined ? '' : `: ${said.trim()}`}` }
}
