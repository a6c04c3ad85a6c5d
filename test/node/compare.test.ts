import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTable } from '../../src/data/table.js'
import type { Mark, Table } from '../../src/model.js'
import { sampleHost, sampleSession } from '../session/sample.js'
import { gaussians } from '../support/noise.js'
import { clusterp, newPlace, type Place, removePlaces } from '../support/program.js'
import { SESSION_START_MS, writeParsedSession } from '../support/sessions.js'

const HOSTS = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8']

/** What a planted session does in its phase "train", which begins after 100 s. */
interface Plan {
  readonly seconds: number
  readonly iowait: number
  readonly written: number
  readonly seed: number
  /** Hosts without data. */
  readonly silent?: readonly string[]
}

function tablesOf(host: string, plan: Plan, next: () => number): readonly Table[] {
  const count = plan.seconds
  const times = {
    timeMs: Float64Array.from({ length: count }, (_, row) => (row + 1) * 1000),
    intervalSec: new Float64Array(count).fill(1),
  }
  const values = (load: number, train: number): Float64Array =>
    Float64Array.from({ length: count }, (_, row) =>
      Math.max(0, (row < 100 ? load : train) * (1 + 0.1 * next())),
    )
  const cpu = new Map([
    ['utilization_pct', values(20, 60)],
    ['iowait_pct', values(3, plan.iowait)],
  ])
  const disk = new Map([['write_bytes_per_s', values(1e6, plan.written)]])
  return [
    createTable('cpu', host, { ...times, columns: cpu }),
    createTable('disk', host, {
      ...times,
      devices: ['sda'],
      deviceIndex: new Uint32Array(count),
      columns: disk,
    }),
  ]
}

async function write(folder: string, plan: Plan, marks: readonly Mark[]): Promise<void> {
  const next = gaussians(plan.seed)
  const hosts = HOSTS.filter((host) => !plan.silent?.includes(host))
  await writeParsedSession(
    folder,
    HOSTS,
    hosts.flatMap((host) => tablesOf(host, plan, next)),
    marks,
  )
}

/** 12 s with a job that `run` ran from second 4 on. */
async function writeShort(folder: string, seed: number, jobSec: number): Promise<void> {
  await write(folder, { seconds: 12, iowait: 3, written: 1e6, seed }, [])
  const startedMs = SESSION_START_MS + 4000
  const session = sampleSession({
    name: null,
    startMs: SESSION_START_MS,
    intervalSec: 1,
    hosts: HOSTS.map((host, index) => sampleHost(host, index + 1)),
    run: {
      command: ['job'],
      startedMs,
      endedMs: startedMs + jobSec * 1000,
      exitCode: 0,
      signal: null,
      leaseEndMs: null,
    },
  })
  await writeFile(join(folder, 'session.json'), JSON.stringify(session))
}

const MARKS: readonly Mark[] = [
  { atMs: 0, text: 'load' },
  { atMs: 100_000, text: 'train' },
]

let place: Place
beforeAll(async () => {
  place = await newPlace(null)
  const { directory } = place
  await write(join(directory, 'slow'), { seconds: 400, iowait: 30, written: 50e6, seed: 1 }, MARKS)
  await write(join(directory, 'fast'), { seconds: 340, iowait: 10, written: 80e6, seed: 2 }, MARKS)
  await write(
    join(directory, 'again'),
    { seconds: 400, iowait: 30, written: 50e6, seed: 3, silent: ['n8'] },
    MARKS,
  )
})
afterAll(removePlaces)

const rowOf = (json: Record<string, unknown> | null, column: string, phase: string) =>
  (json?.rows as readonly Record<string, unknown>[] | undefined)?.find(
    (row) => row.column === column && row.phase === phase,
  )

