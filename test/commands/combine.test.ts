import { describe, expect, it } from 'vitest'
import { asResult, combineResults } from '../../src/commands/combine.js'
import { type CommandResult, type ExitCode, line } from '../../src/commands/context.js'
import { InterruptedError } from '../../src/commands/waiting.js'
import { ConfigError, HostError, SessionError } from '../../src/errors.js'

const result = (exitCode: ExitCode, text: string, json = {}): CommandResult => ({
  exitCode,
  hosts: [{ host: text, alias: null, ok: true, error: null }],
  blocks: [line(text)],
  json,
})

describe('combineResults', () => {
  it.each<readonly [readonly ExitCode[], ExitCode]>([
    [[0, 0], 0],
    [[0, 3], 3],
    [[3, 0], 3],
    [[3, 1], 1],
    [[1, 3, 0], 1],
    [[1, 2], 2],
  ])('of codes %j ends with %d: a later command hides nothing', (codes, worst) => {
    expect(combineResults(codes.map((code) => result(code, 'x'))).exitCode).toBe(worst)
  })

  it('says what each said, in order, and has the hosts of the first', () => {
    const combined = combineResults([
      result(0, 'stopped', { session: 's' }),
      result(0, 'parsed', { rows: 2 }),
    ])
    expect(combined.blocks).toEqual([line('stopped'), line('parsed')])
    expect(combined.hosts.map(({ host }) => host)).toEqual(['stopped'])
    expect(combined.json).toEqual({ session: 's', rows: 2 })
  })

  it('keeps why one of them failed', () => {
    const error = { message: 'plot: no', hint: null, host: null }
    expect(combineResults([result(0, 'a'), { ...result(1, 'b'), error }]).error).toEqual(error)
    expect(combineResults([result(0, 'a')])).not.toHaveProperty('error')
  })
})

describe('asResult', () => {
  const failing = (error: Error) => asResult(() => Promise.reject(error))

  it('gives the result of what succeeds', async () => {
    const good = result(3, 'parsed')
    expect(await asResult(async () => good)).toBe(good)
  })

  it.each([
    [new ConfigError('config.yml: foo', { hint: 'clusterp check' }), 2, 'clusterp check', null],
    [new SessionError('parse: no raw files'), 1, null, null],
    [new HostError('node1', 'lost'), 1, null, 'node1'],
  ])('makes a result of %s with its exit code', async (error, exitCode, hint, host) => {
    const { message } = error
    expect(await failing(error)).toMatchObject({ exitCode, error: { message, hint, host } })
  })

  it('lets an interruption and what nobody expected go on their way', async () => {
    await expect(failing(new InterruptedError('parse: interrupted'))).rejects.toThrow(InterruptedError)
    await expect(failing(new TypeError('x is undefined'))).rejects.toThrow(TypeError)
  })
})
