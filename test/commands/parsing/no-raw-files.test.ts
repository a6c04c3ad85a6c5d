import { describe, expect, it } from 'vitest'
import { noRawFiles } from '../../../src/commands/parsing/no-raw-files.js'
import { OLD_ID, sampleSession } from '../../session/sample.js'

describe('a folder without raw files', () => {
  it('says that its session still runs, and how to end it', () => {
    expect(noRawFiles('/x/raw', sampleSession({ state: 'running' }))).toMatchObject({
      message: `parse: there are no raw files in /x/raw: session ${OLD_ID} still runs, and its data are on the nodes`,
      hint: 'end it and fetch them: clusterp stop --with-parse',
      exitCode: 1,
    })
  })

  it.each([null, sampleSession({ state: 'stopped' })])('says of no running session', (session) => {
    expect(noRawFiles('/x/raw', session)).toMatchObject({
      message: 'parse: there are no raw files in /x/raw',
      hint: 'fetch them: clusterp stop',
    })
  })
})
