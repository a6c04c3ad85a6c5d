import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Chart } from '../../src/charts/chart.js'
import { type ChartContext, createReduction } from '../../src/charts/charts.js'
import { ConfigError, ParseError } from '../../src/errors.js'
import type { PlotFormat, Table } from '../../src/model.js'
import { loadTextWidth } from '../../src/render/fonts.js'
import { createRenderer } from '../../src/render/render.js'
import { contextOf, cpuTable, START_MS, tableOf } from '../charts/tables.js'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clusterp-test-'))
  // To fontconfig this machine has no fonts: it reads this before the first text is drawn.
  process.env.FONTCONFIG_FILE = join(folder, 'no-fonts.conf')
  writeFileSync(process.env.FONTCONFIG_FILE, '<?xml version="1.0"?><fontconfig></fontconfig>')
})
afterEach(() => rmSync(join(folder, 'templates'), { recursive: true, force: true }))
afterAll(() => rmSync(folder, { recursive: true }))

function chartOf(context: ChartContext, ...tables: readonly Table[]): Chart {
  const reduction = createReduction(context)
  for (const table of tables) reduction.add(table)
  const [chart] = reduction.finish().charts
  if (chart === undefined) throw new Error('nothing to draw')
  return chart
}

async function drawSvg(chart: Chart, theme: 'light' | 'dark' = 'light'): Promise<string> {
  const renderer = await createRenderer({ workingDir: folder, formats: ['svg'], theme })
  const files = await renderer.render(chart)
  expect(renderer.warnings).toEqual([])
  return Buffer.from(files.get('svg') ?? []).toString()
}

/** The data lines: each a path with the colour of a host; points that stand on the one before are left out. */
function linePaths(svg: string, color: string): readonly string[] {
  const elements = svg.match(/<path [^>]*>/g) ?? []
  const lines = elements.filter(
    (element) => element.includes(`stroke="${color}"`) && element.includes('stroke-linejoin'),
  )
  return lines.map((element) => {
    const points = (/ d="M([^"]*)"/.exec(element)?.[1] ?? '').split('L')
    return `M${points.filter((point, index) => point !== points[index - 1]).join('L')}`
  })
}

const texts = (svg: string) => [...svg.matchAll(/<t(?:ext|span)[^>]*>([^<]+)</g)].map((match) => match[1])
const BLUE = '#0072b2'

