/** What must hold after clusterp was ended at any moment: the next commands see what is, and can end it. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { clusterp, filesOf, loggersOf, type Place, processesOf, sessionOf } from './program.js'

/** A script on its way when clusterp was ended goes on for a moment: so long it may take to settle. */
const SETTLE_MS = 6000
const LOOK_AGAIN_MS = 150

interface StatusNode {
  readonly loggers: readonly { readonly pid: number; readonly alive: boolean }[]
}

/** Pids that `clusterp status` calls alive, sorted; none when it has nobody to ask. */
async function livingByStatus(place: Place): Promise<readonly number[]> {
  const { json, code } = await clusterp(place, ['status', '--json'])
  expect([0, 1, 3]).toContain(code)
  const nodes = (json?.nodes ?? []) as readonly StatusNode[]
  const alive = nodes.flatMap((node) => node.loggers.filter((logger) => logger.alive))
  return alive.map((logger) => logger.pid).sort((a, b) => a - b)
}

/** `clusterp status` names as alive what /proc shows, once scripts that were under way have ended. */
export async function expectStatusTellsTruth(place: Place): Promise<void> {
  const until = Date.now() + SETTLE_MS
  for (;;) {
    const told = await livingByStatus(place)
    const found = await loggersOf(place)
    if (told.join() === found.join()) return
    if (Date.now() > until) expect(told).toEqual(found)
    await wait(LOOK_AGAIN_MS)
  }
}

/** Nothing runs, the node's folder is empty, and no session is unfinished. */
export async function expectAllEnded(place: Place): Promise<void> {
  expect(await processesOf(place)).toEqual([])
  expect(await readdir(place.remoteDir)).toEqual([])
  const names = await readdir(place.directory)
  expect(names.filter((name) => /^session\.(starting|lock)/.test(name))).toEqual([])
  if (names.includes('session.json')) expect((await sessionOf(place.directory)).state).toBe('stopped')
}

/** Where the session of that id lies: the working directory or sessions/<id>. */
export async function sessionFolder(place: Place, id: string): Promise<string> {
  const names = await readdir(place.directory)
  const isInPlace = names.includes('session.json') && (await sessionOf(place.directory)).id === id
  return isInPlace ? place.directory : join(place.directory, 'sessions', id)
}

/** An earlier session's raw files are whole, in place or in sessions/<id>. */
export async function expectKept(place: Place, earlier: Earlier): Promise<void> {
  const folder = await sessionFolder(place, earlier.id)
  expect(await filesOf(join(folder, 'raw'))).toEqual(earlier.raw)
  expect((await sessionOf(folder)).id).toBe(earlier.id)
}

/** A finished session that lies in the folder before the one under test. */
export interface Earlier {
  readonly place: Place
  readonly id: string
  readonly raw: Readonly<Record<string, string>>
}

/** Makes a finished session to copy. */
export async function makeEarlier(place: Place): Promise<Earlier> {
  expect(await clusterp(place, ['start'])).toMatchObject({ code: 0 })
  // Without --now it waits for a sample, so that there is something to parse.
  expect(await clusterp(place, ['stop'])).toMatchObject({ code: 0 })
  const { id } = await sessionOf(place.directory)
  return { place, id: String(id), raw: await filesOf(join(place.directory, 'raw')) }
}

/**
 * After clusterp was ended: status tells what is, start refuses or works, stop ends all and says the same when repeated.
 */
export async function expectRecovers(place: Place, earlier: Earlier): Promise<void> {
  await expectStatusTellsTruth(place)
  const start = await clusterp(place, ['start', '--json'])
  expect([0, 1], start.stderr).toContain(start.code)
  if (start.code === 1) expect(start.stderr).toMatch(/was interrupted|is running already/)
  const stop = await clusterp(place, ['stop', '--now'])
  expect([0, 3], stop.stderr).toContain(stop.code)
  await expectAllEnded(place)
  await expectKept(place, earlier)
  const again = await clusterp(place, ['stop', '--now'])
  // A start that came to nothing leaves the earlier session: then that is what the second stop tells of.
  const isUndone = stop.stdout.includes('had left nothing running')
  if (!isUndone) expect(again).toMatchObject({ code: stop.code, stdout: stop.stdout })
  else expect(again).toMatchObject({ code: 0 })
}
