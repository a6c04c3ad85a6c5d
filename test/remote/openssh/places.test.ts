import { describe, expect, it } from 'vitest'
import { DEFAULTS } from '../../../src/config/defaults.js'
import { gatewayOf, namesOf } from '../../../src/remote/openssh/places.js'

const node = {
  name: 'node4',
  hostname: 'node4',
  user: null,
  port: null,
  gateways: ['gate:2222', 'bob@inner'],
}

describe('the login by hand', () => {
  it('goes through every gateway, with the configured user where a gateway names none', () => {
    const ssh = { ...DEFAULTS.ssh, username: 'ann' }
    expect(namesOf(node, ssh, []).byHand).toBe('ssh -J ann@gate:2222,bob@inner ann@node4')
    expect(namesOf(node, DEFAULTS.ssh, []).byHand).toBe('ssh -J gate:2222,bob@inner node4')
  })

  it('of a gateway goes through those before it', () => {
    expect(gatewayOf('bob@inner', 'node4', DEFAULTS.ssh, ['gate:2222']).byHand).toBe(
      'ssh -J gate:2222 bob@inner',
    )
    expect(gatewayOf('gate:2222', 'node4', DEFAULTS.ssh).byHand).toBe('ssh -p 2222 gate')
  })
})
