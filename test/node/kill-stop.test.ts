import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clusterp,
  copiedPlace,
  filesOf,
  type KillPlan,
  newPlace,
  removePlaces,
  sessionOf,
} from '../support/program.js'
import { type Earlier, expectRecovers, makeEarlier, sessionFolder } from '../support/truth.js'

const within = (script: string, parts: readonly number[]): readonly (readonly [string, KillPlan])[] => [
  [`when half of the ${script} script is sent`, { script, mode: 'cut' }],
  ...parts.map((part): readonly [string, KillPlan] => [
    `${part * 100} % of the way from the ${script} script to its answer`,
    { script, mode: 'after', part },
  ]),
  [`when the ${script} script has answered`, { script, mode: 'answer' }],
]

const MOMENTS: readonly (readonly [string, KillPlan])[] = [
  ...within('halt', [0, 0.25, 0.5, 0.75]),
  ...within('pull', [0, 0.25, 0.5, 0.75]),
  ...within('remove', [0, 0.5]),
  ['when the clock was read', { script: 'clock', nth: 2, mode: 'answer' }],
  ['before it notes that it stops', { rename: 'session\\.json$', mode: 'before' }],
  ['when it has noted that it stops', { rename: 'session\\.json$', mode: 'after' }],
  ['between two of the files that were fetched', { rename: 'raw/memory/localhost$', mode: 'after' }],
  ['before it notes that all is fetched', { rename: 'session\\.json$', nth: 3, mode: 'before' }],
  ['when it has noted that all is fetched', { rename: 'session\\.json$', nth: 3, mode: 'after' }],
  ['when it has noted that the host is clean', { rename: 'session\\.json$', nth: 4, mode: 'after' }],
]

describe('a stop that is killed', () => {
  const callMs: Record<string, number> = {}
  let earlier: Earlier

  beforeAll(async () => {
    const place = await newPlace()
    earlier = await makeEarlier(place)
    const record = join(place.root, 'calls')
    const other = await newPlace()
    await clusterp(other, ['start'])
    await clusterp(other, ['stop', '--now'], { kill: { record } })
    for (const line of (await readFile(record, 'utf8')).trim().split('\n')) {
      const [script = '', ms] = line.split(' ')
      callMs[script] = Number(ms)
    }
  })
  afterAll(removePlaces)

  describe.concurrent('can be seen, and ended', () => {
    it.each(MOMENTS)('%s', async (_title, { part, ...plan }) => {
      const place = await copiedPlace(earlier.place)
      expect(await clusterp(place, ['start'])).toMatchObject({ code: 0 })
      const id = String((await sessionOf(place.directory)).id)
      const delayMs = Number(part) * (callMs[String(plan.script)] ?? 0)
      const kill = part === undefined ? plan : { ...plan, delayMs }
      expect(await clusterp(place, ['stop', '--now'], { kill })).toMatchObject({ signal: 'SIGKILL' })
      await expectRecovers(place, earlier)
      const folder = await sessionFolder(place, id)
      expect(await sessionOf(folder)).toMatchObject({
        state: 'stopped',
        hosts: [{ state: 'cleaned', problems: [] }],
      })
      const raw = await filesOf(join(folder, 'raw'))
      expect(Object.keys(raw).sort()).toEqual(Object.keys(earlier.raw).sort())
      expect(raw['cpu/localhost']).toMatch(/^# /)
    })
  })
})