describe('compare', () => {
  it('says first how much shorter the run was, then what changed, and draws it', async () => {
    const ended = await clusterp(place, ['compare', 'slow', 'fast'])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const lines = ended.stdout.split('\n')
    // 400 s against 340 s: 15 % less.
    expect(lines[0]).toBe(
      'The session ran 15 % shorter in B than in A (5:40 against 6:40); 6 figures judged: 1 better, 1 more, 4 the same.',
    )
    expect(ended.stdout).toMatch(
      /^train +cpu iowait_pct +30(\.\d)? % +10(\.\d)? % +-\d\d(\.\d)? points .* better +8 of 8$/m,
    )
    expect(ended.stdout).toMatch(/^train +disk sda write_bytes_per_s +\d+(\.\d)? MB\/s .* more +8 of 8$/m)
    expect(ended.stdout).toContain('same: 4 figures')
    expect(lines.length).toBeLessThan(40)
    const folder = join(place.directory, 'compare', 'slow-fast')
    expect((await readdir(folder)).sort()).toEqual(['cpu', 'disk'])
    const svg = await readFile(join(folder, 'cpu', 'iowait_pct.svg'), 'utf8')
    for (const text of ['A: slow', 'B: fast', 'B: train', 'mean of 8 hosts']) expect(svg).toContain(text)
  })

  it('gives all rows as JSON, with the test that judged them', async () => {
    const { json, code } = await clusterp(place, ['compare', 'slow', 'fast', '--json'])
    expect(code).toBe(0)
    expect(json).toMatchObject({
      run: { of: 'session', aSec: 400, bSec: 340, changeSec: -60, verdict: 'better' },
      phasesBy: 'name',
      phases: [
        { label: 'load', verdict: 'same' },
        { label: 'train', aSec: 300, bSec: 240, verdict: 'better' },
      ],
      test: { correction: 'Holm', level: 0.05 },
    })
    expect(rowOf(json, 'iowait_pct', 'train')).toMatchObject({ verdict: 'better', blocks: 16, hosts: 8 })
    expect(rowOf(json, 'iowait_pct', 'load')).toMatchObject({ verdict: 'same' })
    expect(rowOf(json, 'steal_pct', 'train')).toMatchObject({ verdict: 'not_measured', a: null, b: null })
  })

  it('finds nothing where nothing but chance differs, and names the host that is in one session only', async () => {
    const { stdout } = await clusterp(place, ['compare', 'slow', 'again'])
    expect(stdout).toContain('The session ran about as long in B as in A')
    expect(stdout).toContain('figures judged: all the same.')
    expect(stdout).toContain('only in A, not compared: n8')
  })

  it('compares the jobs that run ran, and judges no figure from a few samples', async () => {
    const { directory } = place
    await writeShort(join(directory, 'short'), 4, 3)
    await writeShort(join(directory, 'longer'), 5, 3.6)
    const ended = await clusterp(place, ['compare', 'short', 'longer', '--json'])
    expect(ended.code).toBe(0)
    expect(ended.json).toMatchObject({ run: { of: 'job', aSec: 3, bSec: 3.6, verdict: 'worse' } })
    expect(rowOf(ended.json, 'iowait_pct', 'whole run')).toMatchObject({ verdict: 'not_judged' })
    const { stdout } = await clusterp(place, ['compare', 'short', 'longer'])
    expect(stdout).toMatch(
      /^The job ran 20 % longer in B than in A \(3\.6 s against 3 s\); no figure could be judged: too few samples; it takes phases of (48|56) s at least\.$/m,
    )
    expect(stdout).not.toMatch(/^same:/m)
  })

  it('refuses a folder that is not there with the near one, and a session against itself', async () => {
    const wrong = await clusterp(place, ['compare', 'slow', 'fsat'])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('did you mean "fast"?')
    expect(await clusterp(place, ['compare', 'slow', './slow/'])).toMatchObject({ code: 2 })
  })

  it('ends with 1 where there are no CSVs, and says how to make them', async () => {
    const ended = await clusterp(place, ['compare', 'slow', '.'])
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('clusterp -C . parse')
  })
})

describe('assert', () => {
  const judge = (...words: readonly string[]) => clusterp(place, ['-C', 'slow', 'assert', ...words])

  it('ends with 0, 1 or 3, and judges every expression', async () => {
    const [holds, broken, unknown, both] = await Promise.all([
      judge('cpu.iowait_pct.p95 < 60', 'run.length_s <= 7m'),
      judge('cpu.iowait_pct.mean < 5', 'cpu.utilization_pct.mean > 10', '--json'),
      judge('gpu.utilization_pct.mean > 80'),
      judge('gpu.utilization_pct.mean > 80', 'cpu.iowait_pct.mean < 5'),
    ])
    expect([holds, broken, unknown, both].map(({ code }) => code)).toEqual([0, 1, 3, 1])
    expect(broken.json).toMatchObject({
      ok: false,
      exitCode: 1,
      assertions: [
        { expression: 'cpu.iowait_pct.mean < 5', state: 'false' },
        { expression: 'cpu.utilization_pct.mean > 10', state: 'true' },
      ],
    })
    expect(unknown.stdout).toContain(
      'not measured on 8 of 8 hosts: n1, n2, n3, n4, n5, n6 and 2 more (no gpu data)',
    )
  })

  it('looks at one phase', async () => {
    expect(await judge('cpu.iowait_pct.mean < 5', 'phase.length_s == 100', '--phase', 'load')).toMatchObject({
      code: 0,
    })
    const wrong = await judge('cpu.iowait_pct.mean < 5', '--phase', 'laod')
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('did you mean "load"?')
  })

  it('is not measured while one host has no data, unless another breaks it', async () => {
    const there = { cwd: join(place.directory, 'again') }
    const unknown = await clusterp(place, ['assert', 'cpu.iowait_pct.mean < 90'], there)
    expect(unknown.code).toBe(3)
    expect(unknown.stdout).toContain('not measured on 1 of 8 hosts: n8 (no cpu data)')
    expect(await clusterp(place, ['assert', 'cpu.iowait_pct.mean < 5'], there)).toMatchObject({ code: 1 })
    const part = ['assert', 'cpu.iowait_pct.mean < 90', '--hosts', 'n[1-7]']
    expect(await clusterp(place, part, there)).toMatchObject({ code: 0 })
  })

  it('says where an expression is wrong, with the near match, and without CSVs ends with 3', async () => {
    const wrong = await judge('cpu.iowait_pc.p95 < 20')
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('character 5: cpu has no column "iowait_pc"; did you mean "iowait_pct"?')
    expect(await clusterp(place, ['assert', 'cpu.iowait_pct.mean < 5'])).toMatchObject({ code: 3 })
  })
})
