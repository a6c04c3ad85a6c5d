import { describe, expect, it } from 'vitest'
import { combineResults } from '../../src/commands/combine.js'
import { type CommandResult, type ExitCode, line } from '../../src/commands/context.js'

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
