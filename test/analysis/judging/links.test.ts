import { describe, expect, it } from 'vitest'
import { judgeErrors } from '../../../src/analysis/judging/errors.js'
import { judgeInfiniband, judgeNetwork } from '../../../src/analysis/judging/links.js'
import { metaOf, tableOf, times, viewOf } from './session.js'

const link = {
  speed_mbit_per_s: 10_000,
  duplex: 'full',
  is_up: true,
  is_physical: true,
  bond: null,
  is_bond: false,
} as const
const meta = metaOf({ interfaces: { em1: link } })

/** 10 Gb/s are 1.25 GB/s. */
const networkOf = (inward: readonly number[], outward: readonly number[]) =>
  tableOf(
    'n1',
    'network',
    {
      in_bytes_per_s: inward,
      out_bytes_per_s: outward,
      utilization_pct: inward.map((value, row) => (100 * Math.max(value, outward[row] ?? 0)) / 1.25e9),
    },
    { name: 'em1' },
  )

describe('judgeNetwork', () => {
  it('names the direction, the speed and the share of the time', () => {
    // 1.175 GB/s of 1.25 are 94 %.
    const table = networkOf(times(10, 1e8), [...times(7, 1.175e9), ...times(3, 1e8)])
    expect(judgeNetwork(viewOf([table], 10, { meta }))).toMatchObject([
      {
        kind: 'bottleneck',
        resource: 'network',
        device: 'em1',
        share: 0.7,
        value: 94,
        limit: 90,
        text: 'em1 out at 94 % of 10 Gb/s for 70 % of the time',
      },
    ])
  })

  it('says "in and out" when both directions are in use', () => {
    const table = networkOf(times(10, 1.2e9), times(10, 1.2e9))
    expect(judgeNetwork(viewOf([table], 10, { meta }))[0]?.text).toMatch(/^em1 in and out at 96 %/)
  })

  it('never says more than 100 %', () => {
    const table = networkOf(times(10, 1.3e9), times(10, 0))
    expect(judgeNetwork(viewOf([table], 10, { meta }))).toMatchObject([{ value: 100 }])
  })

  it('does not judge a link that carries more than its speed, nor one whose speed is not known', () => {
    expect(judgeNetwork(viewOf([networkOf(times(10, 2e9), times(10, 0))], 10, { meta }))).toEqual([])
    const unknown = tableOf('n1', 'network', { in_bytes_per_s: times(10, 2e9) }, { name: 'em1' })
    expect(judgeNetwork(viewOf([unknown], 10))).toEqual([])
  })

  it('judges InfiniBand alike', () => {
    const table = tableOf(
      'n1',
      'infiniband',
      { in_bytes_per_s: times(10, 9e9), out_bytes_per_s: times(10, 1e9), utilization_pct: times(10, 91) },
      { name: 'mlx5_0' },
    )
    expect(judgeInfiniband(viewOf([table], 10))[0]?.text).toBe(
      "mlx5_0 in at 91 % of the port's rate for 100 % of the time",
    )
  })
})

describe('judgeErrors', () => {
  const lossy = (drops: number) =>
    tableOf(
      'n1',
      'network',
      {
        in_packets_per_s: times(10, 9999),
        out_packets_per_s: times(10, 0),
        in_drops_per_s: times(10, drops),
        in_errors_per_s: times(10, 0),
      },
      { name: 'em1' },
    )

  it('tells drops from one packet in 10 000 on', () => {
    // 1 of 10 000 a second: 0.01 %, 10 in 10 s.
    expect(judgeErrors(viewOf([lossy(1)], 10))).toMatchObject([
      { kind: 'errors', value: 0.01, limit: 0.01, text: 'em1: 10 errors and drops, 0.01 % of the packets' },
    ])
    expect(judgeErrors(viewOf([lossy(0.9)], 10))).toEqual([])
  })
})
