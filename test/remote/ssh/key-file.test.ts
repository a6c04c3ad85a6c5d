import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decryptKey, hasCertificate, isHardwareType, readKeyFile } from '../../../src/remote/ssh/key-file.js'
import { ed25519Pair } from './keys.js'

const SECRET = 'open sesame'
const plain = ed25519Pair()
const locked = ed25519Pair(SECRET)
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const cipher = { cipher: 'aes-128-cbc', passphrase: SECRET }

/** The newer format around a public key, with nothing private in it. */
function withPublicKey(type: string): string {
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const text = (word: string): Buffer => field(Buffer.from(word))
  const bytes = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[text('none'), text('none'), text(''), Buffer.from([0, 0, 0, 1]), field(text(type)), text('private')],
  ])
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
}

describe('an identity file', () => {
  let folder: string
  const at = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, text, { mode: 0o600 })
    return path
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clusterp-id-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each([
    ['the newer format', plain.private, 'ssh-ed25519'],
    ['RSA in PKCS#1', String(rsa.export({ type: 'pkcs1', format: 'pem' })), 'ssh-rsa'],
    ['RSA in PKCS#8', String(rsa.export({ type: 'pkcs8', format: 'pem' })), 'ssh-rsa'],
    ['a curve in SEC1', String(curve.export({ type: 'sec1', format: 'pem' })), 'ecdsa-sha2-nistp256'],
    ['a curve in PKCS#8', String(curve.export({ type: 'pkcs8', format: 'pem' })), 'ecdsa-sha2-nistp256'],
  ])('is read in %s', async (_title, text, type) => {
    const file = await readKeyFile(await at('ready', text))
    expect(file).toMatchObject({ kind: 'ready', key: { type } })
  })

  it('that is encrypted says which key it holds', async () => {
    const file = await readKeyFile(await at('locked', locked.private))
    const publicKey = ssh2.utils.parseKey(locked.public)
    if (file.kind !== 'encrypted' || publicKey instanceof Error) throw new Error(file.kind)
    expect(file.publicKey?.getPublicSSH()).toEqual(publicKey.getPublicSSH())
    expect(decryptKey(file.text, 'wrong')).toBeInstanceOf(Error)
    expect(decryptKey(file.text, SECRET)).toMatchObject({ type: 'ssh-ed25519' })
  })

  it.each([
    ['PKCS#1', String(rsa.export({ type: 'pkcs1', format: 'pem', ...cipher }))],
    ['PKCS#8', String(rsa.export({ type: 'pkcs8', format: 'pem', ...cipher }))],
  ])('that is encrypted in %s is named by the .pub beside it, or not at all', async (title, text) => {
    const name = title.replace('#', '')
    const file = await readKeyFile(await at(name, text))
    expect(file).toMatchObject({ kind: 'encrypted', publicKey: null })
    expect(decryptKey(text, 'wrong')).toBeInstanceOf(Error)
    expect(decryptKey(text, SECRET)).toMatchObject({ type: 'ssh-rsa' })
    await at(`${name}.pub`, plain.public)
    expect(await readKeyFile(join(folder, name))).toMatchObject({ publicKey: { type: 'ssh-ed25519' } })
  })

  it('may be only the public half, with or without its ending', async () => {
    const path = await at('half.pub', plain.public)
    expect(await readKeyFile(path)).toMatchObject({ kind: 'public', publicKey: { type: 'ssh-ed25519' } })
    expect(await readKeyFile(join(folder, 'half'))).toMatchObject({ kind: 'public' })
  })

  it('of a hardware key is known as such', async () => {
    const path = await at('sk', withPublicKey('sk-ssh-ed25519@openssh.com'))
    expect(await readKeyFile(path)).toEqual({ kind: 'hardware' })
    expect(await readKeyFile(await at('sk2.pub', 'sk-ssh-ed25519@openssh.com AAAA'))).toEqual({
      kind: 'hardware',
    })
    expect(isHardwareType('ssh-ed25519')).toBe(false)
  })

  it('that is not there, or no key, is a value', async () => {
    expect(await readKeyFile(join(folder, 'nothing'))).toEqual({ kind: 'missing' })
    expect(await readKeyFile(await at('text', 'hello'))).toMatchObject({ kind: 'unusable' })
    expect(await readKeyFile(folder)).toMatchObject({ kind: 'unusable' })
    const cut = withPublicKey('ssh-ed25519').slice(0, 90)
    expect(await readKeyFile(await at('cut', `${cut}\n-----END`))).toMatchObject({ kind: 'unusable' })
  })

  it('may have a certificate beside it', async () => {
    const path = await at('certified', plain.private)
    expect(await hasCertificate(path)).toBe(false)
    await at('certified-cert.pub', 'ssh-ed25519-cert-v01@openssh.com AAAA')
    expect(await hasCertificate(path)).toBe(true)
  })
})
