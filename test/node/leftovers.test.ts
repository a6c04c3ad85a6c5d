import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sampleSession } from '../session/sample.js'
import { clusterp, newPlace, type Place, removePlaces } from '../support/program.js'

afterAll(removePlaces)

const IDS = ['20260101-000000-aaaaaaaa', '20260101-000000-bbbbbbbb', '20260101-000000-cccccccc'] as const
const [FIRST, SECOND, THIRD] = IDS

/** Folders as sessions of the place leave them on its node; no process belongs to them. */
async function leaveFolders(place: Place): Promise<string> {
  const ours = join(place.remoteDir, `clusterp-${process.getuid?.()}`)
  for (const id of IDS) {
    const folder = join(ours, id, '1-localhost')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(join(folder, 'owner'), `controller ${hostname()}\ndirectory ${place.directory}\n`)
  }
  return ours
}

describe.concurrent('clean', () => {
  it('tells which folders it removed and which it could not', async () => {
    const place = await newPlace()
    const ours = await leaveFolders(place)
    // Others could write in it: it is not touched.
    await chmod(join(ours, SECOND, '1-localhost'), 0o755)
    const ended = await clusterp(place, ['clean', '--yes', '--discard', '--json'])
    expect(ended.code).toBe(3)
    expect(ended.json?.removed).toEqual([`localhost:${FIRST}`])
    expect(ended.json?.hosts).toMatchObject([{ host: 'localhost', ok: false }])
    expect(ended.stderr).toMatch(/^\[localhost\] .*1-localhost is not a folder of this user alone$/m)
    expect((await readdir(ours)).sort()).toEqual([SECOND, THIRD])
  })

  it('removes only the session that is named, and says why the others stay', async () => {
    const place = await newPlace()
    const ours = await leaveFolders(place)
    const ended = await clusterp(place, ['clean', THIRD, '--yes', '--discard'])
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stdout).toContain('Removed 1 folder.')
    expect(ended.stdout.split('not the session that was named')).toHaveLength(3)
    expect((await readdir(ours)).sort()).toEqual([FIRST, SECOND])
  })
})

describe.concurrent('Ctrl-C while the nodes are asked', () => {
  it.each(['check', 'status', 'clean'])('ends %s with code 130', async (command) => {
    const place = await newPlace(null)
    await writeFile(
      join(place.directory, 'config.yml'),
      'hosts: [node1]\nconnect: tail -f /dev/null {host}\n',
    )
    await writeFile(
      join(place.directory, 'session.json'),
      JSON.stringify(sampleSession({ state: 'stopped' })),
    )
    const ended = await clusterp(place, [command], { interruptAfterMs: 1500 })
    expect(ended).toMatchObject({ code: 130, stdout: '' })
    expect(ended.stderr).toContain(`error: ${command}: interrupted`)
  })
})
