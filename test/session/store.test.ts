import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionError } from '../../src/errors.js'
import { readSession, writeSession } from '../../src/session/store.js'
import { NEW_ID, readTree, sampleSession, temporaryFolder } from './sample.js'

async function refusal(folder: string): Promise<SessionError> {
  const error: unknown = await readSession(folder).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SessionError)) throw new Error('the session was not refused')
  return error
}

describe('readSession', () => {
  it('gives back what writeSession wrote', async () => {
    const folder = await temporaryFolder()
    const session = sampleSession({ name: 'first "try"\n' })
    await writeSession(folder, session, 'session.json')
    expect(await readSession(folder)).toEqual({ session, file: 'session.json' })
  })

  it('is null without a session, and without the folder', async () => {
    const folder = await temporaryFolder()
    expect(await readSession(folder)).toBeNull()
    expect(await readSession(join(folder, 'missing'))).toBeNull()
  })

  it('prefers the session that is being started', async () => {
    const folder = await temporaryFolder()
    const starting = sampleSession({ id: NEW_ID })
    await writeSession(folder, sampleSession({ state: 'stopped' }), 'session.json')
    await writeSession(folder, starting, 'session.starting.json')
    expect(await readSession(folder)).toEqual({ session: starting, file: 'session.starting.json' })
  })

  it('works through a symbolic link to the folder', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'real'))
    await symlink('real', join(folder, 'link'))
    await writeSession(join(folder, 'link'), sampleSession(), 'session.json')
    expect((await readSession(join(folder, 'real')))?.session).toEqual(sampleSession())
  })

  it('keeps keys that a later clusterp wrote', async () => {
    const folder = await temporaryFolder()
    const [host] = sampleSession().hosts
    const later = { ...sampleSession(), scheduler: 'slurm', hosts: [{ ...host, rack: 7 }] }
    await writeFile(join(folder, 'session.json'), JSON.stringify(later))
    expect((await readSession(folder))?.session).toEqual(later)
  })

  it('reads a file that an editor gave a byte order mark', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'session.json'), `\uFEFF${JSON.stringify(sampleSession())}`)
    expect((await readSession(folder))?.session).toEqual(sampleSession())
  })

  it.each([
    ['', 'the file is empty'],
    ['{"version": 1, "id"', 'not valid JSON'],
    ['[]', 'not a session file of clusterp'],
    ['null', 'not a session file of clusterp'],
    ['{"name": "clusterp", "dependencies": {}}', 'not a session file of clusterp'],
    ['{"version": 2}', 'its version is 2, this clusterp reads 1'],
    ['{"version": "1.0.0"}', 'its version is "1.0.0"'],
    ['{"version": 1}', 'id: '],
  ])('refuses %j in a sentence', async (text, sentence) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'session.json'), text)
    const error = await refusal(folder)
    expect(error.message).toContain(`reading the session: ${join(folder, 'session.json')}: `)
    expect(error.message).toContain(sentence)
    expect(error.hint).not.toBeNull()
    expect(error.exitCode).toBe(1)
  })

  it('refuses a broken session that is being started, and does not fall back on the old one', async () => {
    const folder = await temporaryFolder()
    await writeSession(folder, sampleSession({ state: 'stopped' }), 'session.json')
    await writeFile(join(folder, 'session.starting.json'), '{')
    expect((await refusal(folder)).message).toContain('session.starting.json')
  })

  const [first, second] = sampleSession().hosts
  it.each([
    [{ state: 'runing' }, 'state: '],
    [{ id: '../../etc' }, 'id: must be YYYYMMDD'],
    [{ createdMs: 'yesterday' }, 'createdMs: '],
    [{ hosts: [first, { ...second, state: 'lost' }] }, 'hosts[1].state: '],
    [{ hosts: [{ ...first, name: '../x' }] }, 'hosts[0].name: cannot name a file'],
    [{ hosts: [first, first] }, 'hosts: a host is named twice'],
    [{ hosts: [{ ...first, remotePath: 'tmp' }] }, 'hosts[0].remotePath: must begin with "/"'],
    [
      { hosts: [{ ...first, loggers: [{ name: 'sadc', pid: -1, startTicks: '1' }] }] },
      'hosts[0].loggers[0].pid',
    ],
    [
      { hosts: [{ ...first, loggers: [{ name: 'sadc', pid: 1, startTicks: '1; rm' }] }] },
      'startTicks: must be',
    ],
  ])('names the place of a wrong value: %j', async (change, sentence) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'session.json'), JSON.stringify({ ...sampleSession(), ...change }))
    expect((await refusal(folder)).message).toContain(sentence)
  })

  it('says so when a file is where the folder should be', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    expect((await refusal(join(folder, 'file'))).message).toContain('a file is where a folder should be')
  })

  it('says so when a folder is where the file should be', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'session.json'))
    expect((await refusal(folder)).message).toContain('a folder is where a file should be')
  })
})

describe('writeSession', () => {
  it('keeps the last of many calls made at once, and leaves no other file', async () => {
    const folder = await temporaryFolder()
    const names = Array.from({ length: 50 }, (_, index) => `try ${index}`)
    await Promise.all(names.map((name) => writeSession(folder, sampleSession({ name }), 'session.json')))
    expect((await readSession(folder))?.session.name).toBe('try 49')
    expect(Object.keys(await readTree(folder))).toEqual(['session.json'])
  })

  it('tries each write itself when the one before failed', async () => {
    const missing = join(await temporaryFolder(), 'missing')
    const writes = [1, 2].map(() => writeSession(missing, sampleSession(), 'session.json'))
    const errors = await Promise.all(writes.map((write) => write.catch((error: unknown) => error)))
    expect(errors[0]).toBeInstanceOf(SessionError)
    expect(errors[1]).toBeInstanceOf(SessionError)
    expect(errors[1]).not.toBe(errors[0])
  })

  it('goes on after a write that failed', async () => {
    const folder = await temporaryFolder()
    const missing = join(folder, 'later')
    await expect(writeSession(missing, sampleSession(), 'session.json')).rejects.toThrow(SessionError)
    await mkdir(missing)
    await writeSession(missing, sampleSession(), 'session.json')
    expect((await stat(join(missing, 'session.json'))).size).toBeGreaterThan(0)
  })
})
