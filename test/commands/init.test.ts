import { chmod, link, lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../src/commands/context.js'
import { initCommand } from '../../src/commands/init.js'
import { temporaryFolder } from '../session/sample.js'

const OF_ONE_HOST = { hosts: ['node1'], isForced: false, discovers: false }

const contextOf = (configPath: string): CommandContext =>
  ({ configPath, flags: {}, env: {} }) as unknown as CommandContext

async function withConfig(text: string): Promise<string> {
  const path = join(await temporaryFolder(), 'config.yml')
  await writeFile(path, text)
  await chmod(path, 0o644)
  return path
}

describe('init', () => {
  it('writes a file that only its owner can read', async () => {
    const path = join(await temporaryFolder(), 'config.yml')
    expect(await initCommand(contextOf(path), OF_ONE_HOST)).toMatchObject({ exitCode: 0 })
    expect(await readFile(path, 'utf8')).toContain('node1')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('leaves a file that is there as it is', async () => {
    const path = await withConfig('mine\n')
    await expect(initCommand(contextOf(path), OF_ONE_HOST)).rejects.toThrow('is there already')
    expect(await readFile(path, 'utf8')).toBe('mine\n')
  })

  it('with --force puts a whole file in place of the old one, which is never cut, and makes it private', async () => {
    const path = await withConfig('mine\n')
    // What was there is written over by no step: it lives on under its other name.
    await link(path, `${path}.old`)
    await initCommand(contextOf(path), { ...OF_ONE_HOST, isForced: true })
    expect(await readFile(path, 'utf8')).toContain('node1')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(`${path}.old`, 'utf8')).toBe('mine\n')
  })

  it('with --force follows a link', async () => {
    const path = join(await temporaryFolder(), 'config.yml')
    const target = join(await temporaryFolder(), 'shared.yml')
    await symlink(target, path)
    for (let turn = 0; turn < 2; turn++) {
      await initCommand(contextOf(path), { ...OF_ONE_HOST, isForced: true })
      expect((await lstat(path)).isSymbolicLink()).toBe(true)
      expect(await readFile(target, 'utf8')).toContain('node1')
    }
  })

  it('says of a folder in place of the file what is wrong', async () => {
    const path = join(await temporaryFolder(), 'config.yml')
    await mkdir(path)
    await expect(initCommand(contextOf(path), { ...OF_ONE_HOST, isForced: true })).rejects.toThrow(
      'a folder is where a file should be',
    )
  })
})
