/** What happened on the nodes, kept beside the CSVs. */
import type { RawEvent } from '../../model.js'
import { readEvents, writeEvents } from '../../session/events.js'

/**
 * Writes the events found now, each once although every raw file of a node tells it, with those of an earlier parse of
 * hosts that are kept.
 */
export async function keepEvents(
  directory: string,
  options: { readonly found: readonly RawEvent[]; readonly isKept: (host: string) => boolean },
): Promise<void> {
  const { found, isKept } = options
  const earlier = (await readEvents(directory)).filter(({ host }) => isKept(host))
  const once = new Map(found.map((event) => [JSON.stringify({ ...event, place: null }), event]))
  await writeEvents(directory, [...earlier, ...once.values()])
}
