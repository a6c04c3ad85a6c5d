import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clusterp,
  copiedPlace,
  type KillPlan,
  newPlace,
  type Place,
  processesOf,
  removePlace,
} from '../support/program.js'
import { type Earlier, expectRecovers, makeEarlier } from '../support/truth.js'

/** An arm script does nothing later than 10 s after the agreed start. */
const ARM_GRACE_MS = 12_000

const inArm = Array.from({ length: 11 }, (_, tenth) => tenth / 10)
const MOMENTS: readonly (readonly [string, KillPlan])[] = [
  ['while it probes', { script: 'probe', mode: 'after', delayMs: 5 }],
  ['when a clock was read', { script: 'clock', nth: 3, mode: 'answer' }],
  ['before the plan is on the disk', { rename: 'session\\.starting\\.json$', mode: 'before' }],
  ['when the plan without folders is on the disk', { rename: 'session\\.starting\\.json$', mode: 'after' }],
  ['when the plan with folders is on the disk', { rename: 'session\\.starting\\.json$', nth: 2, mode: 'after' }],
  ['when half of the arm script is sent', { script: 'arm', mode: 'cut' }],
  ...inArm.map((part): readonly [string, KillPlan] => [
    `${part * 100} % of the way from the arm script to its answer`,
    { script: 'arm', mode: 'after', part },
  ]),
  ['when the arm script has answered', { script: 'arm', mode: 'answer' }],
  ['while it waits for the first record', { script: 'ready', mode: 'after', delayMs: 60 }],
  ['when the first record is there', { script: 'ready', mode: 'answer' }],
  ['while the earlier session is moved away', { rename: 'part/raw$', mode: 'after' }],
  ['before the archive has its name', { rename: 'sessions/[0-9a-f-]+$', mode: 'before' }],
  ['before the new session is in place', { rename: 'session\\.json$', nth: 2, mode: 'before' }],
]

describe('a start that is killed', () => {
  const places: Place[] = []
  let earlier: Earlier
  let armMs = 0

  beforeAll(async () => {
    const place = await newPlace()
    places.push(place)
    earlier = await makeEarlier(place)
    const record = join(place.root, 'calls')
    await clusterp(place, ['start'], { kill: { record } })
    await clusterp(place, ['stop', '--now'])
    armMs = Number(/^arm (.*)$/m.exec(await readFile(record, 'utf8'))?.[1])
    expect(armMs).toBeGreaterThan(0)
  })
  afterAll(() => Promise.all(places.map(removePlace)))

  describe.concurrent('can be seen, and ended', () => {
    it.each(MOMENTS)('%s', async (_title, { part, ...plan }) => {
      const place = await copiedPlace(earlier.place)
      places.push(place)
      const kill = typeof part === 'number' ? { ...plan, delayMs: part * armMs } : plan
      expect(await clusterp(place, ['start'], { kill })).toMatchObject({ signal: 'SIGKILL' })
      await expectRecovers(place, earlier)
    })
  })

  it('leaves nothing that starts later', async () => {
    await wait(ARM_GRACE_MS)
    for (const place of places) expect(await processesOf(place)).toEqual([])
  })
})
