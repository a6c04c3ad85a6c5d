import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../../src/commands/context.js'
import { whenUnlocked } from '../../../src/commands/running/patience.js'
import { noteRun, plannedRun } from '../../../src/commands/running/record.js'
import { SessionError } from '../../../src/errors.js'
import type { Session } from '../../../src/model.js'
import { acquireLock } from '../../../src/session/lock.js'
import { readSessionFile } from '../../../src/session/store.js'
import { NEW_ID, OLD_ID, sampleSession, temporaryFolder, writeTree } from '../../session/sample.js'

function contextOf(directory: string, told: string[] = []): CommandContext {
  return {
    directory,
    configPath: 'config.yml',
    now: Date.now,
    random: (bytes: number) => new Uint8Array(bytes),
    signal: new AbortController().signal,
    report: (event: { text?: string }) => void told.push(event.text ?? ''),
  } as unknown as CommandContext
}

async function folderWith(change: Partial<Session>): Promise<string> {
  const directory = await temporaryFolder()
  await writeTree(directory, {
    'session.json': JSON.stringify(sampleSession({ state: 'running', ...change })),
  })
  return directory
}

const kept = async (directory: string): Promise<Session['run']> =>
  (await readSessionFile(directory, 'session.json'))?.run

describe('noteRun', () => {
  it('adds to what is known of the job, and lets the lock go', async () => {
    const directory = await folderWith({ run: plannedRun(['./x', '--password', 'abc']) })
    await noteRun(contextOf(directory), OLD_ID, { startedMs: 5 })
    await noteRun(contextOf(directory), OLD_ID, { endedMs: 9, exitCode: 3 })
    expect(await kept(directory)).toEqual({
      command: ['./x', '--password', '***'],
      startedMs: 5,
      endedMs: 9,
      exitCode: 3,
      signal: null,
      leaseEndMs: null,
    })
  })

  it('leaves another session alone', async () => {
    const directory = await folderWith({ id: NEW_ID, run: plannedRun(['./other']) })
    await noteRun(contextOf(directory), OLD_ID, { exitCode: 3 })
    expect(await kept(directory)).toMatchObject({ command: ['./other'], exitCode: null })
  })
})

describe('a session.json', () => {
  it('without a job is read as before, and none is added', async () => {
    const session = await readSessionFile(await folderWith({}), 'session.json')
    expect(session).not.toHaveProperty('run')
  })
})

describe('whenUnlocked', () => {
  it('waits until another command lets the lock go, and says for whom', async () => {
    const directory = await folderWith({})
    const lock = await acquireLock(directory, { command: 'stop', now: new Date() })
    const told: string[] = []
    const taking = whenUnlocked(contextOf(directory, told), new AbortController().signal, async () => {
      const own = await acquireLock(directory, { command: 'run', now: new Date() })
      await own.release()
      return 'done'
    })
    setTimeout(() => void lock.release(), 250)
    expect(await taking).toBe('done')
    expect(told).toEqual(['waiting for "clusterp stop", which works here'])
  })

  it('gives the failure of the work itself after one more try', async () => {
    const directory = await folderWith({})
    let count = 0
    const work = async (): Promise<never> => {
      count++
      throw new SessionError('there is no session')
    }
    await expect(whenUnlocked(contextOf(directory), new AbortController().signal, work)).rejects.toThrow(
      'there is no session',
    )
    expect(count).toBe(2)
  })

  it('ends when it is given up, or its time is over', async () => {
    const directory = await folderWith({})
    const lock = await acquireLock(directory, { command: 'stop', now: new Date() })
    const work = async (): Promise<void> => {
      const own = await acquireLock(directory, { command: 'run', now: new Date() })
      await own.release()
    }
    const context = contextOf(directory)
    await expect(whenUnlocked(context, AbortSignal.abort(), work)).rejects.toThrow('in use')
    await expect(whenUnlocked(context, new AbortController().signal, work, Date.now() + 300)).rejects.toThrow(
      'in use',
    )
    await lock.release()
  })
})
