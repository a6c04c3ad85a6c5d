import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { COMMAND_NAMES } from '../src/cli/commands.js'
import { main, renderHelp } from '../src/cli.js'

describe('the help', () => {
  it('of the program lists every command, every global flag and the exit codes', async () => {
    const help = await renderHelp(null)
    for (const name of COMMAND_NAMES) expect(help).toContain(`clusterp ${name}`)
    for (const flag of [
      '-C, --directory',
      '--config',
      '--hosts',
      '--interval',
      '--duration',
      '--json',
      '-q, --quiet',
    ])
      expect(help).toContain(flag)
    expect(help).toContain('Exit codes: 0 good, 1 failed, 2 wrong usage or config, 3 done but degraded.')
  })

  it.each([...COMMAND_NAMES])('of %s has its usage, the global flags and an example', async (name) => {
    const help = await renderHelp(name)
    expect(help.startsWith(`clusterp ${name}`)).toBe(true)
    expect(help).toContain('--json')
    expect(help).toMatch(/Examples:\n\s+clusterp /)
  })

  it('says no default, as none lives in a flag', async () => {
    for (const name of [null, ...COMMAND_NAMES]) expect(await renderHelp(name)).not.toContain('[default')
  })

  it('fits in 100 columns', async () => {
    for (const name of [null, ...COMMAND_NAMES]) {
      const widest = Math.max(...(await renderHelp(name)).split('\n').map((line) => line.length))
      expect(widest, String(name)).toBeLessThanOrEqual(100)
    }
  })

  it('names only commands that exist', () => {
    expect(COMMAND_NAMES).toEqual(
      expect.arrayContaining(['init', 'start', 'status', 'stop', 'parse', 'plot', 'sessions']),
    )
    expect(new Set(COMMAND_NAMES).size).toBe(COMMAND_NAMES.length)
  })
})

describe('main', () => {
  let stdout = ''
  let stderr = ''
  const exitCode = process.exitCode

  beforeEach(() => {
    stdout = ''
    stderr = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      stdout += String(chunk)
      return true
    })
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      stderr += String(chunk)
      return true
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    process.exitCode = exitCode
  })

  it.each([
    [['nonsense'], 'nonsense'],
    [['start', '--bogus'], 'bogus'],
    [['start', 'extra'], 'extra'],
    [['start', '--config'], 'config'],
    [['plot', '--layout'], 'layout'],
    [[], 'name a command'],
  ])('ends %j with code 2 and says what is wrong', async (words, sentence) => {
    await main(words)
    expect(process.exitCode).toBe(2)
    expect(stderr).toContain(sentence)
    expect(stderr).toMatch(/try: clusterp ([a-z]+ )?--help/)
    expect(stdout).toBe('')
  })

  it('tells wrong words in JSON too when --json is among them', async () => {
    await main(['start', '--json', '--bogus'])
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 2, hosts: [], error: { host: null } })
  })

  it('names the command that is near', async () => {
    await main(['sotp'])
    expect(stderr).toBe('error: there is no command "sotp"; did you mean stop?\n  try: clusterp --help\n')
  })

  it('names the flag that is near', async () => {
    await main(['start', '--intervall', '1'])
    expect(process.exitCode).toBe(2)
    expect(stderr).toContain('start: there is no flag --intervall; did you mean --interval?')
  })

  it('answers help and help COMMAND as --help', async () => {
    // yargs prints it by itself.
    vi.spyOn(console, 'log').mockImplementation((text) => {
      stdout += `${String(text)}\n`
    })
    await main(['help', 'start'])
    expect(stdout).toBe(`${await renderHelp('start')}\n`)
    stdout = ''
    await main(['help'])
    expect(stdout).toBe(`${await renderHelp(null)}\n`)
    await main(['help', 'strat'])
    expect(process.exitCode).toBe(2)
    expect(stderr).toContain('there is no command "strat"; did you mean start?')
  })

  it('answers a shell that completes a line, and nothing else is said', async () => {
    await main(['__complete', 'words', 'sessi'])
    expect(stdout).toBe('words\nsessions\tList the sessions of this folder\n')
    expect(stderr).toBe('')
  })
})
