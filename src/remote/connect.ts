import { HostError } from '../errors.js'
import { localTransport } from './local.js'
import type { Transport } from './transport.js'

/** Where to connect to. */
export interface NodeAddress {
  readonly name: string
  readonly isLocal: boolean
}

/** Opens ways to nodes, for one command. */
export interface Connector {
  /** Opens a way to a node. Throws HostError when there is none. */
  readonly open: (address: NodeAddress) => Promise<Transport>
  /** Closes what the ways share; each transport is closed by who opened it. */
  readonly close: () => Promise<void>
}

/** Makes the connector of one command. */
export function createConnector(): Connector {
  return { open: openTransport, close: async () => undefined }
}

async function openTransport(address: NodeAddress): Promise<Transport> {
  if (address.isLocal) return localTransport(address.name)
  throw new HostError(address.name, 'connect: this version profiles this machine only, not nodes over SSH', {
    hint: 'in config.yml, under hosts: - local',
  })
}
