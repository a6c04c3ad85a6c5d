/** `clusterp run` on this machine: the job, what is recorded of it, and what it can say meanwhile. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import {
  clusterp,
  filesOf,
  loggersOf,
  newPlace,
  type Place,
  processesOf,
  removePlaces,
  rowsOf,
  sessionOf,
} from '../support/program.js'
import { PROGRAM, startClusterp } from '../support/running.js'

const CLUSTERP = `"${process.execPath}" "${PROGRAM}"`

/** No sample is due while such a job runs, and so none is waited for, and nothing is drawn. */
const WITHOUT_SAMPLES = ['--interval', '60'] as const

const run = (place: Place, script: string, ...flags: readonly string[]) =>
  clusterp(place, ['run', ...flags, '--', 'sh', '-c', script])

const marksOf = async (place: Place): Promise<readonly { atMs: number; text: string }[]> => {
  const text = await readFile(join(place.directory, 'marks.jsonl'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe.concurrent('run', () => {
  afterAll(removePlaces)

  it('leaves stdout and the exit code to the job, and ends with its data, plots and command line', async () => {
    const place = await newPlace()
    const ended = await run(place, 'echo a,b; sleep 3.2; echo 1,2; exit 7', '--name', 'try')
    expect(ended.stdout).toBe('a,b\n1,2\n')
    expect(ended.code, ended.stderr).toBe(7)
    expect(ended.stderr).toMatch(
      /ended with exit code 7 after 3\.\d s\.\n[\s\S]*data of 1 of 1 host are complete/,
    )
    const session = await sessionOf(place.directory)
    expect(session).toMatchObject({
      name: 'try',
      state: 'stopped',
      run: { command: ['sh', '-c', 'echo a,b; sleep 3.2; echo 1,2; exit 7'], exitCode: 7, signal: null },
      hosts: [{ problems: [] }],
    })
    const { startedMs, endedMs } = session.run as { startedMs: number; endedMs: number }
    expect(endedMs - startedMs).toBeGreaterThanOrEqual(3200)
    const rows = rowsOf(await readFile(join(place.directory, 'parsed/cpu/localhost.csv'), 'utf8'))
    expect(rows.length).toBeGreaterThanOrEqual(3)
    const files = await filesOf(place.directory)
    expect(Object.keys(files)).toContain('plot/cpu/utilization.svg')
    expect(Object.keys(files)).not.toContain('run.marks')
    expect(await processesOf(place)).toEqual([])
  })

  it('writes --json to run.json, and a secret of the command line to no file', async () => {
    const place = await newPlace()
    const ended = await clusterp(place, [
      'run',
      '--json',
      ...WITHOUT_SAMPLES,
      '--',
      'echo',
      '--password',
      'swordfish',
      '--json',
    ])
    expect(ended.stdout).toBe('--password swordfish --json\n')
    expect(ended.code, ended.stderr).toBe(0)
    const files = await filesOf(place.directory)
    expect(JSON.parse(files['run.json'] ?? '')).toMatchObject({
      ok: true,
      exitCode: 0,
      hosts: [{ host: 'localhost', ok: true }],
      run: { command: ['echo', '--password', '***', '--json'], exitCode: 0, signal: null },
    })
    expect(Object.entries(files).filter(([, text]) => text.includes('swordfish'))).toEqual([])
    expect(ended.stderr).not.toContain('swordfish')
  })

  it('takes marks of the job by both ways, from any folder, the last one without a newline', async () => {
    const place = await newPlace()
    const aside = join(place.root, 'aside')
    await mkdir(aside)
    const ended = await run(
      place,
      `cd "${aside}"; sleep 0.3; echo load >>"$CLUSTERP_MARKS"; sleep 1
       ${CLUSTERP} mark two words; ${CLUSTERP} mark -- -5 1e3 >/dev/null; sleep 0.5
       echo '{"atMs":1795161600000,"text":"given"}' >>"$CLUSTERP_MARKS"; printf last >>"$CLUSTERP_MARKS"`,
    )
    expect(ended.code, ended.stderr).toBe(0)
    // stdout is the job's: it may be its file of results.
    expect(ended.stdout).not.toContain('Marked')
    expect(ended.stderr).toMatch(/^Marked "two words" at \d{4}-\d\d-\d\d /m)
    const marks = await marksOf(place)
    expect(marks.map((mark) => mark.text)).toEqual(['load', 'two words', '-5 1e3', 'given', 'last'])
    const { startedMs } = (await sessionOf(place.directory)).run as { startedMs: number }
    expect((marks[0]?.atMs ?? 0) - startedMs).toBeGreaterThan(300)
    expect((marks[0]?.atMs ?? 0) - startedMs).toBeLessThan(900)
    expect(marks[3]?.atMs).toBe(1_795_161_600_000)
    expect(await filesOf(aside)).toEqual({})
    expect(await readFile(join(place.directory, 'plot/cpu/utilization.svg'), 'utf8')).toContain('two words')
  })

  it('gives the job its standard input, and its output to the last byte', async () => {
    const place = await newPlace()
    const running = startClusterp(place, [
      '-q',
      'run',
      ...WITHOUT_SAMPLES,
      '--',
      'sh',
      '-c',
      'sleep 1; cat; cat >&2 </dev/null',
    ])
    const text = `${'0123456789abcdef'.repeat(64)}\n`.repeat(500)
    running.type(text)
    running.endInput()
    expect(await running.ended, running.stderr()).toBe(0)
    expect(running.stdout() === text).toBe(true)
  })

  it.each([
    ['a program that is not there', './nope', 127],
    ['a file that may not be executed', './data', 126],
    ['a folder', '.', 126],
  ])('starts nothing for %s', async (_what, program, code) => {
    const place = await newPlace()
    await writeFile(join(place.directory, 'data'), '')
    const ended = await clusterp(place, ['run', '--', program])
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain('nothing was started')
    expect(Object.keys(await filesOf(place.root)).sort()).toEqual([
      'work/clusterp.log',
      'work/config.yml',
      'work/data',
    ])
  })

  it('runs a script without a first line, as sh does', async () => {
    const place = await newPlace()
    await writeFile(join(place.directory, 'job'), 'echo "$1"; exit 4\n')
    await chmod(join(place.directory, 'job'), 0o755)
    expect(await clusterp(place, ['run', ...WITHOUT_SAMPLES, '--', './job', 'x y'])).toMatchObject({
      code: 4,
      stdout: 'x y\n',
    })
  })

  it.each([[['run']], [['run', 'ls']], [['run', '--']], [['run', '--nme', 'x', '--', 'ls']]])(
    'is wrong usage as %j',
    async (words) => {
      const place = await newPlace()
      expect(await clusterp(place, words)).toMatchObject({ code: 2, stdout: '' })
      expect(Object.keys(await filesOf(place.directory))).not.toContain('session.json')
    },
  )

  it('runs no job while a session is running, its own included, and says what start says', async () => {
    const place = await newPlace()
    const inner = await run(
      place,
      `${CLUSTERP} run -- echo never; echo "inner $?"; ${CLUSTERP} start; echo "start $?"`,
      ...WITHOUT_SAMPLES,
    )
    expect(inner).toMatchObject({ code: 0, stdout: 'inner 125\nstart 1\n' })
    expect(inner.stderr.match(/error: start: session \S+ is running already/g)).toHaveLength(2)
    expect(await sessionOf(place.directory)).toMatchObject({
      run: { command: ['sh', '-c', expect.anything()] },
    })
  })

  it('runs the job all the same when nothing can be recorded, and keeps the earlier session as it was', async () => {
    const place = await newPlace()
    expect(await run(place, 'true', ...WITHOUT_SAMPLES)).toMatchObject({ code: 0 })
    const before = await filesOf(place.directory)
    await writeFile(join(place.directory, 'config.yml'), 'hosts: [nohost.invalid]\ninterval: 1\n', {
      mode: 0o600,
    })
    const ended = await run(place, `echo x >>"$CLUSTERP_MARKS" && ${CLUSTERP} mark y; echo yes; exit 6`)
    expect(ended, ended.stderr).toMatchObject({ code: 6, stdout: 'yes\n' })
    expect(ended.stderr).toContain('the job runs, and is not recorded')
    expect(ended.stderr).toMatch(/mark: nothing is recording: session \S+ is stopped/)
    const after = await filesOf(place.directory)
    const without = ({ 'config.yml': _config, 'clusterp.log': _log, ...rest }: Record<string, string>) => rest
    expect(without(after)).toEqual(without(before))
  })

  it('with --strict runs nothing when a host cannot be recorded; without, the others are', async () => {
    const place = await newPlace()
    await writeFile(
      join(place.directory, 'config.yml'),
      `hosts: [local, nohost.invalid]\ninterval: 1\nplot: {formats: [svg]}\nremote_dir: ${place.remoteDir}\n`,
      { mode: 0o600 },
    )
    const strict = await run(place, 'echo never', '--strict')
    expect(strict).toMatchObject({ code: 125, stdout: '' })
    expect(strict.stderr).toContain('1 host of 2 failed; the job was not started')
    expect(await processesOf(place)).toEqual([])
    const lenient = await run(place, 'echo yes', ...WITHOUT_SAMPLES)
    expect(lenient, lenient.stderr).toMatchObject({ code: 0, stdout: 'yes\n' })
    expect(lenient.stderr).toContain('[nohost.invalid] connect')
    expect(lenient.stderr).toContain('data of 1 of 2 hosts are complete')
  })

  it('says which interval would have served a job of fewer than three samples', async () => {
    const place = await newPlace()
    const ended = await run(place, 'sleep 0.1; kill -KILL $$', ...WITHOUT_SAMPLES)
    expect(ended.code, ended.stderr).toBe(137)
    expect(ended.stderr).toMatch(
      /recorded: 3 need at least 180 s, and the job ran 0\.\d s\n {2}try: clusterp run --interval 1 --/,
    )
  })

  it('records on past its lease as long as the job lives', async () => {
    const place = await newPlace()
    const ended = await run(place, 'sleep 7', '--duration', '3s')
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stderr).toContain('data of 1 of 1 host are complete')
    const rows = rowsOf(await readFile(join(place.directory, 'parsed/cpu/localhost.csv'), 'utf8'))
    expect(rows.length).toBeGreaterThanOrEqual(7)
    const { leaseEndMs, endedMs } = (await sessionOf(place.directory)).run as Record<string, number>
    expect(leaseEndMs).toBeGreaterThan(endedMs ?? 0)
  })

  it('leaves nodes to themselves when it is killed: the lease ends all, and stop fetches', async () => {
    const place = await newPlace()
    const running = startClusterp(place, ['run', '--duration', '3s', '--', 'sleep', '1000'])
    await running.saw('recording every 1 s.')
    await sleep(300)
    // The job holds its output open.
    running.send('SIGKILL')
    await sleep(100)
    const [job] = (await processesOf(place)).filter((one) => one.command.startsWith('sleep 1000'))
    expect(job).toBeDefined()
    if (job !== undefined) process.kill(job.pid)
    const killedMs = performance.now()
    while ((await loggersOf(place)).length > 0) {
      expect(performance.now() - killedMs).toBeLessThan(8000)
      await sleep(100)
    }
    expect(await sessionOf(place.directory)).toMatchObject({
      state: 'running',
      run: { endedMs: null, exitCode: null },
    })
    const stop = await clusterp(place, ['stop', '--with-parse'])
    expect(stop).toMatchObject({ code: 3 })
    expect(stop.stdout).toContain('the lease ended before stop')
    expect(await filesOf(place.remoteDir)).toEqual({})
  })

  it('ends as its job did, also when the job has spoilt session.json', async () => {
    const place = await newPlace()
    const file = join(place.directory, 'session.json')
    const ended = await run(
      place,
      `cd "$CLUSTERP_SESSION" && cp session.json kept && echo '{' >session.json; exit 7`,
      ...WITHOUT_SAMPLES,
    )
    expect(ended.code, ended.stderr).toBe(7)
    expect(ended.stderr).toMatch(/error: .*session\.json/)
    await rename(join(place.directory, 'kept'), file)
    expect(await clusterp(place, ['stop', '--now'])).toMatchObject({ code: 0 })
  })

  it('goes on with what a stop from elsewhere has fetched while the job ran', async () => {
    const place = await newPlace()
    const ended = await run(place, `sleep 2.2; ${CLUSTERP} stop >/dev/null; sleep 0.2; exit 3`)
    expect(ended.code, ended.stderr).toBe(3)
    expect(ended.stderr).toContain('data of 1 of 1 host are complete')
    expect(ended.stderr).toContain('Drew ')
    // What held the job back comes last.
    expect(ended.stderr).toMatch(/median · p95 · peak[\s\S]*Figures in parsed\//)
    expect(await sessionOf(place.directory)).toMatchObject({ state: 'stopped', run: { exitCode: 3 } })
  })

  it('leaves a session that took the place of its own alone', async () => {
    const place = await newPlace()
    const ended = await run(
      place,
      `${CLUSTERP} stop --now >/dev/null; ${CLUSTERP} start >/dev/null`,
      ...WITHOUT_SAMPLES,
    )
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stderr).toMatch(/session \S+ of this run is not here any more/)
    expect(await sessionOf(place.directory)).toMatchObject({
      state: 'running',
      hosts: [{ state: 'running' }],
    })
    expect(await loggersOf(place)).toHaveLength(1)
    await clusterp(place, ['stop', '--now'])
  })
})
