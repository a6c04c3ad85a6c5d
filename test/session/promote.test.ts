import { mkdir, readdir, readFile, readlink, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionError } from '../../src/errors.js'
import type { SessionState } from '../../src/model.js'
import type { ArchiveOptions } from '../../src/session/archive.js'
import { discardStarting, keepFailed, promoteStarting, recoverPromotion } from '../../src/session/promote.js'
import {
  countingRandom,
  NEW_ID,
  OLD_ID,
  readTree,
  sampleSession,
  temporaryFolder,
  writeTree,
} from './sample.js'

const NEW_CREATED = Date.UTC(2026, 2, 14, 11, 30, 0)
// 2026-03-10 08:00:00 UTC, and random bytes 01 01 01 01.
const RAW_TIME = new Date('2026-03-10T08:00:00Z')
const RAW_ID = '20260310-080000-01010101'

const CONFIG = 'ssh_password: geheim\nhosts: [node1]\n'
const REDACTED = 'hosts: [node1]\n'
const EARLY_MARK = '{"atMs":1773480500000,"text":"old phase"}\n'
const LATE_MARK = `{"atMs":${NEW_CREATED + 500},"text":"new phase"}\n`

const oldText = json(sampleSession({ state: 'stopped' }))
const newText = json(sampleSession({ id: NEW_ID, state: 'running', createdMs: NEW_CREATED }))

/** What an earlier session leaves, but for its session.json and its marks. */
const OLD_PIECES = {
  'raw/cpu/node1': 'old raw',
  'raw/meta/node1.json': '{}',
  'parsed/cpu/node1.csv': 'old csv',
  'plot/overview.svg': '<svg/>',
  'report.html': '<html/>',
  'run.json': '{"ok":true}',
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function options(change: Partial<ArchiveOptions> = {}): ArchiveOptions {
  const redact = (text: string): string => text.replace(/^ssh_password.*\n/m, '')
  return { redact, moveLog: true, random: countingRandom(), ...change }
}

function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))
}

interface Scene {
  readonly before: Readonly<Record<string, string>>
  readonly after: Readonly<Record<string, string>>
}

const withOldSession: Scene = {
  before: {
    ...OLD_PIECES,
    'config.yml': CONFIG,
    'clusterp.log': 'old log',
    'marks.jsonl': EARLY_MARK + LATE_MARK,
    'session.json': oldText,
    'session.starting.json': newText,
    'notes.txt': 'mine',
    'sessions/20260101-000000-00000000/session.json': 'an older one',
  },
  after: {
    'config.yml': CONFIG,
    'marks.jsonl': LATE_MARK,
    'notes.txt': 'mine',
    'session.json': newText,
    'sessions/20260101-000000-00000000/session.json': 'an older one',
    ...below(`sessions/${OLD_ID}`, {
      ...OLD_PIECES,
      'clusterp.log': 'old log',
      'config.yml': REDACTED,
      'marks.jsonl': EARLY_MARK,
      'session.json': oldText,
    }),
  },
}

const withRawOnly: Scene = {
  before: { 'raw/cpu/node1': 'copied', 'config.yml': CONFIG, 'session.starting.json': newText },
  after: {
    'config.yml': CONFIG,
    'session.json': newText,
    ...below(`sessions/${RAW_ID}`, { 'raw/cpu/node1': 'copied', 'config.yml': REDACTED }),
  },
}

const withNothing: Scene = {
  before: { 'config.yml': CONFIG, 'session.starting.json': newText, 'marks.jsonl': LATE_MARK },
  after: { 'config.yml': CONFIG, 'session.json': newText, 'marks.jsonl': LATE_MARK },
}

async function setUp(scene: Scene): Promise<string> {
  const folder = await temporaryFolder()
  await writeTree(folder, scene.before)
  if ('raw/cpu/node1' in scene.before) await utimes(join(folder, 'raw'), RAW_TIME, RAW_TIME)
  return folder
}

class Killed extends Error {}

/** Options whose n-th step ends everything, as a kill would. */
function killedAt(step: number): ArchiveOptions {
  let steps = 0
  return options({
    onStep: () => {
      if (steps++ === step) throw new Killed()
    },
  })
}

