import { stat } from 'node:fs/promises'
import { redactConfig } from '../config/config.js'
import { hasCode, SessionError } from '../errors.js'
import type { ArchiveOptions } from '../session/archive.js'
import { acquireLock } from '../session/lock.js'
import { type Recovery, recoverPromotion } from '../session/promote.js'
import { removeRawParts } from '../session/raw.js'
import { removeSessionParts } from '../session/store.js'
import type { CommandContext } from './context.js'

/** How an earlier session is put away, for all commands alike. */
export function archiveOptions(context: CommandContext): ArchiveOptions {
  return { redact: redactConfig, moveLog: true, configPath: context.configPath, random: context.random }
}

/**
 * Runs `work` as the holder of the session's lock, after what a killed command left half moved has been put right.
 * The lock goes whatever happens; a SessionError says who holds it.
 */
export async function withLock<T>(
  context: CommandContext,
  command: string,
  work: () => Promise<T>,
): Promise<T> {
  await refuseMissing(context.directory, command)
  const lock = await acquireLock(context.directory, { command, now: new Date(context.now()) })
  try {
    const recovery: Recovery = await recoverPromotion(context.directory, archiveOptions(context))
    for (const id of recovery.archived) {
      context.report({ kind: 'info', text: `finished archiving the earlier session to sessions/${id}` })
    }
    await removeSessionParts(context.directory)
    await removeRawParts(context.directory)
    return await work()
  } finally {
    await lock.release()
  }
}

async function refuseMissing(directory: string, command: string): Promise<void> {
  try {
    await stat(directory)
  } catch (cause) {
    if (!hasCode(cause, 'ENOENT')) throw cause
    throw new SessionError(`${command}: there is no folder ${directory}`, {
      hint: `name the folder of a session: clusterp -C DIR ${command}`,
      cause,
    })
  }
}
