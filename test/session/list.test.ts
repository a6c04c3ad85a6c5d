import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listSessions } from '../../src/session/list.js'
import { writeSession } from '../../src/session/store.js'
import { NEW_ID, OLD_ID, sampleSession, temporaryFolder, writeTree } from './sample.js'

describe('listSessions', () => {
  it('is empty for an empty folder', async () => {
    expect(await listSessions(await temporaryFolder())).toEqual({ sessions: [], warnings: [] })
  })

  it('gives the session in place first, then the archived ones, newest first', async () => {
    const folder = await temporaryFolder()
    const archived = join(folder, 'sessions', OLD_ID)
    const newer = '20260314-100000-00000000'
    await mkdir(archived, { recursive: true })
    await writeSession(
      folder,
      sampleSession({ id: NEW_ID, name: 'second', state: 'running' }),
      'session.json',
    )
    await writeSession(
      archived,
      sampleSession({ state: 'stopped', startMs: 1, stoppedMs: 2 }),
      'session.json',
    )
    await writeTree(folder, {
      [`sessions/${newer}/raw/cpu/node1`]: '',
      [`sessions/${newer}/raw/disk/node2`]: '',
      'sessions/notes.txt': '',
      'sessions/something/else': '',
    })
    const createdMs = Date.UTC(2026, 2, 14, 9, 26, 53)
    expect(await listSessions(folder)).toEqual({
      warnings: [],
      sessions: [
        {
          id: NEW_ID,
          name: 'second',
          createdMs,
          startMs: null,
          stoppedMs: null,
          hostCount: 2,
          state: 'running',
          path: '.',
        },
        {
          id: newer,
          name: null,
          createdMs: Date.UTC(2026, 2, 14, 10, 0, 0),
          startMs: null,
          stoppedMs: null,
          hostCount: 2,
          state: null,
          path: `sessions/${newer}`,
        },
        {
          id: OLD_ID,
          name: null,
          createdMs,
          startMs: 1,
          stoppedMs: 2,
          hostCount: 2,
          state: 'stopped',
          path: `sessions/${OLD_ID}`,
        },
      ],
    })
  })

  it('gives the session that is being started before the one that still lies in place', async () => {
    const folder = await temporaryFolder()
    await writeSession(folder, sampleSession({ state: 'stopped' }), 'session.json')
    await writeSession(folder, sampleSession({ id: NEW_ID }), 'session.starting.json')
    expect((await listSessions(folder)).sessions.map(({ id, path }) => [id, path])).toEqual([
      [NEW_ID, '.'],
      [OLD_ID, '.'],
    ])
  })

  it('warns of a broken session file and of an unfinished archive', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, {
      'session.json': '{',
      [`sessions/${OLD_ID}/session.json`]: '{',
      [`sessions/${NEW_ID}.part/raw/cpu/node1`]: '',
    })
    const { sessions, warnings } = await listSessions(folder)
    expect(sessions.map(({ id, state }) => [id, state])).toEqual([[OLD_ID, null]])
    expect(warnings).toHaveLength(3)
    expect(warnings[0]).toContain(`${join(folder, 'session.json')}: the file is not valid JSON`)
    expect(warnings[1]).toContain(`sessions/${NEW_ID}.part`)
    expect(warnings[2]).toContain(`sessions/${OLD_ID}/session.json`)
  })
})
