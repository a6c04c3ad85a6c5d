import type { SshHop } from '../../../src/remote/ssh/types.js'

/** A host as it is without any ssh_config. */
export function hop(name: string, changes: Partial<SshHop['settings']> = {}): SshHop {
  return {
    name,
    settings: {
      hostName: name,
      user: 'ann',
      port: 22,
      identityFiles: [],
      identitiesOnly: false,
      identityAgent: null,
      proxyJump: [],
      proxyCommand: null,
      hostKeyAlias: null,
      knownHostsFiles: ['/home/ann/.ssh/known_hosts'],
      userKnownHostsFile: '/home/ann/.ssh/known_hosts',
      hostKeyChecking: 'strict',
      ...changes,
    },
  }
}
