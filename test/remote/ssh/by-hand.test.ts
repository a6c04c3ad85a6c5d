import { describe, expect, it } from 'vitest'
import { byHand, byHandVerbose, through } from '../../../src/remote/ssh/by-hand.js'
import { Deadline } from '../../../src/remote/ssh/deadline.js'
import { stopped } from '../../../src/remote/ssh/socket.js'
import { hop } from './hop.js'

const outer = hop('bob@gate:2222', { hostName: '10.0.0.1', user: 'bob', port: 2222 })
const inner = hop('inner')

describe('a login by hand', () => {
  it('names the host as configured, so that ssh_config holds for it, and the user', () => {
    expect(byHand(hop('node4', { hostName: '10.0.0.4' }))).toBe('ssh ann@node4')
  })

  it('names a port other than 22 by its flag', () => {
    expect(byHandVerbose(hop('node4:2022', { hostName: 'node4', port: 2022 }))).toBe(
      'ssh -v -p 2022 ann@node4 true',
    )
  })

  it('goes through every gateway, each with its user and port', () => {
    const node = { ...hop('node4'), hops: [outer, inner] }
    expect(byHandVerbose(node)).toBe('ssh -v -J bob@gate:2222,ann@inner ann@node4 true')
    expect(through(node)).toBe(' through the gateways "bob@gate:2222", "inner"')
    expect(through(hop('node4'))).toBe('')
  })

  it('brackets an IPv6 address with a port', () => {
    const gateway = hop('[fe80::1]:2222', { hostName: 'fe80::1', port: 2222 })
    expect(byHand({ ...hop('node4'), hops: [gateway] })).toBe('ssh -J ann@[fe80::1]:2222 ann@node4')
  })

  it('is the hint for a node behind a gateway that does not answer in time', async () => {
    const deadline = new Deadline(1, () => performance.now())
    await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve))
    const error = stopped({ ...hop('node4'), hops: [outer] }, deadline)()
    expect(error.message).toBe(
      'connect: no answer from node4 port 22 through the gateway "bob@gate:2222" within 0.001 s',
    )
    expect(error.hint).toContain('ssh -v -J bob@gate:2222 ann@node4 true')
  })
})
