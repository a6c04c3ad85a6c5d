import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusterp, loggersOf, newPlace, type Place, removePlaces } from '../support/program.js'

const PROGRAM = fileURLToPath(new URL('../../bin/clusterp.js', import.meta.url))

let place: Place
beforeAll(async () => {
  place = await newPlace()
  expect(await clusterp(place, ['start'])).toMatchObject({ code: 0 })
})
afterAll(removePlaces)

interface Round {
  readonly nodes: readonly Readonly<Record<string, unknown>>[]
  readonly watchEnd?: string
}

const roundsOf = (stdout: string): readonly Round[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Round)

describe('status --watch', () => {
  it('gives one object a round, with figures, until Ctrl-C ends it with code 0', async () => {
    const ended = await clusterp(place, ['status', '--watch', '--json'], { interruptAfterMs: 4500 })
    expect(ended.code, ended.stderr).toBe(0)
    const rounds = roundsOf(ended.stdout)
    expect(rounds.length).toBeGreaterThanOrEqual(4)
    expect(rounds[0]?.nodes).toEqual([])
    const samples = rounds.slice(1).map(({ nodes }) => Number(nodes[0]?.samples))
    expect(samples.at(-1)).toBeGreaterThan(samples[0] ?? 0)
    const { cpuPct, memoryPct } = rounds.at(-1)?.nodes[0] ?? {}
    expect(cpuPct).toBeGreaterThanOrEqual(0)
    expect(cpuPct).toBeLessThanOrEqual(100)
    expect(memoryPct).toBeGreaterThan(0)
    expect(rounds.at(-1)?.watchEnd).toBe('interrupted')
    expect(await loggersOf(place)).toHaveLength(1)
  })

  it('refuses what is no time, and less than a second', async () => {
    for (const typed of ['soon', '0.5']) {
      const ended = await clusterp(place, ['status', '--watch', typed])
      expect(ended.code).toBe(2)
      expect(ended.stderr).toContain(`--watch must be from 1 s to 86400 s, got "${typed}"`)
    }
  })

  it('without a terminal appends a table a round, and ends when somebody stops the session', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'status', '--watch', '1'], { cwd: place.directory })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await wait(2500)
    expect(await clusterp(place, ['stop', '--now'])).toMatchObject({ code: 0 })
    expect(await ended).toBe(0)
    expect(stdout.match(/^host +state +samples +last +cpu /gm)?.length).toBeGreaterThanOrEqual(2)
    expect(stdout).toMatch(/^Session \S+ is not running any more: the watch ends\.\n$/m)
    expect(stdout).not.toContain('\u001b')
  })

  it('of a session that is over looks once, and asks no node', async () => {
    const ended = await clusterp(place, ['status', '--watch'])
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(
      /: stopped; there is nothing to watch\nhost +state +note\nlocalhost +cleaned +nothing is left there\n$/,
    )
  })
})
