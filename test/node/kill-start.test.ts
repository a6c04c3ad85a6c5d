import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clusterp,
  configText,
  copiedPlace,
  filesOf,
  type KillPlan,
  newPlace,
  places,
  processesOf,
  removePlaces,
} from '../support/program.js'
import { type Earlier, expectAllEnded, expectKept, expectRecovers, makeEarlier } from '../support/truth.js'

/** An arm script does nothing later than 10 s after the agreed start. */
const ARM_GRACE_MS = 12_000

const inArm = Array.from({ length: 11 }, (_, tenth) => tenth / 10)
const MOMENTS: readonly (readonly [string, KillPlan])[] = [
  ['while it probes', { script: 'probe', mode: 'after', delayMs: 5 }],
  ['when a clock was read', { script: 'clock', nth: 3, mode: 'answer' }],
  ['before the plan is on the disk', { rename: 'session\\.starting\\.json$', mode: 'before' }],
  ['when the plan without folders is on the disk', { rename: 'session\\.starting\\.json$', mode: 'after' }],
  [
    'when the plan with folders is on the disk',
    { rename: 'session\\.starting\\.json$', nth: 2, mode: 'after' },
  ],
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
  let earlier: Earlier
  let armMs = 0

  beforeAll(async () => {
    earlier = await makeEarlier(await newPlace())
    const other = await newPlace()
    const record = join(other.root, 'calls')
    await clusterp(other, ['start'], { kill: { record } })
    await clusterp(other, ['stop', '--now'])
    armMs = Number(/^arm (.*)$/m.exec(await readFile(record, 'utf8'))?.[1])
    expect(armMs).toBeGreaterThan(0)
  })
  afterAll(removePlaces)

  describe.concurrent('can be seen, and ended', () => {
    it.each(MOMENTS)('%s', async (_title, { part, ...plan }) => {
      const place = await copiedPlace(earlier.place)
      const kill = typeof part === 'number' ? { ...plan, delayMs: part * armMs } : plan
      expect(await clusterp(place, ['start'], { kill })).toMatchObject({ signal: 'SIGKILL' })
      await expectRecovers(place, earlier)
    })
  })

  it('is forgotten by the next stop when it was killed while it undid itself', async () => {
    const place = await copiedPlace(earlier.place)
    await writeFile(join(place.directory, 'config.yml'), configText(place).replace('auto', '[nosuchdisk]'))
    const kill = { rename: 'session\\.starting\\.json$', nth: 2, mode: 'after' }
    expect(await clusterp(place, ['start'], { kill })).toMatchObject({ signal: 'SIGKILL' })
    const stop = await clusterp(place, ['stop'])
    expect(stop).toMatchObject({ code: 0 })
    expect(stop.stdout).toContain('the folder is as it was before it')
    await expectAllEnded(place)
    await expectKept(place, earlier)
  })

  it('does not change what parse makes of the earlier session', async () => {
    const place = await copiedPlace(earlier.place)
    expect(await clusterp(place, ['parse'])).toMatchObject({ code: 0, stderr: '' })
    const before = await filesOf(join(place.directory, 'parsed'))
    expect(before['cpu/localhost.csv']?.trimEnd().split('\n').length).toBeGreaterThan(1)
    await wait(1000)
    const kill = { script: 'arm', mode: 'cut' }
    expect(await clusterp(place, ['start'], { kill })).toMatchObject({ signal: 'SIGKILL' })
    expect(await clusterp(place, ['parse'])).toMatchObject({ code: 0 })
    expect(await filesOf(join(place.directory, 'parsed'))).toEqual(before)
    await clusterp(place, ['stop'])
  })

  it('leaves nothing that starts later', async () => {
    await wait(ARM_GRACE_MS)
    for (const place of places) expect(await processesOf(place)).toEqual([])
  })
})
