import { describe, expect, it } from 'vitest'
import { createSchedule } from '../../../src/commands/running/schedule.js'

const HOUR_MS = 3_600_000

describe('the schedule of renewals', () => {
  it('begins after a third of the lease, and goes on a third after the beginning of each turn', () => {
    const schedule = createSchedule(['a', 'b'], 3 * HOUR_MS, 0)
    expect(schedule.nextMs(0)).toBe(HOUR_MS)
    expect(schedule.take(HOUR_MS - 1)).toEqual([])
    expect(schedule.take(HOUR_MS)).toEqual(['a', 'b'])
    expect(schedule.take(HOUR_MS)).toEqual([])
    for (const host of ['a', 'b']) schedule.renewed(host, HOUR_MS)
    expect(schedule.nextMs(HOUR_MS + 500)).toBe(2 * HOUR_MS)
  })

  it('lets nobody wait for a host that is still under way', () => {
    const schedule = createSchedule(['dead', 'b'], 6000, 0)
    expect(schedule.take(2000)).toEqual(['dead', 'b'])
    schedule.renewed('b', 2000)
    expect(schedule.nextMs(2100)).toBe(3100)
    expect(schedule.take(4000)).toEqual(['b'])
    schedule.failed('dead', 2000)
    expect(schedule.take(6000)).toEqual(['dead'])
  })

  it('asks one that failed again after a minute at most', () => {
    const schedule = createSchedule(['a'], 7 * 24 * HOUR_MS, 0)
    schedule.take(24 * HOUR_MS)
    schedule.failed('a', 24 * HOUR_MS)
    expect(schedule.nextMs(24 * HOUR_MS)).toBe(24 * HOUR_MS + 60_000)
  })

  it('renews a long lease once a day, which a timer can wait for', () => {
    expect(createSchedule(['a'], 365 * 24 * HOUR_MS, 0).nextMs(0)).toBe(24 * HOUR_MS)
  })

  it('is over when the last host is dropped', () => {
    const schedule = createSchedule(['a', 'b'], 6000, 0)
    schedule.take(2000)
    schedule.drop('a')
    expect(schedule.isOver()).toBe(false)
    schedule.drop('b')
    expect(schedule.isOver()).toBe(true)
    expect(createSchedule([], 6000, 0).isOver()).toBe(true)
  })
})
