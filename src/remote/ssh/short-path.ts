import { homedir } from 'node:os'

/** A path as messages show it: the user's home folder as `~`. */
export function shortPath(path: string): string {
  const home = `${homedir()}/`
  return path.startsWith(home) ? `~/${path.slice(home.length)}` : path
}
