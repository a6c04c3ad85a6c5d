import { ConnectError, OPENSSH_HINT } from './failure.js'
import type { IdentityList } from './identities.js'
import type { SshHop } from './types.js'

export interface RefusedLogin {
  readonly hop: SshHop
  readonly identities: IdentityList
  /** Methods that the server would have taken. */
  readonly offered: readonly string[]
  /** Names of the keys that were tried, and `password`. */
  readonly tried: readonly string[]
  /** What stood in the way, when that is known. */
  readonly why: string | null
  /** There is a password for this login, whether it was sent or not. */
  readonly hasPassword: boolean
}

/** Methods that only the ssh program can do. */
const OPENSSH_METHODS = /^(gssapi|hostbased)/

/** Says what was tried, what the server would take, and what to do. */
export function refusedLogin(login: RefusedLogin): ConnectError {
  const { hop, identities, offered, tried, why } = login
  const { user, hostName } = hop.settings
  const parts = [
    `${hostName} refuses the login of ${user}`,
    tried.length > 0 ? `tried: ${tried.join(', ')}` : 'there was nothing to try',
    offered.length > 0 ? `it takes: ${offered.join(', ')}` : null,
    why,
    ...identities.notes,
  ]
  const what = parts.filter((part) => part !== null).join('; ')
  return new ConnectError(hop.name, 'refused', what, { hint: hintFor(login) })
}

function hintFor({ hop, identities, offered, hasPassword }: RefusedLogin): string {
  const { user, hostName, port } = hop.settings
  const only = offered.filter((method) => OPENSSH_METHODS.test(method))
  if (only.length > 0 || identities.needsOpenssh) {
    const why = only.length > 0 ? only.join(', ') : 'a hardware key or certificate'
    return `for ${why} the ssh program is needed; ${OPENSSH_HINT}`
  }
  const offersPassword = offered.includes('password') || offered.includes('keyboard-interactive')
  if (offersPassword && hop.takesPassword === false) {
    return 'no password is sent to a gateway that names its own user: give it a key, or leave the user out of ssh_gateway'
  }
  if (offersPassword && !hasPassword) {
    return 'a password can be given with --ask-password, or ssh_password_env in config.yml'
  }
  return `see what ssh tries: ssh -v -p ${port} ${user}@${hostName} true`
}
