import { SessionError } from '../../errors.js'
import { readLock } from '../../session/lock.js'
import type { CommandContext } from '../context.js'
import { waitUntil } from '../waiting.js'

const LOOK_AGAIN_MS = 200

/**
 * Does what needs the session's lock as soon as another clusterp that works in the folder lets it go; until `giveUp` is aborted
 * or, if it is given, the moment `untilMs` has come.
 */
export async function whenUnlocked<T>(
  context: Pick<CommandContext, 'directory' | 'now' | 'report'>,
  giveUp: AbortSignal,
  work: () => Promise<T>,
  untilMs = Number.POSITIVE_INFINITY,
): Promise<T> {
  let hasTold = false
  // The lock may be let go just between being refused and being looked at.
  let chances = 1
  for (;;) {
    try {
      return await work()
    } catch (thrown) {
      if (!(thrown instanceof SessionError) || giveUp.aborted || context.now() >= untilMs) throw thrown
      const lock = await readLock(context.directory)
      if (lock.state !== 'live' && chances-- === 0) throw thrown
      if (lock.state === 'live' && !hasTold && untilMs === Number.POSITIVE_INFINITY) {
        hasTold = true
        context.report({
          kind: 'info',
          text: `waiting for "clusterp ${lock.owner.command}", which works here`,
        })
      }
      await waitUntil(context.now() + LOOK_AGAIN_MS, { now: context.now, signal: giveUp })
    }
  }
}
