import { describe, expect, it } from 'vitest'
import { phasesOf } from '../../src/data/phases.js'

const shape = (marks: readonly (readonly [number, string])[], fromMs = 0, toMs = 100) =>
  phasesOf(
    marks.map(([atMs, text]) => ({ atMs, text })),
    fromMs,
    toMs,
  ).map((phase) => [phase.label, phase.fromMs, phase.toMs])

describe('phases', () => {
  it('are the whole run where nobody set a mark', () => {
    expect(shape([])).toEqual([['whole run', 0, 100]])
  })

  it('reach from mark to mark, and begin with what lies before the first', () => {
    expect(
      shape([
        [60, 'train'],
        [20, 'load'],
      ]),
    ).toEqual([
      ['before "load"', 0, 20],
      ['load', 20, 60],
      ['train', 60, 100],
    ])
  })

  it('begin with the first mark where nothing lies before it', () => {
    expect(shape([[0, 'load']])).toEqual([['load', 0, 100]])
  })

  it('are cut to the span, with the one that was open when it began', () => {
    expect(
      shape(
        [
          [10, 'load'],
          [50, 'train'],
          [90, 'save'],
        ],
        20,
        80,
      ),
    ).toEqual([
      ['load', 20, 50],
      ['train', 50, 80],
    ])
  })

  it('are numbered from the second of a name on', () => {
    expect(
      shape([
        [0, 'epoch'],
        [50, 'epoch'],
      ]),
    ).toEqual([
      ['epoch', 0, 50],
      ['epoch (2)', 50, 100],
    ])
  })

  it('never have the label of another one, whatever marks are called', () => {
    const labels = shape([
      [10, 'a'],
      [20, 'a (2)'],
      [30, 'a'],
      [40, 'before "a"'],
      [50, 'a'],
    ]).map(([label]) => label)
    expect(labels).toEqual(['before "a"', 'a', 'a (2)', 'a (3)', 'before "a" (2)', 'a (4)'])
  })

  it('of two marks at one moment are named by the last', () => {
    expect(
      shape([
        [50, 'a'],
        [50, 'b'],
      ]),
    ).toEqual([
      ['before "a"', 0, 50],
      ['b', 50, 100],
    ])
  })
})
