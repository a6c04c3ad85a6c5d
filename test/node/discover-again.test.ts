/** `clusterp init --discover --force HOST…` over a file that is there, and with settings from the environment. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/config/config.js'
import { clusterp, newPlace, removePlaces } from '../support/program.js'

afterAll(removePlaces)

/** Every host is this machine. */
const CONNECT = 'env NODE={host} sh'

describe.concurrent('init --discover with named hosts', () => {
  it('keeps every line of the file but the hosts and what was found, and goes the way that it names', async () => {
    const place = await newPlace(null)
    const path = join(place.directory, 'config.yml')
    const kept = `# mine\nconnect: ${CONNECT}\n`
    const after = 'interval: 7 # kept\nduration: 2h\n'
    // The old hosts are a job that is over: nobody asks for them.
    await writeFile(path, `${kept}hosts:\n  - slurm:1\nfilesystem_names: [sdz]\n${after}`, { mode: 0o600 })
    const ran = await clusterp(place, ['init', '--discover', '--force', 'node[1-2]'])
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stdout).toMatch(/Look it over, then: clusterp check\n$/)
    const text = await readFile(path, 'utf8')
    expect(text.startsWith(`${kept}hosts:\n  - node[1-2]\nfilesystem_names:`)).toBe(true)
    expect(text).toContain(after)
    expect(text).not.toContain('sdz')
  })

  it('writes down how the environment says to log in, and no password', async () => {
    const place = await newPlace(null)
    const env = { CLUSTERP_CONNECT: CONNECT, CLUSTERP_SSH_PASSWORD: 'geheim', CLUSTERP_INTERVALL: '1' }
    const ran = await clusterp(place, ['init', '--discover', 'node[1-2]'], { env })
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toContain('warning: CLUSTERP_INTERVALL is no setting and has no effect')
    const text = await readFile(join(place.directory, 'config.yml'), 'utf8')
    expect(text).not.toContain('geheim')
    const { config } = resolveConfig({ path: 'x.yml', text, env: {}, flags: {} })
    expect(config.ssh.connect).toEqual({ kind: 'command', words: ['env', 'NODE={host}', 'sh'] })
    expect(config.hosts.map(({ name }) => name)).toEqual(['node1', 'node2'])
  })
})
