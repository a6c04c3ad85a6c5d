import { describe, expect, it } from 'vitest'
import { type Found, findReason, isOurs, type Known } from '../../../src/commands/cleaning/ownership.js'
import type { Leftover } from '../../../src/remote/leftovers.js'
import { NEW_ID, OLD_ID, sampleSession } from '../../session/sample.js'

const known: Known = {
  controller: 'login1',
  directory: '/home/me/test',
  sessionIds: new Set(),
  current: null,
}

function found(change: Partial<Leftover> = {}, sessionId = OLD_ID): Found {
  const place = { remoteDir: '/var/tmp', sessionId, number: 1, folder: '1-node1' }
  const owner = { controller: 'login1', directory: '/home/me/test' }
  return { host: 'node1', leftover: { place, alive: 0, bytes: 1024, leaseEnd: null, ...owner, ...change } }
}

describe('isOurs', () => {
  it('goes by what the owner file says: this controller and this directory, both', () => {
    expect(isOurs(found(), known)).toBe(true)
    expect(isOurs(found({ directory: '/home/me/other' }), known)).toBe(false)
    expect(isOurs(found({ controller: 'login2' }), known)).toBe(false)
  })

  it('goes by the id where nobody wrote whose it is', () => {
    const unwritten = found({ controller: null, directory: null })
    expect(isOurs(unwritten, known)).toBe(false)
    expect(isOurs(unwritten, { ...known, sessionIds: new Set([OLD_ID]) })).toBe(true)
  })

  it('knows a session of this folder again after the folder was moved', () => {
    const moved = found({ directory: '/home/me/before' })
    expect(isOurs(moved, { ...known, sessionIds: new Set([OLD_ID]) })).toBe(true)
  })
})

describe('findReason', () => {
  const withState = (state: 'starting' | 'running' | 'stopping' | 'stopped' | 'failed'): Known => ({
    ...known,
    current: sampleSession({ state }),
  })

  it('spares the session of this folder until it is over, and names its end', () => {
    for (const state of ['starting', 'running', 'stopping'] as const)
      expect(findReason(found(), withState(state))).toBe(`the session is ${state}: clusterp stop`)
    expect(findReason(found(), withState('stopped'))).toBeNull()
    expect(findReason(found(), withState('failed'))).toBeNull()
  })

  it('has none for an earlier session while another one runs', () => {
    expect(findReason(found({}, NEW_ID), withState('running'))).toBeNull()
  })
})
