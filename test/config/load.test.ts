import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig, readConfigIfAny } from '../../src/config/config.js'

let folder = ''
let path = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clusterp-config-'))
  path = join(folder, 'config.yml')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const load = (flags = {}, from = path) => loadConfig({ path: from, env: {}, flags })

describe('loadConfig', () => {
  it('reads and resolves the file', async () => {
    const text = 'hosts: [a]\n'
    await writeFile(path, text, { mode: 0o644 })
    const loaded = await load({ interval: '3' })
    expect(loaded).toMatchObject({ path, text, warnings: [], config: { intervalSec: 3 } })
  })

  it('makes the configuration of --hosts when there is no file', async () => {
    const loaded = await load({ hosts: 'a,b' })
    expect(loaded).toMatchObject({ path: null, text: null, config: { filesystems: { kind: 'auto' } } })
    expect(loaded.config.hosts).toHaveLength(2)
  })

  it('points to init when there is neither file nor --hosts', async () => {
    await expect(load()).rejects.toMatchObject({
      exitCode: 2,
      message: `reading ${path}: there is no such file, and no --hosts was given`,
      hint: expect.stringContaining('clusterp init'),
    })
    await expect(load({}, join(path, 'deeper'))).rejects.toMatchObject({ exitCode: 2 })
  })

  it('warns about a password that others can read, and only then', async () => {
    await writeFile(path, 'hosts: [a]\nssh_password: hunter2\n')
    await chmod(path, 0o640)
    const { warnings } = await load()
    expect(warnings).toEqual([
      `${path} holds a password and others can read it (mode 640): chmod 600 ${path}`,
    ])
    await chmod(path, 0o600)
    expect((await load()).warnings).toEqual([])
    await writeFile(path, 'hosts: [a]\nssh_password_env: X\n')
    await chmod(path, 0o644)
    expect((await load()).warnings).toEqual([])
  })

  it('tells what it cannot read', async () => {
    await writeFile(path, Buffer.from([0x68, 0xff, 0xfe, 0x00]))
    await expect(load()).rejects.toMatchObject({
      exitCode: 2,
      message: `reading ${path}: it is not UTF-8 text`,
    })
    await expect(load({}, folder)).rejects.toMatchObject({ message: `reading ${folder}: it is a directory` })
    await writeFile(path, Buffer.alloc(4_000_001, 0x23))
    await expect(load()).rejects.toMatchObject({ message: expect.stringContaining('it has 4000001 bytes') })
  })

  it('names the file in its problems', async () => {
    await writeFile(path, 'hosts: [a]\ninterval: 0')
    await expect(load()).rejects.toMatchObject({
      problems: [`${path}: interval: must be a whole number of seconds, 1 or more, got 0`],
    })
  })
})

describe('readConfigIfAny', () => {
  it('is null when there is neither file nor --hosts', async () => {
    expect(await readConfigIfAny({ path, env: {}, flags: {} })).toBeNull()
    expect(await readConfigIfAny({ path, env: {}, flags: { hosts: 'a' } })).not.toBeNull()
    await mkdir(join(folder, 'x'))
    expect(await readConfigIfAny({ path: join(folder, 'x', 'y', 'z'), env: {}, flags: {} })).toBeNull()
  })
})
