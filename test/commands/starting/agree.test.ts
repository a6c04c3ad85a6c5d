import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  agreedStartMs,
  elapsedZeroMs,
  lastRecordSec,
  recordCount,
} from '../../../src/commands/starting/agree.js'

describe('agreedStartMs', () => {
  it.each([
    // now, slowest probe, agreed start
    [10_000, 0, 10_500],
    [10_001, 0, 11_500],
    [10_499, 100, 11_500],
    [10_000, 250, 10_500],
    [10_000, 251, 11_500],
    [10_000, 3000, 16_500],
  ])('at %d ms with a probe of %d ms is %d', (nowMs, slowestMs, startMs) => {
    expect(agreedStartMs(nowMs, slowestMs)).toBe(startMs)
  })

  it('is half past a second, far enough ahead, and no second later than it must be', () => {
    const nowMs = fc.integer({ min: 0, max: 4_000_000_000_000 })
    fc.assert(
      fc.property(nowMs, fc.integer({ min: 0, max: 60_000 }), (now, slowest) => {
        const start = agreedStartMs(now, slowest)
        const leadMs = Math.max(500, 2 * slowest)
        expect(start % 1000).toBe(500)
        expect(start).toBeGreaterThanOrEqual(now + leadMs)
        expect(start).toBeLessThan(now + leadMs + 1000)
      }),
    )
  })
})

describe('recordCount', () => {
  it.each([
    // seconds of lease, interval, records: one at T and one after each whole interval
    [2, 1, 3],
    [10, 10, 2],
    [9, 10, 1],
    [604_800, 10, 60_481],
    [25, 10, 3],
  ])('of %d s every %d s is %d', (durationSec, intervalSec, count) => {
    expect(recordCount(durationSec, intervalSec)).toBe(count)
  })
})

describe('lastRecordSec', () => {
  it.each([
    [10, 10, 10],
    [25, 10, 20],
    [3, 2, 2],
  ])('of a lease of %d s every %d s is %d', (durationSec, intervalSec, lastSec) => {
    expect(lastRecordSec(durationSec, intervalSec)).toBe(lastSec)
  })
})

describe('elapsedZeroMs', () => {
  it('is the whole second below the agreed start', () => {
    expect(elapsedZeroMs(1_795_163_163_500)).toBe(1_795_163_163_000)
    expect(elapsedZeroMs(1_795_163_163_000)).toBe(1_795_163_163_000)
  })
})
