import ssh2, { type AnyAuthMethod, type AuthenticationType } from 'ssh2'
import { describe, expect, it } from 'vitest'
import { OneKeyAgent } from '../../../src/remote/ssh/agent.js'
import { Authentication } from '../../../src/remote/ssh/authentication.js'
import { HostKeyCheck } from '../../../src/remote/ssh/host-key-check.js'
import type { Identity } from '../../../src/remote/ssh/identities.js'
import { PasswordGate } from '../../../src/remote/ssh/password-gate.js'
import { hop } from './hop.js'
import { ed25519Pair } from './keys.js'

const parsed = ssh2.utils.parseKey(ed25519Pair().private)
if (parsed instanceof Error) throw parsed
const key: Identity = { kind: 'key', label: 'file', key: parsed }
const signer: Identity = {
  kind: 'signer',
  label: 'agent',
  key: parsed,
  sign: async (data) => parsed.sign(data),
}

function authentication(identities: readonly Identity[], gate = new PasswordGate()) {
  const hostKey = new HostKeyCheck(hop('node1'), null, [])
  hostKey.isVerified = true
  const auth = new Authentication({
    hop: hop('node1'),
    hostKey,
    identities: { identities, notes: [], needsOpenssh: false },
    password: 's3cret',
    gate,
    hold: (waiting) => waiting,
  })
  /** What is tried next after the server said what it takes; an Error when the login ended. */
  const next = (offered: readonly string[] | null, isPartial = false): Promise<AnyAuthMethod | Error> =>
    new Promise((resolve) => {
      auth.onStop = resolve
      auth.handler(offered as AuthenticationType[], isPartial, (method) => resolve(method as AnyAuthMethod))
    })
  return { auth, next }
}
const typeOf = (method: AnyAuthMethod | Error): string => (method instanceof Error ? 'end' : method.type)

describe('what a login tries', () => {
  it('is a key at once, then the password where it is offered', async () => {
    const { next } = authentication([key, signer])
    expect(typeOf(await next(null))).toBe('publickey')
    expect(typeOf(await next(['publickey', 'password', 'keyboard-interactive']))).toBe('agent')
    expect(typeOf(await next(['publickey', 'password', 'keyboard-interactive']))).toBe('password')
    expect(typeOf(await next(['publickey', 'password', 'keyboard-interactive']))).toBe('end')
  })

  it('is nothing at first when there is no key, to learn what the server takes', async () => {
    const { next } = authentication([])
    expect(typeOf(await next(null))).toBe('none')
    expect(typeOf(await next(['keyboard-interactive']))).toBe('keyboard-interactive')
  })

  it('leaves keys out that the server does not take', async () => {
    const { next } = authentication([key, signer])
    await next(null)
    expect(typeOf(await next(['password']))).toBe('password')
  })

  it('asks anew what is left after an agent has signed', async () => {
    const { next } = authentication([signer])
    const method = await next(['publickey'])
    if (method instanceof Error || method.type !== 'agent' || !(method.agent instanceof OneKeyAgent)) {
      throw new Error(typeOf(method))
    }
    const { agent } = method
    await new Promise((resolve) => agent.sign(parsed, Buffer.from('x'), {}, resolve))
    expect(typeOf(await next(['publickey']))).toBe('none')
    expect(typeOf(await next(['password']))).toBe('password')
  })

  it('comes back to the keys after a password that was the first factor', async () => {
    const { next } = authentication([key])
    await next(null)
    expect(typeOf(await next(['password']))).toBe('password')
    expect(typeOf(await next(['publickey'], true))).toBe('publickey')
    const end = await next(['publickey'])
    expect(String(end)).not.toContain('the password was refused')
  })

  it('ends when the server offers to ask and does not', async () => {
    const { next } = authentication([])
    await next(null)
    expect(typeOf(await next(['keyboard-interactive']))).toBe('keyboard-interactive')
    const end = await next(['keyboard-interactive'])
    expect(String(end)).toContain('the server did not ask for a password')
  })

  it('passes its turn on when it was lost in the queue', async () => {
    const gate = new PasswordGate()
    const first = await gate.enter('node0')
    const { auth, next } = authentication([], gate)
    await next(null)
    const waiting = next(['password'])
    auth.fail()
    if (first.kind === 'send') first.settle('lost')
    expect(typeOf(await waiting)).toBe('end')
    expect((await gate.enter('node2')).kind).toBe('send')
  })

  it('counts a password as refused when the server ends the login for too many failures', async () => {
    const gate = new PasswordGate()
    const { auth, next } = authentication([key], gate)
    await next(null)
    expect(typeOf(await next(['publickey', 'password']))).toBe('password')
    expect(auth.tooManyFailures().message).toContain('the password was refused')
    auth.fail()
    expect(await gate.enter('node2')).toEqual({ kind: 'refused', by: 'node1' })
  })

  it('does not blame a password that was not sent when the server has seen too many keys', async () => {
    const gate = new PasswordGate()
    const { auth, next } = authentication([key, signer], gate)
    await next(null)
    expect(auth.tooManyFailures().hint).toContain('IdentitiesOnly')
    auth.fail()
    expect((await gate.enter('node2')).kind).toBe('send')
  })

  it('never names the password', async () => {
    const { next, auth } = authentication([key])
    await next(null)
    await next(['password'])
    await next(['password'])
    expect(JSON.stringify([auth.refusal(), auth.refusal().message])).not.toContain('s3cret')
  })
})
