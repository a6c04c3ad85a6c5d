import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createAnalysis } from '../../src/analysis/analysis.js'
import type { Analysis } from '../../src/analysis/finding.js'
import type { Table } from '../../src/model.js'
import { gaussians } from '../support/noise.js'
import { type Planted, type Planting, plant, START_MS } from '../support/planted.js'
import { CAUSES, type Cause } from '../support/planted-causes.js'

function analyse({ context, tables }: Planted): Analysis {
  const analyser = createAnalysis(context)
  for (const table of tables) analyser.add(table)
  return analyser.finish()
}

/** The verdict in the words of `Planted.expected`. */
function foundIn({ verdict }: Analysis): Planted['expected'] {
  const { cause, kind } = verdict
  return {
    kind: kind as Planted['expected']['kind'],
    resource: cause?.resource ?? null,
    device: cause?.device ?? null,
    hosts: cause?.hosts ?? [],
  }
}

const VARIANTS: readonly (readonly [string, Omit<Planting, 'cause'>])[] = [
  ['at 1 s', {}],
  ['at 10 s', { intervalSec: 10, samples: 60 }],
  ['with 10 % noise', { noise: 0.1 }],
  ['at 10 s with 10 % noise', { intervalSec: 10, samples: 60, noise: 0.1 }],
  ['with a gap', { hasGap: true }],
  ['with a gap and 10 % noise', { hasGap: true, noise: 0.1 }],
]
const SEEDS = [1, 2, 3]

interface Judged {
  readonly variant: string
  readonly seed: number
  readonly expected: Planted['expected']
  readonly hostCount: number
  readonly found: Planted['expected']
}

const judged = new Map<Cause, readonly Judged[]>()

/** All variants of one cause, judged once. */
function judgedOf(cause: Cause): readonly Judged[] {
  const known = judged.get(cause)
  if (known !== undefined) return known
  const all = VARIANTS.flatMap(([variant, changes]) =>
    (changes.noise === undefined ? [1] : SEEDS).map((seed) => {
      const planted = plant({ cause, seed, ...changes })
      const { expected, context } = planted
      return { variant, seed, expected, hostCount: context.hosts.length, found: foundIn(analyse(planted)) }
    }),
  )
  judged.set(cause, all)
  return all
}

describe.each(CAUSES)('a session with the planted cause "%s"', (cause) => {
  it.each(VARIANTS)('is judged right %s', (variant) => {
    const sessions = judgedOf(cause).filter((one) => one.variant === variant)
    for (const { expected, found, seed } of sessions) expect(found, `seed ${seed}`).toEqual(expected)
  })
})

describe('a session without a cause', () => {
  it('is without findings, whatever the noise, but for its gaps and what was not measured', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { verdict, findings } = analyse(
        plant({ cause: 'none', noise: 0.1, seed, hasGap: seed % 2 === 0 }),
      )
      expect(verdict.kind).toBe('none')
      const told = findings.filter(({ kind }) => kind !== 'not_measured' && kind !== 'gap')
      expect(told, `seed ${seed}`).toEqual([])
    }
  })

  it('is so too where each node has its own wandering load', () => {
    let told = 0
    for (let seed = 1; seed <= 20; seed++) {
      const planted = plant({ cause: 'none', seed })
      const random = gaussians(1000 + seed)
      const tables = planted.tables.map((table) => wandering(table, random))
      const { findings } = analyse({ ...planted, tables })
      told += findings.some(({ kind }) => kind !== 'not_measured') ? 1 : 0
    }
    // Of 20 sessions of two minutes; the nodes' loads differ by a third for tens of seconds.
    expect(told).toBeLessThanOrEqual(1)
  })
})

/** Every column times 1 + 0.3 of an AR(1) process with a correlation of 0.95 from sample to sample. */
function wandering(table: Table, random: () => number): Table {
  const columns = [...table.columns].map(([name, values]) => {
    let level = 0
    const most = name.endsWith('_pct') ? 90 : Number.POSITIVE_INFINITY
    const moved = values.map((value) => {
      level = 0.95 * level + Math.sqrt(1 - 0.95 ** 2) * random()
      return Math.min(most, Math.max(0, value * (1 + 0.3 * level)))
    })
    return [name, moved] as const
  })
  return { ...table, columns: new Map(columns) }
}

describe('a run of many short phases', () => {
  it.each(['disk', 'slow node'] as const)('is judged as a whole: "%s"', (cause) => {
    // 2 s each: too short to be judged.
    const marks = Array.from({ length: 60 }, (_, index) => ({ atMs: START_MS + index * 2000, text: 'step' }))
    const planted = plant({ cause })
    const analysis = analyse({ ...planted, context: { ...planted.context, marks } })
    expect(foundIn(analysis)).toEqual(planted.expected)
    expect(analysis.verdict).toMatchObject({
      phase: { label: 'whole run' },
      phaseShare: 1,
      cause: { phase: null },
    })
    expect(analysis.findings).toContain(analysis.verdict.cause)
  })
})

const DOCUMENT = new URL('../../docs/verdicts.md', import.meta.url)
const [BEGIN, END] = ['<!-- planted: begin -->', '<!-- planted: end -->']

/** Verdicts of all variants of one cause: those that were right, of all. */
function tableRow(cause: Cause): string {
  const sessions = judgedOf(cause)
  const right = sessions.filter(({ expected, found }) => isDeepStrictEqual(expected, found)).length
  const [first] = sessions
  if (first === undefined) return ''
  const { kind, resource, device, hosts } = first.expected
  const where = hosts.length === 0 ? '' : `${hosts.length} of ${first.hostCount}`
  const what = [resource, device].filter((word) => word !== null).join(' ')
  return `| ${cause} | ${kind} | ${what} | ${where} | ${right} of ${sessions.length} |`
}

/** Causes that hold for a part of the time only, and for how much of it. */
const PARTIAL: readonly Cause[] = [
  'cpu',
  'core',
  'disk',
  'network',
  'memory',
  'gpu starved',
  'gpu throttled',
  'steal',
]
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 1]

/** How often a cause that holds for a part of the time is found, with 10 % noise. */
function partialRow(cause: Cause): string {
  const cells = SHARES.map((share) => {
    const right = SEEDS.filter((seed) => {
      const planted = plant({ cause, seed, share, noise: 0.1 })
      return isDeepStrictEqual(foundIn(analyse(planted)), planted.expected)
    })
    return `${right.length} of ${SEEDS.length}`
  })
  return `| ${cause} | ${cells.join(' | ')} |`
}

describe('docs/verdicts.md', () => {
  it('holds what was planted and what was found (UPDATE_DOCS=1 writes it)', () => {
    const head = '| planted | verdict | of | on nodes | right |\n|---|---|---|---|---|'
    const partialHead = `| planted for | ${SHARES.map((share) => `${100 * share} %`).join(' | ')} |\n|---|${SHARES.map(() => '---|').join('')}`
    const tables = [
      [head, ...CAUSES.map(tableRow)].join('\n'),
      'The same for a shorter part of the session, with 10 % noise: how often the verdict was right.',
      [partialHead, ...PARTIAL.map(partialRow)].join('\n'),
    ]
    const written = `${BEGIN}\n${tables.join('\n\n')}\n${END}`
    const text = readFileSync(DOCUMENT, 'utf8')
    const [from, to] = [text.indexOf(BEGIN), text.indexOf(END) + END.length]
    if (process.env.UPDATE_DOCS === '1') {
      writeFileSync(DOCUMENT, text.slice(0, from) + written + text.slice(to))
    } else expect(text.slice(from, to)).toBe(written)
  })
})
