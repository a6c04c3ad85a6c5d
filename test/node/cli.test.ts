import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  clusterp,
  configText,
  type Ended,
  filesOf,
  newPlace,
  type Place,
  processesOf,
  removePlaces,
  sessionOf,
} from '../support/program.js'

afterAll(removePlaces)

/** Wrong usage or configuration: told on stderr, without a stack trace. */
function expectWrong(ended: Ended, sentence: string): void {
  expect(ended.code, ended.stderr).toBe(2)
  expect(ended.stderr).toContain(sentence)
  expect(ended.stderr).not.toMatch(/\n\s+at /)
}

const configPath = (place: Place): string => join(place.directory, 'config.yml')

describe.concurrent('init', () => {
  it('writes a config.yml that only its owner can read', async () => {
    const place = await newPlace(null)
    expect(await clusterp(place, ['init', 'node[01-02]', 'db:2222'])).toMatchObject({ code: 0, stderr: '' })
    const { mode } = await stat(configPath(place))
    expect((mode & 0o777).toString(8)).toBe('600')
    const text = await readFile(configPath(place), 'utf8')
    expect(text).toMatch(/^hosts:\n {2}- node\[01-02\]\n {2}- db:2222\n/m)
  })

  it('takes hosts from --hosts too, and names as they are typed', async () => {
    const place = await newPlace(null)
    expect(await clusterp(place, ['init', '0123', '1e5', '--hosts', 'a,b'])).toMatchObject({ code: 0 })
    expect(await readFile(configPath(place), 'utf8')).toMatch(
      /^hosts:\n {2}- ['"]?0123['"]?\n {2}- ['"]?1e5['"]?\n {2}- a\n {2}- b\n/m,
    )
  })

  it('never overwrites without --force', async () => {
    const place = await newPlace('# mine\n')
    const before = await readFile(configPath(place), 'utf8')
    expectWrong(await clusterp(place, ['init']), 'config.yml is there already, and was left as it is')
    expect(await readFile(configPath(place), 'utf8')).toBe(before)
    expect(await clusterp(place, ['init', '--force'])).toMatchObject({ code: 0 })
    expect(await readFile(configPath(place), 'utf8')).not.toContain('# mine')
  })
})

describe.concurrent('a config.yml', () => {
  it('with seven mistakes is told of all at once', async () => {
    const place = await newPlace(null)
    const text = `hosts: [a, a]
intervall: 10
interval: 0
duration: soon
remote_dir: var/tmp
concurrency: none
plot: {formats: [gif]}
`
    await writeFile(configPath(place), text, { mode: 0o600 })
    const ended = await clusterp(place, ['start', '--json'])
    expectWrong(ended, '7 problems')
    for (const word of ['"a"', 'intervall', 'interval', 'duration', 'remote_dir', 'concurrency', 'gif'])
      expect(ended.stderr).toContain(word)
    const error = ended.json?.error as { problems: readonly string[] }
    expect(error.problems).toHaveLength(7)
    expect(await readdir(place.directory)).not.toContain('session.json')
  })

  it('with an interval of 0 is refused, as is --interval 0', async () => {
    const place = await newPlace()
    expectWrong(
      await clusterp(place, ['start', '--interval', '0']),
      '--interval: must be a whole number of seconds',
    )
    const wrong = configText(place).replace('interval: 1', 'interval: 0')
    await writeFile(configPath(place), wrong, { mode: 0o600 })
    expectWrong(
      await clusterp(place, ['start']),
      'interval: must be a whole number of seconds, 1 or more, got 0',
    )
    expect(await readdir(place.remoteDir)).toEqual([])
  })

  it('with a disk that no node has is refused, naming what was seen, and nothing is left', async () => {
    const place = await newPlace()
    const wrong = configText(place).replace('filesystem_names: auto', 'filesystem_names: [nosuchdisk]')
    await writeFile(configPath(place), wrong, { mode: 0o600 })
    const ended = await clusterp(place, ['start'])
    expectWrong(ended, 'no node has "nosuchdisk" (localhost has ')
    expect(await readdir(place.remoteDir)).toEqual([])
    expect((await readdir(place.directory)).sort()).toEqual(['clusterp.log', 'config.yml'])
    expect(await processesOf(place)).toEqual([])
  })

  it('that is not there is told with the command that writes one', async () => {
    const place = await newPlace(null)
    const ended = await clusterp(place, ['start'])
    expectWrong(ended, 'there is no such file, and no --hosts was given')
    expect(ended.stderr).toContain('clusterp init')
  })

  it('never shows its password in a message', async () => {
    const place = await newPlace('ssh_password: gr33n-tea\nssh_pasword: gr33n-tee\nintervall: 3\n')
    const ended = await clusterp(place, ['start', '--debug', '--json'])
    expect(ended).toMatchObject({ code: 2 })
    expect(ended.stderr).toContain('ssh_pasword')
    expect(ended.stderr + ended.stdout).not.toMatch(/gr33n/)
    expect(JSON.stringify((await filesOf(place.directory))['clusterp.log'] ?? '')).not.toMatch(/gr33n/)
  })
})

describe.concurrent('the command line', () => {
  it('with an unknown command is refused with the near one', async () => {
    const ended = await clusterp(await newPlace(), ['statsu'])
    expectWrong(ended, 'status')
    expect(ended.stdout).toBe('')
  })

  it('with an unknown flag is refused by its name', async () => {
    expectWrong(await clusterp(await newPlace(), ['start', '--bogus']), 'bogus')
  })

  it('with an unknown host is refused with the near one', async () => {
    const place = await newPlace(null)
    await writeFile(configPath(place), 'hosts: [local, node01]\n', { mode: 0o600 })
    expectWrong(await clusterp(place, ['start', '--hosts', 'node0l']), 'did you mean "node01"?')
  })

  it('tells an error in one line of JSON, last on stdout', async () => {
    const place = await newPlace()
    for (const words of [['stop'], ['start', '--interval', '0'], ['nonsense']]) {
      const ended = await clusterp(place, [...words, '--json'])
      expect(ended.stdout.split('\n')).toHaveLength(2)
      expect(ended.json).toMatchObject({ ok: false, exitCode: ended.code, hosts: [], error: { host: null } })
      expect(Object.keys(ended.json ?? {}).slice(0, 4)).toEqual(['ok', 'exitCode', 'hosts', 'error'])
    }
  })

  it('shows a stack trace with --debug, and only then', async () => {
    const place = await newPlace()
    expect((await clusterp(place, ['stop'])).stderr).not.toMatch(/\n\s+at /)
    expect((await clusterp(place, ['stop', '--debug'])).stderr).toMatch(/SessionError: stop: .*\n\s+at /)
  })

  it('writes no colours where there is no terminal, with --no-color and without', async () => {
    const place = await newPlace()
    for (const words of [['stop'], ['stop', '--no-color']])
      expect((await clusterp(place, words)).stderr).not.toContain('\u001b')
  })

  it('whose reader has gone away is carried out all the same', async () => {
    const place = await newPlace()
    const unheard = { isUnheard: true }
    expect(await clusterp(place, ['--help'], unheard)).toMatchObject({ code: 0 })
    expect(await clusterp(place, ['start'], unheard)).toMatchObject({ code: 0 })
    expect(await clusterp(place, ['stop', '--now', '--with-parse'], unheard)).toMatchObject({ code: 0 })
    expect(await sessionOf(place.directory)).toMatchObject({ state: 'stopped' })
    expect(await readdir(join(place.directory, 'parsed'))).toContain('cpu')
  })

  it('without a command says which there are', async () => {
    expectWrong(await clusterp(await newPlace(), []), 'name a command')
  })

  it('answers --version with the version of package.json', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(await clusterp(await newPlace(), ['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` })
  })
})

describe.concurrent('a folder without a session', () => {
  it.each([
    ['stop', 'there is no session in'],
    ['status', 'there is no session in'],
    ['parse', 'there are no raw files in'],
    ['plot', 'there are no CSVs with rows in'],
  ])('makes %s fail with code 1 and a command to type', async (command, sentence) => {
    const place = await newPlace()
    const ended = await clusterp(place, [command])
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toContain(`error: ${command}: ${sentence}`)
    expect(ended.stderr).toMatch(/\n {2}try: .*clusterp /)
    expect(await readdir(place.directory)).not.toContain('session.lock')
  })

  it('that cannot be written in is told as a sentence', async () => {
    const place = await newPlace()
    for (const words of [
      ['-C', 'config.yml', 'start'],
      ['--config', 'no/such/config.yml', 'init'],
      ['--config', 'no/such/config.yml', '--hosts', 'local', 'start'],
    ]) {
      const ended = await clusterp(place, words)
      expect(ended.code, ended.stderr).toBe(1)
      expect(ended.stderr).toMatch(/^error: (making|writing) the /m)
      expect(ended.stderr).not.toContain('--debug')
    }
  })

  it('has an empty list of sessions', async () => {
    const ended = await clusterp(await newPlace(), ['sessions', '--json'])
    expect(ended).toMatchObject({ code: 0, json: { ok: true, sessions: [] } })
  })

  it('that is not there at all is named by stop, and not made', async () => {
    const place = await newPlace()
    const ended = await clusterp(place, ['-C', 'runs/one', 'stop'])
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain(`error: stop: there is no folder ${join(place.directory, 'runs/one')}`)
    expect(await readdir(place.directory)).not.toContain('runs')
  })
})

describe.concurrent('plot', () => {
  it.each([
    [['--format', 'gif'], 'cannot draw gif'],
    [['--layout', 'round'], 'the layout "round"'],
  ])('with %j is refused with what there is to choose from', async (words, sentence) => {
    const ended = await clusterp(await newPlace(), ['plot', ...words])
    expectWrong(ended, sentence)
    expect(ended.stderr).toMatch(/choose from: (svg, png, pdf, eps|auto, lines, facets, heatmap, band)\n/)
  })
})

describe.concurrent('-C DIR', () => {
  it('is made by start, and config.yml is the one where the user stands', async () => {
    const place = await newPlace()
    const start = await clusterp(place, ['-C', 'runs/one', 'start'])
    expect(start.code, start.stderr).toBe(0)
    expect(await readdir(join(place.directory, 'runs/one'))).toContain('session.json')
    expect(await clusterp(place, ['-C', 'runs/one', 'stop', '--now'])).toMatchObject({ code: 0 })
    expect((await readdir(place.directory)).sort()).toEqual(['config.yml', 'runs'])
    await mkdir(join(place.directory, 'elsewhere'))
    const elsewhere = { cwd: join(place.directory, 'elsewhere') }
    const status = await clusterp(place, ['-C', '../runs/one', 'status', '--json'], elsewhere)
    expect(status).toMatchObject({ code: 0, json: { state: 'stopped' } })
  })

  it('needs no config.yml with --hosts, which writes one', async () => {
    const place = await newPlace(null)
    const env = { CLUSTERP_REMOTE_DIR: place.remoteDir }
    const start = await clusterp(place, ['start', '--hosts', 'local', '--interval', '1'], { env })
    expect(start.code, start.stderr).toBe(0)
    expect(await readFile(configPath(place), 'utf8')).toMatch(/^hosts:\n {2}- local$/m)
    expect(await clusterp(place, ['stop', '--now'], { env })).toMatchObject({ code: 0 })
    expect(await readdir(place.remoteDir)).toEqual([])
  })
})
