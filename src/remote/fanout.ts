import pMap from 'p-map'
import { asHostError } from '../errors.js'
import type { Outcome } from '../model.js'

/** What work on one host gives: its value and what is worth a warning. */
export interface HostWork<T> {
  readonly value: T
  readonly warnings?: readonly string[]
}

/**
 * Does the same on every host, at most `concurrency` at once. A host that fails is an Outcome; it never stops the others.
 * `settled` is called as each one ends.
 */
export function forEachHost<H extends { readonly name: string }, T>(
  hosts: readonly H[],
  concurrency: number,
  work: (host: H) => Promise<HostWork<T>>,
  settled: (outcome: Outcome<T>) => void = () => undefined,
): Promise<Outcome<T>[]> {
  return pMap(
    hosts,
    async (host) => {
      const outcome = await attempt(host, work)
      settled(outcome)
      return outcome
    },
    { concurrency },
  )
}

async function attempt<H extends { readonly name: string }, T>(
  host: H,
  work: (host: H) => Promise<HostWork<T>>,
): Promise<Outcome<T>> {
  try {
    const { value, warnings = [] } = await work(host)
    return { host: host.name, ok: true, value, warnings }
  } catch (thrown) {
    return { host: host.name, ok: false, error: asHostError(host.name, 'working on this host', thrown) }
  }
}
