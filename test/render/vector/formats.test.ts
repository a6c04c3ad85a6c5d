import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReduction } from '../../../src/charts/charts.js'
import type { PlotFormat } from '../../../src/model.js'
import { createRenderer } from '../../../src/render/render.js'
import { contextOf, cpuTable, START_MS } from '../../charts/tables.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clusterp-vector-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function draw(formats: readonly PlotFormat[], alias: string, theme: 'light' | 'dark' = 'light') {
  const context = { ...contextOf(['n1'], 4, { theme }), hosts: [{ name: 'n1', alias }] }
  const marks = [{ atMs: START_MS + 1000, text: 'train (50 %)' }]
  const reduction = createReduction({ ...context, marks })
  reduction.add(cpuTable('n1', [0, 50, 100, 25]))
  const [chart] = reduction.finish().charts
  if (chart === undefined) throw new Error('nothing to draw')
  const renderer = await createRenderer({ workingDir: folder, formats, theme })
  const files = await renderer.render(chart)
  expect(renderer.warnings).toEqual([])
  return files
}

const textOf = async (format: PlotFormat, alias: string): Promise<string> =>
  Buffer.from((await draw([format], alias)).get(format) ?? []).toString('latin1')

describe('EPS', () => {
  it('begins as the structure conventions want it, with the size of the SVG in points', async () => {
    const files = await draw(['svg', 'eps'], 'W1')
    const [, width = '', height = ''] =
      / width="([\d.]+)" height="([\d.]+)"/.exec(Buffer.from(files.get('svg') ?? []).toString()) ?? []
    const eps = Buffer.from(files.get('eps') ?? []).toString('latin1')
    const [points, high] = [Number(width) * 0.75, Number(height) * 0.75]
    expect(eps.split('\n').slice(0, 4)).toEqual([
      '%!PS-Adobe-3.0 EPSF-3.0',
      `%%BoundingBox: 0 0 ${Math.ceil(points)} ${Math.ceil(high)}`,
      `%%HiResBoundingBox: 0 0 ${points} ${high}`,
      '%%Title: (CPU utilization)',
    ])
    expect(eps.trimEnd().endsWith('%%EOF')).toBe(true)
  })

  it('holds only printable ASCII in lines that old programs read', async () => {
    const eps = await textOf('eps', 'Übung → 中')
    expect(eps).toMatch(/^[\n -~]*$/)
    expect(Math.max(...eps.split('\n').map((line) => line.length))).toBeLessThanOrEqual(255)
  })

  it('shows text in the glyphs of its own fonts, each named by its character', async () => {
    const eps = await textOf('eps', 'Übung')
    // Ü is U+00DC.
    expect(eps).toContain('/uni00DC put')
    const [, code = ''] = /dup (\d+) \/uni00DC put/.exec(eps) ?? []
    const shown = [...eps.matchAll(/<([0-9a-f]+)> show/g)].map((match) => match[1] ?? '')
    const hex = Number(code).toString(16).padStart(2, '0')
    expect(shown.some((codes) => codes.replace(/../g, '$& ').split(' ').includes(hex))).toBe(true)
  })

  it('draws a colour that lets the background through as it looks on it', async () => {
    const light = await textOf('eps', 'W1')
    const dark = Buffer.from((await draw(['eps'], 'W1', 'dark')).get('eps') ?? []).toString('latin1')
    expect(light).toContain('255 255 255 C')
    expect(dark).not.toContain('255 255 255 C')
  })
})

describe('PDF', () => {
  it('embeds the glyphs it uses and stays small', async () => {
    const files = await draw(['pdf'], 'W1')
    const pdf = Buffer.from(files.get('pdf') ?? []).toString('latin1')
    expect(pdf.startsWith('%PDF-1.')).toBe(true)
    expect(pdf).toContain('/FontFile2')
    expect(pdf).not.toContain('/BaseFont /Helvetica')
    expect(pdf.length).toBeLessThan(60_000)
  })
})

describe('the same chart', () => {
  it('gives the same bytes in every format', async () => {
    const formats: PlotFormat[] = ['svg', 'png', 'pdf', 'eps']
    const [first, second] = [await draw(formats, 'W1'), await draw(formats, 'W1')]
    expect([...first.keys()].sort()).toEqual([...formats].sort())
    for (const format of formats) {
      expect(
        Buffer.compare(first.get(format) ?? Buffer.of(), second.get(format) ?? Buffer.of()),
        format,
      ).toBe(0)
    }
  })
})
