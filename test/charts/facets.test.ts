import { describe, expect, it } from 'vitest'
import { hostStyle } from '../../src/charts/colors.js'
import { panelShape } from '../../src/charts/panels.js'
import { drawHosts, equalHosts, valuesOf } from './drawn.js'
import { START_MS } from './tables.js'

describe('the shape of panels', () => {
  it.each([
    [7, 4, 2],
    [8, 4, 2],
    [9, 3, 3],
    [12, 3, 4],
    [13, 3, 5],
    [16, 4, 4],
    [17, 6, 3],
    [24, 6, 4],
    [64, 8, 8],
  ])('of %d is %d columns in %d rows', (count, columns, rows) => {
    const shape = panelShape(count)
    expect([shape.columns, Math.ceil(count / shape.columns)]).toEqual([columns, rows])
    expect(shape.columns * shape.width + (shape.columns - 1) * 14).toBeLessThanOrEqual(640)
  })
})

describe('small multiples', () => {
  const hosts = [[10, 20], [20, 40], [90, 60], ...equalHosts(4, [20, 40])]

  it('have a panel for each host with its line, and the median of all', () => {
    const [chart] = drawHosts(hosts)
    const { panels = [], medians } = chart?.data() ?? {}
    const lineOf = (series: string) =>
      panels.filter((row) => row.series === series && row.role === 'line').map(({ x, y }) => [x, y])
    expect(lineOf('n01')).toEqual([
      [0, 10],
      [1, 20],
      [2, 20],
    ])
    expect(lineOf('n03').map(([, y]) => y)).toEqual([90, 60, 60])
    expect(medians?.map(({ x, y }) => [x, y])).toEqual([
      [0, 20],
      [1, 40],
      [2, 40],
    ])
    expect(chart?.subtitle).toContain('grey: median of all')
  })

  it('keep the colour of each host', () => {
    const [chart] = drawHosts(hosts)
    const { colors, panels } = chart === undefined ? {} : valuesOf(chart)
    expect(panels).toEqual(['n01', 'n02', 'n03', 'n04', 'n05', 'n06', 'n07'])
    expect(colors).toEqual(hosts.map((_, index) => hostStyle(index, 'light').color))
  })

  it('have a time axis below the lowest panel of each column, also where the last row is not full', () => {
    const { panels = [] } = drawHosts(hosts)[0]?.data() ?? {}
    const withTicks = new Set(panels.filter(({ role }) => role === 'tick').map(({ series }) => series))
    // Four columns: n04 has nothing below it.
    expect([...withTicks]).toEqual(['n04', 'n05', 'n06', 'n07'])
  })

  it('leave out the last label of a column where it would cover the first of the next one', () => {
    const { panels = [] } = drawHosts(hosts)[0]?.data() ?? {}
    const labels = (series: string) =>
      panels.filter((row) => row.role === 'tick' && row.series === series).map(({ text }) => text)
    expect([labels('n05').at(-1), labels('n04').at(-1)]).toEqual(['', '0:02'])
  })

  it('number the marks, name them below, and show events in the panel of their host', () => {
    const marks = [0, 1].map((sec) => ({ atMs: START_MS + sec * 1000, text: `phase ${sec}` }))
    const events = [{ host: 'n02', kind: 'clock-step' as const, atMs: START_MS + 1000, text: 'stepped' }]
    const [chart] = drawHosts(hosts, { marks, events, captions: ['No data: n08'] })
    const { panels = [] } = chart?.data() ?? {}
    const texts = panels.filter(({ role }) => role === 'caption').map(({ series, text }) => [series, text])
    expect(texts).toEqual([
      ['n05', '1 phase 0 (0:00) · 2 phase 1 (0:01)'],
      ['n05', '▾ 0:01 n02: stepped'],
      ['n05', 'No data: n08'],
    ])
    expect(panels.filter(({ role }) => role === 'event')).toMatchObject([{ series: 'n02', x: 1 }])
    expect(chart === undefined ? [] : valuesOf(chart).marks).toEqual([
      { x: 0, label: '1' },
      { x: 1, label: '2' },
    ])
  })

  it('name 16 marks and count the rest', () => {
    const marks = Array.from({ length: 40 }, (_, index) => ({
      atMs: START_MS + index * 50,
      text: `m${index}`,
    }))
    const [sentence = ''] = drawHosts(hosts, { marks })[0]?.captions ?? []
    expect(sentence.split(' · ')).toHaveLength(17)
    expect(sentence).toMatch(/· 16 m15 \(0:01\) · 24 more$/)
  })

  it('draw a gap as a gap', () => {
    const gap = [10, Number.NaN, Number.NaN, 40]
    const { panels = [] } = drawHosts([gap, ...equalHosts(6, [1, 2, 3, 4])])[0]?.data() ?? {}
    const segments = panels.filter((row) => row.series === 'n01' && row.role === 'line')
    expect(segments.map(({ x, y, segment }) => [x, y, segment])).toEqual([
      [0, 10, 0],
      [1, 10, 0],
      [3, 40, 1],
      [4, 40, 1],
    ])
  })
})
