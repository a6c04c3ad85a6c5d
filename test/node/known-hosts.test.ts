import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  findHost,
  fingerprintOf,
  judgeKey,
  lookupName,
  parseKnownHosts,
} from '../../src/remote/ssh/known-hosts.js'
import { describeWith } from '../support/needs.js'

const HOSTS = ['node1', 'node2.cluster.org', 'login.cluster.org', 'other', 'a.b.c', '10.0.0.7', 'node12']

describeWith('ssh', 'known_hosts as ssh-keygen reads it', () => {
  let folder: string
  let file: string
  let key: Buffer
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'clusterp-keygen-'))
    file = join(folder, 'known_hosts')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, 'key')])
    const [type = '', base64 = ''] = readFileSync(join(folder, 'key.pub'), 'utf8').trim().split(' ')
    key = Buffer.from(base64, 'base64')
    const names = ['node1', '*.cluster.org,!login.cluster.org', 'a.?.c', '10.0.0.*', '[node12]:2222']
    writeFileSync(file, names.map((name) => `${name} ${type} ${base64}\n`).join(''))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const ours = (host: string, port: number): boolean => {
    const lines = parseKnownHosts(readFileSync(file, 'utf8'), file)
    const { name } = lookupName(host, port, null)
    return judgeKey(findHost(lines, { name, plainName: null }), key).kind === 'known'
  }
  const theirs = (host: string, port: number): boolean =>
    spawnSync('ssh-keygen', ['-F', lookupName(host, port, null).name, '-f', file]).status === 0

  it('finds the same hosts, on port 22 and another', () => {
    for (const port of [22, 2222]) {
      for (const host of HOSTS)
        expect([host, port, ours(host, port)]).toEqual([host, port, theirs(host, port)])
    }
    expect(HOSTS.filter((host) => ours(host, 22))).toEqual([
      'node1',
      'node2.cluster.org',
      'a.b.c',
      '10.0.0.7',
    ])
  })

  it('finds them when ssh-keygen has hashed the names', () => {
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
    expect(readFileSync(file, 'utf8')).toContain('|1|')
    expect(ours('node1', 22)).toBe(true)
    expect(ours('node12', 2222)).toBe(true)
    for (const host of HOSTS) expect([host, ours(host, 22)]).toEqual([host, theirs(host, 22)])
  })

  it('gives a key the same fingerprint', () => {
    const printed = execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'key.pub')], { encoding: 'utf8' })
    expect(printed.split(' ')[1]).toBe(fingerprintOf(key))
  })
})
