import type { RunRecord } from '../../model.js'
import { readSessionFile, writeSession } from '../../session/store.js'
import type { CommandContext } from '../context.js'
import { withLock } from '../locked.js'
import { redactWords } from './command-line.js'
import { whenUnlocked } from './patience.js'

/** What is known of a job before it is started. */
export function plannedRun(words: readonly string[]): RunRecord {
  return {
    command: redactWords(words),
    startedMs: null,
    endedMs: null,
    exitCode: null,
    signal: null,
    leaseEndMs: null,
  }
}

/** Another command may hold the lock for longer, as a stop that fetches; what is noted then waits for the next note. */
const PATIENCE_MS = 10_000

/** Keeps what is known of the job in session.json. Nothing is written when another session lies there by now. */
export async function noteRun(
  context: CommandContext,
  sessionId: string,
  change: Partial<RunRecord>,
): Promise<void> {
  const write = (): Promise<void> =>
    withLock(context, 'run', async () => {
      const session = await readSessionFile(context.directory, 'session.json')
      if (session?.id !== sessionId || !session.run) return
      await writeSession(
        context.directory,
        { ...session, run: { ...session.run, ...change } },
        'session.json',
      )
    })
  await whenUnlocked(context, context.signal, write, context.now() + PATIENCE_MS)
}
