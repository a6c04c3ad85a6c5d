import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findHost, judgeKey, lookupName } from '../../../src/remote/ssh/known-hosts.js'
import { KnownHostsStore } from '../../../src/remote/ssh/known-hosts-store.js'

// The type ssh-ed25519 and one byte.
const KEY = Buffer.from('AAAAC3NzaC1lZDI1NTE5AQ==', 'base64')
const OTHER = Buffer.from('AAAAC3NzaC1lZDI1NTE5Ag==', 'base64')

describe('the known_hosts files', () => {
  let folder: string
  let file: string
  const warnings: string[] = []
  const store = (): KnownHostsStore => new KnownHostsStore((warning) => warnings.push(warning))
  const entry = (name: string, key = KEY) => ({ file, name, keyType: 'ssh-ed25519', key })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clusterp-kh-'))
    file = join(folder, 'ssh', 'known_hosts')
    warnings.length = 0
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('get a new key in a file and folder that only the user can read', async () => {
    await store().add(entry('[node1]:2222'))
    expect(await readFile(file, 'utf8')).toBe('[node1]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AQ==\n')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'ssh'))).mode & 0o777).toBe(0o700)
  })

  it('get many keys at once, each whole and each once', async () => {
    const shared = store()
    const names = Array.from({ length: 50 }, (_, index) => `node${index}`)
    const written = await Promise.all([...names, ...names].map((name) => shared.add(entry(name))))
    expect(written).toEqual([...names.map(() => true), ...names.map(() => false)])
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    expect(lines).toEqual(names.map((name) => `${name} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AQ==`))
  })

  it('are written hashed where the other lines are', async () => {
    file = join(folder, 'hashed')
    await writeFile(
      file,
      '|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|AAAAAAAAAAAAAAAAAAAAAAAAAAA= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5Ag==',
    )
    await store().add(entry('node1'))
    const lines = (await readFile(file, 'utf8')).split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^\|1\|[^|]{28}\|[^|]{28} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AQ==$/)
    const again = await store().linesOf([file])
    expect(judgeKey(findHost(again, lookupName('node1', 22, null)), KEY).kind).toBe('known')
  })

  it('know a key at once that was just written, with its line', async () => {
    file = join(folder, 'plain')
    await writeFile(file, '# mine\nnode0 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5Ag==\n')
    const shared = store()
    await shared.linesOf([file])
    await shared.add(entry('node1'))
    const verdict = judgeKey(findHost(await shared.linesOf([file]), lookupName('node1', 22, null)), OTHER)
    expect(verdict).toMatchObject({ kind: 'changed', line: { line: 3 } })
  })

  it('that do not exist are empty, and one that cannot be read is reported once', async () => {
    const shared = store()
    expect(await shared.linesOf([file, folder])).toEqual([])
    expect(await shared.linesOf([folder])).toEqual([])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(`${folder} cannot be read`)
  })
})
