import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { HostState, Session } from '../../src/model.js'
import { readSessionFile, writeSession } from '../../src/session/store.js'
import { createTracker } from '../../src/session/tracker.js'
import { readTree, sampleHost, sampleSession, temporaryFolder } from './sample.js'

async function onDisk(folder: string): Promise<Session> {
  return JSON.parse(await readFile(join(folder, 'session.json'), 'utf8')) as Session
}

describe('createTracker', () => {
  it('has a change on the disk when the update resolves', async () => {
    const folder = await temporaryFolder()
    const tracker = createTracker(folder, sampleSession(), 'session.json')
    await tracker.update((session) => ({ ...session, state: 'running', startMs: 5 }))
    expect(await onDisk(folder)).toMatchObject({ state: 'running', startMs: 5 })
    await tracker.updateHost('node2:2222', (host) => ({ ...host, state: 'armed' }))
    expect((await onDisk(folder)).hosts.map((host) => host.state)).toEqual(['planned', 'armed'])
    expect(tracker.current()).toEqual(await onDisk(folder))
  })

  it('writes what 1000 hosts change at once in one write, and what comes meanwhile in the next', async () => {
    const folder = await temporaryFolder()
    const hosts = Array.from({ length: 1000 }, (_, index) => sampleHost(`node${index}`, index + 1))
    const tracker = createTracker(folder, sampleSession({ hosts }), 'session.json')
    const setAll = (state: HostState): Promise<void>[] =>
      hosts.map(({ name }) => tracker.updateHost(name, (host) => ({ ...host, state })))
    const armed = setAll('armed')
    // One promise for all of them: the write that they share.
    expect(new Set(armed).size).toBe(1)
    await Promise.resolve()
    const running = setAll('running')
    expect(new Set([...armed, ...running]).size).toBe(2)
    await Promise.all(armed)
    expect((await onDisk(folder)).hosts[999]?.state).not.toBe('planned')
    await Promise.all(running)
    expect((await onDisk(folder)).hosts.every((host) => host.state === 'running')).toBe(true)
  })

  it('refuses an impossible transition and changes nothing', async () => {
    const folder = await temporaryFolder()
    const tracker = createTracker(folder, sampleSession(), 'session.json')
    await expect(tracker.update((session) => ({ ...session, state: 'stopped' }))).rejects.toThrow(
      'cannot go from starting to stopped',
    )
    await tracker.updateHost('node1', (host) => ({ ...host, state: 'ended' }))
    await expect(tracker.updateHost('node1', (host) => ({ ...host, state: 'running' }))).rejects.toThrow(
      'host node1 cannot go from ended to running',
    )
    expect((await onDisk(folder)).hosts[0]?.state).toBe('ended')
    expect(tracker.current().state).toBe('starting')
  })

  it('refuses what could not be read back', async () => {
    const folder = await temporaryFolder()
    const tracker = createTracker(folder, sampleSession(), 'session.json')
    await expect(tracker.updateHost('node1', (host) => ({ ...host, lateSec: Number.NaN }))).rejects.toThrow(
      'host node1 could not be read back: lateSec',
    )
    await expect(
      tracker.update((session) => ({ ...session, startMs: Number.POSITIVE_INFINITY })),
    ).rejects.toThrow('startMs')
    expect(tracker.current()).toEqual(sampleSession())
  })

  it('refuses a host that is not in the session', async () => {
    const tracker = createTracker(await temporaryFolder(), sampleSession(), 'session.json')
    await expect(tracker.updateHost('node9', (host) => host)).rejects.toThrow('host node9 is not in session')
  })

  it('tells a failed write to those who wait for it, and writes the change with the next', async () => {
    const folder = join(await temporaryFolder(), 'later')
    const tracker = createTracker(folder, sampleSession(), 'session.json')
    const failing = await Promise.allSettled([
      tracker.update((session) => ({ ...session, state: 'running' })),
      tracker.updateHost('node1', (host) => ({ ...host, state: 'running' })),
    ])
    expect(failing.map((result) => result.status)).toEqual(['rejected', 'rejected'])
    await mkdir(folder)
    await tracker.updateHost('node1', (host) => ({ ...host, lateSec: 20 }))
    const stored = await onDisk(folder)
    expect(stored.state).toBe('running')
    expect(stored.hosts[0]).toMatchObject({ state: 'running', lateSec: 20 })
  })

  it('writes changes made during a move to the new file only', async () => {
    const folder = await temporaryFolder()
    const tracker = createTracker(folder, sampleSession(), 'session.starting.json')
    const before = tracker.update((session) => ({ ...session, state: 'running' }))
    const move = tracker.moveTo('session.json', async () => {
      expect((await readSessionFile(folder, 'session.starting.json'))?.state).toBe('running')
      during.push(tracker.updateHost('node2:2222', (host) => ({ ...host, lateSec: 10 })))
      await rename(join(folder, 'session.starting.json'), join(folder, 'session.json'))
    })
    const during = [tracker.updateHost('node1', (host) => ({ ...host, lateSec: 20 }))]
    await Promise.all([before, move, ...during])
    await Promise.all(during)
    expect(Object.keys(await readTree(folder))).toEqual(['session.json'])
    expect((await onDisk(folder)).hosts.map((host) => host.lateSec)).toEqual([20, 10])
  })

  it('stays with its file when the move fails', async () => {
    const folder = await temporaryFolder()
    const tracker = createTracker(folder, sampleSession(), 'session.starting.json')
    await expect(tracker.moveTo('session.json', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await tracker.update((session) => ({ ...session, state: 'running' }))
    expect(Object.keys(await readTree(folder))).toEqual(['session.starting.json'])
  })

  it('puts the file back when somebody removed it', async () => {
    const folder = await temporaryFolder()
    await writeSession(folder, sampleSession(), 'session.json')
    const tracker = createTracker(folder, sampleSession(), 'session.json')
    await rm(join(folder, 'session.json'))
    await tracker.update((session) => ({ ...session, state: 'running' }))
    expect((await onDisk(folder)).state).toBe('running')
  })
})
