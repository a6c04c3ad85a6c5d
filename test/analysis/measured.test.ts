import { describe, expect, it } from 'vitest'
import { createGrid } from '../../src/analysis/grid.js'
import { Measured } from '../../src/analysis/measured.js'
import { PhaseView } from '../../src/analysis/phase-view.js'
import type { Table } from '../../src/model.js'
import { contextOf, START_MS, tableOf } from './judging/session.js'

const PHASES = [0, 1, 2].map((index) => ({
  name: `p${index}`,
  label: `p${index}`,
  fromMs: START_MS + index * 2000,
  toMs: START_MS + (index + 1) * 2000,
}))

/** Three phases of two seconds each. */
function measure(tables: readonly Table[]) {
  const context = contextOf(tables, 6)
  const grid = createGrid(context.fromMs, context.toMs, 1)
  const measured = new Measured(grid, PHASES)
  for (const table of tables) measured.add(table)
  const phase = { name: null, label: 'whole run', fromMs: context.fromMs, toMs: context.toMs }
  return { measured, whole: new PhaseView({ context, measured, grid, phase, index: null }) }
}

const NOTHING = Number.NaN
const cpu = (used: readonly number[]) => tableOf('n1', 'cpu', { utilization_pct: used })

describe('the highest sample of a series', () => {
  it('is kept for each phase, and is none where nothing was measured', () => {
    const { measured } = measure([cpu([90, 20, NOTHING, NOTHING, 10, 30])])
    expect([...(measured.series('cpu.utilization', 'n1')?.peaks ?? [])]).toEqual([90, NOTHING, 30])
  })

  it('is that of both parts where a series comes in two', () => {
    const { measured } = measure([
      cpu([90, 20, NOTHING, NOTHING, NOTHING, NOTHING]),
      cpu([NOTHING, NOTHING, 70, 60, NOTHING, NOTHING]),
    ])
    expect([...(measured.series('cpu.utilization', 'n1')?.peaks ?? [])]).toEqual([90, 70, NOTHING])
  })

  it('is over the whole run that of all phases, also around one that was not measured', () => {
    const { whole } = measure([cpu([90, 20, NOTHING, NOTHING, 10, 30])])
    expect(whole.peak('cpu.utilization', 'n1')).toBe(90)
  })
})
