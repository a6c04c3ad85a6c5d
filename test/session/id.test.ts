import { describe, expect, it } from 'vitest'
import { isSessionId, newSessionId, sessionIdTimeMs } from '../../src/session/id.js'

describe('newSessionId', () => {
  it('is the UTC time and 8 hex digits', () => {
    const now = new Date('2026-03-14T10:26:53.999+01:00')
    expect(newSessionId(now, (bytes) => new Uint8Array([0x0b, 0xad, 0xca, 0xfe]).slice(0, bytes))).toBe(
      '20260314-092653-0badcafe',
    )
  })

  it('keeps leading zeros', () => {
    expect(newSessionId(new Date('2026-01-02T03:04:05Z'), () => new Uint8Array(4))).toBe(
      '20260102-030405-00000000',
    )
  })
})

describe('isSessionId', () => {
  it.each(['20260314-092653-0BADCAFE', '20260314-092653', '../20260314-092653-0badcafe', 'x', ''])(
    'refuses %j',
    (text) => {
      expect(isSessionId(text)).toBe(false)
      expect(sessionIdTimeMs(text)).toBeNull()
    },
  )
})

describe('sessionIdTimeMs', () => {
  it('is the time in the id', () => {
    // date -u -d '2026-03-14 09:26:53' +%s
    expect(sessionIdTimeMs('20260314-092653-0badcafe')).toBe(1773480413000)
  })

  it('is null for a day that does not exist', () => {
    expect(sessionIdTimeMs('20261399-092653-0badcafe')).toBeNull()
  })
})
