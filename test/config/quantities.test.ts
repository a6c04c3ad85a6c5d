import { describe, expect, it } from 'vitest'
import { parseDurationSec, parseSizeBytes, parseWhole, parseWord } from '../../src/config/quantities.js'

describe('parseDurationSec', () => {
  it.each([
    ['3600', 3600],
    ['10s', 10],
    ['90m', 5400],
    ['12h', 43_200],
    ['7d', 604_800],
    ['2w', 1_209_600],
    ['1h30m', 5400],
    ['1h 30 m', 5400],
    ['1.5h', 5400],
    ['500ms', 0.5],
    ['0.1s200ms', 0.3],
    ['7D', 604_800],
    ['0', 0],
    ['010', 10],
  ])('reads %j as %d seconds', (text, seconds) => {
    expect(parseDurationSec(text)).toBe(seconds)
  })

  it.each([
    '',
    'abc',
    '7 fortnights',
    '-1',
    '+1',
    '1e3',
    '1_000',
    '0x10',
    's',
    '1h30',
    'NaN',
    'Infinity',
    '1..5s',
  ])('is null for %j', (text) => {
    expect(parseDurationSec(text)).toBeNull()
  })
})

describe('parseSizeBytes', () => {
  it.each([
    ['1GB', 1_000_000_000],
    ['1 GB', 1_000_000_000],
    ['1GiB', 1_073_741_824],
    ['500MB', 500_000_000],
    ['64kib', 65_536],
    ['1.5k', 1500],
    ['2TiB', 2_199_023_255_552],
    ['1048576', 1_048_576],
    ['12B', 12],
  ])('reads %j as %i bytes', (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes)
  })

  it.each(['', 'GB', '-1GB', '1PB', '1e9', '1 G B', 'unlimited'])('is null for %j', (text) => {
    expect(parseSizeBytes(text)).toBeNull()
  })
})

describe('parseWhole and parseWord', () => {
  it('says what is allowed and what was found', () => {
    const limits = { min: 1, max: 9, allowed: 'a digit, 1 to 9' }
    expect(parseWhole('9', limits)).toEqual({ value: 9 })
    expect(parseWhole('10', limits)).toEqual({ problem: 'must be a digit, 1 to 9, got 10' })
    expect(parseWhole('1.0', limits)).toEqual({ problem: 'must be a digit, 1 to 9, got 1.0' })
    expect(parseWord('sarr', ['auto', 'sar', 'proc'])).toEqual({
      problem: 'must be auto, sar or proc, got "sarr"; did you mean "sar"?',
    })
  })
})
