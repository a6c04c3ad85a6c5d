import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'

/**
 * True where the keys of a terminal (Ctrl-C, Ctrl-\\) reach the job without clusterp: stdin is a terminal, or clusterp and its
 * job are what runs in the foreground of one although their stdin was redirected.
 */
export function keysReachJob(): boolean {
  return isatty(0) || isInForeground(ownStat())
}

/** /proc/self/stat; null where there is no /proc. */
function ownStat(): string | null {
  try {
    return readFileSync('/proc/self/stat', 'latin1')
  } catch {
    // Not Linux: stdin alone decides.
    return null
  }
}

/** `4711 (node) R 4242 4711 4242 34816 4711 …`: after the state come parent, group, session, terminal, its foreground group. */
export function isInForeground(stat: string | null): boolean {
  if (stat === null) return false
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
  return group !== undefined && group === foreground
}
