import { describe, expect, it } from 'vitest'
import type { CommandContext, ReportEvent } from '../../src/commands/context.js'
import { markCommand } from '../../src/commands/mark.js'
import type { SessionState } from '../../src/model.js'
import { acquireLock } from '../../src/session/lock.js'
import { readMarks } from '../../src/session/marks.js'
import { OLD_ID, readTree, sampleSession, temporaryFolder, writeTree } from '../session/sample.js'

const NOW_MS = Date.UTC(2026, 10, 20, 12, 4, 5, 678)

function contextOf(
  directory: string,
  events: ReportEvent[] = [],
  env: Readonly<Record<string, string>> = {},
): CommandContext {
  return {
    directory,
    env,
    now: () => NOW_MS,
    zoneOffsetMinutes: () => 60,
    report: (event: ReportEvent) => events.push(event),
  } as unknown as CommandContext
}

async function folderWith(state: SessionState, file = 'session.json'): Promise<string> {
  const directory = await temporaryFolder()
  await writeTree(directory, { [file]: JSON.stringify(sampleSession({ state })) })
  return directory
}

describe('mark', () => {
  it('notes its words, joined by blanks, and says when', async () => {
    const directory = await folderWith('running')
    const result = await markCommand(contextOf(directory), ['load', 'data'])
    expect((await readMarks(directory)).marks).toEqual([{ atMs: NOW_MS, text: 'load data' }])
    expect(result).toMatchObject({
      exitCode: 0,
      blocks: [{ kind: 'line', text: 'Marked "load data" at 2026-11-20 13:04:05 +0100.' }],
      json: { mark: { atMs: NOW_MS, text: 'load data' } },
    })
  })

  it('inside a job leaves stdout to the job, and keeps its object for --json', async () => {
    const directory = await folderWith('running')
    const events: ReportEvent[] = []
    const inJob = contextOf(directory, events, { CLUSTERP_SESSION: directory })
    expect(await markCommand(inJob, ['train'])).toMatchObject({
      exitCode: 0,
      blocks: [],
      json: { mark: { atMs: NOW_MS, text: 'train' } },
    })
    expect(events).toEqual([{ kind: 'info', text: 'Marked "train" at 2026-11-20 13:04:05 +0100.' }])
    const elsewhere = contextOf(directory, events, { CLUSTERP_SESSION: '/another' })
    expect((await markCommand(elsewhere, ['x'])).blocks).toHaveLength(1)
    expect(events).toHaveLength(1)
  })

  it('needs no lock', async () => {
    const directory = await folderWith('stopping')
    const lock = await acquireLock(directory, { command: 'stop', now: new Date() })
    await markCommand(contextOf(directory), ['late'])
    await lock.release()
    expect((await readMarks(directory)).marks).toHaveLength(1)
  })

  it('notes also what comes while the session is being started', async () => {
    const directory = await folderWith('starting', 'session.starting.json')
    await markCommand(contextOf(directory), ['early'])
    expect((await readMarks(directory)).marks).toHaveLength(1)
  })

  it('keeps control characters out, and cuts at 300', async () => {
    const directory = await folderWith('running')
    await markCommand(contextOf(directory), ['a\u001b[31m\nb', 'x'.repeat(400)])
    const [mark] = (await readMarks(directory)).marks
    expect(mark?.text).toBe(`a [31m b ${'x'.repeat(291)}`)
  })

  it.each(['stopped', 'failed'] as const)(
    'warns and notes nothing in a session that is %s',
    async (state) => {
      const directory = await folderWith(state)
      const events: ReportEvent[] = []
      const result = await markCommand(contextOf(directory, events), ['x'])
      expect(result).toMatchObject({ exitCode: 0, blocks: [], json: { mark: null } })
      expect(events).toEqual([
        {
          kind: 'warning',
          text: `mark: nothing is recording: session ${OLD_ID} is ${state}; the mark was not noted`,
        },
      ])
      expect(Object.keys(await readTree(directory))).toEqual(['session.json'])
    },
  )

  it('warns where there is no session, and makes nothing there', async () => {
    const directory = await temporaryFolder()
    const events: ReportEvent[] = []
    expect(await markCommand(contextOf(directory, events), ['x'])).toMatchObject({ exitCode: 0 })
    expect(events).toMatchObject([
      { kind: 'warning', text: expect.stringContaining('there is no session in') },
    ])
    expect(await readTree(directory)).toEqual({})
  })

  it.each([[[]], [['']], [[' ', '\t']]])('refuses %j, which says nothing', async (words) => {
    const directory = await folderWith('running')
    await expect(markCommand(contextOf(directory), words)).rejects.toMatchObject({ exitCode: 2 })
  })
})
