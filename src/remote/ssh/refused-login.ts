import { byHandVerbose, through } from './by-hand.js'
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
  /** A password was given, but this gateway names its own user and so does not get it. */
  readonly isPasswordWithheld: boolean
}

/** Methods that only the ssh program can do. */
const OPENSSH_METHODS = /^(gssapi|hostbased)/

/** Says what was tried, what the server would take, and what to do. */
export function refusedLogin(login: RefusedLogin): ConnectError {
  const { hop, identities, offered, tried, why } = login
  const { user, hostName } = hop.settings
  const parts = [
    `${hostName}${through(hop)} refuses the login of ${user}`,
    tried.length > 0 ? `tried: ${tried.join(', ')}` : 'there was nothing to try',
    offered.length > 0 ? `it takes: ${offered.join(', ')}` : null,
    why,
    isWithheld(login) ? 'the password was not sent, for this gateway names its own user' : null,
    ...identities.notes,
  ]
  const what = parts.filter((part) => part !== null).join('; ')
  return new ConnectError(hop.name, 'refused', what, { hint: hintFor(login) })
}

function offersPassword({ offered }: RefusedLogin): boolean {
  return offered.includes('password') || offered.includes('keyboard-interactive')
}

function isWithheld(login: RefusedLogin): boolean {
  return login.isPasswordWithheld && offersPassword(login)
}

const PASSWORD_RULE =
  'a password is only sent to a gateway that names no user: leave the user out of ssh_gateway or ProxyJump ' +
  '(ssh_username then holds), or give it a key'

function hintFor(login: RefusedLogin): string {
  const { hop, identities, offered, hasPassword } = login
  // Before Kerberos, which most servers offer whether anybody uses it or not.
  if (isWithheld(login)) return PASSWORD_RULE
  const only = offered.filter((method) => OPENSSH_METHODS.test(method))
  if (only.length > 0 || identities.needsOpenssh) {
    const why = only.length > 0 ? only.join(', ') : 'a hardware key or certificate'
    return `for ${why} the ssh program is needed; ${OPENSSH_HINT}`
  }
  if (offersPassword(login) && hop.takesPassword === false) return PASSWORD_RULE
  if (offersPassword(login) && !hasPassword) {
    return 'a password can be given with --ask-password, or ssh_password_env in config.yml'
  }
  return `see what ssh tries: ${byHandVerbose(hop)}`
}
