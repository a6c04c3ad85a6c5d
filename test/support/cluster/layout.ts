/** Names and addresses of a cluster with networks of its own, and the files of /etc that hold them. */
import type { ClusterHost } from './types.js'

/** One end of a host on one of the two bridges. */
export interface Leg {
  readonly bridge: 'out' | 'in'
  readonly address: string
  readonly mac: string
}

export interface Place {
  readonly name: string
  readonly kind: 'node' | 'controller'
  readonly legs: readonly Leg[]
}

/** `out` 10.99.0.0/24 holds the controller, `in` 10.99.1.0/24 what lies behind the gateway. */
const NETWORKS = { out: '10.99.0', in: '10.99.1' } as const
const CONTROLLER_NUMBER = 1
const GATEWAY_NUMBER = 2
/** node1 is .11, as people number machines. */
const FIRST_NODE_NUMBER = 11
/** The last address of a /24. */
export const MAX_NODES = 254 - FIRST_NODE_NUMBER + 1
const SSH_PORT = 22
export const CONTROLLER = 'controller'
export const GATEWAY = 'gw'

function leg(bridge: Leg['bridge'], number: number): Leg {
  const hex = (value: number): string => value.toString(16).padStart(2, '0')
  // 02: locally administered.
  return {
    bridge,
    address: `${NETWORKS[bridge]}.${number}`,
    mac: `02:00:00:99:${bridge === 'out' ? '00' : '01'}:${hex(number)}`,
  }
}

/** The controller first, then the gateway if there is one, then node1, node2 … */
export function planPlaces(nodes: number, hasGateway: boolean): readonly Place[] {
  const bridge = hasGateway ? 'in' : 'out'
  const gateway: Place = {
    name: GATEWAY,
    kind: 'node',
    legs: [leg('out', GATEWAY_NUMBER), leg('in', GATEWAY_NUMBER)],
  }
  return [
    { name: CONTROLLER, kind: 'controller', legs: [leg('out', CONTROLLER_NUMBER)] },
    ...(hasGateway ? [gateway] : []),
    ...Array.from({ length: nodes }, (_, index): Place => {
      return { name: `node${index + 1}`, kind: 'node', legs: [leg(bridge, FIRST_NODE_NUMBER + index)] }
    }),
  ]
}

/** As tests see a host: by the address on its first network. */
export function hostOf(place: Place): ClusterHost {
  return { name: place.name, address: place.legs[0]?.address ?? '', port: SSH_PORT, target: place.name }
}

/** /etc/hosts of a place: itself and whom it shares a network with. */
export function hostsFile(place: Place, all: readonly Place[]): string {
  const lines = place.legs.flatMap(({ bridge }) =>
    all.flatMap((other) =>
      other.legs.filter((far) => far.bridge === bridge).map((far) => `${far.address} ${other.name}`),
    ),
  )
  return `${['127.0.0.1 localhost', ...lines].join('\n')}\n`
}

/** A user who can log in with a password; the hash is crypt(3) of it, SHA-512, salt `clusterptest`. */
export const PASSWORD_USER = { name: 'prof', password: 'node-Pa55word', id: 2000 } as const
const PASSWORD_HASH =
  '$6$clusterptest$JpSoFcvqhcm.V/ztvc0t1YIMdC0uklJp10ArvSRPV3QPRS8k/wkAwpL8Hn94cshk5gA9uaiqB6mm0LLN4qIU4.'

/** /etc/passwd of a host: the machine's, root at home in `rootHome`, and the user with a password. */
export function passwdFile(machine: string, rootHome: string): string {
  const others = machine.split('\n').filter((line) => line !== '' && !/^(root|prof):/.test(line))
  const { name, id } = PASSWORD_USER
  const root = `root:x:0:0:root:${rootHome}:/bin/sh`
  return `${[root, ...others, `${name}:x:${id}:${id}::/home/${name}:/bin/sh`].join('\n')}\n`
}

/** /etc/shadow: root has no password, which is no lock for keys. */
export function shadowFile(): string {
  return `root:*:19000:0:99999:7:::\n${PASSWORD_USER.name}:${PASSWORD_HASH}:19000:0:99999:7:::\n`
}

/** /etc/group: the machine's and the group of the user with a password. */
export function groupFile(machine: string): string {
  const others = machine.split('\n').filter((line) => line !== '' && !line.startsWith('prof:'))
  return `${[...others, `${PASSWORD_USER.name}:x:${PASSWORD_USER.id}:`].join('\n')}\n`
}

/** /etc/nsswitch.conf: no name server, so that an unknown name is unknown at once. */
export const NSSWITCH = 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n'
