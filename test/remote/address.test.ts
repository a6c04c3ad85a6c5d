import { describe, expect, it } from 'vitest'
import { addressText, parseSshAddress } from '../../src/remote/address.js'

describe('parseSshAddress', () => {
  it.each([
    ['gw', { hostname: 'gw', user: null, port: null }],
    ['me@gw:2222', { hostname: 'gw', user: 'me', port: 2222 }],
    ['me@example.org@gw', { hostname: 'gw', user: 'me@example.org', port: null }],
    ['fe80::1%eth0', { hostname: 'fe80::1%eth0', user: null, port: null }],
    ['me@[::1]:22', { hostname: '::1', user: 'me', port: 22 }],
  ])('reads %j, and writes it again', (text, address) => {
    expect(parseSshAddress(text)).toEqual(address)
    expect(addressText(address)).toBe(text)
  })

  it.each(['', '@gw', 'me@', '-oProxyCommand=x', '-l@gw', 'gw:', 'gw:x', 'gw:123456', 'a b', '[gw', 'a\nb'])(
    'refuses %j',
    (text) => {
      expect(parseSshAddress(text)).toBeNull()
    },
  )
})
