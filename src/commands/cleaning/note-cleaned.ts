import { sessionPaths } from '../../session/paths.js'
import { readSession } from '../../session/store.js'
import { createTracker } from '../../session/tracker.js'
import type { CommandContext } from '../context.js'

/** Notes in session.json, here or in the archive, that a host's folder is gone; nothing if no session of ours has it. */
export async function noteCleaned(context: CommandContext, host: string, sessionId: string): Promise<void> {
  for (const directory of [context.directory, sessionPaths(context.directory).archived(sessionId)]) {
    const stored = await readSession(directory)
    if (stored === null || stored.session.id !== sessionId) continue
    const recorded = stored.session.hosts.find((one) => one.name === host)
    if (recorded === undefined || recorded.state === 'cleaned') continue
    const tracker = createTracker(directory, stored.session, stored.file)
    const lost =
      recorded.state === 'pulled' ? [] : ['its data were removed by clean before they were fetched']
    await tracker.updateHost(host, (now) => ({
      ...now,
      state: 'cleaned',
      problems: [...new Set([...now.problems, ...lost])],
      error: null,
    }))
    const isDone = tracker.current().hosts.every((one) => one.state === 'cleaned' || one.state === 'failed')
    if (isDone && ['running', 'stopping', 'starting'].includes(stored.session.state)) {
      if (stored.session.state !== 'stopping') await tracker.update((now) => ({ ...now, state: 'stopping' }))
      await tracker.update((now) => ({ ...now, state: 'stopped', stoppedMs: context.now() }))
    }
  }
}
