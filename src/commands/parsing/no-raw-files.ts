import { SessionError } from '../../errors.js'
import type { Session } from '../../model.js'

/** Why there is nothing to parse in `folder`: a session that is not stopped has its data on the nodes still. */
export function noRawFiles(folder: string, session: Session | null): SessionError {
  const sentence = `parse: there are no raw files in ${folder}`
  if (session?.state === 'running') {
    return new SessionError(`${sentence}: session ${session.id} still runs, and its data are on the nodes`, {
      hint: 'end it and fetch them: clusterp stop --with-parse',
    })
  }
  return new SessionError(sentence, { hint: 'fetch them: clusterp stop' })
}
