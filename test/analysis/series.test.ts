import { describe, expect, it } from 'vitest'
import { seriesOf } from '../../src/analysis/series.js'
import { createTable } from '../../src/data/table.js'

describe('seriesOf', () => {
  it('splits a table by device, in the order of its rows, each with its alias', () => {
    const table = createTable('network', 'n1', {
      timeMs: Float64Array.of(1000, 1000, 2000, 2000),
      intervalSec: Float64Array.of(1, 1, 1, 1),
      devices: ['em0', 'em1'],
      deviceIndex: Uint32Array.of(0, 1, 0, 1),
      columns: new Map([['utilization_pct', Float64Array.of(5, 6, 7, Number.NaN)]]),
      textColumns: new Map([['alias', ['LAN', 'em1', 'LAN', 'em1']]]),
    })
    const found = seriesOf(table, 'utilization_pct').map(({ device, alias, timeMs, values }) => ({
      device,
      alias,
      timeMs: [...timeMs],
      values: [...values],
    }))
    expect(found).toEqual([
      { device: 'em0', alias: 'LAN', timeMs: [1000, 2000], values: [5, 7] },
      { device: 'em1', alias: 'em1', timeMs: [1000, 2000], values: [6, Number.NaN] },
    ])
  })

  it('is one for a resource without devices, and none for a column that is not there', () => {
    const table = createTable('cpu', 'n1', {
      timeMs: Float64Array.of(1000),
      intervalSec: Float64Array.of(1),
      columns: new Map([['idle_pct', Float64Array.of(40)]]),
    })
    expect(seriesOf(table, 'idle_pct')).toMatchObject([{ host: 'n1', device: null, alias: null }])
    expect(seriesOf(table, 'power_watts')).toEqual([])
  })
})