/** Options that end everything after the first step whose name ends so. */
function killedAfter(ending: string): ArchiveOptions {
  return options({
    onStep: (step) => {
      if (step.endsWith(ending)) throw new Killed()
    },
  })
}

/** Kills `work` after each of its steps in turn, and says what `check` says of the folder each time. */
async function killEverywhere(
  scene: Scene,
  work: (folder: string, killed: ArchiveOptions) => Promise<unknown>,
  check: (folder: string) => Promise<void>,
): Promise<number> {
  for (let step = 0; ; step++) {
    const folder = await setUp(scene)
    try {
      await work(folder, killedAt(step))
      return step
    } catch (error) {
      if (!(error instanceof Killed)) throw error
    }
    await check(folder)
  }
}

describe('promoteStarting', () => {
  it.each([
    ['an earlier session', withOldSession, OLD_ID, 10],
    ['raw files without a session', withRawOnly, RAW_ID, 4],
    ['nothing', withNothing, null, 0],
  ])('puts the new session in the place of %s', async (_, scene, archivedId, leastSteps) => {
    const folder = await setUp(scene)
    const steps: string[] = []
    expect(await promoteStarting(folder, options({ onStep: (step) => steps.push(step) }))).toBe(archivedId)
    expect(await readTree(folder)).toEqual(scene.after)
    expect(steps.length).toBeGreaterThan(leastSteps)
    // Again: nothing more to do.
    expect(await promoteStarting(folder, options())).toBeNull()
    expect(await recoverPromotion(folder, options())).toEqual({ archived: [], promoted: null })
    expect(await readTree(folder)).toEqual(scene.after)
  })

  it.each([
    ['an earlier session', withOldSession],
    ['raw files without a session', withRawOnly],
    ['nothing', withNothing],
  ])('killed at any step in place of %s, is finished by the next command', async (_, scene) => {
    const steps = await killEverywhere(scene, promoteStarting, async (folder) => {
      await recoverPromotion(folder, options())
      expect(await readTree(folder)).toEqual(scene.after)
      expect(await recoverPromotion(folder, options())).toEqual({ archived: [], promoted: null })
      expect(await readTree(folder)).toEqual(scene.after)
    })
    expect(steps).toBeGreaterThan(0)
  })

  it('killed, and the recovery killed at any of its steps too, loses nothing', async () => {
    const total = await killEverywhere(withOldSession, promoteStarting, async () => {})
    // Every third: each of them tries all steps of the recovery.
    for (let first = 0; first < total; first += 3) {
      await killEverywhere(
        withOldSession,
        async (folder, killed) => {
          await promoteStarting(folder, killedAt(first)).catch(() => null)
          await recoverPromotion(folder, killed)
        },
        async (folder) => {
          await promoteStarting(folder, options())
          expect(await readTree(folder)).toEqual(withOldSession.after)
        },
      )
    }
  })

  it('holds the whole session, its session.json last, when it gets its name', async () => {
    const folder = await setUp(withOldSession)
    const steps: string[] = []
    await promoteStarting(folder, options({ onStep: (step) => steps.push(step.replace(`${folder}/`, '')) }))
    expect(steps).toContain('copied config.yml')
    expect(steps.slice(-3)).toEqual(['moved session.json', `finished ${OLD_ID}`, 'put session.json in place'])
    expect(steps[0]).toBe(`made ${OLD_ID}.part`)
  })

  it('leaves the log in place when the running command has it open', async () => {
    const folder = await setUp(withOldSession)
    await promoteStarting(folder, options({ moveLog: false }))
    const tree = await readTree(folder)
    expect(tree['clusterp.log']).toBe('old log')
    expect(tree).not.toHaveProperty([`sessions/${OLD_ID}/clusterp.log`])
  })

  it('copies the config from where it was read', async () => {
    const folder = await setUp(withOldSession)
    const configPath = join(folder, 'other.yml')
    await writeFile(configPath, 'ssh_password: x\nother: true\n')
    await promoteStarting(folder, options({ configPath }))
    expect((await readTree(folder))[`sessions/${OLD_ID}/config.yml`]).toBe('other: true\n')
  })

  it('moves nothing when the secrets cannot be taken out of the config', async () => {
    const folder = await setUp(withOldSession)
    const redact = (): string => {
      throw new Error('line 3: not YAML')
    }
    await expect(promoteStarting(folder, options({ redact }))).rejects.toThrow('line 3')
    expect(await readTree(folder)).toEqual(withOldSession.before)
  })

  it('keeps both when the earlier session was archived before under the same id', async () => {
    const folder = await setUp(withOldSession)
    await writeTree(folder, { [`sessions/${OLD_ID}/session.json`]: 'a copy' })
    const id = await promoteStarting(folder, options())
    expect(id).toBe('20260314-092653-01010101')
    const tree = await readTree(folder)
    expect(tree[`sessions/${OLD_ID}/session.json`]).toBe('a copy')
    expect(tree[`sessions/${id}/session.json`]).toBe(oldText)
  })

  it.each(['starting', 'running', 'stopping'] as const)(
    'refuses to move a session that is %s',
    async (state) => {
      const before = { ...withOldSession.before, 'session.json': json(sampleSession({ state })) }
      const folder = await setUp({ ...withOldSession, before })
      const promotion = promoteStarting(folder, options())
      await expect(promotion).rejects.toThrow(SessionError)
      await expect(promotion).rejects.toThrow(`is still ${state}`)
      expect(await readTree(folder)).toEqual(before)
    },
  )

  it.each(['starting', 'failed'] as const)('does not put a session in place that is %s', async (state) => {
    const before = {
      ...withOldSession.before,
      'session.starting.json': json(sampleSession({ id: NEW_ID, state })),
    }
    const folder = await setUp({ ...withOldSession, before })
    await expect(promoteStarting(folder, options())).rejects.toThrow(`while it is ${state}`)
    expect(await recoverPromotion(folder, options())).toEqual({ archived: [], promoted: null })
    expect(await readTree(folder)).toEqual(before)
  })

  it('says so when no session is being started', async () => {
    const folder = await temporaryFolder()
    await expect(promoteStarting(folder, options())).rejects.toThrow('no session is being started')
  })

  it('keeps a raw folder that lies elsewhere reachable, also when killed between', async () => {
    const check = async (folder: string): Promise<void> => {
      await recoverPromotion(folder, options())
      const archived = join(folder, 'sessions', OLD_ID)
      expect(await readFile(join(archived, 'raw/cpu/node1'), 'utf8')).toBe('on the big disk')
      expect(await readdir(folder)).not.toContain('raw')
    }
    const scene = { before: { 'session.json': oldText, 'session.starting.json': newText }, after: {} }
    const work = async (folder: string, killed: ArchiveOptions): Promise<void> => {
      await writeTree(folder, { 'big disk/raw/cpu/node1': 'on the big disk' })
      await symlink('big disk/raw', join(folder, 'raw'))
      await promoteStarting(folder, killed)
      await check(folder)
    }
    await killEverywhere(scene, work, check)
  })

  it('removes the second link when killed after making the first', async () => {
    const folder = await setUp(withNothing)
    await writeTree(folder, { 'big/cpu/node1': 'x', 'session.json': oldText })
    await symlink('big', join(folder, 'raw'))
    await mkdir(join(folder, `sessions/${OLD_ID}.part`), { recursive: true })
    await symlink(join(folder, 'big'), join(folder, `sessions/${OLD_ID}.part/raw`))
    await recoverPromotion(folder, options())
    expect(await readlink(join(folder, `sessions/${OLD_ID}/raw`))).toBe(join(folder, 'big'))
    expect(await readdir(folder)).not.toContain('raw')
  })

  it('does not mix new files into an archive that has its own', async () => {
    const folder = await setUp(withOldSession)
    await expect(promoteStarting(folder, killedAfter('/raw'))).rejects.toThrow(Killed)
    await writeTree(folder, { 'raw/cpu/node1': 'new raw' })
    await recoverPromotion(folder, options())
    const tree = await readTree(folder)
    expect(tree['raw/cpu/node1']).toBe('new raw')
    expect(tree[`sessions/${OLD_ID}/raw/cpu/node1`]).toBe('old raw')
  })

  it('adds nothing to an archive that lacks only its name', async () => {
    const { 'clusterp.log': _, ...before } = withOldSession.before
    const folder = await setUp({ ...withOldSession, before })
    await expect(promoteStarting(folder, killedAfter('/session.json'))).rejects.toThrow(Killed)
    await writeTree(folder, { 'clusterp.log': 'new log' })
    await promoteStarting(folder, options())
    expect(await readTree(folder)).toMatchObject({ 'clusterp.log': 'new log', 'session.json': newText })
    expect(await readdir(join(folder, 'sessions', OLD_ID))).not.toContain('clusterp.log')
  })

  it('goes on with the config that was copied before the kill, whatever it is now', async () => {
    const folder = await setUp(withOldSession)
    await expect(promoteStarting(folder, killedAfter('config.yml'))).rejects.toThrow(Killed)
    await writeFile(join(folder, 'config.yml'), 'other: true\n')
    await recoverPromotion(folder, options())
    expect((await readTree(folder))[`sessions/${OLD_ID}/config.yml`]).toBe(REDACTED)
  })

  it('removes the half of a config copy that a kill left', async () => {
    const folder = await setUp(withOldSession)
    await writeTree(folder, { [`sessions/${OLD_ID}.part/config.yml.part-0badcafe`]: 'hal' })
    await recoverPromotion(folder, options())
    expect(await readTree(folder)).toEqual(withOldSession.after)
  })

  it('says so when a file is where sessions/ should be', async () => {
    const before = { 'session.json': oldText, 'session.starting.json': newText, sessions: '' }
    const folder = await setUp({ before, after: {} })
    const promotion = promoteStarting(folder, options())
    await expect(promotion).rejects.toThrow(SessionError)
    await expect(promotion).rejects.toThrow('a file is where a folder should be')
    expect(await readTree(folder)).toEqual(before)
  })
})

