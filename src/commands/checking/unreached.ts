/** Which check a host failed that could not be asked. */
import { LostCallError } from '../../remote/call.js'
import { ConnectError, type FailureKind } from '../../remote/ssh/failure.js'
import { errorResult } from '../context.js'
import { fail, type NamedVerdict } from './verdict.js'

const CHECK_OF: Readonly<Record<FailureKind, string>> = {
  'host-key': 'host key',
  refused: 'login',
  early: 'reachable',
  lost: 'reachable',
  timeout: 'reachable',
  unreachable: 'reachable',
  aborted: 'reachable',
}

/** The verdict on a host of which nothing is known but why. */
export function judgeUnreached(error: Error): NamedVerdict {
  const { message, hint } = errorResult(error)
  return { name: nameOf(error, message), ...fail(message.replace(/^connect: /, ''), remedyFor(error, hint)) }
}

function nameOf(error: Error, message: string): string {
  if (error instanceof ConnectError) return CHECK_OF[error.kind]
  // What the ssh program says of itself has no kind.
  if (/host key/.test(message)) return 'host key'
  if (/login was refused|lets only those in/.test(message)) return 'login'
  // What the probe found wrong is told by one that was reached and answered.
  return message.startsWith('probe:') && !(error instanceof LostCallError) ? 'node' : 'reachable'
}

/** No session runs yet that could be asked about. */
function remedyFor(error: Error, hint: string | null): string | null {
  if (!(error instanceof LostCallError)) return hint
  if (error.message.includes('MaxSessions')) return 'in the sshd_config of the node: MaxSessions 10'
  return `see what it says: ssh ${error.host} true   or raise connect_timeout in config.yml`
}
