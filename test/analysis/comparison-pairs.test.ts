import { describe, expect, it } from 'vitest'
import { compareLengths } from '../../src/analysis/comparison-lengths.js'
import { matchHosts, matchPhases } from '../../src/analysis/comparison-pairs.js'

const host = (name: string, alias: string | null = null) => ({ name, alias })

describe('matchHosts', () => {
  it('goes by name, else by alias, else by order, and says which', () => {
    const a = [host('n1'), host('n2', 'DB'), host('n3'), host('n4')]
    const b = [host('m9'), host('m2', 'DB'), host('n1')]
    const { pairs, onlyA, onlyB } = matchHosts(a, b)
    expect(pairs.map((pair) => [pair.a.name, pair.b.name, pair.way])).toEqual([
      ['n1', 'n1', 'name'],
      ['n2', 'm2', 'alias'],
      ['n3', 'm9', 'rank'],
    ])
    expect([onlyA.map(({ name }) => name), onlyB]).toEqual([['n4'], []])
  })

  it('lets no host without alias match another without', () => {
    expect(matchHosts([host('a'), host('b')], [host('b'), host('c')]).pairs).toMatchObject([
      { a: { name: 'a' }, b: { name: 'c' }, way: 'rank' },
      { a: { name: 'b' }, b: { name: 'b' }, way: 'name' },
    ])
  })
})

describe('matchPhases', () => {
  const side = (fromMs: number, toMs: number, ...marks: readonly (readonly [number, string])[]) => ({
    fromMs,
    toMs,
    marks: marks.map(([atMs, text]) => ({ atMs, text })),
  })

  it('goes by the labels of marks, and names the phases that only one has', () => {
    const a = side(0, 100, [10, 'load'], [40, 'train'])
    const b = side(1000, 1080, [1005, 'train'], [1060, 'save'])
    expect(matchPhases(a, b)).toEqual({
      way: 'name',
      pairs: [{ label: 'train', a: { fromMs: 40, toMs: 100 }, b: { fromMs: 1005, toMs: 1060 } }],
      onlyA: ['before "load"', 'load'],
      onlyB: ['before "train"', 'save'],
    })
  })

  it('lays the phases of one over the other that has no marks, in proportion', () => {
    // 40 % of A's 100 is 40, of B's 50 from 1000 on 20.
    const { way, pairs } = matchPhases(side(0, 100, [0, 'load'], [40, 'train']), side(1000, 1050))
    expect(way).toBe('relative time')
    expect(pairs).toEqual([
      { label: 'load', a: { fromMs: 0, toMs: 40 }, b: { fromMs: 1000, toMs: 1020 } },
      { label: 'train', a: { fromMs: 40, toMs: 100 }, b: { fromMs: 1020, toMs: 1050 } },
    ])
    expect(matchPhases(side(1000, 1050), side(0, 100, [0, 'load'])).pairs[0]?.a).toEqual({
      fromMs: 1000,
      toMs: 1050,
    })
  })

  it('takes the whole runs where no phase is in both', () => {
    expect(matchPhases(side(0, 9), side(5, 9))).toMatchObject({
      way: 'whole run',
      pairs: [{ label: 'whole run' }],
    })
    expect(matchPhases(side(0, 9, [0, 'x']), side(5, 9, [5, 'y']))).toMatchObject({
      way: 'whole run',
      pairs: [{ label: 'whole run', a: { fromMs: 0, toMs: 9 }, b: { fromMs: 5, toMs: 9 } }],
      onlyA: ['x'],
      onlyB: ['y'],
    })
  })
})

describe('compareLengths', () => {
  const length = (a: number, b: number, intervalSec = 1) =>
    compareLengths({ fromMs: 0, toMs: a * 1000 }, { fromMs: 5000, toMs: 5000 + b * 1000 }, intervalSec)

  it('calls the shorter run the better one', () => {
    // 13:50 against 12:10: 100 s of 830 less, 12 %.
    expect(length(830, 730)).toMatchObject({ aSec: 830, bSec: 730, changeSec: -100, verdict: 'better' })
    expect(length(830, 730).relative).toBeCloseTo(-0.12, 2)
    expect(length(730, 830).verdict).toBe('worse')
  })

  it('calls them the same within two samples or 2 %', () => {
    expect([length(1000, 980).verdict, length(1000, 979).verdict]).toEqual(['same', 'better'])
    expect([length(100, 80, 10).verdict, length(100, 79, 10).verdict]).toEqual(['same', 'better'])
  })
})
