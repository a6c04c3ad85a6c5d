import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Chart } from '../../src/charts/chart.js'
import { createReduction } from '../../src/charts/charts.js'
import { createRenderer } from '../../src/render/render.js'
import { contextOf, cpuTable, START_MS } from '../charts/tables.js'
import { describeWith } from '../support/needs.js'

/** Sides of a picture at two pixels to one of the SVG: 96 dpi twice. */
const DPI = '192'
/** Mean difference of two pictures, of 255: letters and edges are smoothed in other ways, nothing else may differ. */
const SMALL_DIFFERENCE = 3

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clusterp-vector-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The charts of CPU utilization of so many hosts with two phases; of many hosts that is a heat map and a band. */
function chartsOf(hostCount: number): readonly Chart[] {
  const names = Array.from({ length: hostCount }, (_, index) => `node${index + 1}`)
  const marks = [
    { atMs: START_MS + 20_000, text: 'compute' },
    { atMs: START_MS + 40_000, text: 'größe → 2' },
  ]
  const reduction = createReduction({ ...contextOf(names, 60, { marks }), only: ['cpu/utilization*'] })
  for (const [host, name] of names.entries()) {
    const values = Array.from({ length: 60 }, (_, at) => 50 + 40 * Math.sin((at + host) / 7))
    reduction.add(cpuTable(name, values))
  }
  return reduction.finish().charts
}

async function pixelsOf(picture: string | Uint8Array, size?: { width: number; height: number }) {
  const image = sharp(picture).flatten({ background: '#ffffff' }).removeAlpha()
  const sized = size === undefined ? image : image.resize({ ...size, fit: 'fill' })
  return sized.raw().toBuffer({ resolveWithObject: true })
}

/** Mean difference of the channels of a file to the reference. */
async function differenceOf(path: string, reference: Uint8Array): Promise<number> {
  const { data: expected, info } = await pixelsOf(reference)
  const { data } = await pixelsOf(path, { width: info.width, height: info.height })
  return expected.reduce((sum, value, at) => sum + Math.abs(value - (data[at] ?? 0)), 0) / expected.length
}

function run(program: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  expect(`${stderr}${status}`).toBe('0')
  return stdout
}

async function drawAll(hostCount: number) {
  const renderer = await createRenderer({
    workingDir: folder,
    formats: ['png', 'pdf', 'eps'],
    theme: 'light',
  })
  const drawn = []
  for (const chart of chartsOf(hostCount)) {
    const files = await renderer.render(chart)
    const stem = join(folder, `${chart.template}-${hostCount}-${chart.name}`)
    for (const format of ['pdf', 'eps'] as const) writeFileSync(`${stem}.${format}`, files.get(format) ?? '')
    drawn.push({ stem, template: chart.template, png: files.get('png') ?? new Uint8Array() })
  }
  expect(renderer.warnings).toEqual([])
  expect(drawn.length).toBeGreaterThan(0)
  return drawn
}

describeWith(['gs', 'pdftoppm', 'pdftotext'], 'PDF and EPS', () => {
  it.each([1, 8, 30])('of %i hosts are the picture that the PNG is', async (hostCount) => {
    for (const { stem, png } of await drawAll(hostCount)) {
      run('pdftoppm', ['-r', DPI, '-png', '-singlefile', `${stem}.pdf`, `${stem}-pdf`])
      expect(await differenceOf(`${stem}-pdf.png`, png), `${stem}.pdf`).toBeLessThan(SMALL_DIFFERENCE)
      const eps = [
        '-q',
        '-dSAFER',
        '-dBATCH',
        '-dNOPAUSE',
        '-dEPSCrop',
        '-dTextAlphaBits=4',
        '-dGraphicsAlphaBits=4',
      ]
      run('gs', [...eps, `-r${DPI}`, '-sDEVICE=png16m', `-sOutputFile=${stem}-eps.png`, `${stem}.eps`])
      expect(await differenceOf(`${stem}-eps.png`, png), `${stem}.eps`).toBeLessThan(SMALL_DIFFERENCE)
    }
  })

  it('hold their text as text', async () => {
    const [{ stem } = { stem: '' }] = await drawAll(1)
    expect(run('pdftotext', [`${stem}.pdf`, '-'])).toMatch(/CPU utilization[\s\S]*compute[\s\S]*größe → 2/)
    run('gs', [
      '-q',
      '-dBATCH',
      '-dNOPAUSE',
      '-dEPSCrop',
      '-sDEVICE=pdfwrite',
      `-sOutputFile=${stem}-eps.pdf`,
      `${stem}.eps`,
    ])
    expect(run('pdftotext', [`${stem}-eps.pdf`, '-'])).toMatch(/CPU utilization[\s\S]*größe → 2/)
  })

  it('of a heat map hold its cells as a picture, and all else as shapes', async () => {
    const heatmap = (await drawAll(30)).find(({ template }) => template === 'heatmap')
    const eps = readFileSync(`${heatmap?.stem}.eps`, 'latin1')
    expect(eps.match(/\/ImageType 1/g)).toHaveLength(1)
    expect(eps).toContain('/Interpolate false')
    expect(eps.match(/ show\n/g)?.length).toBeGreaterThan(10)
  })
})
