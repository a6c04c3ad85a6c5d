import { describe, expect, it } from 'vitest'
import type { IdentityList } from '../../../src/remote/ssh/identities.js'
import { refusedLogin } from '../../../src/remote/ssh/refused-login.js'
import { hop } from './hop.js'

const NO_KEYS: IdentityList = { identities: [], notes: [], needsOpenssh: false }
const refused = (changes: Partial<Parameters<typeof refusedLogin>[0]>) =>
  refusedLogin({
    hop: hop('node1'),
    identities: NO_KEYS,
    offered: [],
    tried: [],
    why: null,
    hasPassword: false,
    isPasswordWithheld: false,
    ...changes,
  })

describe('a refused login', () => {
  it('says what was tried, what the server takes and what stood in the way', () => {
    const error = refused({
      offered: ['publickey', 'password'],
      tried: ['~/.ssh/id_rsa', 'password'],
      hasPassword: true,
      why: 'the password was refused',
      identities: { ...NO_KEYS, notes: ['~/.ssh/id_x cannot be used: no key'] },
    })
    expect(error.message).toBe(
      'connect: node1 refuses the login of ann; tried: ~/.ssh/id_rsa, password; it takes: publickey, password; ' +
        'the password was refused; ~/.ssh/id_x cannot be used: no key',
    )
    expect(error.hint).toBe('see what ssh tries: ssh -v ann@node1 true')
  })

  it('says how to give a password that could have helped', () => {
    expect(refused({ offered: ['publickey', 'keyboard-interactive'] }).hint).toContain('--ask-password')
  })

  it('does not ask for a password that is there and was held back', () => {
    const held = refused({ offered: ['password'], hasPassword: true, why: 'node0 refused it' })
    expect(held.hint).not.toContain('--ask-password')
  })

  it('does not ask for a password that a gateway with its own user would not get', () => {
    const gateway = { ...hop('bob@gate'), takesPassword: false }
    expect(refused({ hop: gateway, offered: ['password'] }).hint).toContain(
      'leave the user out of ssh_gateway',
    )
  })

  it('says that a password was held back from a gateway with its own user, also where Kerberos is offered', () => {
    const gateway = { ...hop('bob@gate', { hostName: 'gate', user: 'bob' }), takesPassword: false }
    const offered = ['publickey', 'gssapi-with-mic', 'password']
    const error = refused({ hop: gateway, offered, isPasswordWithheld: true })
    expect(error.message).toContain('the password was not sent, for this gateway names its own user')
    expect(error.hint).toMatch(/^a password is only sent to a gateway that names no user: /)
    expect(refused({ hop: gateway, offered: ['publickey'], isPasswordWithheld: true }).message).not.toContain(
      'password',
    )
  })

  it('names the gateway before the host, and goes through it by hand', () => {
    const error = refused({ hop: { ...hop('node4'), hops: [hop('gate', { port: 2222 })] } })
    expect(error.message).toContain('connect: node4 through the gateway "gate" refuses the login of ann')
    expect(error.hint).toBe('see what ssh tries: ssh -v -J ann@gate:2222 ann@node4 true')
  })

  it.each([
    ['Kerberos', { offered: ['publickey', 'gssapi-with-mic', 'password'] }],
    ['host keys of the client', { offered: ['hostbased'] }],
    ['a hardware key or certificate', { identities: { ...NO_KEYS, needsOpenssh: true } }],
  ])('names connect: openssh for %s', (_title, changes) => {
    expect(refused(changes).hint).toContain('connect: openssh')
  })
})
