import { describe, expect, it } from 'vitest'
import type { Chart } from '../../src/charts/chart.js'
import { type ChartContext, createReduction, type Drawing } from '../../src/charts/charts.js'
import type { Table } from '../../src/model.js'
import { contextOf, cpuTable, START_MS, tableOf } from './tables.js'

function draw(context: ChartContext, tables: readonly Table[]): Drawing {
  const reduction = createReduction(context)
  for (const table of tables) reduction.add(table)
  return reduction.finish()
}

function only(drawing: Drawing): Chart {
  const [chart] = drawing.charts
  if (chart === undefined || drawing.charts.length > 1) throw new Error(`${drawing.charts.length} charts`)
  return chart
}

const paths = (drawing: Drawing) => drawing.charts.map((chart) => `${chart.resource}/${chart.name}`)

describe('a chart', () => {
  it('draws each sample over the interval that it ends', () => {
    const chart = only(draw(contextOf(['a'], 3), [cpuTable('a', [10, 20, 30])]))
    expect(chart.interpolate).toBe('step-after')
    expect(chart.data().lines).toEqual([
      { x: 0, y: 10, series: 'a', segment: 0 },
      { x: 1, y: 20, series: 'a', segment: 0 },
      { x: 2, y: 30, series: 'a', segment: 0 },
      { x: 3, y: 30, series: 'a', segment: 0 },
    ])
    expect(chart.data().bands).toEqual([])
  })

  it('names who, how often, from when and how long', () => {
    const context = contextOf(['a'], 90, { sessionName: 'bert', notes: ['1 of 4 hosts'] })
    const chart = only(draw(context, [cpuTable('a', [1])]))
    expect(chart.title).toBe('CPU utilization')
    expect(chart.subtitle).toBe(
      'bert · a · every 1 s · start 2026-03-01 13:00:00 +01:00 · 1 min 30 s · 1 of 4 hosts',
    )
  })

  it('keeps the order and the colours of the configuration, whatever the order of the files', () => {
    const context = contextOf(['a', 'b', 'c'], 2)
    const chart = only(draw(context, [cpuTable('c', [1]), cpuTable('a', [1])]))
    expect(chart.series.map((one) => [one.label, one.color])).toEqual([
      ['a', '#0072b2'],
      ['c', '#009e73'],
    ])
    expect(chart.subtitle).toContain('2 hosts')
  })

  it('keeps the colour of a host also when only some hosts are drawn', () => {
    const hosts = [{ name: 'c', alias: null, place: 2 }]
    expect(only(draw(contextOf([], 2, { hosts }), [cpuTable('c', [1])])).series[0]?.color).toBe('#009e73')
  })

  it('is in the unit that fits its highest value', () => {
    const rows = [{ at: 1, value: 2.5e8, device: 'sda', alias: 'OS' }]
    const chart = only(draw(contextOf(['a'], 1), [tableOf('a', 'disk', 'read_bytes_per_s', rows)]))
    expect([chart.y.title, chart.y.domain[1]]).toEqual(['MB/s', 250])
    expect(chart.data().lines[0]?.y).toBe(250)
  })

  it('joins more samples than can be seen as steps through their middles', () => {
    const chart = only(draw(contextOf(['a'], 300), [cpuTable('a', Array(300).fill(50))]))
    expect(chart.interpolate).toBe('linear')
    const xs = chart.data().lines.map((row) => row.x)
    expect([xs.length, ...xs.slice(0, 3), ...xs.slice(-2)]).toEqual([302, 0, 0.5, 1.5, 299.5, 300])
  })

  it('draws mean and range of bins when a session is long, and says so', () => {
    const values = Array.from({ length: 6400 }, (_, index) => (index % 2 === 0 ? 20 : 60))
    const chart = only(draw(contextOf(['a'], 6400), [cpuTable('a', values)]))
    const { lines, bands } = chart.data()
    expect(lines.length).toBeLessThanOrEqual(642)
    // 6400 samples in at most 639 bins and a cut one: 11 s each, of which 5 or 6 samples are 20.
    expect(chart.subtitle).toContain('mean and min–max of 11 s')
    expect(lines[1]?.y).toBeCloseTo((6 * 20 + 5 * 60) / 11, 4)
    expect([bands[1]?.low, bands[1]?.high]).toEqual([20, 60])
  })

  it('holds few points per line where there are many', () => {
    const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const chart = only(
      draw(
        contextOf(hosts, 2000),
        hosts.map((host) => cpuTable(host, Array(2000).fill(1))),
      ),
    )
    expect(chart.data().lines.length / hosts.length).toBeLessThanOrEqual(322)
    expect(chart.data().bands).toEqual([])
    expect(chart.subtitle).toContain('mean of 7 s')
  })

  it('has only the marks inside its span', () => {
    const marks = [-5, 2, 1, 500].map((sec) => ({ atMs: START_MS + sec * 1000, text: `at ${sec}` }))
    const chart = only(draw(contextOf(['a'], 3, { marks }), [cpuTable('a', [1])]))
    expect(chart.marks).toEqual([
      { x: 1, text: 'at 1' },
      { x: 2, text: 'at 2' },
    ])
  })
})

