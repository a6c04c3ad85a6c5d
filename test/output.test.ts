import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type CommandResult, line } from '../src/commands/context.js'
import { ClusterpError, ConfigError, HostError, SessionError } from '../src/errors.js'
import { createOutput, type Output, type OutputOptions } from '../src/output.js'

const NOW = new Date('2026-11-20T08:05:21.042Z')
const STAMP = '2026-11-20T08:05:21.042Z'
const ESCAPE = '\u001b'

interface Printed {
  readonly output: Output
  readonly stdout: () => string
  readonly stderr: () => string
  readonly stdin: PassThrough
}

/** An output whose three streams are in memory; `isTerminal` makes all of them terminals. */
function printer(options: Partial<OutputOptions> & { readonly isTerminal?: boolean } = {}): Printed {
  const { isTerminal = false, ...others } = options
  const stream = () => Object.assign(new PassThrough(), { isTTY: isTerminal, columns: 100 })
  const [stdin, stdout, stderr] = [stream(), stream(), stream()]
  let out = ''
  let told = ''
  stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString()
  })
  const output = createOutput({
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    isQuiet: false,
    isVerbose: false,
    isJson: false,
    hasColor: false,
    isDebug: false,
    logPath: null,
    now: () => NOW,
    ...others,
  })
  return { output, stdout: () => out, stderr: () => told, stdin }
}

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function logPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clusterp-output-'))
  folders.push(folder)
  return join(folder, 'clusterp.log')
}

const RESULT: CommandResult = { exitCode: 0, hosts: [], blocks: [line('All is well.')], json: { rows: 7 } }

describe('a result', () => {
  it('goes to stdout, and what happens meanwhile to stderr', () => {
    const { output, stdout, stderr } = printer()
    output.report({ kind: 'info', text: 'wrote config.yml' })
    output.report({ kind: 'warning', text: 'the disk is nearly full', hint: 'clusterp clean' })
    output.report({ kind: 'host', host: 'node1', text: 'recording' })
    output.result(RESULT)
    expect(stdout()).toBe('All is well.\n')
    expect(stderr()).toBe(
      'wrote config.yml\nwarning: the disk is nearly full\n  try: clusterp clean\n[node1] recording\n',
    )
  })

  it('is one line of JSON with --json: ok, exitCode, hosts, then what the command adds', () => {
    const { output, stdout } = printer({ isJson: true })
    const host = { host: 'node1', alias: 'DB', ok: false, error: { message: 'it is gone', hint: null } }
    output.result({ ...RESULT, exitCode: 3, hosts: [host] })
    expect(stdout()).toBe(
      '{"ok":false,"exitCode":3,"hosts":[{"host":"node1","alias":"DB","ok":false,"error":{"message":"it is gone","hint":null}}],"rows":7}\n',
    )
  })

  it('that is an error is told like one, and is in the JSON', () => {
    const { output, stdout, stderr } = printer({ isJson: true })
    const error = { message: 'start: 1 host of 2 failed', hint: 'clusterp start --keep-going', host: 'node1' }
    output.result({ exitCode: 1, hosts: [], blocks: [], json: {}, error })
    expect(stderr()).toBe('error: start: 1 host of 2 failed\n  try: clusterp start --keep-going\n')
    expect(JSON.parse(stdout())).toEqual({ ok: false, exitCode: 1, hosts: [], error })
  })

  it('as a table has columns as wide as their widest cell, wide characters counted, and - for nothing', () => {
    const { output, stdout } = printer()
    const rows = [
      ['node1', 'running', ''],
      ['節点', 'x', '12'],
    ]
    output.result({ ...RESULT, blocks: [{ kind: 'table', head: ['host', 'state', 'n'], rows }] })
    expect(stdout()).toBe('host   state    n\nnode1  running  -\n節点   x        12\n')
  })
})

