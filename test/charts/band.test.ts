import { describe, expect, it } from 'vitest'
import { bandColors, hostStyle } from '../../src/charts/colors.js'
import { chartNamed, drawHosts, equalHosts } from './drawn.js'

const bandOf = (hosts: readonly (readonly number[])[], changes = {}) =>
  chartNamed(drawHosts(hosts, { layout: 'band', ...changes }), 'utilization_band')

describe('a band', () => {
  // 21 hosts at 0, 5, 10 … 100 percent: each twentieth is a quantile by itself.
  const spread = Array.from({ length: 21 }, (_, index) => [index * 5])

  it('reaches from p5 to p95 and from p25 to p75 around the median', () => {
    const { bands, lines } = bandOf(spread).data()
    const found = bands.filter(({ x }) => x === 0).map(({ series, low, high }) => [series, low, high])
    expect(found).toEqual([
      ['p5–p95', 5, 95],
      ['p25–p75', 25, 75],
    ])
    expect(lines.filter(({ x }) => x === 0).map(({ series, y }) => [series, y])).toEqual([['median', 50]])
  })

  it('is of the hosts that were measured at the moment, and a gap where none was', () => {
    const { NaN: none } = Number
    const { bands } = bandOf([
      [10, none, 30],
      [20, none, none],
    ]).data()
    const outer = bands.filter(({ series }) => series === 'p5–p95')
    expect(outer.map(({ x, low, high, segment }) => [x, low, high, segment])).toEqual([
      [0, 10.5, 19.5, 0],
      [1, 10.5, 19.5, 0],
      [2, 30, 30, 1],
      [3, 30, 30, 1],
    ])
  })

  it('names the hosts that are unlike the others, in their colour and without dashes', () => {
    const hosts = [...equalHosts(30, [50, 50]), [90, 95]]
    const chart = bandOf(hosts)
    const grey = bandColors('light')
    expect(chart.series).toEqual([
      { label: 'median', color: grey.median, dash: [] },
      { label: 'p25–p75', color: grey['p25–p75'], dash: [] },
      { label: 'p5–p95', color: grey['p5–p95'], dash: [] },
      { label: 'n31', color: hostStyle(30, 'light').color, dash: [] },
    ])
    const line = chart.data().lines.filter(({ series }) => series === 'n31')
    expect(line.map(({ y }) => y)).toEqual([90, 95, 95])
  })

  it('says so when there is none, and calls nobody unlike others whom the eye cannot tell apart', () => {
    const chart = bandOf([...equalHosts(30, [50, 50]), [52, 52]])
    expect(chart.series.map(({ label }) => label)).toEqual(['median', 'p25–p75', 'p5–p95'])
    expect(chart.captions).toEqual(['None is unlike the others (modified z > 3.5)'])
    expect(bandOf(equalHosts(4)).captions).toEqual([])
  })

  it('draws the six most unlike of more, and tells how many there are', () => {
    const others = Array.from({ length: 8 }, (_, index) => [80 + index])
    const chart = bandOf([...equalHosts(60, [20]), ...others])
    expect(chart.series.slice(3).map(({ label }) => label)).toEqual([
      'n68',
      'n67',
      'n66',
      'n65',
      'n64',
      'n63',
    ])
    expect(chart.captions).toEqual(['In colour: the 6 most unlike the others of 8 that are'])
  })
})
