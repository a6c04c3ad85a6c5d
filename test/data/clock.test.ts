import { describe, expect, it } from 'vitest'
import { clockOffsetAt, clockStepMs, rowAfterStep, shiftEvents, shiftTable } from '../../src/data/clock.js'
import { createTable } from '../../src/data/table.js'
import type { ClockReading, Table } from '../../src/model.js'

const START = Date.UTC(2026, 10, 20, 6)

function reading(part: Partial<ClockReading>): ClockReading {
  return { atMs: START, offsetMs: 0, uncertaintyMs: 1, uptimeSec: 100, wallMinusUptimeSec: 1e9, ...part }
}

function table(times: readonly number[], intervals: readonly number[]): Table {
  return createTable('load', 'n1', {
    timeMs: Float64Array.from(times, (seconds) => START + seconds * 1000),
    intervalSec: Float64Array.from(intervals),
    columns: new Map(),
  })
}

const seconds = (shifted: Table): number[] => Array.from(shifted.timeMs, (timeMs) => (timeMs - START) / 1000)

describe('clockOffsetAt', () => {
  it('is 0 below half a second, below the uncertainty, and without readings', () => {
    const offsets = [
      { start: reading({ offsetMs: 499 }), stop: reading({ offsetMs: -499, atMs: START + 1000 }) },
      { start: reading({ offsetMs: 900, uncertaintyMs: 1000 }), stop: null },
      { start: null, stop: null },
    ].map((readings) => clockOffsetAt(readings)(START))
    expect(offsets).toEqual([0, 0, 0])
  })

  it('is interpolated between the readings and constant outside of them', () => {
    const offsetAt = clockOffsetAt({
      start: reading({ offsetMs: 1000 }),
      stop: reading({ atMs: START + 9000, offsetMs: 2000 }),
    })
    // Node times of the readings: START + 1 s, START + 11 s.
    expect([-60, 1, 6, 11, 60].map((second) => offsetAt(START + second * 1000))).toEqual([
      1000, 1000, 1500, 2000, 2000,
    ])
  })

  it('keeps the start for rows before a step and the stop for those behind it', () => {
    const readings = {
      start: reading({ offsetMs: 100 }),
      stop: reading({ atMs: START + 1e6, offsetMs: 3_600_100, wallMinusUptimeSec: 1e9 + 3600 }),
    }
    expect(clockStepMs(readings)).toBe(3_600_000)
    const offsetAt = clockOffsetAt(readings)
    expect([offsetAt(START), offsetAt(START, true)]).toEqual([0, 3_600_100])
  })

  it('takes a slow drift for no step', () => {
    const stop = reading({ wallMinusUptimeSec: 1e9 + 0.9 })
    expect(clockStepMs({ start: reading({}), stop })).toBeNull()
  })
})

describe('shiftTable', () => {
  it('moves whole seconds by whole seconds and milliseconds by milliseconds', () => {
    expect(seconds(shiftTable(table([1, 2], [1, 1]), () => 1600))).toEqual([-1, 0])
    expect(seconds(shiftTable(table([1.25, 2], [1, 1]), () => 1600))).toEqual([-0.35, 0.4])
  })

  it('moves only the rows behind a step when the clock was wrong behind it', () => {
    const stepped = table([1, 2, 2, -97, -96], [1, 1, 1, 1, 1])
    expect(rowAfterStep(stepped, -100_000)).toBe(3)
    const shifted = shiftTable(stepped, (_, isAfter) => (isAfter ? -100_000 : 0), -100_000)
    expect(seconds(shifted)).toEqual([1, 2, 2, 3, 4])
    expect(rowAfterStep(table([1, 2, 3], [1, 1, 1]), -100_000)).toBe(3)
  })
})

describe('shiftEvents', () => {
  const event = (second: number) =>
    ({ host: 'n1', kind: 'comment', atMs: START + second * 1000, text: 'x' }) as const

  it('puts events on the controller clock, each side of a step by its own offset', () => {
    // The node is 10 s ahead; at its second 13 it is set 60 s further ahead.
    const readings = {
      start: reading({ offsetMs: 10_000 }),
      stop: reading({ atMs: START + 9000, offsetMs: 70_000, wallMinusUptimeSec: 1e9 + 60 }),
    }
    const shifted = shiftEvents(
      [event(11), event(75)],
      table([11, 12, 73, 74, 75], [1, 1, 1, 1, 1]),
      clockOffsetAt(readings),
      clockStepMs(readings),
    )
    expect(shifted.map(({ atMs }) => (atMs - START) / 1000)).toEqual([1, 5])
  })
})
