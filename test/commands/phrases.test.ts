import { describe, expect, it } from 'vitest'
import { byteText, durationText, momentText, plural } from '../../src/commands/phrases.js'

describe('plural', () => {
  it('adds an s to all but one', () => {
    expect([0, 1, 2].map((count) => plural(count, 'host'))).toEqual(['0 hosts', '1 host', '2 hosts'])
  })

  it('adds es to what ends in s', () => {
    expect([0, 1, 2].map((count) => plural(count, 'process'))).toEqual([
      '0 processes',
      '1 process',
      '2 processes',
    ])
  })
})

describe('byteText', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [18_234, '18.2 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [9_994_999, '9.99 MB'],
    [9_995_000, '10.0 MB'],
    [1_000_000_000, '1.00 GB'],
    [2_500_000_000_000_000, '2500 TB'],
  ])('says %d as %s', (bytes, text) => {
    expect(byteText(bytes)).toBe(text)
  })
})

describe('durationText', () => {
  it.each([
    [0, '0 s'],
    [0.04, '0 s'],
    [45, '45 s'],
    [119, '119 s'],
    [120, '2 min'],
    [5400, '90 min'],
    [7200, '2 h'],
    [12_600, '3.5 h'],
    [172_800, '2 d'],
    [604_800, '7 d'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text)
  })
})

describe('momentText', () => {
  // 2026-11-20T08:05:06Z
  const atMs = Date.UTC(2026, 10, 20, 8, 5, 6)

  it.each([
    [0, '2026-11-20 08:05:06 +0000'],
    [60, '2026-11-20 09:05:06 +0100'],
    [-570, '2026-11-19 22:35:06 -0930'],
    [345, '2026-11-20 13:50:06 +0545'],
  ])('is local time %d minutes east with its offset', (zoneOffsetMinutes, text) => {
    expect(momentText(atMs, zoneOffsetMinutes)).toBe(text)
  })
})
