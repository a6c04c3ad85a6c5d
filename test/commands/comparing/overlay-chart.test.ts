import { describe, expect, it } from 'vitest'
import { type OverlaySide, overlayChart } from '../../../src/commands/comparing/overlay-chart.js'

const side = (letter: 'A' | 'B', mean: number): OverlaySide => ({
  label: `${letter}: run`,
  letter,
  points: [{ elapsedSec: 0.5, mean, low: 1, high: 2 }],
  marks: [],
  fromMs: 0,
  toMs: 1000,
})

const chartOf = (hostCount: number) =>
  overlayChart(
    { resource: 'load', device: null, column: 'blocked', changes: ['whole run: 3 to 50'], hostCount },
    [side('A', 3), side('B', 50)],
    'light',
  )

describe('an overlay chart', () => {
  it('draws the means that the rows compare, and says so', async () => {
    const chart = chartOf(5)
    expect(chart.subtitle).toBe('whole run: 3 to 50 · mean of 5 hosts; area: the middle half of them')
    const { lines } = await chart.data()
    expect(lines?.map(({ series, y }) => [series, y])).toEqual([
      ['A: run', 3],
      ['B: run', 50],
    ])
  })

  it('has room for a mean that lies above the middle half of the hosts', () => {
    expect(chartOf(5).y.domain[1]).toBeGreaterThanOrEqual(50)
  })

  it('says nothing of a mean of one host', () => {
    expect(chartOf(1).subtitle).toBe('whole run: 3 to 50')
  })
})
