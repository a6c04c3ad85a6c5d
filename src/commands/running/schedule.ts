/** When which host's lease is to be renewed; times in epoch milliseconds. */
export interface Schedule {
  /** When to look next. */
  readonly nextMs: (nowMs: number) => number
  /** The hosts that are due, which are then under way until one of the three is said of them. */
  readonly take: (nowMs: number) => readonly string[]
  readonly renewed: (host: string, beganMs: number) => void
  readonly failed: (host: string, beganMs: number) => void
  /** There is nothing to renew any more. */
  readonly drop: (host: string) => void
  /** No host is left. */
  readonly isOver: () => boolean
}

/** Two times may fail before a lease is over. */
const TIMES_A_LEASE = 3
/** A node that could not be reached is asked again sooner. */
const RETRY_MS = 60_000
const MOST_MS = 24 * 3_600_000
/** So often it is looked whether a host that is under way has become due again. */
const LOOK_MS = 1000

export function createSchedule(hosts: readonly string[], leaseMs: number, nowMs: number): Schedule {
  const stepMs = Math.min(leaseMs / TIMES_A_LEASE, MOST_MS)
  const dueMs = new Map(hosts.map((host) => [host, nowMs + stepMs]))
  const underWay = new Set<string>()
  // From the beginning of the turn, so that those of one turn stay together.
  const setDue = (host: string, atMs: number): void => {
    underWay.delete(host)
    dueMs.set(host, atMs)
  }
  return {
    nextMs: (now) => {
      const firstMs = Math.min(...dueMs.values())
      return underWay.size === 0 ? firstMs : Math.min(firstMs, now + Math.min(LOOK_MS, stepMs))
    },
    take: (now) => {
      const due = [...dueMs].filter(([, atMs]) => atMs <= now).map(([host]) => host)
      for (const host of due) {
        dueMs.delete(host)
        underWay.add(host)
      }
      return due
    },
    renewed: (host, beganMs) => setDue(host, beganMs + stepMs),
    failed: (host, beganMs) => setDue(host, beganMs + Math.min(stepMs, RETRY_MS)),
    drop: (host) => {
      underWay.delete(host)
      dueMs.delete(host)
    },
    isOver: () => dueMs.size === 0 && underWay.size === 0,
  }
}