describe('foreign text', () => {
  it('is shown and logged with control characters as \\xNN, and cut at 300 characters', async () => {
    const path = await logPath()
    const { output, stderr } = printer({ logPath: path })
    output.report({
      kind: 'host',
      host: 'a\u001b[2J',
      text: `bell\u0007 line\nnext\u009b ${'x'.repeat(400)}`,
    })
    output.close()
    const begin = '[a\\x1b[2J] bell\\x07 line\\x0anext\\x9b '
    expect(stderr().startsWith(begin)).toBe(true)
    const shownText = stderr().slice('[a\\x1b[2J] '.length).trimEnd()
    expect([...shownText]).toHaveLength(300)
    expect(shownText.endsWith('…')).toBe(true)
    expect(await readFile(path, 'utf8')).toBe(`${STAMP} ${stderr()}`)
  })

  it('in errors, hints, results and cells of tables holds no control character either', () => {
    const { output, stdout, stderr } = printer()
    output.failure(new ClusterpError('bad\u001b]0;x\u0007', { hint: 'rm\u001bc' }), 1)
    const row = ['a\u0000b']
    output.result({ ...RESULT, blocks: [line('tab\there'), { kind: 'table', head: ['h'], rows: [row] }] })
    expect(stderr()).toBe('error: bad\\x1b]0;x\\x07\n  try: rm\\x1bc\n')
    expect(stdout()).toBe('tab\\x09here\nh\na\\x00b\n')
  })

  it('in a line of a result is not cut', () => {
    const { output, stdout } = printer()
    output.result({ ...RESULT, blocks: [line('y'.repeat(700))] })
    expect(stdout()).toBe(`${'y'.repeat(700)}\n`)
  })
})

describe('progress', () => {
  const steps = (output: Output): void => {
    output.report({ kind: 'progress', step: 'start', total: 3 })
    output.report({ kind: 'progress-one', step: 'start', isFailure: false })
    output.report({ kind: 'host', host: 'node2', text: 'no answer', isFailure: true })
    output.report({ kind: 'progress-one', step: 'start', isFailure: true })
    output.result(RESULT)
  }

  it('is one line on a terminal that is cleared for each other line and at the end', () => {
    const { output, stderr, stdout } = printer({ isTerminal: true })
    steps(output)
    const progress = (text: string): string => `\rstart: ${text}${ESCAPE}[K`
    const clear = `\r${ESCAPE}[K`
    expect(stderr()).toBe(
      progress('0 done, 0 failed, 3 left') +
        progress('1 done, 0 failed, 2 left') +
        clear +
        '[node2] no answer\n' +
        progress('1 done, 0 failed, 2 left') +
        progress('1 done, 1 failed, 1 left') +
        clear,
    )
    expect(stdout()).toBe('All is well.\n')
  })

  it('is only a plain line per host where there is no terminal', () => {
    const { output, stderr } = printer()
    steps(output)
    expect(stderr()).toBe('[node2] no answer\n')
  })

  it('is not drawn for a single host, nor with --quiet', () => {
    const one = printer({ isTerminal: true })
    one.output.report({ kind: 'progress', step: 'stop', total: 1 })
    expect(one.stderr()).not.toContain('done')
    const quiet = printer({ isTerminal: true, isQuiet: true })
    steps(quiet.output)
    expect(quiet.stderr()).toBe('[node2] no answer\n')
  })
})

describe('--quiet and --verbose', () => {
  const tellAll = ({ output }: Printed): void => {
    output.report({ kind: 'detail', text: 'a detail' })
    output.report({ kind: 'info', text: 'some news' })
    output.report({ kind: 'host', host: 'node1', text: 'recording' })
    output.report({ kind: 'host', host: 'node2', text: 'no answer', isFailure: true })
    output.report({ kind: 'warning', text: 'beware' })
  }

  it.each([
    ['without either', {}, 'some news\n[node1] recording\n[node2] no answer\nwarning: beware\n'],
    ['with --quiet', { isQuiet: true }, '[node2] no answer\nwarning: beware\n'],
    [
      'with --verbose',
      { isVerbose: true },
      'a detail\nsome news\n[node1] recording\n[node2] no answer\nwarning: beware\n',
    ],
  ])('choose what is told %s, and the log has it all', async (_title, flags, told) => {
    const path = await logPath()
    const printed = printer({ ...flags, logPath: path })
    tellAll(printed)
    expect(printed.stderr()).toBe(told)
    const logged = ['a detail', 'some news', '[node1] recording', '[node2] no answer', 'warning: beware']
    expect(await readFile(path, 'utf8')).toBe(logged.map((text) => `${STAMP} ${text}\n`).join(''))
  })
})

