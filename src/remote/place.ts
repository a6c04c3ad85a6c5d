import { posix } from 'node:path'

/** Where a host's part of a session lies on its node, and how its processes are marked. */
export interface NodePlace {
  /** remote_dir, resolved by the probe. */
  readonly remoteDir: string
  readonly sessionId: string
  readonly number: number
  /** `<number>-<host>`, the folder's own name. */
  readonly folder: string
}

const UNSAFE = /[^A-Za-z0-9._-]/g
const LONGEST_NAME = 60

/** The folder's name: number and host, with what a file name or a pattern could stumble over as `_`. */
export function folderName(number: number, host: string): string {
  return `${number}-${host.replaceAll(UNSAFE, '_').slice(0, LONGEST_NAME)}`
}

/** The whole path of the folder. */
export function remotePathOf(place: NodePlace, uid: number): string {
  return posix.join(place.remoteDir, `clusterp-${uid}`, place.sessionId, place.folder)
}

/** The place again from a path that remotePathOf made; null when it is not one. */
export function placeFromPath(path: string, number: number): NodePlace | null {
  const match = /^(\/.*|)\/clusterp-\d+\/([^/]+)\/([^/]+)$/.exec(path)
  const [, base, sessionId, folder] = match ?? []
  if (base === undefined || sessionId === undefined || folder === undefined) return null
  return { remoteDir: base === '' ? '/' : base, sessionId, number, folder }
}

/** Variables that every script about a place begins with. */
export function placeVariables(place: NodePlace): Record<string, string> {
  return {
    remote_dir: place.remoteDir,
    session: place.sessionId,
    number: String(place.number),
    folder: place.folder,
  }
}
