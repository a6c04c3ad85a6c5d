/** The named checks of a node that answered. A further one is a line in CHECKS, or in NODE_CHECKS if `start` is to know it. */
import type { ClockReading, HostConfig, RecordedLogin } from '../../model.js'
import type { Leftover } from '../../remote/leftovers.js'
import { durationText, plural } from '../phrases.js'
import { asAdministrator, NODE_CHECKS, type NodeSubject } from './node-checks.js'
import { fail, ok, onNode, type Verdict, warn } from './verdict.js'

export interface CheckSubject extends NodeSubject {
  readonly host: Pick<HostConfig, 'name' | 'isLocal'>
  readonly login: RecordedLogin | null
  /** From the first packet to the end of the login, milliseconds; null: somebody was asked for a password in that time. */
  readonly loginMs: number | null
  readonly clock: ClockReading
  /** An error: they could not be listed. */
  readonly leftovers: readonly Leftover[] | Error
  readonly controller: { readonly host: string; readonly directory: string }
}

export interface Check {
  readonly name: string
  readonly judge: (subject: CheckSubject) => Verdict
}

export const CHECKS: readonly Check[] = [
  { name: 'reachable', judge: ({ host, login }) => ok(addressText(host, login)) },
  { name: 'host key', judge: judgeHostKey },
  { name: 'login time', judge: judgeLoginTime },
  { name: 'clock', judge: judgeClock },
  ...NODE_CHECKS,
  { name: 'leftovers', judge: judgeLeftovers },
]

function addressText(host: CheckSubject['host'], login: RecordedLogin | null): string {
  if (login === null) return host.isLocal ? 'this machine' : 'by the command of connect'
  const { user, hostName, port, gateways } = login
  const through = gateways.length === 0 ? '' : ` through ${gateways.join(', ')}`
  return `${user}@${hostName}:${port}${through}`
}

function judgeHostKey({ host, login, config }: CheckSubject): Verdict {
  if (login === null) return ok(host.isLocal ? 'this machine' : 'not asked: connect is a command')
  if (config.ssh.hostKeyChecking === 'off') {
    const text = 'not verified: ssh_host_key_checking is off, and no password is sent'
    return warn(text, 'in config.yml: ssh_host_key_checking: accept-new')
  }
  return ok(login.fingerprint === null ? 'verified by the ssh program' : `verified, ${login.fingerprint}`)
}

/** A name server that does not answer costs 5 s at least (RES_TIMEOUT of the resolver); a login takes some 0.3 s. */
const SLOW_LOGIN_MS = 3000
/** Beyond so many round trips it is not the way that is slow. */
const LOGIN_ROUND_TRIPS = 20

function judgeLoginTime({ host, login, loginMs, clock }: CheckSubject): Verdict {
  if (loginMs === null) return ok('not judged: logins waited for an answer at the prompt')
  const roundTripMs = 2 * clock.uncertaintyMs
  const trip = roundTripMs < 100 ? '' : `, a round trip ${durationText(roundTripMs / 1000)}`
  const text = `${durationText(loginMs / 1000)}${trip}`
  if (loginMs <= SLOW_LOGIN_MS) return ok(text)
  const isFar = loginMs < LOGIN_ROUND_TRIPS * roundTripMs
  const where = login === null ? host.name : `-p ${login.port} ${login.user}@${login.hostName}`
  const remedy = isFar
    ? 'in config.yml: connect_timeout: 60s'
    : `ssh -v ${where} true   (often: UseDNS no in its sshd_config)`
  return warn(text, remedy)
}

/** Beyond it stamps of two nodes are off by a sample at 1 s; `parse` takes it out. */
const CLOCK_WORTH_TELLING_MS = 500

function judgeClock({ clock, facts }: CheckSubject): Verdict {
  const size = Math.abs(clock.offsetMs)
  if (size <= Math.max(CLOCK_WORTH_TELLING_MS, clock.uncertaintyMs)) return ok('agrees with this machine')
  const text = `${durationText(size / 1000)} ${clock.offsetMs > 0 ? 'ahead' : 'behind'}; parse takes that out`
  return onNode(warn(text, asAdministrator(facts, 'timedatectl set-ntp true')))
}

function judgeLeftovers({ leftovers, controller }: CheckSubject): Verdict {
  if (leftovers instanceof Error) return fail(leftovers.message, 'see whose it is: ls -ld on that folder')
  if (leftovers.length === 0) return ok('none')
  const alive = leftovers.reduce((sum, leftover) => sum + leftover.alive, 0)
  const text = `${plural(leftovers.length, 'session')} there already, ${plural(alive, 'process')} alive`
  const remedies = leftovers.map((leftover) => leftoverRemedy(leftover, controller))
  return warn(text, [...new Set(remedies)].join('; '))
}

/** What runs may be meant to run; what is dead is only in the way. */
function leftoverRemedy(leftover: Leftover, here: CheckSubject['controller']): string {
  const command = leftover.alive > 0 ? 'status' : 'clean'
  const { controller, directory } = leftover
  if (directory === null || (controller === here.host && directory === here.directory))
    return `clusterp ${command}`
  const isPlain = /^[\w./@%+,:=-]+$/.test(directory)
  const line = `clusterp -C ${isPlain ? directory : `'${directory.replaceAll("'", "'\\''")}'`} ${command}`
  return controller === null || controller === here.host ? line : `on ${controller}: ${line}`
}
