import { describe, expect, it } from 'vitest'
import { createTable, isGap } from '../../src/data/table.js'

describe('isGap', () => {
  it.each([
    ['the row before ends where this begins', 0, 10_000, 10, false],
    ['half an interval is missing', 0, 15_000, 10, false],
    ['more than half an interval is missing', 0, 15_001, 10, true],
    ['a second is off at an interval of 1 s', 0, 2000, 1, false],
    ['more than a second is off at an interval of 1 s', 0, 2001, 1, true],
    ['the row before lies in the future', 9000, 1000, 1, true],
    ['one wide row follows', 0, 5000, 5, false],
  ])('when %s', (_, previousMs, timeMs, intervalSec, expected) => {
    expect(isGap(previousMs, timeMs, intervalSec)).toBe(expected)
  })
})

describe('createTable', () => {
  it('has every numeric column, not measured where none was given', () => {
    const table = createTable('swap', 'n1', {
      timeMs: Float64Array.of(1000),
      intervalSec: Float64Array.of(1),
      columns: new Map([['total_bytes', Float64Array.of(5)]]),
    })
    expect([...table.columns].map(([name, values]) => [name, values[0]])).toEqual([
      ['total_bytes', 5],
      ['used_bytes', Number.NaN],
      ['utilization_pct', Number.NaN],
      ['swap_in_pages_per_s', Number.NaN],
      ['swap_out_pages_per_s', Number.NaN],
    ])
  })
})
