import { describe, expect, it } from 'vitest'
import { readClock, readNodeClock, uptimeAt } from '../../src/remote/clock.js'
import { CALL, fakeTransport, saying } from './fake-transport.js'

describe('readClock', () => {
  it('takes the node to have read its clock halfway through the round trip', () => {
    // The controller sent at 1000.000 s and heard at 1000.040 s; the node said 1000.520 s: 0.5 s ahead of 1000.020 s.
    const reading = readClock('1000.520000000 50.41 50.43', 1_000_000, 1_000_040, false)
    expect(reading?.atMs).toBe(1_000_020)
    expect(reading?.offsetMs).toBeCloseTo(500, 6)
    expect(reading?.uncertaintyMs).toBe(20 + 10)
    expect(reading?.uptimeSec).toBeCloseTo(50.42, 9)
    expect(reading?.wallMinusUptimeSec).toBeCloseTo(1000.52 - 50.42, 6)
  })

  it('takes the middle of the second from a date without decimals, uncertain by half a second more', () => {
    const reading = readClock('1000 50.41 50.43', 999_980, 1_000_020, false)
    expect(reading?.offsetMs).toBe(500)
    expect(reading?.uncertaintyMs).toBe(20 + 10 + 500)
  })

  it('has no offset on this machine, however long the script took', () => {
    const reading = readClock('1000.520000000 50.41 50.43', 1_000_000, 1_009_000, true)
    expect(reading?.offsetMs).toBe(0)
    expect(reading?.atMs).toBeCloseTo(1_000_520, 6)
  })

  it('does not take a clock that was stepped back meanwhile for a negative round trip', () => {
    expect(readClock('1000.5 50.41 50.43', 1_000_000, 999_000, false)?.uncertaintyMs).toBe(10)
  })

  it.each(['', ' 5.1 5.2', 'yesterday 5.1 5.2', '1000.5 5.1', '1000.5', '1000.5 x y'])(
    'is null for %j',
    (line) => {
      expect(readClock(line, 0, 1, false)).toBeNull()
    },
  )
})

describe('uptimeAt', () => {
  it('follows the uptime clock from the reading', () => {
    const reading = readClock('1000.520000000 50.41 50.43', 1_000_000, 1_000_040, false)
    expect(reading && uptimeAt(reading, 1_002_520)).toBeCloseTo(50.42 + 2.5, 9)
  })
})

describe('readNodeClock', () => {
  /** A controller whose clock shows these times, one after the other. */
  function clockOf(times: readonly number[]): () => number {
    let at = 0
    return () => times[at++] ?? expect.fail('the clock was asked too often')
  }
  const node = (lines: readonly string[]) => {
    let at = 0
    return fakeTransport((script, marker) =>
      script.includes('/proc/uptime') ? saying(marker, [`clock\t${lines[at++]}`]) : null,
    )
  }

  it('keeps the smallest of several round trips', async () => {
    const transport = node(['100.050 5.0 5.0', '100.130 5.1 5.1', '100.250 5.2 5.2'])
    const reading = await readNodeClock(transport, {
      ...CALL,
      now: clockOf([100_000, 100_100, 100_120, 100_140, 100_200, 100_290]),
      roundTrips: 3,
      isLocal: false,
    })
    expect(transport.scripts).toHaveLength(3)
    expect(reading).toMatchObject({ atMs: 100_130, uncertaintyMs: 20, uptimeSec: 5.1 })
    expect(reading.offsetMs).toBeCloseTo(0, 6)
  })

  it('goes on past a round trip that told nothing', async () => {
    const options = { ...CALL, now: clockOf([0, 10, 20, 90]), roundTrips: 2, isLocal: false }
    expect((await readNodeClock(node(['', '0.055 5.0 5.0']), options)).uncertaintyMs).toBe(45)
  })

  it('fails by name when no round trip told the time', async () => {
    const options = { ...CALL, now: () => 0, roundTrips: 2, isLocal: false }
    await expect(readNodeClock(node(['', '']), options)).rejects.toThrow(
      'read the clock: the node did not tell its time and uptime',
    )
  })
})
