/**
 * Turns what `ssh` prints on standard error into one sentence and a hint, as in
 *
 *     ssh: connect to host node1 port 22: Connection refused
 *     No ED25519 host key is known for [127.0.0.1]:2222 and you have requested strict checking.
 *     root@node1: Permission denied (publickey,password).
 */
import { slurmRefusal } from '../slurm-refusal.js'

export interface OpensshFailure {
  /** What happened, as the end of a sentence. */
  readonly what: string
  readonly hint: string | null
  /** The server hung up before its version line, as sshd does above MaxStartups: worth another try. */
  readonly isTooMany: boolean
}

/** How the machine is called in hints. */
export interface OpensshNames {
  /** Command line that logs in to it by hand, such as `ssh -p 2222 root@node1`. */
  readonly byHand: string
  /** The gateway before it, as configured; null without one. */
  readonly gateway: string | null
  /** It is a gateway itself. */
  readonly isGateway?: boolean
  /** `refusalsIn` of that gateway's master. */
  readonly refusals: readonly string[]
}

interface Reading {
  readonly pattern: RegExp
  /** Rest of the sentence; `match` are the groups of the pattern. */
  readonly what: (match: RegExpExecArray, names: OpensshNames) => string
  readonly hint: (names: OpensshNames, stderr: string) => string | null
}

const tryByHand = ({ byHand }: OpensshNames): string => `${byHand} true`

/** In the order in which they are looked for: what says most comes first. */
const READINGS: readonly Reading[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED[\s\S]*?Offending \S+ key in (\S+)/,
    what: (match) => `its host key is another than the one in ${match[1]}`,
    hint: (_names, stderr) => {
      const remove = /ssh-keygen -f (.+) -R (.+)/.exec(stderr)?.[0]?.trim()
      return `only if the machine was installed anew: ${remove ?? 'ssh-keygen -R HOST'}`
    },
  },
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|POSSIBLE DNS SPOOFING/,
    what: () => 'its host key is another than the one in known_hosts',
    hint: tryByHand,
  },
  {
    pattern: /REVOKED HOST KEY|marked as revoked/,
    what: () => 'its host key is marked as revoked in known_hosts',
    hint: () => 'ask whoever runs the machine for its new host key',
  },
  {
    pattern: /No (\S+) host key is known for (\S+)|Host key verification failed/,
    what: (match) => `its host key is unknown${match[2] === undefined ? '' : ` (${match[1]}, ${match[2]})`}`,
    hint: ({ byHand }) =>
      `if it is the right machine: clusterp check --accept-new   or log in once: ${byHand}`,
  },
  {
    pattern: /Could not resolve hostname (\S+):/,
    what: (match) => `the name ${match[1]} is not known`,
    hint: ({ gateway, isGateway = false }) => {
      const correct = 'correct the name under hosts, or give it a HostName in ~/.ssh/config'
      return gateway === null && !isGateway
        ? `${correct}   or, if only a gateway knows it, in config.yml: ssh_gateway: HOST`
        : correct
    },
  },
  {
    pattern: /Permission denied \(([^)]*)\)|Permission denied, please try again/,
    what: (match) =>
      `the login was refused${match[1] === undefined ? '' : ` (it takes ${match[1].replaceAll(',', ', ')})`}`,
    hint: ({ byHand }) =>
      `look whether your key or ticket is there: ssh-add -l   klist   then: ${byHand} true`,
  },
  {
    pattern: /Too many authentication failures/,
    what: () => 'too many keys were offered before the right one',
    hint: () => 'in config.yml: ssh_identity_file: ~/.ssh/KEY   and in ~/.ssh/config: IdentitiesOnly yes',
  },
  {
    pattern: /connect to (?:host \S+|address \S+) port (\d+): (.+)/,
    what: (match) => `port ${match[1]}: ${lowerFirst(match[2] ?? '')}`,
    hint: tryByHand,
  },
  {
    pattern: /(Unable to negotiate with .+|Bad configuration option.*|Bad owner or permissions on .+)/,
    what: (match) => match[1]?.trim() ?? '',
    hint: tryByHand,
  },
  {
    pattern: /Timeout, server \S+ not responding/,
    what: () => 'nothing came from it for 20 s',
    hint: tryByHand,
  },
  {
    pattern: /timed out/i,
    what: () => 'it did not answer in time',
    hint: tryByHand,
  },
]

const CLOSED_EARLY =
  /(?:kex|ssh)_exchange_identification: (?:\w+: )?(?:Connection (?:closed|reset)|Broken pipe)|banner exchange: .*(?:Broken pipe|Connection reset)/
const FORWARD_FAILED = /open failed|[Ss]tdio forwarding (?:request )?failed/
/** Notes that ssh prints and that are no reason for anything. */
const NOTES = /^(?:Pseudo-terminal|Warning: Permanently added|mux_client_|\*\*|$)/

/** What a failed login or a lost link says; `fallback` is used when it said nothing. */
export function readStderr(stderr: string, names: OpensshNames, fallback: string): OpensshFailure {
  const slurm = slurmRefusal(stderr)
  if (slurm !== null) return { ...slurm, isTooMany: false }
  for (const { pattern, what, hint } of READINGS) {
    const match = pattern.exec(stderr)
    if (match !== null) return { what: what(match, names), hint: hint(names, stderr), isTooMany: false }
  }
  if (FORWARD_FAILED.test(stderr)) return readRefusals(names)
  if (CLOSED_EARLY.test(stderr)) {
    const hint = 'its sshd may allow few logins at once: concurrency: 8 in config.yml'
    return { what: 'it hung up before it said anything', hint, isTooMany: true }
  }
  const lines = stderr.split('\n').map((line) => line.trim())
  const said = lines.filter((line) => !NOTES.test(line)).at(-1)
  return { what: said ?? fallback, hint: tryByHand(names), isTooMany: false }
}

// channel 2: open failed: connect failed: Connection refused
// channel 3: open failed: administratively prohibited: open failed
const REFUSAL = /open failed: (?:connect failed: )?(.+)/g
const FORBIDDEN = /administratively prohibited|unknown channel type/

/** What a gateway's master says about forwards that came to nothing, each reason once. */
export function refusalsIn(stderr: string): string[] {
  return [...new Set([...stderr.matchAll(REFUSAL)].map((match) => lowerFirst(match[1] ?? '')))]
}

// The master does not say which forward it speaks of: with several reasons it may be any of them.
function readRefusals(names: OpensshNames): OpensshFailure {
  const gateway = `the gateway "${names.gateway ?? ''}"`
  if (names.refusals.some((reason) => FORBIDDEN.test(reason))) {
    const hint =
      'its sshd_config needs AllowTcpForwarding yes; or take ssh_gateway out of config.yml (and ProxyJump out of ' +
      'ssh_config) and give the nodes a ProxyCommand in ~/.ssh/config'
    return { what: `${gateway} forbids forwarding`, hint, isTooMany: false }
  }
  const reasons = names.refusals.length === 0 ? '' : `: ${names.refusals.join(', or ')}`
  return { what: `${gateway} did not reach it${reasons}`, hint: tryByHand(names), isTooMany: false }
}

function lowerFirst(text: string): string {
  return text.trim().slice(0, 1).toLowerCase() + text.trim().slice(1)
}
