import { describe, expect, it } from 'vitest'
import type { Row } from '../../../src/analysis/finding.js'
import type { SummaryFrame } from '../../../src/commands/summarizing/frame.js'
import { resourceTable } from '../../../src/commands/summarizing/table.js'

const row = (column: string, unit: string, peak: number): Row => ({
  resource: 'network',
  device: 'em1',
  column,
  phase: 'shuffle',
  unit,
  median: peak / 4,
  p95: peak / 2,
  peak,
  hosts: 8,
})

function tableOf(rows: readonly Row[]): readonly (readonly string[])[] {
  const phase = { name: 'shuffle', label: 'shuffle', fromMs: 0, toMs: 60_000 }
  const block = resourceTable({ analysis: { phases: [phase], rows } } as unknown as SummaryFrame)
  return block.kind === 'table' ? block.rows : []
}

const RATES = [row('in_bytes_per_s', 'bytes/s', 513_000), row('out_bytes_per_s', 'bytes/s', 2_000_000)]

describe('the network in the table', () => {
  it('is a share of the speed of its link', () => {
    expect(tableOf([row('utilization_pct', '%', 80), ...RATES])).toEqual([['network em1', '20 · 40 · 80 %']])
  })

  it('is what was moved, where the speed is not known or next to nothing of it was used', () => {
    const moved = [
      ['network in em1', '128 · 257 · 513 kB/s'],
      ['network out em1', '0.5 · 1 · 2 MB/s'],
    ]
    expect(tableOf(RATES)).toEqual(moved)
    expect(tableOf([row('utilization_pct', '%', 0.04), ...RATES])).toEqual(moved)
  })
})
