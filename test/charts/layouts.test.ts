import { describe, expect, it } from 'vitest'
import { layoutsFor } from '../../src/charts/layouts.js'
import { drawHosts, equalHosts } from './drawn.js'

describe('the layout', () => {
  it.each([
    [1, ['lines']],
    [6, ['lines']],
    [7, ['facets']],
    [24, ['facets']],
    [25, ['heatmap', 'band']],
    [1000, ['heatmap', 'band']],
  ])('of %d series is %j', (count, layouts) => {
    expect(layoutsFor(count, 'auto')).toEqual(layouts)
  })

  it('of more than 16 series is a heat map in a column, where panels would fill the paper', () => {
    expect(layoutsFor(16, 'auto', 'column')).toEqual(['facets'])
    expect(layoutsFor(17, 'auto', 'column')).toEqual(['heatmap', 'band'])
  })

  it('can be forced, whatever the number', () => {
    for (const layout of ['lines', 'facets', 'heatmap', 'band'] as const) {
      expect(layoutsFor(3, layout)).toEqual([layout])
      expect(drawHosts(equalHosts(3), { layout }).map((chart) => chart.template)).toEqual([layout])
    }
  })

  it('names the plot, and the band beside it', () => {
    const names = drawHosts(equalHosts(25)).map((chart) => chart.name)
    expect(names).toEqual(['utilization', 'utilization_band'])
    expect(drawHosts(equalHosts(2), { layout: 'band' }).map((chart) => chart.name)).toEqual([
      'utilization_band',
    ])
  })
})
