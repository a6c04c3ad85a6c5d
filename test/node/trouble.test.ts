import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import {
  clusterp,
  configText,
  type Ended,
  filesOf,
  loggersOf,
  newPlace,
  processesOf,
  removePlaces,
  rowsOf,
} from '../support/program.js'
import { expectAllEnded } from '../support/truth.js'

afterAll(removePlaces)

describe.concurrent('a session that does not go well', () => {
  it('leaves the folder and the earlier session as they were when the start fails', async () => {
    const place = await newPlace()
    await clusterp(place, ['start'])
    await clusterp(place, ['stop', '--now'])
    const { 'clusterp.log': _log, ...before } = await filesOf(place.directory)
    const wrong = configText(place).replace(/remote_dir: .*/, 'remote_dir: /nowhere/at/all')
    await writeFile(join(place.directory, 'config.yml'), wrong)
    const start = await clusterp(place, ['start', '--json'])
    expect(start.code).toBe(1)
    expect(start.json).toMatchObject({ ok: false, exitCode: 1, hosts: [{ host: 'localhost', ok: false }] })
    expect(start.stderr).toContain('remote_dir /nowhere/at/all: there is no such folder')
    const { 'clusterp.log': _more, ...after } = await filesOf(place.directory)
    expect(after).toEqual({ ...before, 'config.yml': wrong })
  })

  it('keeps the data of a logger that was killed, and says twice that it died, with code 3', async () => {
    const place = await newPlace()
    await clusterp(place, ['start'])
    await wait(1500)
    const [logger = 0] = await loggersOf(place)
    process.kill(logger, 'SIGKILL')
    await wait(100)
    const status = await clusterp(place, ['status'])
    expect(status).toMatchObject({ code: 3 })
    expect(status.stdout).toContain('GONE')
    const stop = await clusterp(place, ['stop', '--now', '--with-parse'])
    expect(stop.code).toBe(3)
    expect(stop.stdout).toMatch(/localhost: partial: \w+ died before it was stopped/)
    const again = await clusterp(place, ['stop', '--now'])
    expect(again.code).toBe(3)
    expect(again.stdout).toMatch(/localhost: partial: \w+ died before it was stopped/)
    expect(again.stdout.split('\n').slice(0, 2)).toEqual(stop.stdout.split('\n').slice(0, 2))
    expect(
      rowsOf(await readFile(join(place.directory, 'parsed/cpu/localhost.csv'), 'utf8')).length,
    ).toBeGreaterThan(0)
    await expectAllEnded(place)
  })

  it('is only stopped by --with-plot without --with-parse, with a warning', async () => {
    const place = await newPlace()
    await clusterp(place, ['start'])
    const stop = await clusterp(place, ['stop', '--now', '--with-plot'])
    expect(stop.code).toBe(0)
    expect(stop.stderr).toContain('warning: --with-plot is ignored without --with-parse')
    expect(await readdir(place.directory)).not.toContain('plot')
  })

  it('is stopped only after the sample that is due, unless --now', async () => {
    const place = await newPlace()
    const beganMs = Date.now()
    const start = await clusterp(place, ['start', '--interval', '4', '--json'])
    const stop = await clusterp(place, ['stop'])
    expect(stop.stderr).toMatch(/^waiting [234] s for the next sample \(--now does not\)$/m)
    expect(stop.code).toBe(0)
    expect(Date.now() - Number(start.json?.startMs)).toBeGreaterThanOrEqual(4000)
    expect(Date.now() - beganMs).toBeLessThan(20_000)
    const csv = rowsOf((await filesOf(join(place.directory, 'raw')))['load/localhost'] ?? '')
    expect(csv.length).toBeGreaterThan(0)
  })

  it('ends by itself when its lease does, and stop says so with code 3', async () => {
    const place = await newPlace('duration: 2s\n')
    expect(await clusterp(place, ['start'])).toMatchObject({ code: 0 })
    await wait(4000)
    expect(await loggersOf(place)).toEqual([])
    const stop = await clusterp(place, ['stop', '--now'])
    expect(stop.code).toBe(3)
    expect(stop.stdout).toContain('the lease ended before stop')
  })

  it('leaves a start alone that another clusterp is at, and names its pid', async () => {
    const place = await newPlace()
    const starting = clusterp(place, ['start'])
    let refused: Ended | null = null
    while (refused === null) {
      if ((await readdir(place.directory)).includes('session.lock')) refused = await clusterp(place, ['stop'])
    }
    const locked = /in use by "clusterp start" \(pid (\d+)\)/.exec(refused.stderr)
    expect(refused.code).toBe(1)
    expect(Number(locked?.[1])).toBeGreaterThan(1)
    expect(await starting).toMatchObject({ code: 0 })
    expect(await clusterp(place, ['stop', '--now'])).toMatchObject({ code: 0 })
    expect(await processesOf(place)).toEqual([])
  })
})
