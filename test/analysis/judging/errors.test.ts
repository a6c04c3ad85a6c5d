import { describe, expect, it } from 'vitest'
import { judgeErrors } from '../../../src/analysis/judging/errors.js'
import type { Table } from '../../../src/model.js'
import { tableOf, times, viewOf } from './session.js'

/** A link for 10 s, in packets and errors a second. */
function link(packets: number | null, errors: number, drops = 0): Table {
  const counted = {
    in_errors_per_s: times(10, errors),
    out_errors_per_s: times(10, 0),
    in_drops_per_s: times(10, drops),
    out_drops_per_s: times(10, 0),
  }
  const moved =
    packets === null ? {} : { in_packets_per_s: times(10, packets), out_packets_per_s: times(10, 0) }
  return tableOf('n1', 'network', { ...counted, ...moved }, { name: 'em1' })
}

const judged = (table: Table) => judgeErrors(viewOf([table], 10))

describe('judgeErrors', () => {
  it('tells errors and drops together as a share of all packets', () => {
    // 10 s of 1 + 1 errors and drops and 398 packets: 20 of 4000, 0.5 %.
    expect(judged(link(398, 1, 1))).toMatchObject([
      {
        kind: 'errors',
        resource: 'network',
        device: 'em1',
        hosts: ['n1'],
        value: 0.5,
        text: 'em1: 20 errors and drops, 0.5 % of the packets',
      },
    ])
  })

  it('says nothing of few errors, nor of few among many packets', () => {
    expect(judged(link(398, 0.9))).toEqual([])
    // 10 of 200 010: 0.005 %.
    expect(judged(link(20_000, 1))).toEqual([])
  })

  it('knows no share where packets were not measured', () => {
    expect(judged(link(null, 5))).toEqual([])
  })

  it('counts errors and discards of InfiniBand by themselves', () => {
    const port = { in_errors_per_s: times(10, 1), out_discards_per_s: times(10, 0.5) }
    const [finding] = judgeErrors(viewOf([tableOf('n1', 'infiniband', port, { name: 'mlx5_0' })], 10))
    expect(finding).toMatchObject({ value: 15, text: 'mlx5_0: 15 errors and discards' })
  })
})
