/**
 * Private key files as ssh-keygen writes them:
 *
 *   -----BEGIN OPENSSH PRIVATE KEY-----
 *   b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDR…
 *   -----END OPENSSH PRIVATE KEY-----
 *
 * The base64 begins with `openssh-key-v1\0`, cipher, kdf, its options, a count and the public key: also an encrypted
 * file says which key it holds.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'
import { asError, hasCode } from '../../errors.js'
import { keyTypeOf } from './known-hosts.js'

/** What an IdentityFile came to. */
export type KeyFile =
  | { readonly kind: 'missing' }
  | { readonly kind: 'ready'; readonly key: ParsedKey }
  /** `publicKey` is null when nothing but the passphrase tells which key it is. */
  | { readonly kind: 'encrypted'; readonly text: string; readonly publicKey: ParsedKey | null }
  /** Only names a key that an agent may hold. */
  | { readonly kind: 'public'; readonly publicKey: ParsedKey }
  /** A key whose private part is in a hardware token (FIDO). */
  | { readonly kind: 'hardware' }
  | { readonly kind: 'unusable'; readonly reason: string }

const MAGIC = 'openssh-key-v1\0'

/** Reads an identity file; a file that does not exist or is no key is a value, too. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const publicKey = await publicKeyBeside(path)
    if (publicKey !== null) return { kind: 'public', publicKey }
    return hasCode(error, 'ENOENT')
      ? { kind: 'missing' }
      : { kind: 'unusable', reason: asError(error).message }
  }
  const blob = publicBlobOf(text)
  if (blob !== null && isHardwareType(keyTypeOf(blob))) return { kind: 'hardware' }
  const key = decryptKey(text, null)
  if (!(key instanceof Error)) {
    return key.isPrivateKey() ? { kind: 'ready', key } : { kind: 'public', publicKey: key }
  }
  if (isHardwareType(text.trim())) return { kind: 'hardware' }
  if (!isEncrypted(text, key)) return { kind: 'unusable', reason: key.message }
  const publicKey = (blob === null ? null : keyOfBlob(blob)) ?? (await publicKeyBeside(path))
  return { kind: 'encrypted', text, publicKey }
}

/** True when a certificate lies beside the key: only the ssh program can show it to a server. */
export async function hasCertificate(path: string): Promise<boolean> {
  return access(`${path}-cert.pub`).then(
    () => true,
    () => false,
  )
}

/** The key in a file's text; an Error when the passphrase is wrong or missing, or the text is no key. */
export function decryptKey(text: string, passphrase: string | null): ParsedKey | Error {
  const parsed = parse(text, passphrase)
  if (!(parsed instanceof Error) || !/BEGIN (ENCRYPTED )?PRIVATE KEY/.test(text)) return parsed
  return decryptPkcs8(text, passphrase)
}

/** True for the type of a hardware key, such as `sk-ssh-ed25519@openssh.com`. */
export function isHardwareType(type: string): boolean {
  return /^sk-(ssh|ecdsa)-/.test(type)
}

function parse(text: string, passphrase: string | null): ParsedKey | Error {
  const parsed = ssh2.utils.parseKey(text, passphrase ?? undefined)
  if (parsed instanceof Error) return parsed
  // The newer format could hold several keys; ssh-keygen writes one.
  const key: ParsedKey | undefined = Array.isArray(parsed) ? (parsed[0] as ParsedKey | undefined) : parsed
  return key ?? new Error('the file holds no key')
}

/** `BEGIN PRIVATE KEY`, as openssl writes it: ssh2 reads the older form of the same key. */
function decryptPkcs8(text: string, passphrase: string | null): ParsedKey | Error {
  let key: KeyObject
  try {
    key = createPrivateKey(passphrase === null ? text : { key: text, passphrase })
  } catch (error) {
    return asError(error)
  }
  if (key.asymmetricKeyType === 'rsa') {
    return parse(String(key.export({ type: 'pkcs1', format: 'pem' })), null)
  }
  if (key.asymmetricKeyType === 'ec') return parse(String(key.export({ type: 'sec1', format: 'pem' })), null)
  return new Error(`a key of type ${key.asymmetricKeyType} in this format is not supported`)
}

function isEncrypted(text: string, error: Error): boolean {
  return /no passphrase given/.test(error.message) || /BEGIN ENCRYPTED PRIVATE KEY/.test(text)
}

/** Public key that stands unencrypted in the newer format; null for other formats. */
function publicBlobOf(text: string): Buffer | null {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1]
  if (base64 === undefined) return null
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return null
  let at = MAGIC.length
  const nextField = (): Buffer | null => {
    if (at + 4 > bytes.length) return null
    const start = at + 4
    at = start + bytes.readUInt32BE(at)
    return at > bytes.length ? null : bytes.subarray(start, at)
  }
  for (let field = 0; field < 3; field++) if (nextField() === null) return null
  at += 4
  return nextField()
}

function keyOfBlob(blob: Buffer): ParsedKey | null {
  const key = parse(`${keyTypeOf(blob)} ${blob.toString('base64')}`, null)
  return key instanceof Error ? null : key
}

async function publicKeyBeside(path: string): Promise<ParsedKey | null> {
  try {
    const key = parse(await readFile(`${path}.pub`, 'utf8'), null)
    return key instanceof Error ? null : key
  } catch {
    // No readable .pub: nothing more is known of the key than before.
    return null
  }
}
