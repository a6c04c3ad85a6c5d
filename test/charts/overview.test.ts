import { describe, expect, it } from 'vitest'
import type { ChartContext } from '../../src/charts/charts.js'
import { createReduction } from '../../src/charts/charts.js'
import type { Table } from '../../src/model.js'
import { chartNamed, draw, valuesOf } from './drawn.js'
import { contextOf, cpuTable, START_MS, tableOf } from './tables.js'

interface PanelValues {
  readonly panel: string
  readonly panelTitle: string
}

const device = (host: string, resource: 'disk' | 'network', column: string, name: string, value: number) =>
  tableOf(host, resource, column, [{ at: 1, value, device: name }])

function hostTables(host: string): readonly Table[] {
  return [
    cpuTable(host, [80]),
    tableOf(host, 'memory', 'utilization_pct', [{ at: 1, value: 40 }]),
    tableOf(host, 'swap', 'utilization_pct', [{ at: 1, value: 0 }]),
    tableOf(host, 'load', 'run_queue', [{ at: 1, value: 3 }]),
    device(host, 'network', 'in_bytes_per_s', 'slow', 10),
    device(host, 'network', 'out_bytes_per_s', 'slow', 10),
    device(host, 'network', 'in_bytes_per_s', 'fast', 0),
    device(host, 'network', 'out_bytes_per_s', 'fast', 1e9),
    device(host, 'disk', 'read_bytes_per_s', 'sda', 5e6),
    device(host, 'disk', 'utilization_pct', 'sda', 2),
    device(host, 'disk', 'utilization_pct', 'sdb', 99),
  ]
}

function overviewOf(hosts: readonly string[], changes: Partial<ChartContext> = {}) {
  const tables = hosts.flatMap(hostTables)
  const chart = chartNamed(draw(contextOf(hosts, 1, changes), tables).charts, 'overview')
  const values = valuesOf(chart)
  return { chart, values, panels: values.panels as unknown as readonly PanelValues[] }
}

describe('the overview', () => {
  it('shows what is always asked for, and the rest where anything happens', () => {
    const { panels } = overviewOf(['a'])
    expect(panels.map(({ panel }) => panel)).toEqual([
      'cpu/utilization',
      'memory/utilization',
      'load/run_queue',
      'network/fast_in',
      'network/fast_out',
      'disk/sda_utilization',
      'disk/sda_read',
    ])
  })

  it('belongs to no resource and names units in the titles', () => {
    const { chart, panels } = overviewOf(['a'])
    expect(chart.resource).toBeNull()
    expect(panels.slice(3, 5).map(({ panelTitle }) => panelTitle)).toEqual([
      'Network fast: in (MB/s)',
      'Network fast: out (GB/s)',
    ])
  })

  it('has a line for each of few hosts, and a band of many', () => {
    const few = overviewOf(['a', 'b']).chart
    expect(few.series.map(({ label }) => label)).toEqual(['a', 'b'])
    const many = overviewOf(['a', 'b', 'c', 'd', 'e', 'f', 'g']).chart
    expect(many.series.map(({ label }) => label)).toEqual(['median', 'p25–p75', 'p5–p95'])
    const rows = many.data().bands.filter(({ panel }) => panel === 'cpu/utilization')
    expect(rows.map(({ series, high }) => [series, high])).toContainEqual(['p25–p75', 80])
  })

  it('has the verdict as its headline when there is one', () => {
    expect(overviewOf(['a']).chart.title).toBe('Overview')
    const reduction = createReduction(contextOf(['a'], 1))
    for (const table of hostTables('a')) reduction.add(table)
    const { charts } = reduction.finish('The network held the job back.')
    expect(chartNamed(charts, 'overview').title).toBe('The network held the job back.')
  })

  it('explains its numbered marks and whose data are missing', () => {
    const marks = [{ atMs: START_MS, text: 'map' }]
    const { values } = overviewOf(['a'], { marks, captions: ['No data: b'], sessionName: 'night run' })
    expect(values.subtitle).toEqual([
      'night run · a · every 1 s · start 2026-03-01 13:00:00 +01:00 · 1 s',
      '1 map (0:00)',
      'No data: b',
    ])
    expect(values.marks).toEqual([{ x: 0, label: '1' }])
  })
})
