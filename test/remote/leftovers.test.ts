import { describe, expect, it } from 'vitest'
import { readLeftover } from '../../src/remote/leftovers.js'

const SESSION = '20261120-082238-6b2263f0'

describe('readLeftover', () => {
  it('reads who left what, with a directory that holds blanks', () => {
    const line = `${SESSION} 12-node1 1 24 2026-11-27T08:22:39.500Z login1 /home/me/my test`
    expect(readLeftover(line, '/var/tmp')).toEqual({
      place: { remoteDir: '/var/tmp', sessionId: SESSION, number: 12, folder: '12-node1' },
      alive: 1,
      bytes: 24_576,
      leaseEnd: '2026-11-27T08:22:39.500Z',
      controller: 'login1',
      directory: '/home/me/my test',
    })
  })

  it('says null for what nobody wrote', () => {
    expect(readLeftover(`${SESSION} 1-a 0 4 - - -`, '/t')).toMatchObject({
      leaseEnd: null,
      controller: null,
      directory: null,
    })
  })

  it.each(['', `${SESSION} a-1 0 4 - - -`, `${SESSION} 0-a 0 4 - - -`, `${SESSION} 1-a x 4 - - -`])(
    'is null for %j',
    (line) => {
      expect(readLeftover(line, '/t')).toBeNull()
    },
  )
})
