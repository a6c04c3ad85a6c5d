import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { SessionError } from '../../src/errors.js'
import { acquireLock, ageText, type Lock, readLock } from '../../src/session/lock.js'
import type { LockOwner } from '../../src/session/lock-file.js'
import { createLockFile, parseLock } from '../../src/session/lock-file.js'
import { currentProcess, lookAtProcess } from '../../src/session/process-identity.js'
import { readTree, temporaryFolder } from './sample.js'

const now = new Date('2026-03-14T09:26:53Z')
const stop = { command: 'stop', now }
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function child(): Promise<ChildProcess & { pid: number }> {
  const started = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  children.push(started)
  await once(started, 'spawn')
  return started as ChildProcess & { pid: number }
}

async function kill(victim: ChildProcess): Promise<void> {
  const ended = once(victim, 'exit')
  victim.kill('SIGKILL')
  await ended
}

/** The lock of another process of this machine, 3 minutes old. */
async function ownerOf(pid: number, change: Partial<LockOwner> = {}): Promise<LockOwner> {
  const look = await lookAtProcess(pid)
  return {
    ...(await currentProcess()),
    pid,
    startTime: look?.startTime ?? '1',
    command: 'parse',
    sinceMs: now.getTime() - 3 * 60_000,
    token: '0123456789abcdef',
    ...change,
  }
}

async function writeLock(folder: string, owner: LockOwner): Promise<void> {
  await writeFile(join(folder, 'session.lock'), JSON.stringify(owner))
}

async function refusal(taking: Promise<Lock>): Promise<SessionError> {
  const error: unknown = await taking.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SessionError)) throw new Error(`the lock was not refused: ${String(error)}`)
  return error
}

describe('acquireLock', () => {
  it('writes who holds it, and removes everything at release', async () => {
    const folder = await temporaryFolder()
    const lock = await acquireLock(folder, stop)
    const text = await readFile(join(folder, 'session.lock'), 'utf8')
    expect(JSON.parse(text)).toEqual({
      ...(await currentProcess()),
      command: 'stop',
      sinceMs: 1773480413000,
      token: lock.owner.token,
    })
    expect(await readLock(folder)).toEqual({ state: 'live', owner: lock.owner })
    await lock.release()
    await lock.release()
    expect(await readTree(folder)).toEqual({})
    expect(await readLock(folder)).toEqual({ state: 'none', owner: null })
  })

  it('refuses a second taker of the same process', async () => {
    const folder = await temporaryFolder()
    const lock = await acquireLock(folder, { command: 'start', now })
    const error = await refusal(
      acquireLock(folder, { command: 'stop', now: new Date(now.getTime() + 12_000) }),
    )
    expect(error.message).toBe(`stop: ${folder} is in use by "clusterp start" (pid ${process.pid}) for 12 s`)
    await lock.release()
    await (await acquireLock(folder, stop)).release()
  })

  it('refuses the lock of a live process, naming command, pid and age', async () => {
    const folder = await temporaryFolder()
    const { pid } = await child()
    await writeLock(folder, await ownerOf(pid))
    expect((await readLock(folder)).state).toBe('live')
    const error = await refusal(acquireLock(folder, stop))
    expect(error.message).toBe(`stop: ${folder} is in use by "clusterp parse" (pid ${pid}) for 3 min`)
    expect(error.hint).toContain(`ps -fp ${pid}`)
    expect(error.exitCode).toBe(1)
    expect((await readLock(folder)).owner?.token).toBe('0123456789abcdef')
  })

  it('takes over the lock of a killed process at once', async () => {
    const folder = await temporaryFolder()
    const victim = await child()
    await writeLock(folder, await ownerOf(victim.pid))
    await kill(victim)
    expect((await readLock(folder)).state).toBe('stale')
    const lock = await acquireLock(folder, stop)
    expect((await readLock(folder)).owner).toEqual(lock.owner)
    await lock.release()
    expect(await readTree(folder)).toEqual({})
  })

  it('takes over when another process has got the pid', async () => {
    const folder = await temporaryFolder()
    const { pid } = await child()
    await writeLock(folder, await ownerOf(pid, { startTime: '1' }))
    await (await acquireLock(folder, stop)).release()
  })

  it('takes over after a reboot of this machine, whoever has the pid now', async () => {
    const folder = await temporaryFolder()
    await writeLock(folder, await ownerOf(process.pid, { bootId: 'an earlier boot' }))
    expect((await readLock(folder)).state).toBe('stale')
    await (await acquireLock(folder, stop)).release()
  })

  it('refuses the lock of another machine, naming it, its age and the way out', async () => {
    const folder = await temporaryFolder()
    const owner = await ownerOf(process.pid, { host: 'login2', bootId: 'another machine', pid: 77 })
    await writeLock(folder, owner)
    expect(await readLock(folder)).toEqual({ state: 'foreign', owner })
    const error = await refusal(acquireLock(folder, stop))
    expect(error.message).toBe(
      `stop: ${folder} is in use on machine login2 by "clusterp parse" (pid 77) for 3 min`,
    )
    expect(error.hint).toContain('ps -p 77')
    expect(error.hint).toContain(`rm '${join(folder, 'session.lock')}'`)
    expect((await readLock(folder)).owner).toEqual(owner)
  })

  it('does not judge the pids of another container on the same kernel', async () => {
    const folder = await temporaryFolder()
    const owner = await ownerOf(2 ** 22 + 1, { host: 'container', pidNamespace: 'pid:[1]' })
    await writeLock(folder, owner)
    expect((await readLock(folder)).state).toBe('foreign')
  })

  it('knows this machine by its boot even when its name has changed', async () => {
    const folder = await temporaryFolder()
    await writeLock(folder, await ownerOf(2 ** 22 + 1, { host: 'name-of-yesterday' }))
    expect((await readLock(folder)).state).toBe('stale')
  })

  it('refuses a lock that it cannot read, and leaves it', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'session.lock'), '{"host":')
    expect(await readLock(folder)).toEqual({ state: 'unreadable', owner: null })
    const error = await refusal(acquireLock(folder, stop))
    expect(error.message).toContain('does not say by whom')
    expect(error.hint).toContain('rm ')
    expect(await readTree(folder)).toEqual({ 'session.lock': '{"host":' })
  })

  it('says so when there is no such folder', async () => {
    const error = await refusal(acquireLock(join(await temporaryFolder(), 'missing'), stop))
    expect(error.message).toContain('no such file or folder')
  })

  it('lets exactly one of 20 takers at once have a free lock', async () => {
    const folder = await temporaryFolder()
    await expectOneWinner(folder)
  })

  it('lets exactly one of 20 takers at once take over from a killed process, 3 times in a row', async () => {
    const folder = await temporaryFolder()
    for (let round = 0; round < 3; round++) {
      await writeLock(folder, await ownerOf(process.pid, { startTime: '1', token: `${round}`.repeat(16) }))
      await expectOneWinner(folder)
    }
  })

  it('takes over from a taker that was killed while it took over, and tidies up', async () => {
    const folder = await temporaryFolder()
    const dead = await ownerOf(process.pid, { startTime: '1', token: 'a'.repeat(16) })
    const claim = `session.lock.${dead.token}`
    await writeLock(folder, dead)
    await writeFile(join(folder, claim), JSON.stringify({ ...dead, token: 'b'.repeat(16) }))
    await writeFile(join(folder, `session.lock.${'c'.repeat(16)}.new`), '')
    const lock = await acquireLock(folder, stop)
    expect(Object.keys(await readTree(folder))).toEqual(['session.lock'])
    await lock.release()
  })

  it('leaves a lock alone at release that came after it', async () => {
    const folder = await temporaryFolder()
    const lock = await acquireLock(folder, stop)
    const other = await ownerOf(process.pid)
    await writeLock(folder, other)
    await lock.release()
    expect((await readLock(folder)).owner).toEqual(other)
  })
})

