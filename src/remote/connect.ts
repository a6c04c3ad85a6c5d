import { HostError } from '../errors.js'
import { localTransport } from './local.js'
import type { Transport } from './transport.js'

/** Where to connect to. */
export interface NodeAddress {
  readonly name: string
  readonly isLocal: boolean
}

/** Opens the way to a node. Throws HostError when there is none. */
export async function openTransport(address: NodeAddress): Promise<Transport> {
  if (address.isLocal) return localTransport(address.name)
  throw new HostError(address.name, 'connect: this version profiles this machine only, not nodes over SSH', {
    hint: 'in config.yml, under hosts: - local',
  })
}
