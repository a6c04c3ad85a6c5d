import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSession } from '../../../src/commands/comparing/find-session.js'
import { ConfigError } from '../../../src/errors.js'
import { temporaryFolder, writeTree } from '../../session/sample.js'

const OLD = '20261119-080000-0badcafe'
const OLDER = '20261118-080000-0badcafe'

async function folderOfSessions(): Promise<string> {
  const folder = await temporaryFolder()
  await writeTree(folder, {
    [`sessions/${OLD}/raw/cpu/n1`]: '',
    [`sessions/${OLDER}/raw/cpu/n1`]: '',
    'runs/threads-8/config.yml': '',
    'notes.txt': '',
  })
  return folder
}

describe('findSession', () => {
  it('takes a folder, an archived session by its path, or by its id alone', async () => {
    const folder = await folderOfSessions()
    expect(await findSession(folder, 'runs/threads-8')).toBe(join(folder, 'runs/threads-8'))
    expect(await findSession(folder, `sessions/${OLD}/`)).toBe(join(folder, 'sessions', OLD))
    expect(await findSession(folder, OLDER)).toBe(join(folder, 'sessions', OLDER))
    expect(await findSession(folder, '.')).toBe(folder)
  })

  it('refuses anything else with the near match among folders and sessions', async () => {
    const folder = await folderOfSessions()
    const problem = async (word: string): Promise<string> => {
      const thrown = await findSession(folder, word).catch((error: unknown) => error)
      expect(thrown).toBeInstanceOf(ConfigError)
      return (thrown as Error).message
    }
    expect(await problem('runs/thraeds-8')).toContain('did you mean "runs/threads-8"?')
    expect(await problem('20261119-080000-0badcaff')).toContain(`did you mean "${OLD}"?`)
    expect(await problem('notes.txt')).toContain('is no folder and no session')
    expect(await problem('nowhere/at/all')).not.toContain('did you mean')
  })
})
