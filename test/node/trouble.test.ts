import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import {
  clusterp,
  configText,
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

  it('is not begun when the password cannot be had, and leaves nothing to go on with', async () => {
    const place = await newPlace('ssh_password_env: NOT_SET_HERE\n')
    const refused = await clusterp(place, ['start'])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('the variable NOT_SET_HERE is not set')
    expect((await readdir(place.directory)).sort()).toEqual(['clusterp.log', 'config.yml'])
    const env = { NOT_SET_HERE: 'gr33n-tea' }
    expect(await clusterp(place, ['start'], { env })).toMatchObject({ code: 0 })
    expect(await clusterp(place, ['stop', '--now'], { env })).toMatchObject({ code: 0 })
  })

  it('keeps its config.yml when another --hosts is refused while it runs', async () => {
    const place = await newPlace(null)
    const env = { CLUSTERP_REMOTE_DIR: place.remoteDir, CLUSTERP_INTERVAL: '1' }
    expect(await clusterp(place, ['start', '--hosts', 'local'], { env })).toMatchObject({ code: 0 })
    const before = await readFile(join(place.directory, 'config.yml'), 'utf8')
    const refused = await clusterp(place, ['start', '--hosts', 'node7'], { env })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('is running already')
    expect(await readFile(join(place.directory, 'config.yml'), 'utf8')).toBe(before)
    expect(await clusterp(place, ['stop', '--now'], { env })).toMatchObject({ code: 0 })
  })

  it('is told as stopped also when what was to follow fails', async () => {
    const place = await newPlace()
    await clusterp(place, ['start'])
    await writeFile(join(place.directory, 'config.yml'), configText(place, 'nonsense: 1\n'))
    const stop = await clusterp(place, ['stop', '--now', '--with-parse', '--with-plot', '--json'])
    expect(stop.code).toBe(2)
    expect(stop.json).toMatchObject({
      ok: false,
      exitCode: 2,
      state: 'stopped',
      hosts: [{ host: 'localhost', ok: true }],
      error: { message: expect.stringContaining('nonsense: unknown key') },
    })
    const again = await clusterp(place, ['stop', '--with-parse'])
    expect(again.stdout).toContain('the data of 1 of 1 host are complete')
    await expectAllEnded(place)
  })

  it('is recorded although clusterp.log cannot be written, which is said once', async () => {
    const place = await newPlace()
    await mkdir(join(place.directory, 'clusterp.log'))
    const start = await clusterp(place, ['start'])
    expect(start.code, start.stderr).toBe(0)
    expect(start.stderr.split('clusterp.log cannot be written')).toHaveLength(2)
    expect(await clusterp(place, ['stop', '--now'])).toMatchObject({ code: 0 })
  })

  it('loses the CSVs and plots of what raw/ no longer holds', async () => {
    const place = await newPlace()
    await clusterp(place, ['start'])
    expect(await clusterp(place, ['stop', '--with-parse', '--with-plot'])).toMatchObject({ code: 0 })
    expect(await readdir(join(place.directory, 'plot/load'))).toEqual(['run_queue.svg'])
    await rm(join(place.directory, 'raw/load'), { recursive: true })
    expect(await clusterp(place, ['parse', '--with-plot'])).toMatchObject({ code: 0 })
    expect(await readdir(join(place.directory, 'parsed/load'))).toEqual([])
    expect(await readdir(join(place.directory, 'plot/load'))).toEqual([])
  })

  it.skipIf(!needs('namespaces'))(
    'names a host that was left out once, and misses no data of it at stop',
    async () => {
      const place = await newPlace()
      const shell = join(place.root, 'other-machine')
      // Its loggers end with the connection.
      await writeFile(shell, '#!/bin/sh\nexec unshare -p -f --mount-proc sh\n', { mode: 0o755 })
      const text = `${configText(place).replace('[local]', '[local, other]')}connect: ${shell} {host}\n`
      await writeFile(join(place.directory, 'config.yml'), text)
      const start = await clusterp(place, ['start', '--keep-going'])
      expect(start).toMatchObject({ code: 3 })
      expect(start.stderr).toContain('[other] start: the logger')
      const stop = await clusterp(place, ['stop', '--now'])
      expect(stop.code).toBe(0)
      expect(stop.stderr).not.toContain('other')
      expect(stop.stdout).toMatch(
        /the data of 1 of 2 hosts are complete\.\n {2}other: was not recorded: .*\n$/,
      )
      await expectAllEnded(place)
    },
  )

  it('leaves a start alone that another clusterp is at, and names its pid', async () => {
    const place = await newPlace()
    const starting = clusterp(place, ['start'])
    const lock = join(place.directory, 'session.lock')
    while (!(await readdir(place.directory)).includes('session.lock')) await wait(5)
    // Held where it is, so that the stop meets it however slow the machine is.
    const { pid } = JSON.parse(await readFile(lock, 'utf8')) as { pid: number }
    process.kill(pid, 'SIGSTOP')
    const refused = await clusterp(place, ['stop'])
    process.kill(pid, 'SIGCONT')
    const locked = /in use by "clusterp start" \(pid (\d+)\)/.exec(refused.stderr)
    expect(refused.code).toBe(1)
    expect(Number(locked?.[1])).toBeGreaterThan(1)
    expect(await starting).toMatchObject({ code: 0 })
    expect(await clusterp(place, ['stop', '--now'])).toMatchObject({ code: 0 })
    expect(await processesOf(place)).toEqual([])
  })
})
