import { describe, expect, it } from 'vitest'
import {
  judgeGpu,
  judgeGpuMemory,
  judgeIdleGpus,
  judgeThrottling,
} from '../../../src/analysis/judging/gpu.js'
import { judgeStarvation } from '../../../src/analysis/judging/starvation.js'
import { createTable } from '../../../src/data/table.js'
import type { Table } from '../../../src/model.js'
import { START_MS, tableOf, times, viewOf } from './session.js'

/** GPUs of one node, ten samples each; `used` by GPU. */
function gpusOf(used: readonly (readonly number[])[], reasons: readonly string[] = []): Table {
  const rows = (used[0] ?? []).flatMap((_, row) =>
    used.map((values, gpu) => ({ row, gpu, value: values[row] ?? 0 })),
  )
  return createTable('gpu', 'n1', {
    timeMs: Float64Array.from(rows, ({ row }) => START_MS + (row + 1) * 1000),
    intervalSec: new Float64Array(rows.length).fill(1),
    devices: used.map((_, gpu) => `GPU-${gpu}`),
    deviceIndex: Uint32Array.from(rows, ({ gpu }) => gpu),
    columns: new Map([
      ['utilization_pct', Float64Array.from(rows, ({ value }) => value)],
      ['memory_used_bytes', Float64Array.from(rows, ({ gpu }) => (gpu === 0 ? 96 : 50))],
      ['memory_total_bytes', Float64Array.from(rows, () => 100)],
    ]),
    textColumns: new Map([
      ['alias', rows.map(({ gpu }) => String(gpu))],
      ['throttle_reasons', rows.map(({ row }) => reasons[row] ?? null)],
    ]),
  })
}

describe('judgeGpu', () => {
  it('judges the mean of the GPUs that work, and says that 100 % is not full', () => {
    // GPU 0 at 94, GPU 1 at 98, GPU 2 does nothing: 96 %.
    const [finding] = judgeGpu(viewOf([gpusOf([times(10, 94), times(10, 98), times(10, 0)])], 10))
    expect(finding).toMatchObject({ kind: 'bottleneck', resource: 'gpu', value: 96, share: 1 })
    expect(finding?.text).toContain('(100 % is not full)')
  })
})

describe('judgeIdleGpus', () => {
  it('finds the GPU without work on a node whose others work', () => {
    expect(judgeIdleGpus(viewOf([gpusOf([times(10, 80), times(10, 3)])], 10))).toMatchObject([
      { kind: 'idle', device: '1', hosts: ['n1'], value: 3 },
    ])
    expect(judgeIdleGpus(viewOf([gpusOf([times(10, 0), times(10, 0)])], 10))).toEqual([])
  })

  it('says of a GPU that worked for a moment what it stayed below, not that it never did', () => {
    const moment = [...times(39, 3), 70]
    expect(judgeIdleGpus(viewOf([gpusOf([times(40, 80), moment])], 40))).toMatchObject([
      { text: expect.stringContaining('(at or below 3 % for 95 % of the time)'), share: null },
    ])
  })

  it('judges nothing in less than three samples', () => {
    expect(judgeIdleGpus(viewOf([gpusOf([times(2, 80), times(2, 3)])], 2))).toEqual([])
  })
})

describe('judgeGpuMemory', () => {
  it('tells of the fullest GPU from 95 % on', () => {
    expect(judgeGpuMemory(viewOf([gpusOf([times(10, 50), times(10, 50)])], 10))).toMatchObject([
      { kind: 'saturation', value: 96, limit: 95 },
    ])
  })

  it('still sees the others when one GPU no longer answers', () => {
    const table = gpusOf([times(10, 50), times(10, 50)])
    const used = table.columns.get('memory_used_bytes') ?? new Float64Array()
    // GPU 1 says nothing from the third sample on.
    const lost = used.map((value, row) => (row % 2 === 1 && row >= 4 ? Number.NaN : value))
    const columns = new Map([...table.columns, ['memory_used_bytes', lost] as const])
    expect(judgeGpuMemory(viewOf([{ ...table, columns }], 10))).toMatchObject([
      { value: 96, share: 1, text: expect.not.stringContaining('that was measured') },
    ])
  })
})

describe('judgeThrottling', () => {
  it('tells each reason with its share of the time, and takes idle and set clocks for none', () => {
    const reasons = [
      ...times(4, 0).map(() => 'gpu_idle|hw_thermal_slowdown'),
      ...times(6, 0).map(() => 'gpu_idle'),
    ]
    expect(judgeThrottling(viewOf([gpusOf([times(10, 50), times(10, 50)], reasons)], 10))).toMatchObject([
      {
        kind: 'throttling',
        share: 0.4,
        value: 2,
        text: 'clocks of 2 GPUs a node were held down by heat (hw_thermal_slowdown) for 40 % of the time',
      },
    ])
  })

  it('says nothing where no reason was asked for', () => {
    expect(judgeThrottling(viewOf([gpusOf([times(10, 50)])], 10))).toEqual([])
  })
})

describe('judgeStarvation', () => {
  const cpu = (used: number) =>
    tableOf('n1', 'cpu', { utilization_pct: times(10, used), busiest_core_pct: times(10, used) })
  // At work for 3 s, waiting for 7.
  const gpus = gpusOf([[...times(3, 90), ...times(7, 10)]])

  it('is the share of the time in which GPUs wait and something of their node is full', () => {
    expect(judgeStarvation(viewOf([gpus, cpu(98)], 10))).toMatchObject([
      {
        kind: 'starvation',
        share: 0.7,
        value: 10,
        text: 'GPUs at 10 % while the CPUs were full for 70 % of the time',
      },
    ])
  })

  it('is idle, for nothing that is measured, when nothing else is in full use', () => {
    expect(judgeStarvation(viewOf([gpus, cpu(30)], 10))).toMatchObject([
      { kind: 'idle', resource: 'gpu', share: 0.7 },
    ])
  })

  it('says nothing of GPUs that the job never used', () => {
    expect(judgeStarvation(viewOf([gpusOf([times(10, 0)]), cpu(98)], 10))).toEqual([])
  })
})
