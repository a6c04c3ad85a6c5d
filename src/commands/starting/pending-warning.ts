import type { Session } from '../../model.js'
import type { ReportEvent } from '../context.js'
import { isSettled } from '../stopping/results.js'

/**
 * What a start says of an earlier session whose data are still on nodes; null: of none. It moves to `sessions/<id>` once
 * the new one records, and stays where it is if that fails.
 */
export function pendingWarning({ id, hosts }: Session): ReportEvent | null {
  const pending = hosts.filter((host) => !isSettled(host)).map((host) => host.name)
  if (pending.length === 0) return null
  return {
    kind: 'warning',
    text: `session ${id} has data on ${pending.join(', ')} that were never fetched`,
    hint: `once this start records: clusterp -C sessions/${id} stop   if it fails: clusterp stop`,
  }
}