describe('colours', () => {
  const fail = ({ output }: Printed): void =>
    output.failure(new SessionError('stop: no', { hint: 'start' }), 1)

  it('are used where they are wanted, and never logged', async () => {
    const path = await logPath()
    const printed = printer({ hasColor: true, logPath: path })
    fail(printed)
    expect(printed.stderr()).toBe(
      `${ESCAPE}[31merror:${ESCAPE}[0m stop: no\n  ${ESCAPE}[2mtry:${ESCAPE}[0m start\n`,
    )
    expect(await readFile(path, 'utf8')).toBe(`${STAMP} error: stop: no\n${STAMP}   try: start\n`)
  })

  it('are not there otherwise', () => {
    const printed = printer()
    fail(printed)
    expect(printed.stderr()).toBe('error: stop: no\n  try: start\n')
  })
})

describe('an error', () => {
  it('of the configuration lists its problems, one a line', () => {
    const { output, stdout, stderr } = printer({ isJson: true })
    const problems = ['interval: must be 1 or more', 'hosts: is missing']
    output.failure(new ConfigError(problems.join('; '), { problems, hint: 'clusterp init' }), 2)
    expect(stderr()).toBe(
      'error: 2 problems\n  interval: must be 1 or more\n  hosts: is missing\n  try: clusterp init\n',
    )
    expect(JSON.parse(stdout())).toEqual({
      ok: false,
      exitCode: 2,
      hosts: [],
      error: { message: problems.join('; '), hint: 'clusterp init', host: null, problems },
    })
  })

  it('of a host names it in the JSON', () => {
    const { output, stdout } = printer({ isJson: true })
    output.failure(new HostError('node1', 'connect: refused'), 1)
    expect(JSON.parse(stdout()).error).toEqual({ message: 'connect: refused', hint: null, host: 'node1' })
  })

  it('has its stack trace with --debug only, and an unexpected one says how to get it', () => {
    const known = printer()
    known.output.failure(new SessionError('stop: no'), 1)
    expect(known.stderr()).toBe('error: stop: no\n')
    const debug = printer({ isDebug: true })
    debug.output.failure(new SessionError('stop: no'), 1)
    expect(debug.stderr()).toMatch(/^error: stop: no\nSessionError: stop: no\n {4}at /)
    const unexpected = printer()
    unexpected.output.failure(new TypeError('x is undefined'), 1)
    expect(unexpected.stderr()).toMatch(/^error: x is undefined\n {2}try: .*--debug/)
  })
})

