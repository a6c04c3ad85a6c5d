import { describe, expect, it } from 'vitest'
import { readStderr, refusalsIn } from '../../../src/remote/openssh/stderr.js'

// Captured from OpenSSH 9.2, Debian 12.
const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
The fingerprint for the ED25519 key sent by the remote host is
SHA256:pR0uTKbXycetaMWwLjGsPn+3IJnjqNC9bKOV2EZvzt8.
Offending ED25519 key in /home/me/.ssh/known_hosts:3
  remove with:
  ssh-keygen -f "/home/me/.ssh/known_hosts" -R "[n1]:2222"
Host key for [n1]:2222 has changed and you have requested strict checking.
Host key verification failed.`
const REVOKED = `@       WARNING: REVOKED HOST KEY DETECTED!               @
The ED25519 host key for n1 is marked as revoked.
Host key verification failed.`
const FORWARD = `Stdio forwarding request failed: Session open refused by peer
kex_exchange_identification: Connection closed by remote host
Connection closed by UNKNOWN port 65535`

describe('a name that is not known', () => {
  const stderr = 'ssh: Could not resolve hostname n1: Name or service not known'
  const hintFor = (change: object) =>
    readStderr(stderr, { byHand: 'ssh n1', gateway: null, refusals: [], ...change }, '').hint

  it('may be known to a gateway, where none is configured', () => {
    expect(hintFor({})).toContain('in config.yml: ssh_gateway: HOST')
    expect(hintFor({ gateway: 'gw' })).not.toContain('ssh_gateway')
    expect(hintFor({ isGateway: true })).not.toContain('ssh_gateway')
  })
})

describe('readStderr', () => {
  const names = { byHand: 'ssh n1', gateway: 'gw', refusals: [] }
  const read = (stderr: string, refusals: string[] = []) =>
    readStderr(stderr, { ...names, refusals }, 'nothing said')

  it.each([
    [
      CHANGED,
      'its host key is another than the one in /home/me/.ssh/known_hosts:3',
      'ssh-keygen -f "/home/me/.ssh/known_hosts" -R "[n1]:2222"',
    ],
    [REVOKED, 'its host key is marked as revoked in known_hosts', 'ask whoever runs the machine'],
    [
      'No ED25519 host key is known for n1 and you have requested strict checking.\nHost key verification failed.',
      'its host key is unknown (ED25519, n1)',
      'clusterp check --accept-new',
    ],
    ['Host key verification failed.', 'its host key is unknown', 'clusterp check --accept-new'],
    ['ssh: Could not resolve hostname n1: Name or service not known', 'the name n1 is not known', 'HostName'],
    ['ssh: connect to host n1 port 22: Connection refused\r', 'port 22: connection refused', /^ssh n1 true$/],
    [
      'ssh: connect to host n1 port 22: Connection timed out',
      'port 22: connection timed out',
      /^ssh n1 true$/,
    ],
    ['Connection timed out during banner exchange', 'it did not answer in time', /^ssh n1 true$/],
    ['me@n1: Permission denied (publickey).', 'the login was refused (it takes publickey)', 'ssh-add -l'],
    [
      'Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures',
      'too many keys were offered',
      'IdentitiesOnly yes',
    ],
    [
      'Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa',
      'Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa',
      /^ssh n1 true$/,
    ],
    [
      'Warning: Permanently added n1.\nsomething new went wrong\n',
      'something new went wrong',
      /^ssh n1 true$/,
    ],
    ['', 'nothing said', /^ssh n1 true$/],
  ])('turns %j into a sentence', (stderr, what, hint) => {
    const failure = read(stderr)
    expect(failure.what).toContain(what)
    expect(failure.hint).toMatch(hint)
    expect(failure.isTooMany).toBe(false)
  })

  it.each([
    'kex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.1 port 22',
    'kex_exchange_identification: read: Connection reset by peer',
    'ssh_exchange_identification: Connection closed by remote host',
    'banner exchange: Connection to 10.0.0.1 port 22: Broken pipe',
  ])('takes %j for too many logins at once', (stderr) => {
    expect(read(stderr)).toMatchObject({ what: 'it hung up before it said anything', isTooMany: true })
  })

  it('says of a gateway that did not reach a node what it said itself, and tries no more', () => {
    const master = `channel 2: open failed: connect failed: Connection refused
channel 3: open failed: connect failed: Name or service not known
channel 4: open failed: connect failed: Connection refused`
    expect(refusalsIn(master)).toEqual(['connection refused', 'name or service not known'])
    expect(read(FORWARD)).toMatchObject({ what: 'the gateway "gw" did not reach it', isTooMany: false })
    expect(read(FORWARD, refusalsIn(master)).what).toBe(
      'the gateway "gw" did not reach it: connection refused, or name or service not known',
    )
    const forbidden = refusalsIn('channel 2: open failed: administratively prohibited: open failed')
    expect(read(FORWARD, forbidden)).toMatchObject({
      what: 'the gateway "gw" forbids forwarding',
      hint: expect.stringContaining('AllowTcpForwarding yes'),
    })
  })
})
