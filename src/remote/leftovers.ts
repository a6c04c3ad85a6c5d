import { type CallOptions, callNodeOrThrow, factsOf } from './call.js'
import type { NodePlace } from './place.js'
import { shellFile } from './shell-files.js'
import type { Transport } from './transport.js'

/** A folder of some session of this user on a node. */
export interface Leftover {
  readonly place: NodePlace
  /** Processes of that session that are alive there. */
  readonly alive: number
  readonly bytes: number
  /** When its loggers end by themselves, as its owner wrote it; null when nobody wrote it. */
  readonly leaseEnd: string | null
  /** Controller that started it; null when nobody wrote it. */
  readonly controller: string | null
  /** Working directory on that controller. */
  readonly directory: string | null
}

/** Lists the folders of this user's sessions on a node, running ones too. */
export async function askLeftovers(
  transport: Transport,
  remoteDir: string,
  options: Omit<CallOptions, 'doing'>,
): Promise<readonly Leftover[]> {
  const script = { variables: { remote_dir: remoteDir }, body: shellFile('leftovers.sh') }
  const answer = await callNodeOrThrow(transport, script, { ...options, doing: 'look for leftovers' })
  return factsOf(answer, 'leftover').flatMap((line) => readLeftover(line, remoteDir) ?? [])
}

const UNWRITTEN = '-'

/**
 * `20261120-082238-6b2263f0 1-node1 1 24 2026-11-27T08:22:39.500Z login1 /home/me/test`: session, folder, processes
 * alive, kilobytes, end of the lease, controller, directory (which may hold blanks). Null when it is not that.
 */
export function readLeftover(line: string, remoteDir: string): Leftover | null {
  const match = /^(\S+) (\S+) (\d+) (\d+) (\S+) (\S+) (.*)$/.exec(line)
  const [, sessionId, folder, alive, kilobytes, leaseEnd, controller, directory] = match ?? []
  const number = Number.parseInt(folder ?? '', 10)
  if (sessionId === undefined || folder === undefined || !(number > 0)) return null
  const orNull = (text: string | undefined): string | null =>
    text === undefined || text === UNWRITTEN ? null : text
  return {
    place: { remoteDir, sessionId, number, folder },
    alive: Number(alive),
    bytes: Number(kilobytes) * 1024,
    leaseEnd: orNull(leaseEnd),
    controller: orNull(controller),
    directory: orNull(directory),
  }
}