describe('devices', () => {
  it('make a chart per alias, which may be different devices of different hosts', () => {
    const drawing = draw(contextOf(['a', 'b'], 1), [
      tableOf('b', 'network', 'in_bytes_per_s', [{ at: 1, value: 2, device: 'ens3', alias: 'LAN' }]),
      tableOf('a', 'network', 'in_bytes_per_s', [{ at: 1, value: 1, device: 'em0', alias: 'LAN' }]),
    ])
    expect(paths(drawing)).toEqual(['network/LAN_in'])
    expect(drawing.charts[0]?.series.map((one) => one.label)).toEqual(['a', 'b'])
    expect(drawing.charts[0]?.title).toBe('Network LAN: in')
  })

  it('are called by their name without an alias', () => {
    const table = tableOf('a', 'disk', 'utilization_pct', [{ at: 1, value: 3, device: 'sda' }])
    expect(paths(draw(contextOf(['a'], 1), [table]))).toEqual(['disk/sda_utilization'])
  })

  it('have / and blanks in their alias replaced in file names only', () => {
    const rows = [{ at: 1, value: 3, device: 'sda', alias: 'my data/1' }]
    const drawing = draw(contextOf(['a'], 1), [tableOf('a', 'disk', 'write_bytes_per_s', rows)])
    expect(paths(drawing)).toEqual(['disk/my_data_1_write'])
    expect(drawing.charts[0]?.title).toBe('Disk my data/1: written')
  })

  it('are drawn apart when two of a host share an alias', () => {
    const rows = ['x', 'y'].map((device) => ({ at: 1, value: 3, device, alias: 'D' }))
    const chart = only(draw(contextOf(['a'], 1), [tableOf('a', 'disk', 'utilization_pct', rows)]))
    expect(chart.series.map((one) => one.label)).toEqual(['a x', 'a y'])
    expect(chart.subtitle).toMatch(/^a · every 1 s/)
  })

  it('beyond 16 on a node are left out, the idlest first, and that is said', () => {
    const rows = Array.from({ length: 18 }, (_, index) => ({ at: 1, value: index, device: `sd${index}` }))
    const drawing = draw(contextOf(['a'], 1), [tableOf('a', 'disk', 'read_bytes_per_s', rows)])
    expect(paths(drawing)).toHaveLength(16)
    expect(paths(drawing)).not.toContain('disk/sd0_read')
    expect(paths(drawing)).not.toContain('disk/sd1_read')
    expect(drawing.notes).toEqual(['disk: only the 16 busiest devices are drawn of a'])
  })
})

describe('what is drawn', () => {
  it('is every plot with a value, also when all are 0', () => {
    const drawing = draw(contextOf(['a'], 2), [cpuTable('a', [0, 0])])
    expect(paths(drawing)).toEqual(['cpu/utilization'])
    expect(drawing.charts[0]?.data().lines.map((row) => row.y)).toEqual([0, 0, 0])
  })

  it('leaves out what was not measured and says it once per resource', () => {
    const drawing = draw(contextOf(['a', 'b'], 2), [
      cpuTable('a', [1]),
      tableOf('b', 'swap', 'utilization_pct', [{ at: 1, value: Number.NaN }]),
    ])
    expect(paths(drawing)).toEqual(['cpu/utilization'])
    expect(drawing.missing).toEqual([
      'cpu: nothing was measured for iowait, busiest_core',
      'memory: nothing was measured',
      'swap: nothing was measured',
      'load: nothing was measured',
    ])
  })

  it('can be chosen, and a choice that means nothing is told', () => {
    const tables = [
      cpuTable('a', [1]),
      tableOf('a', 'disk', 'read_bytes_per_s', [{ at: 1, value: 1, device: 'sda', alias: 'OS' }]),
      tableOf('a', 'load', 'run_queue', [{ at: 1, value: 1 }]),
    ]
    const chosen = draw(contextOf(['a'], 1, { only: ['disk/*_read', 'load', 'dsik'] }), tables)
    expect(paths(chosen)).toEqual(['disk/OS_read', 'load/run_queue'])
    expect(chosen.notes).toEqual(['there is no plot "dsik"'])
    expect(chosen.missing).toEqual([])
  })

  it('says of a chosen plot only that nothing was measured', () => {
    const drawing = draw(contextOf(['a'], 1, { only: ['cpu/iowait'] }), [cpuTable('a', [1])])
    expect(drawing).toEqual({ charts: [], missing: ['cpu: nothing was measured for iowait'], notes: [] })
  })

  it('does not depend on how a table is cut into parts', () => {
    const whole = only(draw(contextOf(['a'], 4), [cpuTable('a', [1, 2, 3, 4])]))
    const rows = [3, 4].map((value) => ({ at: value, value }))
    const parts = only(
      draw(contextOf(['a'], 4), [cpuTable('a', [1, 2]), tableOf('a', 'cpu', 'utilization_pct', rows)]),
    )
    expect(parts.data()).toEqual(whole.data())
  })

  it('passes over hosts that are not to be drawn', () => {
    const drawing = draw(contextOf(['a'], 1), [cpuTable('stranger', [1])])
    expect(drawing.charts).toEqual([])
  })

  it('has an overview where there are plots enough, or where it is asked for', () => {
    const rates = ['in_bytes_per_s', 'out_bytes_per_s'].map((column) =>
      tableOf('a', 'network', column, [{ at: 1, value: 5, device: 'em1' }]),
    )
    const tables = [
      cpuTable('a', [1]),
      tableOf('a', 'memory', 'utilization_pct', [{ at: 1, value: 9 }]),
      ...rates,
    ]
    expect(paths(draw(contextOf(['a'], 1), tables)).at(-1)).toBe('null/overview')
    expect(paths(draw(contextOf(['a'], 1), tables.slice(1)))).not.toContain('null/overview')
    const asked = draw(contextOf(['a'], 1, { only: ['overview'] }), tables.slice(2))
    expect(paths(asked)).toEqual(['null/overview'])
    expect(paths(draw(contextOf(['a'], 1, { only: ['cpu'] }), tables))).toEqual(['cpu/utilization'])
  })
})
