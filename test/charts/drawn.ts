/** Short ways from tables to charts, for the tests of the layouts. */
import type { Chart } from '../../src/charts/chart.js'
import { type ChartContext, createReduction, type Drawing } from '../../src/charts/charts.js'
import { type JsonObject, placeholders } from '../../src/charts/spec.js'
import type { Table } from '../../src/model.js'
import { contextOf, cpuTable } from './tables.js'

/** What comes of tables. */
export function draw(context: ChartContext, tables: readonly Table[]): Drawing {
  const reduction = createReduction(context)
  for (const table of tables) reduction.add(table)
  return reduction.finish()
}

/** The charts of the CPU utilization of hosts n01, n02 …, given as the values of each. */
export function drawHosts(
  hosts: readonly (readonly number[])[],
  changes: Partial<ChartContext> = {},
): readonly Chart[] {
  const names = hosts.map((_, index) => `n${String(index + 1).padStart(2, '0')}`)
  const length = Math.max(...hosts.map((values) => values.length))
  const tables = hosts.map((values, index) => cpuTable(names[index] ?? '', values))
  return draw(contextOf(names, length, changes), tables).charts
}

/** So many hosts with the same values. */
export function equalHosts(count: number, values: readonly number[] = [10, 20]): (readonly number[])[] {
  return Array.from({ length: count }, () => values)
}

/** The chart of that name; fails when there is none. */
export function chartNamed(charts: readonly Chart[], name: string): Chart {
  const found = charts.find((chart) => chart.name === name)
  if (found === undefined) throw new Error(`no ${name} in ${charts.map((chart) => chart.name).join(', ')}`)
  return found
}

/** What the placeholders of its template stand for; each character is 6 px wide. */
export function valuesOf(chart: Chart): JsonObject {
  return placeholders(chart, (text) => [...text].length * 6)
}
