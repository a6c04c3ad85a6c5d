import { describe, expect, it } from 'vitest'
import { lastMoment } from '../../../src/commands/analysing/recorded.js'
import { sampleSession } from '../../session/sample.js'

const START_MS = Date.UTC(2026, 10, 20, 8, 0, 0, 500)
const filesTo = (...seconds: readonly number[]) =>
  seconds.map((second) => ({
    span: { fromMs: START_MS, toMs: START_MS + second * 1000, intervalSec: 1 },
  }))
const stoppedAfter = (second: number) => ({
  ...sampleSession(),
  startMs: START_MS,
  stoppedMs: START_MS + second * 1000,
  intervalSec: 1,
})

describe('the end of a session', () => {
  it('is the end of its last sample', () => {
    expect(lastMoment(filesTo(58, 60), stoppedAfter(61))).toBe(START_MS + 60_000)
    expect(lastMoment(filesTo(58, 60), null)).toBe(START_MS + 60_000)
  })

  it('is an interval after the stop at most, however long a node that was cut off went on', () => {
    expect(lastMoment(filesTo(60, 96), stoppedAfter(60.5))).toBe(START_MS + 61_500)
  })
})
