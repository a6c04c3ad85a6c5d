/**
 * The pictures themselves. After a change that is meant, look at the new ones (node bench/pictures.js FOLDER) and take them
 * over: npx vitest run --project unit test/charts/pictures.test.ts -u
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleContext, exampleTables } from '../../bench/example-session.js'
import { type ChartContext, createReduction } from '../../src/charts/charts.js'
import { createRenderer } from '../../src/render/render.js'

const SESSION = { samples: 12, intervalSec: 1, hasGap: true }
const REFERENCES = fileURLToPath(new URL('../fixtures/plots/', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clusterp-test-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function drawSvg(
  hostCount: number,
  changes: Partial<ChartContext>,
  workingDir = folder,
): Promise<string> {
  const hosts = Array.from({ length: hostCount }, (_, index) => `node${index + 1}`)
  const context = exampleContext(hosts, { ...SESSION, ...changes })
  const at = context.startMs + 8000
  const events = [{ host: 'node2', kind: 'restart' as const, atMs: at, text: 'restart (8 CPU)' }]
  const reduction = createReduction({ ...context, events, captions: ['No data: node99'] })
  for (const [index, host] of hosts.entries()) {
    for (const table of exampleTables(host, index, { hostCount, ...SESSION })) reduction.add(table)
  }
  const [chart] = reduction.finish('The disk held the job back.').charts
  if (chart === undefined) throw new Error('nothing to draw')
  const renderer = await createRenderer({ workingDir, formats: ['svg'], theme: context.theme })
  const files = await renderer.render(chart)
  expect(renderer.warnings).toEqual([])
  return Buffer.from(files.get('svg') ?? []).toString()
}

/** Ids counted from 1 in the order in which they come, numbers rounded to 2 digits, no rasters, an element a line. */
function normalised(svg: string): string {
  const ids = new Map<string, string>()
  for (const [, id = ''] of svg.matchAll(/ id="([^"]+)"/g)) ids.set(id, `id${ids.size + 1}`)
  const renamed = svg.replaceAll(
    /(id="|url\(#|href="#)([^")]+)/g,
    (_, before: string, id: string) => `${before}${ids.get(id) ?? id}`,
  )
  // What a raster holds is tested by itself; its compressed bytes differ between versions of zlib.
  const plain = renamed.replaceAll(/data:[^"]*/g, 'data:')
  const rounded = plain.replaceAll(/\d+\.\d{3,}/g, (digits) => String(Number(Number(digits).toFixed(2))))
  return `${rounded.replaceAll('><', '>\n<')}\n`
}

describe('the picture of', () => {
  it.each([
    ['lines', 3, {}],
    ['lines-dark', 2, { theme: 'dark' }],
    ['facets', 7, {}],
    ['heatmap', 25, { sort: 'outlier' }],
    ['band', 25, { layout: 'band' }],
    ['overview', 2, { only: ['overview'] }],
    ['column-lines', 3, { size: 'column' }],
    ['column-facets', 7, { size: 'column' }],
    ['column-heatmap', 25, { size: 'column' }],
  ] as const)('%s is as it was', async (name, hostCount, changes) => {
    const only = name === 'overview' ? {} : { only: ['cpu/utilization'] }
    const svg = await drawSvg(hostCount, { ...only, ...changes })
    await expect(normalised(svg)).toMatchFileSnapshot(join(REFERENCES, `${name}.svg`))
  })
})

describe('a picture of any layout', () => {
  it.each([
    ['lines', 6],
    ['facets', 7],
    ['facets', 24],
    ['heatmap', 25],
    ['heatmap', 256],
    ['band', 64],
  ] as const)('with %s of %d hosts has all its text inside', async (layout, hostCount) => {
    const svg = await drawSvg(hostCount, { layout, only: ['network/*_in'] })
    const [width = 0, height = 0] = (/ width="(\d+)" height="(\d+)"/.exec(svg) ?? []).slice(1).map(Number)
    expect([width > 640, height > 240]).toEqual([true, true])
    expect(svg).not.toMatch(/NaN|undefined/)
    for (const [x, y] of textPlaces(svg)) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x).toBeLessThanOrEqual(width)
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThanOrEqual(height)
    }
  })
})

describe('a legend', () => {
  it('names every line, however many there are', async () => {
    const svg = await drawSvg(40, { layout: 'lines', only: ['cpu/utilization'] })
    const named = new Set([...svg.matchAll(/>(node\d+)</g)].map(([, name]) => name))
    expect(named.size).toBe(40)
    expect(svg).not.toContain('entries')
  })

  it('does not reach the caption', async () => {
    const svg = await drawSvg(40, { layout: 'lines', only: ['cpu/utilization'] })
    const places = textPlaces(svg).map(([, y]) => y)
    const [caption = 0, lowest = 0] = [...new Set(places)].sort((a, b) => b - a)
    expect(caption - lowest).toBeGreaterThanOrEqual(14)
    expect(caption - lowest).toBeLessThanOrEqual(24)
  })
})

/** Where texts stand on the page: the sum of the translations around them. */
function textPlaces(svg: string): readonly (readonly [number, number])[] {
  const stack: (readonly [number, number])[] = [[0, 0]]
  const places: (readonly [number, number])[] = []
  for (const [tag] of svg.matchAll(/<\/?(?:g|text|svg)\b[^>]*>/g)) {
    if (tag.startsWith('</g')) stack.pop()
    if (tag.startsWith('</') || tag.startsWith('<svg')) continue
    const [x = 0, y = 0] = (/translate\(([-\d.]+),([-\d.]+)\)/.exec(tag) ?? []).slice(1).map(Number)
    const [left, top] = stack.at(-1) ?? [0, 0]
    if (tag.startsWith('<text')) places.push([left + x, top + y])
    else if (!tag.endsWith('/>')) stack.push([left + x, top + y])
  }
  return places
}

describe('the example template', () => {
  it('is drawn in place of the package’s', async () => {
    const own = await drawSvg(3, { only: ['cpu/utilization'] })
    const example = await drawSvg(3, { only: ['cpu/utilization'] }, EXAMPLES)
    expect(example).toContain('saturated')
    expect(own).not.toContain('saturated')
  })
})
