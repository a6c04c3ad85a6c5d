import { describe, expect, it } from 'vitest'
import { gapColor, shadeColor } from '../../src/charts/palette.js'
import { chartNamed, draw, drawHosts, equalHosts, valuesOf } from './drawn.js'
import { contextOf, START_MS, tableOf } from './tables.js'

const none = Number.NaN

function colorsOf(hosts: readonly (readonly number[])[], changes = {}): readonly (readonly string[])[] {
  const { raster } = chartNamed(drawHosts(hosts, { layout: 'heatmap', ...changes }), 'utilization')
  if (raster === undefined) throw new Error('no raster')
  const { width, height, rgba } = raster
  const hex = (at: number) => (rgba[at] ?? 0).toString(16).padStart(2, '0')
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, cell) => {
      const at = (row * width + cell) * 4
      expect(rgba[at + 3]).toBe(255)
      return `#${hex(at)}${hex(at + 1)}${hex(at + 2)}`
    }),
  )
}

describe('a heat map', () => {
  it('has a row for each host and a cell for each sample, grey where nothing was measured', () => {
    const grey = gapColor('light')
    expect(
      colorsOf([
        [0, 50, 100],
        [100, none, 0],
      ]),
    ).toEqual([
      [shadeColor(0), shadeColor(0.5), shadeColor(1)],
      [shadeColor(1), grey, shadeColor(0)],
    ])
  })

  it('explains the grey only where there is some', () => {
    const captions = (values: readonly number[]) =>
      drawHosts(equalHosts(2, values), { layout: 'heatmap' })[0]?.captions
    expect(captions([1, none, none, 4])).toEqual(['Grey: not measured'])
    expect(captions([1, 2])).toEqual([])
  })

  it('lies in the time when it was measured', () => {
    // Samples of 1 s that end at 0.5, 1.5, 2.5 s: of the first one only half lies in the span.
    const rows = [0.5, 1.5, 2.5].map((at) => ({ at, value: 50 }))
    const table = tableOf('a', 'cpu', 'utilization_pct', rows)
    const chart = chartNamed(
      draw(contextOf(['a'], 2.5, { layout: 'heatmap' }), [table]).charts,
      'utilization',
    )
    expect(valuesOf(chart).imageRow).toEqual([{ x: 0.5, x2: 2.5, y: 0, y2: 1 }])
    expect(chart.x.domain).toEqual([0, 2.5])
  })

  it('labels each row up to 64, and every k-th above', () => {
    const ticks = (count: number) =>
      valuesOf(chartNamed(drawHosts(equalHosts(count)), 'utilization')).rowTicks as readonly number[]
    expect(ticks(64)).toHaveLength(64)
    expect(ticks(64)[0]).toBe(0.5)
    const many = ticks(256)
    // 480 px for 256 rows: 1.5 px each; 11 px need 8 rows.
    expect(many.slice(0, 3)).toEqual([0.5, 8.5, 16.5])
    expect(many).toHaveLength(32)
  })

  it.each([
    [7, 18],
    [25, 18],
    [40, 12],
    [64, 9],
    [65, 7],
    [256, 1.5],
    [1000, 0.5],
  ])('of %d rows makes each %d px high: whole pixels of a picture at 2x', (count, height) => {
    const [chart] = drawHosts(equalHosts(count), { layout: 'heatmap' })
    expect(chart?.height).toBe(Math.round(count * height))
  })

  it('can begin with the host that is most unlike the others', () => {
    const hosts = [...equalHosts(5, [50, 50]), [90, 90], [60, 60]]
    const rows = colorsOf(hosts, { sort: 'outlier' })
    expect(rows.slice(0, 3).map(([first]) => first)).toEqual([0.9, 0.6, 0.5].map(shadeColor))
    const [chart] = drawHosts(hosts, { layout: 'heatmap', sort: 'outlier' })
    expect(chart === undefined ? '' : valuesOf(chart).rowLabels).toMatch(/^\(\{"0.5": "n06", "1.5": "n07"/)
    expect(chart?.subtitle).toContain('most unlike the others first')
  })

  it('shows what happened on a host in its row, and names it below', () => {
    const events = [{ host: 'n02', kind: 'restart' as const, atMs: START_MS + 1000, text: 'restart' }]
    const [chart] = drawHosts(equalHosts(3), { layout: 'heatmap', events })
    expect(chart?.captions).toEqual(['▾ 0:01 n02: restart'])
    // The middle of the second row of 18 px.
    expect(chart === undefined ? [] : valuesOf(chart).eventRows).toEqual([{ x: 1, y: 27 }])
  })

  it('has a colour bar with the ticks and the unit of the values', () => {
    const [chart] = drawHosts(equalHosts(30, [10, 20]))
    const values = chart === undefined ? {} : valuesOf(chart)
    expect(values.barTitle).toMatchObject([{ text: '%' }])
    expect(values.barLabels).toMatchObject(['0', '25', '50', '75', '100'].map((text) => ({ text })))
    expect((values.bar as { color: string }[])[0]?.color).toBe(shadeColor(1))
    expect((values.bar as { color: string }[]).at(-1)?.color).toBe(shadeColor(0))
  })
})
