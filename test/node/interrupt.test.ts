import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusterp, copiedPlace, type Ended, newPlace, removePlaces, sessionOf } from '../support/program.js'
import {
  type Earlier,
  expectAllEnded,
  expectKept,
  expectStatusTellsTruth,
  makeEarlier,
} from '../support/truth.js'

/** Where in its course a command is interrupted, as parts of the time that it takes when left alone. */
const PARTS = [0.1, 0.25, 0.35, 0.45, 0.55, 0.7, 0.85, 0.95]
const SIGINT_CODE = 130

/** Ended by the signal itself (before it could listen), by its own decision, or done before it came. */
function expectInterruptedOrDone(ended: Ended): void {
  if (ended.signal !== null) expect(ended.signal).toBe('SIGINT')
  else expect([0, SIGINT_CODE], ended.stderr).toContain(ended.code)
  expect(ended.stderr).not.toMatch(/ at .*\.js:\d+/)
}

describe('Ctrl-C', () => {
  let earlier: Earlier
  let startMs = 0
  let stopMs = 0

  beforeAll(async () => {
    const place = await newPlace()
    earlier = await makeEarlier(place)
    const other = await copiedPlace(place)
    const beganMs = Date.now()
    await clusterp(other, ['start'])
    startMs = Date.now() - beganMs
    await clusterp(other, ['stop', '--now'])
    stopMs = Date.now() - beganMs - startMs
  })
  afterAll(removePlaces)

  describe.concurrent('in start', () => {
    it.each(PARTS)('leaves all or nothing at %d of its time', async (part) => {
      const place = await copiedPlace(earlier.place)
      const ended = await clusterp(place, ['start'], { interruptAfterMs: part * startMs })
      expectInterruptedOrDone(ended)
      await expectStatusTellsTruth(place)
      if (ended.code === SIGINT_CODE) {
        expect(ended.stderr).toContain('interrupted')
        await expectAllEnded(place)
        expect((await sessionOf(place.directory)).id).toBe(earlier.id)
      }
      const stop = await clusterp(place, ['stop', '--now'])
      expect([0, 3], stop.stderr).toContain(stop.code)
      await expectAllEnded(place)
      await expectKept(place, earlier)
    })
  })

  describe.concurrent('in stop', () => {
    it.each(PARTS)('lets the next stop go on at %d of its time', async (part) => {
      const place = await newPlace()
      expect(await clusterp(place, ['start'])).toMatchObject({ code: 0 })
      const ended = await clusterp(place, ['stop', '--now'], { interruptAfterMs: part * stopMs })
      expectInterruptedOrDone(ended)
      await expectStatusTellsTruth(place)
      expect(await clusterp(place, ['stop', '--now'])).toMatchObject({ code: 0 })
      await expectAllEnded(place)
      expect(await sessionOf(place.directory)).toMatchObject({ state: 'stopped', hosts: [{ problems: [] }] })
    })
  })
})