async function expectOneWinner(folder: string): Promise<void> {
  const takers = Array.from({ length: 20 }, (_, index) =>
    acquireLock(folder, { command: `taker ${index}`, now }),
  )
  const results = await Promise.allSettled(takers)
  const winners = results.filter((result) => result.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(SessionError)
  }
  const [winner] = winners
  expect((await readLock(folder)).owner).toEqual(winner?.value.owner)
  await winner?.value.release()
  expect(await readTree(folder)).toEqual({})
}

describe('createLockFile', () => {
  const refuseLinks = (): Promise<void> => Promise.reject(Object.assign(new Error('link'), { code: 'EPERM' }))

  it('does without hard links where there are none', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'session.lock')
    const owner = await ownerOf(process.pid)
    expect(await createLockFile(path, owner, refuseLinks)).toBe(true)
    expect(await createLockFile(path, { ...owner, token: 'f'.repeat(16) }, refuseLinks)).toBe(false)
    expect(parseLock(await readFile(path, 'utf8'))).toEqual(owner)
    expect(Object.keys(await readTree(folder))).toEqual(['session.lock'])
  })

  it('knows its own lock when the answer to the link was lost', async () => {
    const folder = await temporaryFolder()
    const owner = await ownerOf(process.pid)
    const loseAnswer = async (): Promise<void> => {
      await writeLock(folder, owner)
      throw Object.assign(new Error('link'), { code: 'EEXIST' })
    }
    expect(await createLockFile(join(folder, 'session.lock'), owner, loseAnswer)).toBe(true)
  })
})

describe('parseLock', () => {
  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"host":"a","pid":-1,"startTime":null,"bootId":null,"pidNamespace":null,"command":"x","sinceMs":1,"token":"0123456789abcdef"}',
    '{"host":"a","pid":1,"startTime":null,"bootId":null,"pidNamespace":null,"command":"x","sinceMs":1,"token":"../../x"}',
  ])('is null for %j', (text) => {
    expect(parseLock(text)).toBeNull()
  })
})

describe('ageText', () => {
  it.each([
    [-5000, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h'],
    [86_399_000, '23 h'],
    [172_800_000, '2 d'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(ageText(ms)).toBe(text)
  })
})
