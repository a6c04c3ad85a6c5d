import { describe, expect, it } from 'vitest'
import { type ChartContext, createReduction, type Drawing } from '../../src/charts/charts.js'
import { deviceStyle, hostStyle } from '../../src/charts/colors.js'
import { valueAxis } from '../../src/charts/units.js'
import type { Table } from '../../src/model.js'
import { contextOf, cpuTable, tableOf } from './tables.js'

const GIB = 2 ** 30

function draw(context: ChartContext, tables: readonly Table[]): Drawing {
  const reduction = createReduction(context)
  for (const table of tables) reduction.add(table)
  return reduction.finish()
}

/** One value of each GPU of a host, called gpu0, gpu1, … */
function gpus(host: string, column: string, values: readonly number[]): Table {
  const rows = values.map((value, index) => ({
    at: 1,
    value,
    device: `GPU-${host}${index}`,
    alias: `gpu${index}`,
  }))
  return tableOf(host, 'gpu', column, rows)
}

const paths = (drawing: Drawing) => drawing.charts.map((chart) => `${chart.resource}/${chart.name}`)
const labels = (drawing: Drawing, path: string) =>
  drawing.charts
    .find((chart) => `${chart.resource}/${chart.name}` === path)
    ?.series.map((series) => series.label)

describe('the plots of GPUs', () => {
  const drawing = draw(contextOf(['a', 'b'], 1), [
    gpus('b', 'utilization_pct', [30]),
    gpus('a', 'utilization_pct', [10, 20]),
  ])

  it('are one for all of them, and one for each alias', () => {
    expect(paths(drawing)).toEqual(['gpu/utilization', 'gpu/gpu0_utilization', 'gpu/gpu1_utilization'])
  })

  it('have a line for each GPU of each host, or for each host', () => {
    expect(labels(drawing, 'gpu/utilization')).toEqual(['a/gpu0', 'a/gpu1', 'b/gpu0'])
    expect(labels(drawing, 'gpu/gpu0_utilization')).toEqual(['a', 'b'])
    expect(labels(drawing, 'gpu/gpu1_utilization')).toEqual(['a'])
    expect(drawing.charts[0]?.subtitle).toMatch(/^2 hosts · 3 GPUs · every 1 s/)
    expect(drawing.charts[0]?.data().lines.map(({ y }) => y)).toEqual([10, 10, 20, 20, 30, 30])
  })

  it('show a host in its colour, and its GPUs apart by their dashes', () => {
    const styles = drawing.charts[0]?.series.map(({ color, dash }) => [color, dash.length]) ?? []
    expect(styles).toEqual([
      [hostStyle(0, 'light').color, 0],
      [hostStyle(0, 'light').color, 2],
      [hostStyle(1, 'light').color, 0],
    ])
  })

  it('show the GPUs of an only host by colours', () => {
    const [chart] = draw(contextOf(['a', 'b'], 1), [gpus('b', 'utilization_pct', [10, 20])]).charts
    expect(chart?.series.map(({ color }) => color)).toEqual([
      hostStyle(0, 'light').color,
      hostStyle(1, 'light').color,
    ])
    expect(chart?.subtitle).toMatch(/^b · 2 GPUs · every 1 s/)
  })

  it('are those of memory in GiB, power in W and temperature in °C', () => {
    const of = (column: string, value: number) =>
      draw(contextOf(['a'], 1), [gpus('a', column, [value])]).charts
    const [all, memory] = of('memory_used_bytes', 60 * GIB)
    expect([all?.name, memory?.name]).toEqual(['memory', 'gpu0_memory'])
    expect([memory?.y.title, memory?.y.domain[1], memory?.data().lines[0]?.y]).toEqual(['GiB', 60, 60])
    const [power] = of('power_watts', 390)
    expect([power?.name, power?.y.title, power?.y.domain[1]]).toEqual(['gpu0_power', 'W', 400])
    const [temperature] = of('temperature_celsius', 61)
    expect([temperature?.name, temperature?.y.title, temperature?.y.domain]).toEqual([
      'gpu0_temperature',
      '°C',
      [0, 80],
    ])
  })

  it('can be chosen one by one', () => {
    const tables = [gpus('a', 'utilization_pct', [10, 20])]
    const chosen = (only: string) => paths(draw(contextOf(['a'], 1, { only: [only] }), tables))
    expect(chosen('gpu/utilization')).toEqual(['gpu/utilization'])
    expect(chosen('gpu/gpu1_*')).toEqual(['gpu/gpu1_utilization'])
  })

  it('hold few points of each of many lines', () => {
    const rows = Array.from({ length: 2000 }, (_, index) => ({
      at: index + 1,
      value: 1,
      device: 'G',
      alias: 'gpu0',
    }))
    const table = tableOf('a', 'gpu', 'utilization_pct', rows)
    const [all, single] = draw(contextOf(['a'], 2000), [table]).charts
    expect(all?.data().lines.length).toBeLessThanOrEqual(322)
    expect(single?.data().lines.length).toBeGreaterThan(322)
  })
})

