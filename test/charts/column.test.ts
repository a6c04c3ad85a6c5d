/** Pictures for one column of a two-column paper. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleContext, exampleTables } from '../../bench/example-session.js'
import { type ChartContext, createReduction, type Drawing } from '../../src/charts/charts.js'
import type { PlotFormat } from '../../src/model.js'
import { loadTextWidth } from '../../src/render/fonts.js'
import { createRenderer } from '../../src/render/render.js'
import { textBoxes } from './text-boxes.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clusterp-column-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Case extends Partial<ChartContext> {
  readonly count: number
  readonly prefix?: string
  readonly samples?: number
  readonly intervalSec?: number
}

function drawingOf({ count, prefix = 'node', samples = 120, intervalSec = 1, ...changes }: Case): Drawing {
  const hosts = Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`)
  const session = { samples, intervalSec, hasGap: true }
  const context = exampleContext(hosts, { ...session, size: 'column', ...changes })
  const at = context.startMs + (samples * intervalSec * 1000) / 2
  const events = [{ host: hosts[1] ?? '', kind: 'restart' as const, atMs: at, text: 'restart (8 CPU)' }]
  const captions = [`Partial data: ${hosts[0]} (rebooted) · no data: ${hosts[0]}-spare (unreachable)`]
  const reduction = createReduction({ ...context, events, captions })
  for (const [index, host] of hosts.entries()) {
    for (const table of exampleTables(host, index, { hostCount: count, ...session })) reduction.add(table)
  }
  return reduction.finish()
}

async function drawAll(drawing: Drawing, format: PlotFormat): Promise<readonly string[]> {
  const renderer = await createRenderer({ workingDir: folder, formats: [format], theme: 'light' })
  const files: string[] = []
  for (const chart of drawing.charts) {
    files.push(Buffer.from((await renderer.render(chart)).get(format) ?? []).toString('latin1'))
  }
  expect(renderer.warnings).toEqual([])
  return files
}

async function drawSvgs(drawing: Drawing): Promise<readonly string[]> {
  return (await drawAll(drawing, 'svg')).map((svg) => Buffer.from(svg, 'latin1').toString())
}

/** Those with the longest axis titles, the widest numbers and the longest title. */
const ONLY = ['load/run_queue', 'network/10GbE_in', 'cpu/busiest_core']
const LONG = {
  prefix: 'rack-west-compute-gpu-',
  sessionName: 'a-run-with-a-name-of-many-characters-and-no-blanks',
}

const CASES: readonly (readonly [string, Case])[] = [
  ['1 host', { count: 1 }],
  ['6 hosts', { count: 6 }],
  ['6 hosts with long names', { count: 6, ...LONG }],
  ['16 hosts', { count: 16 }],
  ['16 hosts with long names', { count: 16, ...LONG, samples: 400, intervalSec: 20 }],
  ['30 panels of hours', { count: 30, layout: 'facets', samples: 400, intervalSec: 20 }],
  ['25 hosts with long names', { count: 25, ...LONG }],
  ['64 hosts', { count: 64 }],
]

describe('a picture for a column of', () => {
  it.each(CASES)('%s is 300 to 320 px wide, with all its text inside and none on another', async (_, one) => {
    const svgs = await drawSvgs(drawingOf({ only: ONLY, ...one }))
    expect(svgs.length).toBeGreaterThanOrEqual(ONLY.length)
    for (const svg of svgs) {
      const [width = 0, height = 0] = (/ width="(\d+)" height="(\d+)"/.exec(svg) ?? []).slice(1).map(Number)
      expect(width).toBeGreaterThanOrEqual(300)
      expect(width).toBeLessThanOrEqual(320)
      const boxes = textBoxes(svg, loadTextWidth())
      expect(boxes.length).toBeGreaterThan(8)
      const outside = boxes.filter(
        ({ left, right, top, bottom }) => left < 0 || right > width || top < 0 || bottom > height,
      )
      expect(outside).toEqual([])
      expect(covering(boxes)).toEqual([])
    }
  })
})

function covering(boxes: ReturnType<typeof textBoxes>): readonly string[] {
  return boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter((two) => one.left < two.right && two.left < one.right)
      .filter((two) => one.top < two.bottom && two.top < one.bottom)
      .map((two) => `${one.text} / ${two.text}`),
  )
}

describe('the text of a picture for a column', () => {
  it('is as large as that of one for a page', async () => {
    const only = ['cpu/utilization']
    const sizesOf = async (size: 'page' | 'column') => {
      const [svg = ''] = await drawSvgs(drawingOf({ count: 3, only, size }))
      return new Set([...svg.matchAll(/font-size="(\d+)px"/g)].map(([, pixels]) => pixels))
    }
    expect(await sizesOf('column')).toEqual(await sizesOf('page'))
  })
})

describe('the PDF for a column', () => {
  it('has a page of at most 240 pt', async () => {
    const [lines = '', ...others] = await drawAll(drawingOf({ count: 2, only: ['cpu/utilization'] }), 'pdf')
    expect(others).toEqual([])
    const [, width = ''] = /\/MediaBox \[0 0 ([\d.]+) [\d.]+\]/.exec(lines) ?? []
    expect(Number(width)).toBeGreaterThan(225)
    expect(Number(width)).toBeLessThanOrEqual(240)
  })
})

describe('the overview', () => {
  it('is left out of a column, and that is said', () => {
    const { charts, missing } = drawingOf({ count: 2 })
    expect(charts.map(({ name }) => name)).not.toContain('overview')
    expect(missing).toContain('overview: not drawn in the width of a column, only with --size page')
    expect(drawingOf({ count: 2, only: ['cpu'] }).missing.join()).not.toContain('overview')
    expect(drawingOf({ count: 2, size: 'page' }).charts.map(({ name }) => name)).toContain('overview')
  })
})

describe('the panels of a column', () => {
  it('stand two side by side and have their unit in the title, not beside each row', async () => {
    const { charts } = drawingOf({ count: 16, only: ['load/run_queue'] })
    expect(charts.map(({ title }) => title)).toEqual(['Run queue (tasks running or waiting)'])
    const [svg = ''] = await drawSvgs({ charts, missing: [], notes: [] })
    const names = textBoxes(svg, loadTextWidth()).filter(({ text }) => /^node\d\d$/.test(text))
    expect(new Set(names.map(({ left }) => Math.round(left))).size).toBe(2)
    expect(names.length).toBe(16)
  })
})
