import { type CallOptions, callNodeOrThrow, factOf } from './call.js'
import { type NodePlace, placeVariables } from './place.js'
import { shellFile } from './shell-files.js'
import type { Transport } from './transport.js'

/**
 * Lets the loggers of a session that was armed with a renewed lease live `leaseSec` from now; `over`: they have been ended
 * before. Throws HostError when the folder is gone, or the loggers have a lease of their own.
 */
export async function renewLease(
  transport: Transport,
  place: NodePlace,
  leaseSec: number,
  options: Omit<CallOptions, 'doing'>,
): Promise<'renewed' | 'over'> {
  const script = {
    variables: { ...placeVariables(place), lease_cs: String(Math.round(leaseSec * 100)) },
    body: shellFile('renew.sh'),
  }
  const answer = await callNodeOrThrow(transport, script, { ...options, doing: 'renew the lease' })
  return factOf(answer, 'over') === 'yes' ? 'over' : 'renewed'
}