describe('clusterp.log', () => {
  it('has a time before each line, also of a result of several', async () => {
    const path = await logPath()
    const { output } = printer({ logPath: path })
    const table = { kind: 'table', head: ['a'], rows: [['b']] } as const
    output.result({ ...RESULT, blocks: [line('one'), table] })
    expect(await readFile(path, 'utf8')).toBe(`${STAMP} one\n${STAMP} a\n${STAMP} b\n`)
  })

  it('is held back while it may still be archived, and written in order then', async () => {
    const path = await logPath()
    await writeFile(path, 'of the earlier session\n')
    const { output } = printer({ logPath: path })
    output.report({ kind: 'log', action: 'hold' })
    output.report({ kind: 'info', text: 'first' })
    output.report({ kind: 'info', text: 'second' })
    expect(await readFile(path, 'utf8')).toBe('of the earlier session\n')
    await rm(path)
    output.report({ kind: 'log', action: 'release' })
    output.report({ kind: 'info', text: 'third' })
    expect(await readFile(path, 'utf8')).toBe(`${STAMP} first\n${STAMP} second\n${STAMP} third\n`)
  })

  it('gets what was held back when the command ends', async () => {
    const path = await logPath()
    const { output } = printer({ logPath: path })
    output.report({ kind: 'log', action: 'hold' })
    output.failure(new SessionError('start: no'), 1)
    output.close()
    expect(await readFile(path, 'utf8')).toBe(`${STAMP} error: start: no\n`)
  })

  it('that cannot be written is told of once, and stops nothing', async () => {
    const { output, stderr } = printer({ logPath: dirname(await logPath()) })
    output.report({ kind: 'info', text: 'one' })
    output.report({ kind: 'info', text: 'two' })
    expect(stderr()).toMatch(/^warning: clusterp.log cannot be written: EISDIR.*\none\ntwo\n$/)
  })

  it('that has no folder yet does not stop what is told', () => {
    const { output, stderr } = printer({ logPath: '/nonexistent/folder/clusterp.log' })
    output.report({ kind: 'info', text: 'still told' })
    expect(stderr()).toBe('still told\n')
  })
})

describe('a question', () => {
  it('without a terminal is a configuration error, as nobody can answer', async () => {
    const { output } = printer()
    const asked = output.ask({ text: 'Password:', isSecret: true, otherwise: 'clusterp clean --yes' })
    await expect(asked).rejects.toThrow(ConfigError)
    await expect(asked).rejects.toMatchObject({ exitCode: 2 })
  })

  it('is answered from the terminal, and a secret is not echoed', async () => {
    const { output, stdin, stderr } = printer({ isTerminal: true })
    const asked = output.ask({ text: 'Password:', isSecret: true, otherwise: 'clusterp clean --yes' })
    await setImmediate()
    stdin.write('gr33n-tea\r')
    expect(await asked).toBe('gr33n-tea')
    expect(stderr()).toContain('Password:')
    expect(stderr()).not.toContain('gr33n')
  })

  it('that is no secret is echoed', async () => {
    const { output, stdin, stderr } = printer({ isTerminal: true })
    const asked = output.ask({ text: 'Remove them?', isSecret: false, otherwise: 'clusterp clean --yes' })
    await setImmediate()
    stdin.write('yes\r')
    expect(await asked).toBe('yes')
    expect(stderr()).toContain('Remove them?')
    expect(stderr()).toContain('yes')
  })

  it('that Ctrl-D answers, or a terminal that goes away, is an error and not a wait for ever', async () => {
    for (const end of ['\u0004', null]) {
      const { output, stdin } = printer({ isTerminal: true })
      const asked = output.ask({ text: 'Remove them?', isSecret: false, otherwise: 'clusterp clean --yes' })
      await setImmediate()
      if (end === null) stdin.end()
      else stdin.write(end)
      await expect(asked).rejects.toMatchObject({ exitCode: 2, hint: 'clusterp clean --yes' })
    }
  })

  it('shows control characters in it as \\xNN', async () => {
    const { output, stdin, stderr } = printer({ isTerminal: true })
    const asked = output.ask({
      text: 'passphrase of a\u001b]0;x\u0007:',
      isSecret: true,
      otherwise: 'ssh-add',
    })
    await setImmediate()
    stdin.write('x\r')
    await asked
    expect(stderr()).toContain('passphrase of a\\x1b]0;x\\x07:')
  })

  it('that Ctrl-C answers ends the command with code 130', async () => {
    const { output, stdin } = printer({ isTerminal: true })
    const asked = output.ask({ text: 'Password:', isSecret: true, otherwise: 'clusterp clean --yes' })
    await setImmediate()
    stdin.write('\u0003')
    await expect(asked).rejects.toMatchObject({ message: 'interrupted at the prompt', exitCode: 130 })
  })
})
