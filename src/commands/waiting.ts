/** Waiting that Ctrl-C ends. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ClusterpError } from '../errors.js'

/** The user, or the system, asked clusterp to end. The signal decides the exit code. */
export class InterruptedError extends ClusterpError {}

/** Throws InterruptedError once the signal has come; `hint` says what to type about what is left. */
export function throwIfInterrupted(signal: AbortSignal, doing: string, hint: string | null = null): void {
  if (signal.aborted) throw new InterruptedError(`${doing}: interrupted`, { hint })
}

/** Waits until a moment of the clock `now`; ends early, without an error, when the signal comes. */
export async function waitUntil(
  atMs: number,
  clock: { readonly now: () => number; readonly signal: AbortSignal },
): Promise<void> {
  const { signal } = clock
  for (let leftMs = atMs - clock.now(); leftMs > 0 && !signal.aborted; leftMs = atMs - clock.now()) {
    try {
      await sleep(leftMs, undefined, { signal })
    } catch (thrown) {
      if (!signal.aborted) throw thrown
    }
  }
}
