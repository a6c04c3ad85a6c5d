import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../../../src/commands/running/find-program.js'
import { temporaryFolder, writeTree } from '../../session/sample.js'

/** `one/job` may be run, `two/job` may not, `two/folder` is no file. */
async function folders(): Promise<string> {
  const root = await temporaryFolder()
  await writeTree(root, { 'one/job': '#!/bin/sh\n', 'two/job': '', 'two/data': '' })
  await mkdir(join(root, 'two/folder'))
  await chmod(join(root, 'one/job'), 0o755)
  return root
}

describe('findProgram', () => {
  it('finds by path, and by name in the folders of PATH', async () => {
    const root = await folders()
    await expect(findProgram(`${root}/one/job`, undefined)).resolves.toBeUndefined()
    await expect(findProgram('job', `/nonexistent:${root}/one`)).resolves.toBeUndefined()
    await expect(findProgram('sh', undefined)).resolves.toBeUndefined()
  })

  it('passes over one in an earlier folder that may not be executed, as execvp does', async () => {
    const root = await folders()
    await expect(findProgram('job', `${root}/two:${root}/one`)).resolves.toBeUndefined()
  })

  it.each([
    ['one/nope', 127, 'there is no program'],
    ['one/job/x', 127, 'there is no program'],
    ['two/data', 126, 'may not be executed'],
    ['two/folder', 126, 'is a folder'],
  ])('ends with the code of sh for %s', async (path, exitCode, sentence) => {
    const root = await folders()
    await expect(findProgram(`${root}/${path}`, '/bin')).rejects.toMatchObject({
      exitCode,
      message: expect.stringContaining(sentence),
    })
  })

  it('ends with the code of sh for a name that PATH does not lead to', async () => {
    const root = await folders()
    await expect(findProgram('nope', `${root}/one`)).rejects.toMatchObject({ exitCode: 127, hint: null })
    await expect(findProgram('job', `${root}/two`)).rejects.toMatchObject({ exitCode: 126 })
  })
})