describe('an SVG', () => {
  it('shows control characters of names and marks, which XML does not take', async () => {
    const marks = [{ atMs: START_MS + 1000, text: 'be\u0001ll\uffff' }]
    const context = contextOf(['a'], 4, { marks, sessionName: 'x\u001b[2J' })
    const renderer = await createRenderer({ workingDir: folder, formats: ['svg', 'png'], theme: 'light' })
    const files = await renderer.render(chartOf(context, cpuTable('a', [1, 2, 3, 4])))
    const svg = Buffer.from(files.get('svg') ?? []).toString()
    expect(texts(svg)).toContain('be\\x01ll\\xffff')
    expect(svg).toContain('x\\x1b[2J · a')
    expect(files.get('png')?.length).toBeGreaterThan(1000)
  })

  it('holds title, facts, ticks and units as text', async () => {
    const found = texts(await drawSvg(chartOf(contextOf(['node1'], 4), cpuTable('node1', [0, 50, 100, 25]))))
    expect(found).toContain('CPU utilization')
    expect(found).toContain('node1 · every 1 s · start 2026-03-01 13:00:00 +01:00 · 4 s')
    for (const text of ['0', '25', '50', '75', '100', '%', '0:02', 'elapsed time (min:s)'])
      expect(found).toContain(text)
  })

  it('draws percent from bottom to top as steps', async () => {
    const svg = await drawSvg(chartOf(contextOf(['a'], 4), cpuTable('a', [0, 50, 100, 25])))
    expect(linePaths(svg, BLUE)).toEqual(['M0,240L160,240L160,120L320,120L320,0L480,0L480,180L640,180'])
  })

  it('splits the line at a gap and never draws "not measured" as 0', async () => {
    const svg = await drawSvg(chartOf(contextOf(['a'], 4), cpuTable('a', [50, Number.NaN, Number.NaN, 25])))
    expect(linePaths(svg, BLUE)).toEqual(['M0,120L160,120', 'M480,180L640,180'])
    expect(svg).not.toContain('NaN')
  })

  it('draws a session that is 0 throughout on the bottom of a sensible axis', async () => {
    const table = tableOf(
      'a',
      'disk',
      'read_bytes_per_s',
      [1, 2].map((at) => ({ at, value: 0, device: 'sda' })),
    )
    const svg = await drawSvg(chartOf(contextOf(['a'], 2), table))
    expect(linePaths(svg, BLUE)).toEqual(['M0,240L320,240L640,240'])
    expect(texts(svg)).toEqual(expect.arrayContaining(['0.0', '1.0', 'MB/s']))
  })

  it('has a legend for several hosts, in the order of the configuration, and none for one', async () => {
    const hosts = ['zeta', 'alpha', 'mid']
    const several = await drawSvg(
      chartOf(contextOf(hosts, 2), ...hosts.map((host) => cpuTable(host, [1, 2]))),
    )
    expect(texts(several).filter((text) => hosts.includes(text ?? ''))).toEqual(hosts)
    expect(several).toContain('role-legend')
    const single = await drawSvg(chartOf(contextOf(hosts, 2), cpuTable('zeta', [1, 2])))
    expect(single).not.toContain('role-legend')
  })

  it('dashes the 17th line and no earlier one', async () => {
    const hosts = Array.from({ length: 17 }, (_, index) => `n${index}`)
    const svg = await drawSvg(
      chartOf(contextOf(hosts, 2, { layout: 'lines' }), ...hosts.map((host) => cpuTable(host, [1, 2]))),
    )
    const [lines = ''] = svg.split('role-legend')
    const paths = lines.matchAll(/<path [^>]*stroke-linejoin[^>]*stroke-dasharray="([^"]*)"/g)
    const dashes = [...paths].map((match) => match[1])
    expect(dashes).toEqual([...Array(16).fill(''), '6,2'])
  })

  it('draws the range of bins in the colour of its host, below the line', async () => {
    const values = Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? 20 : 60))
    const svg = await drawSvg(chartOf(contextOf(['a'], 2000), cpuTable('a', values)))
    const area = svg.search(new RegExp(`<path [^>]*Z"[^>]*fill="${BLUE}"`))
    expect(area).toBeGreaterThan(0)
    expect(svg.indexOf('mark-line')).toBeGreaterThan(area)
  })

  it('labels marks at their rule', async () => {
    const marks = [{ atMs: START_MS + 1000, text: 'map & <reduce>' }]
    const svg = await drawSvg(chartOf(contextOf(['a'], 4, { marks }), cpuTable('a', [1, 2, 3, 4])))
    expect(texts(svg)).toContain('map &amp; &lt;reduce&gt;')
    const rules = svg.slice(svg.indexOf('mark-rule role-mark'))
    expect(/<line transform="translate\(160,/.test(rules)).toBe(true)
  })

  it('is the same each time, whatever was drawn before', async () => {
    const chart = chartOf(contextOf(['a', 'b'], 2), cpuTable('a', [1, 2]), cpuTable('b', [3, 4]))
    const renderer = await createRenderer({ workingDir: folder, formats: ['svg'], theme: 'light' })
    const drawn = await Promise.all([1, 2, 3].map(() => renderer.render(chart)))
    const [first, ...others] = drawn.map((files) => Buffer.from(files.get('svg') ?? []).toString())
    for (const other of others) expect(other).toBe(first)
  })

  it('is dark on demand', async () => {
    const chart = chartOf(contextOf(['a'], 2, { theme: 'dark' }), cpuTable('a', [1, 2]))
    expect(await drawSvg(chart, 'dark')).toContain('fill="#14171c"')
  })

  it('has room for every label', async () => {
    const hosts = ['a-host-of-24-characters', 'another-of-24-characters']
    const rows = [{ at: 1, value: 987_654, device: 'sda' }]
    const tables = hosts.map((host) => tableOf(host, 'disk', 'read_bytes_per_s', rows))
    const svg = await drawSvg(chartOf(contextOf(hosts, 86_400), ...tables))
    const [width = 0] = (/ width="(\d+)"/.exec(svg) ?? []).slice(1).map(Number)
    const [left = 0] = (/<g fill="none"[^>]*translate\((\d+),/.exec(svg) ?? []).slice(1).map(Number)
    const measure = loadTextWidth()
    // The widest tick label is right-aligned 8 px left of the plot; "24 h" is centred on its right edge.
    expect(left).toBeGreaterThanOrEqual(measure('1000', 11, false) + 8)
    expect(width - left - 640).toBeGreaterThanOrEqual(measure('24 h', 11, false) / 2)
    // And no more than that: 8 px padding, 11 px title with 8 px beside it, labels, 4 px beside them.
    expect(left).toBeLessThanOrEqual(8 + 11 + 8 + measure('1000', 11, false) + 4 + 4)
  })
})

