import { describe, expect, it } from 'vitest'
import { HostKeyCheck, preferredAlgorithms } from '../../../src/remote/ssh/host-key-check.js'
import { fingerprintOf, parseKnownHosts } from '../../../src/remote/ssh/known-hosts.js'
import type { SshHop } from '../../../src/remote/ssh/types.js'
import { hop } from './hop.js'

const KEY = Buffer.from('AAAAC3NzaC1lZDI1NTE5AQ==', 'base64')
const OTHER = Buffer.from('AAAAC3NzaC1lZDI1NTE5Ag==', 'base64')
const line = (key: Buffer, marker = ''): string => `${marker}node1 ssh-ed25519 ${key.toString('base64')}`

function checked(
  mode: SshHop['settings']['hostKeyChecking'],
  text: string,
  expected: { fingerprint: string } | null = null,
): HostKeyCheck {
  const check = new HostKeyCheck(
    hop('first', { hostName: 'node1', hostKeyChecking: mode }),
    expected,
    parseKnownHosts(text, '/home/ann/.ssh/known_hosts'),
  )
  check.verify(KEY)
  return check
}

describe('the check of a host key', () => {
  it.each([
    ['strict', 'known', line(KEY), true, true],
    ['strict', 'unknown', '', false, false],
    ['strict', 'changed', line(OTHER), false, false],
    ['strict', 'revoked', line(KEY, '@revoked '), false, false],
    ['accept-new', 'known', line(KEY), true, true],
    ['accept-new', 'unknown', '', true, true],
    ['accept-new', 'changed', line(OTHER), false, false],
    ['accept-new', 'revoked', line(KEY, '@revoked '), false, false],
    ['off', 'known', line(KEY), true, true],
    ['off', 'unknown', '', true, false],
    ['off', 'changed', line(OTHER), true, false],
    ['off', 'revoked', line(KEY, '@revoked '), false, false],
  ] as const)('with %s and a key that is %s', (mode, _verdict, text, isLetPass, isVerified) => {
    const check = checked(mode, text)
    expect(check.refusal === null).toBe(isLetPass)
    expect(check.isVerified).toBe(isVerified)
  })

  it('refuses an unknown key with its fingerprint, the files and the command', () => {
    const { refusal, unknown } = checked('strict', '')
    expect(refusal?.message).toBe(
      `connect: the host key of node1 is unknown (ssh-ed25519 ${fingerprintOf(KEY)}): it is not in /home/ann/.ssh/known_hosts`,
    )
    expect(refusal?.hint).toContain('clusterp check --accept-new')
    expect(unknown).toMatchObject({ host: 'first', lookupName: 'node1', fingerprint: fingerprintOf(KEY) })
  })

  it('refuses a key other than that of the start, known or not', () => {
    const other = { fingerprint: fingerprintOf(OTHER) }
    expect(checked('strict', line(KEY), other).refusal?.message).toContain('when the session started it was')
    expect(checked('off', '', other).refusal?.message).toContain('when the session started it was')
    expect(checked('strict', line(KEY), { fingerprint: fingerprintOf(KEY) }).refusal).toBeNull()
  })

  it('gives ssh2 a boolean at once, also when keys are exchanged again', () => {
    const check = checked('strict', line(KEY))
    expect(check.verify(KEY)).toBe(true)
    expect(check.verify(OTHER)).toBe(false)
    expect(checked('strict', '').verify(OTHER)).toBe(false)
  })

  it('asks first for the key types that known_hosts holds', () => {
    expect(preferredAlgorithms(['ssh-rsa']).slice(0, 4)).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-rsa',
      'ssh-ed25519',
    ])
    expect(preferredAlgorithms([])).toEqual(preferredAlgorithms(['sk-ssh-ed25519@openssh.com']))
    expect(preferredAlgorithms(['ecdsa-sha2-nistp256'])[0]).toBe('ecdsa-sha2-nistp256')
    expect(new Set(preferredAlgorithms(['ssh-rsa'])).size).toBe(7)
  })
})
