import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { HostKeyCheck, preferredAlgorithms } from '../../../src/remote/ssh/host-key-check.js'
import { fingerprintOf, parseKnownHosts } from '../../../src/remote/ssh/known-hosts.js'
import { KnownHostsStore } from '../../../src/remote/ssh/known-hosts-store.js'
import type { SshHop } from '../../../src/remote/ssh/types.js'
import { hop } from './hop.js'

const KEY = Buffer.from('AAAAC3NzaC1lZDI1NTE5AQ==', 'base64')
const OTHER = Buffer.from('AAAAC3NzaC1lZDI1NTE5Ag==', 'base64')
const line = (key: Buffer, marker = ''): string => `${marker}node1 ssh-ed25519 ${key.toString('base64')}`

function checked(
  mode: SshHop['settings']['hostKeyChecking'],
  text: string,
  expected: { fingerprint: string } | null = null,
  changes: Partial<SshHop['settings']> = {},
): HostKeyCheck {
  const check = new HostKeyCheck(
    hop('first', { hostName: 'node1', hostKeyChecking: mode, ...changes }),
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

  it('refuses an unknown key with its fingerprint, the file of the user and the command', () => {
    const files = ['/home/ann/.ssh/known_hosts', '/home/ann/.ssh/known_hosts2', '/etc/ssh/ssh_known_hosts']
    const { refusal, unknown } = checked('strict', '', null, { knownHostsFiles: files })
    expect(refusal?.message).toBe(
      `connect: the host key of node1 is unknown (ssh-ed25519 ${fingerprintOf(KEY)}): it is not in /home/ann/.ssh/known_hosts`,
    )
    expect(refusal?.hint).toContain('clusterp check --accept-new')
    expect(unknown).toMatchObject({ host: 'first', lookupName: 'node1', fingerprint: fingerprintOf(KEY) })
  })

  it('says once what it wrote where', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clusterp-check-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    vi.stubEnv('HOME', folder)
    onTestFinished(() => void vi.unstubAllEnvs())
    const store = new KnownHostsStore((warning) => expect.unreachable(warning))
    const userKnownHostsFile = join(folder, '.ssh', 'known_hosts')
    const [one, same] = [1, 2].map(() => checked('accept-new', '', null, { userKnownHostsFile }))
    expect(await one?.remember(store)).toBe(
      `wrote the key of node1 (ssh-ed25519 ${fingerprintOf(KEY)}) to ~/.ssh/known_hosts`,
    )
    expect(await one?.remember(store)).toBeNull()
    expect(await same?.remember(store)).toBeNull()
    expect(await checked('strict', line(KEY)).remember(store)).toBeNull()
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
