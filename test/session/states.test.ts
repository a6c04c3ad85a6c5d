import { describe, expect, it } from 'vitest'
import type { HostState, Session, SessionState } from '../../src/model.js'
import { checkTransition, HOST_STATES, HOST_TRANSITIONS } from '../../src/session/states.js'
import { sampleHost, sampleSession } from './sample.js'

function withHostState(state: HostState): Session {
  return sampleSession({ hosts: [{ ...sampleHost('node1', 1), state }] })
}

function hostGoes(from: HostState, to: HostState): () => void {
  return () => checkTransition(withHostState(from), withHostState(to))
}

function sessionGoes(from: SessionState, to: SessionState): () => void {
  return () => checkTransition(sampleSession({ state: from }), sampleSession({ state: to }))
}

describe('checkTransition', () => {
  it('lets a host go through all its states in order', () => {
    const way: HostState[] = ['planned', 'armed', 'running', 'ended', 'pulled', 'cleaned']
    for (const [index, state] of way.slice(1).entries()) {
      expect(hostGoes(way[index] ?? 'cleaned', state)).not.toThrow()
    }
  })

  it.each(HOST_STATES)('lets a host go from %s to failed, pending and to itself', (state) => {
    expect(hostGoes(state, 'failed')).not.toThrow()
    expect(hostGoes(state, 'pending')).not.toThrow()
    expect(hostGoes(state, state)).not.toThrow()
  })

  it.each(['failed', 'pending'] as const)('lets a host go from %s to ended, pulled and cleaned', (state) => {
    for (const later of ['ended', 'pulled', 'cleaned'] as const) expect(hostGoes(state, later)).not.toThrow()
  })

  it('lets no host go backwards', () => {
    const way: HostState[] = ['planned', 'armed', 'running', 'ended', 'pulled', 'cleaned']
    for (const [index, from] of way.entries()) {
      for (const to of way.slice(0, index)) {
        expect(hostGoes(from, to)).toThrow(`host node1 cannot go from ${from} to ${to}`)
      }
      expect(HOST_TRANSITIONS[from]).not.toContain('planned')
    }
    expect(hostGoes('failed', 'running')).toThrow('cannot go from failed to running')
  })

  it.each([
    ['starting', 'running'],
    ['running', 'stopping'],
    ['stopping', 'stopped'],
    ['stopping', 'running'],
    ['starting', 'failed'],
    ['stopped', 'stopping'],
  ] as const)('lets a session go from %s to %s', (from, to) => {
    expect(sessionGoes(from, to)).not.toThrow()
  })

  it.each([
    ['running', 'starting'],
    ['stopped', 'running'],
    ['starting', 'stopped'],
    ['failed', 'running'],
    ['running', 'stopped'],
  ] as const)('lets no session go from %s to %s', (from, to) => {
    expect(sessionGoes(from, to)).toThrow(`cannot go from ${from} to ${to}`)
  })

  it('refuses another id and other hosts', () => {
    const session = sampleSession()
    expect(() => checkTransition(session, { ...session, id: '20260314-092653-00000000' })).toThrow('become')
    expect(() => checkTransition(session, { ...session, hosts: session.hosts.slice(1) })).toThrow(
      'lose hosts',
    )
    const others = [...session.hosts.slice(1), sampleHost('node3', 3)]
    expect(() => checkTransition(session, { ...session, hosts: others })).toThrow('lose host node1')
  })
})
