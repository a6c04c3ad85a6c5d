import { describe, expect, it } from 'vitest'
import { compareLengths, compareRuns, type RunSide } from '../../src/analysis/comparison-lengths.js'

/** A session of so many seconds in which a job ran from second 4 on; null: it never ended. */
const recorded = (seconds: number, jobSec: number | null): RunSide => ({
  fromMs: 0,
  toMs: seconds * 1000,
  run: {
    command: ['job'],
    startedMs: 4000,
    endedMs: jobSec === null ? null : 4000 + jobSec * 1000,
    exitCode: jobSec === null ? null : 0,
    signal: null,
    leaseEndMs: null,
  },
})

describe('two lengths', () => {
  it('are the same within two samples or 2 %', () => {
    const verdict = (bSec: number) =>
      compareLengths({ fromMs: 0, toMs: 400_000 }, { fromMs: 0, toMs: bSec * 1000 }, 1).verdict
    expect([391, 392, 400, 408, 409].map(verdict)).toEqual(['better', 'same', 'same', 'same', 'worse'])
  })
})

describe('two runs', () => {
  it('are as long as their jobs, not as the sessions around them', () => {
    expect(compareRuns(recorded(11.6, 3), recorded(11.6, 3.6), 5)).toEqual({
      of: 'job',
      aSec: 3,
      bSec: 3.6,
      changeSec: expect.closeTo(0.6),
      relative: expect.closeTo(0.2),
      verdict: 'worse',
    })
    expect(compareRuns(recorded(11.6, 3), recorded(14.6, 3.05), 1).verdict).toBe('same')
  })

  it('are as long as the sessions where one had no job, or its end is not known', () => {
    const without = { ...recorded(8, 3), run: null }
    for (const b of [recorded(8, null), without, recorded(8, 0)]) {
      expect(compareRuns(recorded(12, 3), b, 1)).toMatchObject({ of: 'session', aSec: 12, bSec: 8 })
      expect(compareRuns(b, recorded(12, 3), 1)).toMatchObject({ of: 'session', aSec: 8, bSec: 12 })
    }
  })
})
