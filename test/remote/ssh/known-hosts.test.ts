import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  findHost,
  fingerprintOf,
  hashedName,
  judgeKey,
  keyTypeOf,
  knownKeyTypes,
  lookupName,
  parseKnownHosts,
} from '../../../src/remote/ssh/known-hosts.js'

/** A key as it stands on the wire: its type, then bytes that nobody looks at. */
function key(type: string, seed: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  return Buffer.concat([length, Buffer.from(type), Buffer.from(seed)])
}

/** Made by ssh-keygen 9.2, and what its -l says of it. */
const FIXED_KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIOwyb4AC/2tKJ7W8iY8/yTiBeSrySPohNGCEvKVO7odc'
const FIXED_FINGERPRINT = 'SHA256:JeJCYWj7Css8huLqowhLJxpnWAIOYRwyQs5XgFUjN+8'

const ED = key('ssh-ed25519', 'one')
const ED_OTHER = key('ssh-ed25519', 'two')
const RSA = key('ssh-rsa', 'one')
const line = (names: string, of: Buffer): string => `${names} ${keyTypeOf(of)} ${of.toString('base64')}`
const hashed = (name: string): string => {
  const salt = Buffer.alloc(20, 7)
  const hash = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${salt.toString('base64')}|${hash}`
}
const judged = (text: string, host: string, of: Buffer, port = 22, alias: string | null = null): string =>
  judgeKey(findHost(parseKnownHosts(text, 'kh'), lookupName(host, port, alias)), of).kind

describe('known_hosts', () => {
  it.each([
    ['a plain name', line('node1', ED), 'node1', 'known'],
    ['one of several names', line('node0,node1,10.0.0.1', ED), 'node1', 'known'],
    ['a name in other case', line('Node1', ED), 'NODE1', 'known'],
    ['a hashed name', line(hashed('node1'), ED), 'node1', 'known'],
    ['a hashed name of another', line(hashed('node2'), ED), 'node1', 'unknown'],
    ['a star', line('*.cluster.org', ED), 'node1.cluster.org', 'known'],
    ['a star for nothing', line('node1*', ED), 'node1', 'known'],
    ['two stars', line('n*e*.org', ED), 'node1.org', 'known'],
    ['a star that does not reach the end', line('*.cluster', ED), 'node1.cluster.org', 'unknown'],
    ['a question mark', line('node?', ED), 'node1', 'known'],
    ['a question mark for two characters', line('node?', ED), 'node12', 'unknown'],
    ['a dot that stands for itself', line('node.1', ED), 'nodex1', 'unknown'],
    ['a negated name', line('*.org,!login.org', ED), 'login.org', 'unknown'],
    ['a negated name of another', line('*.org,!login.org', ED), 'node1.org', 'known'],
    ['only a negated name', line('!login.org', ED), 'node1.org', 'unknown'],
    ['a comment', `# ${line('node1', ED)}`, 'node1', 'unknown'],
    ['a broken key', 'node1 ssh-ed25519 AAAA', 'node1', 'unknown'],
    ['a type that the key is not of', `node1 ssh-rsa ${ED.toString('base64')}`, 'node1', 'unknown'],
    ['an unknown marker', `@other ${line('node1', ED)}`, 'node1', 'unknown'],
    ['another key of the type', line('node1', ED_OTHER), 'node1', 'changed'],
    [
      'the key after another of the type',
      `${line('node1', ED_OTHER)}\n${line('node1', ED)}`,
      'node1',
      'known',
    ],
    ['only a key of another type', line('node1', RSA), 'node1', 'unknown'],
    ['a revoked key', `${line('node1', ED)}\n@revoked ${line('*', ED)}`, 'node1', 'revoked'],
    ['another revoked key', `${line('node1', ED)}\n@revoked ${line('*', ED_OTHER)}`, 'node1', 'known'],
    ['only a certificate authority', `@cert-authority ${line('*', ED)}`, 'node1', 'unknown'],
    ['a line that Windows ended', `${line('node1', ED)}\r`, 'node1', 'known'],
  ])('with %s', (_title, text, host, verdict) => {
    expect(judged(`# made by hand\n\n${text}\n`, host, ED)).toBe(verdict)
  })

  it.each([
    ['its own line', line('[node1]:2222', ED), 'known'],
    ['a hashed line of its own', line(hashed('[node1]:2222'), ED), 'known'],
    ['the plain name', line('node1', ED), 'known'],
    ['another port', line('[node1]:2223', ED), 'unknown'],
    ['another key under the plain name', line('node1', ED_OTHER), 'unknown'],
    ['another key of its own', `${line('[node1]:2222', ED_OTHER)}\n${line('node1', ED)}`, 'changed'],
    [
      'a revoked key under the plain name',
      `${line('[node1]:2222', ED)}\n@revoked ${line('node1', ED)}`,
      'revoked',
    ],
    ['brackets and a star', line('[*]:2222', ED), 'known'],
  ])('off port 22 with %s', (_title, text, verdict) => {
    expect(judged(text, 'node1', ED, 2222)).toBe(verdict)
  })

  it('looks an alias up without port', () => {
    expect(judged(line('virtual', ED), 'node1', ED, 2222, 'Virtual')).toBe('known')
    expect(judged(line('[virtual]:2222', ED), 'node1', ED, 2222, 'virtual')).toBe('unknown')
    expect(judged(line('node1', ED), 'node1', ED, 22, 'virtual')).toBe('unknown')
  })

  it('names the line that decided', () => {
    const text = `# mine\n${line('node0', ED)}\n${line('node1', ED_OTHER)}\n`
    const verdict = judgeKey(findHost(parseKnownHosts(text, 'kh'), lookupName('node1', 22, null)), ED)
    expect(verdict).toMatchObject({ kind: 'changed', line: { file: 'kh', line: 3, keyType: 'ssh-ed25519' } })
  })

  it('says why a host that is named counts as unknown', () => {
    const found = (text: string) => findHost(parseKnownHosts(text, 'kh'), lookupName('node1', 22, null))
    const types = judgeKey(found(line('node1', RSA)), ED)
    expect(types).toEqual({ kind: 'unknown', note: 'kh line 1 knows another key of it (ssh-rsa)' })
    const authority = judgeKey(found(`@cert-authority ${line('*', RSA)}`), ED)
    expect(authority).toMatchObject({
      kind: 'unknown',
      note: expect.stringContaining('certificate authority'),
    })
    expect(judgeKey(found(''), ED)).toEqual({ kind: 'unknown', note: null })
  })

  it('lists the key types that it holds for a host', () => {
    const lines = parseKnownHosts(
      `${line('node1', RSA)}\n@revoked ${line('node1', ED)}\n${line('*', RSA)}`,
      'kh',
    )
    expect(knownKeyTypes(findHost(lines, lookupName('node1', 22, null)))).toEqual(['ssh-rsa'])
    expect(knownKeyTypes(findHost(lines, lookupName('node1', 2222, null)))).toEqual(['ssh-rsa'])
    expect(knownKeyTypes(findHost([], lookupName('node1', 22, null)))).toEqual([])
  })

  it('hashes a name so that it is found again', () => {
    expect(judged(line(hashedName('node1', Buffer.alloc(20, 1)), ED), 'node1', ED)).toBe('known')
  })

  it('takes no longer for a pattern that is full of stars', () => {
    const text = line(`${'*a'.repeat(60)}b`, ED)
    expect(judged(text, 'a'.repeat(250), ED)).toBe('unknown')
  })

  it('gives the fingerprint that ssh-keygen prints', () => {
    expect(fingerprintOf(Buffer.from(FIXED_KEY, 'base64'))).toBe(FIXED_FINGERPRINT)
  })
})
