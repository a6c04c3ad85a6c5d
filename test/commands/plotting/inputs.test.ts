import { describe, expect, it } from 'vitest'
import { type ChartInputs, chartContext, isSelection } from '../../../src/commands/plotting/inputs.js'
import type { PlotOptions } from '../../../src/commands/plotting/settings.js'
import { plotSettings } from '../../../src/commands/plotting/settings.js'
import type { Session } from '../../../src/model.js'
import { sampleHost, sampleSession } from '../../session/sample.js'

const START_MS = Date.UTC(2026, 10, 20, 8, 0, 0, 500)

interface Case {
  readonly drawn: readonly string[]
  /** Wanted hosts without a CSV. */
  readonly absent?: readonly string[]
  readonly session?: Session | null
  readonly options?: PlotOptions
}

function inputsOf({ drawn, absent = [], session = null, options = {} }: Case): ChartInputs {
  return {
    context: { zoneOffsetMinutes: () => 60 },
    session,
    config: null,
    options,
    settings: plotSettings(null, options),
    marks: [{ atMs: START_MS + 20_000, text: 'train' }],
    events: [],
    toMs: START_MS + 60_000,
    hosts: drawn.map((name, place) => ({ name, alias: null, place })),
    absent: absent.map((name, place) => ({ name, alias: null, place: drawn.length + place })),
    hostCount: 3,
    files: [
      { resource: 'cpu', host: 'a', span: { fromMs: START_MS, toMs: START_MS + 60_000, intervalSec: 1 } },
    ],
  }
}

const sessionWith = (problems: Readonly<Record<string, readonly string[]>>): Session => ({
  ...sampleSession(),
  startMs: START_MS,
  hosts: Object.entries(problems).map(([name, list]) => ({ ...sampleHost(name, 1), problems: list })),
})

describe('what a picture says of its hosts', () => {
  const captionsOf = (problems: Readonly<Record<string, readonly string[]>>, drawn: readonly string[]) => {
    const absent = Object.keys(problems).filter((name) => !drawn.includes(name))
    const { captions, notes } = chartContext(inputsOf({ drawn, absent, session: sessionWith(problems) }))
    return { captions, notes }
  }

  it('names the one whose data are not whole with the reason, and those without any', () => {
    expect(captionsOf({ a: [], b: ['sadc died'], c: [] }, ['a', 'b'])).toEqual({
      captions: ['Partial data: b (sadc died)', 'No data: c'],
      notes: ['2 of 3 hosts', '1 host partial'],
    })
  })

  it('only names several', () => {
    expect(captionsOf({ a: ['x'], b: ['y'], c: [] }, ['a', 'b', 'c'])).toEqual({
      captions: ['Partial data: a, b'],
      notes: ['2 hosts partial'],
    })
  })

  it('misses nobody who was not asked for', () => {
    const inputs = inputsOf({ drawn: ['a'], session: sessionWith({ a: [], b: [] }) })
    expect(chartContext(inputs)).toMatchObject({ captions: [], notes: ['1 of 3 hosts'] })
  })
})

describe('a part of a session', () => {
  it.each([
    [{ drawn: ['a', 'b', 'c'] }, false],
    [{ drawn: ['a', 'b'], absent: ['c'] }, false],
    [{ drawn: ['a'] }, true],
    [{ drawn: ['a'], absent: ['c'] }, true],
    [{ drawn: ['a', 'b', 'c'], options: { from: '10' } }, true],
    [{ drawn: ['a', 'b', 'c'], options: { to: 'train' } }, true],
    [{ drawn: ['a', 'b', 'c'], options: { only: 'cpu', layout: 'lines', sort: 'outlier' } }, false],
  ] as const)('%j: %s', (one, expected) => {
    expect(isSelection(inputsOf(one))).toBe(expected)
  })

  it('ends at the moment of a mark', () => {
    const { rangeMs } = chartContext(inputsOf({ drawn: ['a'], options: { from: '10', to: 'train' } }))
    // Elapsed time counts from the whole second below the start.
    expect(rangeMs).toEqual([START_MS - 500 + 10_000, START_MS + 20_000])
  })
})