describe('recoverPromotion', () => {
  it('leaves a folder alone in which nothing was interrupted', async () => {
    const before = { ...OLD_PIECES, 'session.json': oldText }
    const folder = await setUp({ before, after: {} })
    await mkdir(join(folder, 'sessions/mine.part'), { recursive: true })
    expect(await recoverPromotion(folder, options())).toEqual({ archived: [], promoted: null })
    expect(await readTree(folder)).toEqual(before)
  })

  it('says what it finished', async () => {
    const folder = await setUp(withOldSession)
    await promoteStarting(folder, killedAfter('/plot')).catch(() => null)
    expect(await recoverPromotion(folder, options())).toEqual({ archived: [OLD_ID], promoted: NEW_ID })
  })
})

describe('discardStarting', () => {
  it('leaves the folder as it was before the start, also when repeated', async () => {
    const folder = await setUp(withOldSession)
    await discardStarting(folder)
    await discardStarting(folder)
    const { 'session.starting.json': _, ...rest } = withOldSession.before
    expect(await readTree(folder)).toEqual(rest)
  })
})

describe('keepFailed', () => {
  function failedScene(state: SessionState): Scene {
    const text = json(sampleSession({ id: NEW_ID, state }))
    const { 'session.starting.json': _, ...rest } = withOldSession.before
    return {
      before: { ...rest, 'session.starting.json': text },
      after: { ...rest, ...below(`sessions/${NEW_ID}`, { 'session.json': text, 'config.yml': REDACTED }) },
    }
  }

  it('archives the failed start and leaves the earlier session in place', async () => {
    const scene = failedScene('failed')
    const folder = await setUp(scene)
    expect(await keepFailed(folder, options())).toBe(NEW_ID)
    expect(await readTree(folder)).toEqual(scene.after)
  })

  it('killed at any step, is finished by the next command', async () => {
    const scene = failedScene('failed')
    const steps = await killEverywhere(scene, keepFailed, async (folder) => {
      await recoverPromotion(folder, options())
      expect(await readTree(folder)).toEqual(scene.after)
    })
    expect(steps).toBe(4)
  })

  it('refuses a session that did not fail', async () => {
    const scene = failedScene('running')
    const folder = await setUp(scene)
    await expect(keepFailed(folder, options())).rejects.toThrow('there is none')
    expect(await readTree(folder)).toEqual(scene.before)
  })
})