describe('a PNG', () => {
  it('is twice the size of the SVG, and has text on a machine without fonts', async () => {
    const renderer = await createRenderer({ workingDir: folder, formats: ['svg', 'png'], theme: 'light' })
    const files = await renderer.render(chartOf(contextOf(['node1'], 4), cpuTable('node1', [0, 50, 100, 25])))
    const svg = Buffer.from(files.get('svg') ?? []).toString()
    const [width = 0, height = 0] = (/ width="(\d+)" height="(\d+)"/.exec(svg) ?? []).slice(1).map(Number)
    const picture = sharp(files.get('png'))
    const meta = await picture.metadata()
    expect([meta.width, meta.height]).toEqual([2 * width, 2 * height])
    // The title is as wide as the font's advances say: that is the bundled font, and no boxes.
    const title = await picture.extract({ left: 0, top: 10, width: 2 * width, height: 44 }).toBuffer()
    const { info } = await sharp(title).trim({ threshold: 60 }).toBuffer({ resolveWithObject: true })
    expect(Math.abs(info.width - 2 * loadTextWidth()('CPU utilization', 14, true))).toBeLessThan(8)
  })

  it('is left out with one warning where sharp cannot be loaded', async () => {
    vi.doMock('sharp', () => {
      throw new Error('Could not load the "sharp" module')
    })
    try {
      const renderer = await createRenderer({ workingDir: folder, formats: ['svg', 'png'], theme: 'light' })
      const chart = chartOf(contextOf(['a'], 2), cpuTable('a', [1, 2]))
      await renderer.render(chart)
      expect([...(await renderer.render(chart)).keys()]).toEqual(['svg'])
      expect(renderer.warnings).toHaveLength(1)
      expect(renderer.warnings[0]).toContain('sharp')
    } finally {
      vi.doUnmock('sharp')
    }
  })
})

describe('createRenderer', () => {
  it('refuses formats that it does not draw, naming those that it does', async () => {
    const formats = ['svg', 'tiff', 'gif'] as unknown as PlotFormat[]
    const failure = await createRenderer({ workingDir: folder, formats, theme: 'light' }).catch(
      (error) => error,
    )
    expect(failure).toBeInstanceOf(ConfigError)
    expect(failure.message).toContain('tiff, gif')
    expect(failure.hint).toContain('svg, png, pdf, eps')
  })
})

describe('a template of the user', () => {
  function writeTemplate(text: string): string {
    mkdirSync(join(folder, 'templates'), { recursive: true })
    const path = join(folder, 'templates', 'lines.json')
    writeFileSync(path, text)
    return path
  }
  const chart = () => chartOf(contextOf(['a'], 2), cpuTable('a', [1, 2]))

  it('is drawn in place of the package’s', async () => {
    writeTemplate(
      '{"title": "$title", "data": {"name": "lines"}, "mark": "bar", "encoding": {"x": {"field": "y", "type": "nominal"}}}',
    )
    const found = texts(await drawSvg(chart()))
    expect(found).toContain('CPU utilization')
    expect(found).toContain('2')
  })

  it('with clipped marks is drawn the same each time, though Vega numbers the clips of a process', async () => {
    writeTemplate(
      '{"data": {"name": "lines"}, "mark": {"type": "line", "clip": true}, "encoding": {"x": {"field": "x", "type": "quantitative"}}}',
    )
    const first = await drawSvg(chart())
    expect(first).toContain('<clipPath id="clip')
    expect(await drawSvg(chart())).toBe(first)
  })

  it('is told which placeholder is wrong, and which there are', async () => {
    const path = writeTemplate('{"title": "$titel", "mark": "bar", "data": {"name": "lines"}}')
    const failure = await drawSvg(chart()).catch((error) => error)
    expect(failure).toBeInstanceOf(ParseError)
    expect(failure.message).toContain(path)
    expect(failure.message).toContain('$titel')
    expect(failure.hint).toContain('$title')
  })

  it('is named when Vega cannot draw it, and the next chart is drawn all the same', async () => {
    const path = writeTemplate('{"mark": "bar", "layer": 5, "data": {"name": "lines"}}')
    const failure = await drawSvg(chart()).catch((error) => error)
    expect(failure).toBeInstanceOf(ParseError)
    expect(failure.message).toContain(path)
    rmSync(path)
    expect(await drawSvg(chart())).toContain('CPU utilization')
  })
})
