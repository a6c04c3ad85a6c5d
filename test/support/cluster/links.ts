/** Cables of a cluster's hosts, pulled at the switch. */
import type { Place } from './layout.js'
import { HOST_PATH, must } from './run.js'

/** How a host is cut off: its links are down, or its packets vanish. */
export type Cut = 'cable' | 'drop'

export interface Wiring {
  readonly places: readonly Place[]
  readonly inSwitch: readonly string[]
  onHost(host: string, argv: readonly string[]): Promise<unknown>
  isUp(host: string): boolean
}

function atSwitch(wiring: Wiring, words: readonly string[]): Promise<string> {
  return must({ argv: [...wiring.inSwitch, 'ip', ...words], env: { PATH: HOST_PATH } })
}

/** Each neighbour's interface with what it needs to know of one of the host's addresses. */
function neighbours(
  wiring: Wiring,
  cut: Place,
): readonly { host: string; device: string; address: string; mac: string }[] {
  const others = wiring.places.filter((place) => place !== cut && wiring.isUp(place.name))
  return cut.legs.flatMap(({ bridge, address, mac }) =>
    others.flatMap((other) =>
      other.legs.flatMap((leg, index) =>
        leg.bridge === bridge ? [{ host: other.name, device: `eth${index}`, address, mac }] : [],
      ),
    ),
  )
}

/**
 * Cuts a host off. `cable`: it loses its carrier; the others get no answer to their ARP and say "No route to host" after
 * some three seconds. `drop`: off its bridges with its carrier up; the others keep its hardware address, so that nothing
 * fails but by time.
 */
export async function cutOff(wiring: Wiring, place: Place, cut: Cut): Promise<void> {
  const keep = ['nud', 'permanent']
  if (cut === 'drop')
    for (const { host, device, address, mac } of neighbours(wiring, place))
      await wiring.onHost(host, ['ip', 'neigh', 'replace', address, 'lladdr', mac, 'dev', device, ...keep])
  for (const index of place.legs.keys())
    await atSwitch(wiring, ['link', 'set', `${place.name}-${index}`, cut === 'drop' ? 'nomaster' : 'down'])
  if (cut === 'cable') await forget(wiring, place)
}

/** Undoes both. */
export async function plugIn(wiring: Wiring, place: Place): Promise<void> {
  for (const [index, leg] of place.legs.entries())
    await atSwitch(wiring, ['link', 'set', `${place.name}-${index}`, 'master', leg.bridge, 'up'])
  await forget(wiring, place)
}

/** The others ask for its hardware address anew. */
async function forget(wiring: Wiring, place: Place): Promise<void> {
  for (const { host, device, address } of neighbours(wiring, place))
    await wiring.onHost(host, ['ip', 'neigh', 'flush', 'to', address, 'dev', device, 'nud', 'all'])
}
