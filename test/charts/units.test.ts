import { describe, expect, it } from 'vitest'
import { elapsedAxis, formatLength, formatLocalTime, valueAxis } from '../../src/charts/units.js'

const labels = (axis: { ticks: readonly { label: string }[] }) => axis.ticks.map((tick) => tick.label)

describe('valueAxis', () => {
  it('is 0 to 100 for percent, whatever the highest value', () => {
    for (const max of [0, 3, 100, 100.4]) {
      const axis = valueAxis('percent', max, null)
      expect(axis.domain).toEqual([0, 100])
      expect(labels(axis)).toEqual(['0', '25', '50', '75', '100'])
      expect(axis.title).toBe('%')
    }
  })

  it('has few ticks where there is room for few', () => {
    const labels = valueAxis('percent', 80, null, 3).ticks.map(({ label }) => label)
    expect(labels).toEqual(['0', '50', '100'])
  })

  it('shows more than 100 percent rather than cutting it off', () => {
    expect(valueAxis('percent', 180, null).domain).toEqual([0, 200])
  })

  it('chooses the unit by the highest value', () => {
    const units = [
      [350, 'B/s'],
      [3500, 'kB/s'],
      [1.2e8, 'MB/s'],
      [1.437e9, 'GB/s'],
      [2e12, 'TB/s'],
    ] as const
    for (const [max, unit] of units) expect(valueAxis('bytes per second', max, null).title).toBe(unit)
  })

  it('divides by the unit and labels with as many digits as the step has', () => {
    const axis = valueAxis('bytes per second', 1.437e9, null)
    expect(axis.divisor).toBe(1e9)
    expect(axis.domain).toEqual([0, 1.5])
    expect(labels(axis)).toEqual(['0.00', '0.25', '0.50', '0.75', '1.00', '1.25', '1.50'])
  })

  it('adds no step for a maximum that is a tick', () => {
    expect(valueAxis('bytes per second', 600e6, null).domain).toEqual([0, 600])
    expect(valueAxis('bytes per second', 600.0000001e6, null).domain).toEqual([0, 600])
  })

  it('has an axis from 0 to 1 when all is 0', () => {
    const axis = valueAxis('bytes per second', 0, null)
    expect([axis.domain, axis.title]).toEqual([[0, 1], 'MB/s'])
  })

  it('counts in whole numbers', () => {
    expect(labels(valueAxis('count', 0, 'tasks'))).toEqual(['0', '1'])
    expect(labels(valueAxis('count', 2, 'tasks'))).toEqual(['0', '1', '2'])
    expect(labels(valueAxis('count', 11, 'tasks'))).toEqual(['0', '2', '4', '6', '8', '10', '12'])
    expect(labels(valueAxis('count', 14, 'tasks'))).toEqual(['0', '5', '10', '15'])
    expect(labels(valueAxis('count', 130, 'tasks'))).toEqual(['0', '25', '50', '75', '100', '125', '150'])
  })

  it('reaches the highest value, with two to seven ticks', () => {
    for (let max = 1; max < 1e13; max *= 1.137) {
      const axis = valueAxis('bytes per second', max, null)
      expect(axis.domain[1]).toBeGreaterThanOrEqual((max / axis.divisor) * (1 - 1e-6))
      expect(axis.domain[1]).toBeLessThanOrEqual((max / axis.divisor) * 2)
      expect(axis.ticks.length).toBeGreaterThanOrEqual(2)
      expect(axis.ticks.length).toBeLessThanOrEqual(7)
    }
  })
})

describe('elapsedAxis', () => {
  it('counts minutes and seconds up to an hour', () => {
    const axis = elapsedAxis(0, 120)
    expect(axis.domain).toEqual([0, 120])
    expect(axis.title).toBe('elapsed time (min:s)')
    expect(labels(axis).slice(0, 4)).toEqual(['0:00', '0:15', '0:30', '0:45'])
    expect(labels(elapsedAxis(0, 3600)).at(-1)).toBe('60:00')
  })

  it('counts hours and minutes beyond an hour, hours alone where steps are hours', () => {
    expect(labels(elapsedAxis(0, 6000))).toEqual(['0:00', '0:15', '0:30', '0:45', '1:00', '1:15', '1:30'])
    expect(elapsedAxis(0, 6000).title).toBe('elapsed time (h:min)')
    expect(labels(elapsedAxis(0, 86_400))).toEqual([
      '0 h',
      '3 h',
      '6 h',
      '9 h',
      '12 h',
      '15 h',
      '18 h',
      '21 h',
      '24 h',
    ])
  })

  it('counts days for long sessions', () => {
    expect(labels(elapsedAxis(0, 7 * 86_400))).toEqual([
      '0 d',
      '1 d',
      '2 d',
      '3 d',
      '4 d',
      '5 d',
      '6 d',
      '7 d',
    ])
  })

  it('stands on round values when the span begins elsewhere', () => {
    expect(labels(elapsedAxis(7, 22))).toEqual([
      '0:08',
      '0:10',
      '0:12',
      '0:14',
      '0:16',
      '0:18',
      '0:20',
      '0:22',
    ])
    expect(labels(elapsedAxis(7290, 7305)).slice(0, 2)).toEqual(['2:01:30', '2:01:32'])
  })

  it('signs what lies before the start', () => {
    expect(labels(elapsedAxis(-10, 5))[0]).toBe('−0:10')
  })
})

describe('formatLength', () => {
  it('names the two largest units', () => {
    const lengths = [
      [1, '1 s'],
      [2.5, '2.5 s'],
      [15, '15 s'],
      [70, '1 min 10 s'],
      [3600, '1 h'],
      [5400, '1 h 30 min'],
      [86_400, '24 h'],
      [90_000, '1 d 1 h'],
      [7199.6, '2 h'],
    ] as const
    for (const [seconds, text] of lengths) expect(formatLength(seconds)).toBe(text)
  })
})

describe('formatLocalTime', () => {
  it('shows the wall clock of the zone with its offset', () => {
    const noon = Date.UTC(2026, 2, 1, 12, 0, 0)
    expect(formatLocalTime(noon, 60)).toBe('2026-03-01 13:00:00 +01:00')
    expect(formatLocalTime(noon, -210)).toBe('2026-03-01 08:30:00 −03:30')
    expect(formatLocalTime(noon + 999, 0)).toBe('2026-03-01 12:00:00 +00:00')
  })
})
