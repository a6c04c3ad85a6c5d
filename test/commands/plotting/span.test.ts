import { describe, expect, it } from 'vitest'
import { csvSpan, parseMoment } from '../../../src/commands/plotting/span.js'
import { ConfigError } from '../../../src/errors.js'

const HEADER = 'timestamp,elapsed_s,interval_s,user_pct'

describe('csvSpan', () => {
  const span = (rows: readonly string[], header = HEADER) => {
    const text = `${[header, ...rows].join('\n')}\n`
    return csvSpan({ head: text.slice(0, 200), tail: text.slice(-80) })
  }

  it('reaches from the beginning of the first sample to the end of the last', () => {
    const rows = [
      '2026-11-20T08:05:20Z,10,10,3',
      '2026-11-20T08:05:30Z,20,10,4',
      '2026-11-20T08:05:40.5Z,30,10.5,5',
    ]
    expect(span(rows)).toEqual({
      fromMs: Date.UTC(2026, 10, 20, 8, 5, 10),
      toMs: Date.UTC(2026, 10, 20, 8, 5, 40, 500),
      intervalSec: 10,
    })
  })

  it('of one row is that row', () => {
    const atMs = Date.UTC(2026, 10, 20, 8, 5, 20)
    expect(span(['2026-11-20T08:05:20Z,10,10,3'])).toEqual({
      fromMs: atMs - 10_000,
      toMs: atMs,
      intervalSec: 10,
    })
  })

  it('finds its columns wherever they stand, after a byte order mark and with CRLF', () => {
    const atMs = Date.UTC(2026, 10, 20, 8, 5, 20)
    const found = span(['3,1,2026-11-20T08:05:20Z\r'], '\uFEFFuser_pct,interval_s,timestamp\r')
    expect(found).toEqual({ fromMs: atMs - 1000, toMs: atMs, intervalSec: 1 })
  })

  it.each([
    ['there is no row', []],
    ['the interval is empty', ['2026-11-20T08:05:20Z,10,,3']],
    ['the time is none', ['soon,10,10,3']],
  ])('is null when %s', (_why, rows) => {
    expect(span(rows)).toBeNull()
  })
})

describe('parseMoment', () => {
  // The start: 20 November 2026, 22:30:00 in a zone one hour east, so 21:30:00 UTC.
  const zeroMs = Date.UTC(2026, 10, 20, 21, 30, 0)
  const frame = {
    zeroMs,
    zoneOffsetMinutes: 60,
    marks: [
      { atMs: zeroMs + 61_000, text: 'epoch 1' },
      { atMs: zeroMs + 99_000, text: '90' },
    ],
  }

  it.each([
    ['45', zeroMs + 45_000],
    ['90s', zeroMs + 90_000],
    ['1.5 m', zeroMs + 90_000],
    ['5min', zeroMs + 300_000],
    ['2h', zeroMs + 7_200_000],
    ['1d', zeroMs + 86_400_000],
    ['0', zeroMs],
    ['22:31', Date.UTC(2026, 10, 20, 21, 31)],
    ['22:30:05', Date.UTC(2026, 10, 20, 21, 30, 5)],
    ['22:30', zeroMs],
    // Within the minute before the start it is still that day: a start at 22:30:40 is typed as 22:30.
    ['22:29:01', zeroMs - 59_000],
    // Before the start: the next day.
    ['22:28', Date.UTC(2026, 10, 21, 21, 28)],
    ['0:15', Date.UTC(2026, 10, 20, 23, 15)],
    ['09:05:06', Date.UTC(2026, 10, 21, 8, 5, 6)],
    ['2026-11-20T21:40:00Z', Date.UTC(2026, 10, 20, 21, 40)],
    ['2026-11-20T22:40:00+01:00', Date.UTC(2026, 10, 20, 21, 40)],
    ['epoch 1', zeroMs + 61_000],
    // A mark wins over a number.
    ['90', zeroMs + 99_000],
  ])('takes %s', (text, atMs) => {
    expect(new Date(parseMoment('from', text, frame)).toISOString()).toBe(new Date(atMs).toISOString())
  })

  it('takes a time of day in a zone west of Greenwich', () => {
    // 21:30 UTC is 13:30 there; 13:45 is a quarter of an hour later.
    const west = { ...frame, zoneOffsetMinutes: -480 }
    expect(parseMoment('to', '13:45', west)).toBe(zeroMs + 900_000)
  })

  it.each(['24:00', '12:60', '5 weeks', '-3', '', 'epoch', '2026-13-40T00:00:00Z'])(
    'refuses "%s", naming what it could be',
    (text) => {
      const attempt = () => parseMoment('to', text, frame)
      expect(attempt).toThrow(ConfigError)
      expect(attempt).toThrow(`--to "${text}" is neither a time nor a mark`)
      try {
        attempt()
      } catch (thrown) {
        expect(thrown).toMatchObject({ hint: expect.stringContaining('marks: "epoch 1", "90"') })
      }
    },
  )
})
