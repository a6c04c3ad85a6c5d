/** The words of a command line of the `ssh` program. Every login is without prompts; the agent is never forwarded. */
import { quote } from '../quote.js'

/** Where a login goes and what it is made with; null: what ssh_config says. */
export interface OpensshLogin {
  readonly hostname: string
  readonly user: string | null
  readonly port: number | null
  readonly identityFile: string | null
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off' | null
  /** Command that makes the connection, from `throughGateway`; null: ssh connects by itself. */
  readonly proxyCommand: string | null
}

export interface OpensshProgram {
  readonly program: string
  readonly connectTimeoutMs: number
}

/** A silent link is given up after interval × count = 20 s. */
const ALIVE_INTERVAL_SEC = 5
const ALIVE_COUNT = 4

const CHECKING = { strict: 'yes', 'accept-new': 'accept-new', off: 'no' } as const

/** Options of ssh_config that would make a login with a script on its standard input something else. */
const PLAIN_SESSION = [
  'RemoteCommand=none',
  'PermitLocalCommand=no',
  'ClearAllForwardings=yes',
  'LogLevel=INFO',
]

/** Words for a session in which `sh` reads its standard input. */
export function sessionWords(login: OpensshLogin, { connectTimeoutMs }: OpensshProgram): string[] {
  // A master that the user has opened is used, for that is how second factors are typed; none is left behind.
  return [...loginWords(login, connectTimeoutMs), '-T', '-o', 'ControlMaster=no', '--', login.hostname, 'sh']
}

/** Words for a master of a gateway: no session, only a socket at `path` that others ask for forwards. */
export function masterWords(
  login: OpensshLogin,
  path: string,
  { connectTimeoutMs }: OpensshProgram,
): string[] {
  const own = ['-M', '-N', '-S', path, '-o', 'ControlPersist=no']
  return [...own, ...loginWords(login, connectTimeoutMs), '--', login.hostname]
}

/** Words that tell a master something: `check` whether it answers, `exit` to end. */
export function controlWords(order: 'check' | 'exit', path: string, hostname: string): string[] {
  return ['-S', path, '-O', order, '--', hostname]
}

/** A ProxyCommand that goes through the master at `path`, and fails when it is gone instead of logging in anew. */
export function throughGateway(path: string, hostname: string, { program }: OpensshProgram): string {
  const plain = `${quote(program)} -o BatchMode=yes -o ProxyCommand=false -o ControlMaster=no -S ${quote(path)}`
  return `${withoutTokens(plain)} -W '[%h]:%p' -- ${withoutTokens(quote(hostname))}`
}

// ssh expands %h and its like in a ProxyCommand.
function withoutTokens(text: string): string {
  return text.replaceAll('%', '%%')
}

function loginWords(login: OpensshLogin, connectTimeoutMs: number): string[] {
  const options = [
    'BatchMode=yes',
    `ConnectTimeout=${Math.max(1, Math.ceil(connectTimeoutMs / 1000))}`,
    `ServerAliveInterval=${ALIVE_INTERVAL_SEC}`,
    `ServerAliveCountMax=${ALIVE_COUNT}`,
    ...PLAIN_SESSION,
  ]
  if (login.hostKeyChecking !== null) options.push(`StrictHostKeyChecking=${CHECKING[login.hostKeyChecking]}`)
  if (login.proxyCommand !== null) options.push(`ProxyCommand=${login.proxyCommand}`)
  const words = ['-a', '-x', ...options.flatMap((option) => ['-o', option])]
  if (login.user !== null) words.push('-l', login.user)
  if (login.port !== null) words.push('-p', String(login.port))
  if (login.identityFile !== null) words.push('-i', login.identityFile)
  return words
}
