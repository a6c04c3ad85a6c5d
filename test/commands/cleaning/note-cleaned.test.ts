import { describe, expect, it } from 'vitest'
import { noteCleaned } from '../../../src/commands/cleaning/note-cleaned.js'
import type { CommandContext } from '../../../src/commands/context.js'
import type { HostState, Session, SessionState } from '../../../src/model.js'
import { readSession } from '../../../src/session/store.js'
import {
  NEW_ID,
  OLD_ID,
  sampleHost,
  sampleSession,
  temporaryFolder,
  writeTree,
} from '../../session/sample.js'

const STOPPED_MS = 1_773_480_500_000
const LOST = 'its data were removed by clean before they were fetched'

function contextOf(directory: string): CommandContext {
  return { directory, now: () => STOPPED_MS } as unknown as CommandContext
}

/** A folder whose session.json, at `path`, has hosts in these states. */
async function folderWith(
  state: SessionState,
  hostStates: readonly HostState[],
  path = 'session.json',
): Promise<string> {
  const directory = await temporaryFolder()
  const hosts = hostStates.map((host, index) => ({
    ...sampleHost(`node${index + 1}`, index + 1),
    state: host,
    error: host === 'pending' ? { message: 'connect: no answer', hint: null } : null,
  }))
  await writeTree(directory, { [path]: JSON.stringify(sampleSession({ state, hosts })) })
  return directory
}

async function sessionAt(directory: string): Promise<Session> {
  const stored = await readSession(directory)
  if (stored === null) throw new Error(`no session in ${directory}`)
  return stored.session
}

describe('noteCleaned', () => {
  it('calls data lost that were never fetched, and forgets why they were not', async () => {
    const directory = await folderWith('stopped', ['cleaned', 'pending'])
    await noteCleaned(contextOf(directory), 'node2', OLD_ID)
    const { hosts, state } = await sessionAt(directory)
    expect(state).toBe('stopped')
    expect(hosts[1]).toMatchObject({ state: 'cleaned', problems: [LOST], error: null })
    expect(hosts[0]?.problems).toEqual([])
  })

  it('calls nothing lost that was fetched before', async () => {
    const directory = await folderWith('stopped', ['pulled'])
    await noteCleaned(contextOf(directory), 'node1', OLD_ID)
    expect((await sessionAt(directory)).hosts).toMatchObject([{ state: 'cleaned', problems: [] }])
  })

  it('ends a session when its last host is clean, and not before', async () => {
    const directory = await folderWith('running', ['running', 'running'])
    await noteCleaned(contextOf(directory), 'node1', OLD_ID)
    expect(await sessionAt(directory)).toMatchObject({ state: 'running', stoppedMs: null })
    await noteCleaned(contextOf(directory), 'node2', OLD_ID)
    expect(await sessionAt(directory)).toMatchObject({ state: 'stopped', stoppedMs: STOPPED_MS })
  })

  it('finds a session that was archived', async () => {
    const path = `sessions/${OLD_ID}`
    const directory = await folderWith('stopped', ['pending'], `${path}/session.json`)
    await noteCleaned(contextOf(directory), 'node1', OLD_ID)
    expect((await sessionAt(`${directory}/${path}`)).hosts).toMatchObject([{ state: 'cleaned' }])
  })

  it('changes nothing for a session or a host that is not recorded here', async () => {
    const directory = await folderWith('stopped', ['pending'])
    await noteCleaned(contextOf(directory), 'node1', NEW_ID)
    await noteCleaned(contextOf(directory), 'node9', OLD_ID)
    expect((await sessionAt(directory)).hosts).toMatchObject([{ state: 'pending', problems: [] }])
  })
})