describe('GPUs that were not measured', () => {
  it('are not missed where there are none', () => {
    const { missing } = draw(contextOf(['a'], 1), [cpuTable('a', [1])])
    expect(missing.filter((text) => /gpu|infiniband/.test(text))).toEqual([])
  })

  it('are told once where there are some, or where they were asked for', () => {
    const unmeasured = draw(contextOf(['a'], 1), [
      gpus('a', 'utilization_pct', [Number.NaN]),
      gpus('a', 'memory_used_bytes', [GIB]),
    ])
    expect(paths(unmeasured)).toEqual(['gpu/memory', 'gpu/gpu0_memory'])
    expect(unmeasured.missing.filter((text) => text.startsWith('gpu'))).toEqual([
      'gpu: nothing was measured for utilization, gpu0_utilization',
    ])
    const asked = draw(contextOf(['a'], 1, { only: ['gpu'] }), [cpuTable('a', [1])])
    expect(asked.missing).toEqual(['gpu: nothing was measured for utilization, memory'])
  })
})

describe('the plots of InfiniBand', () => {
  it('are two for each device, in units of data rates', () => {
    const rows = [{ at: 1, value: 6.25e9, device: 'mlx4_0/1', alias: 'mlx4_0/1' }]
    const drawing = draw(contextOf(['a'], 1), [
      tableOf('a', 'infiniband', 'in_bytes_per_s', rows),
      tableOf('a', 'infiniband', 'out_bytes_per_s', rows),
    ])
    expect(paths(drawing)).toEqual(['infiniband/mlx4_0_1_in', 'infiniband/mlx4_0_1_out'])
    expect(drawing.charts[0]?.title).toBe('InfiniBand mlx4_0/1: in')
    expect(drawing.charts[0]?.y.title).toBe('GB/s')
  })
})

describe('deviceStyle', () => {
  it('tells eight devices of a host apart', () => {
    const styles = Array.from({ length: 8 }, (_, rank) => JSON.stringify(deviceStyle(3, rank, 'light')))
    expect(new Set(styles).size).toBe(8)
  })
})

describe('valueAxis', () => {
  it('counts sizes in powers of 1024', () => {
    const units = [
      [500, 'B'],
      [2048, 'KiB'],
      [3 * 2 ** 20, 'MiB'],
      [80 * GIB, 'GiB'],
      [3 * 2 ** 40, 'TiB'],
      [0, 'GiB'],
    ] as const
    for (const [max, unit] of units) expect(valueAxis('bytes', max, null).title).toBe(unit)
    expect(valueAxis('bytes', 80 * GIB, null).domain).toEqual([0, 80])
  })

  it('leaves watts and degrees as they are', () => {
    const power = valueAxis('watts', 0.5, null)
    expect([power.title, power.divisor, power.domain]).toEqual(['W', 1, [0, 0.5]])
  })
})
