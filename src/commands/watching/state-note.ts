import type { Session } from '../../model.js'
import { readLock } from '../../session/lock.js'
import type { CommandContext } from '../context.js'

/** A session that is being started or stopped by nobody was interrupted; empty otherwise. */
export async function stateNote(
  context: Pick<CommandContext, 'directory'>,
  session: Session,
): Promise<string> {
  if (session.state !== 'starting' && session.state !== 'stopping') return ''
  const lock = await readLock(context.directory)
  if (lock.state === 'live' || lock.state === 'foreign') return ''
  return ', interrupted. Go on with: clusterp stop'
}
