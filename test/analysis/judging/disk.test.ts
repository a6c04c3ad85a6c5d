import { describe, expect, it } from 'vitest'
import { judgeDisk } from '../../../src/analysis/judging/disk.js'
import { tableOf, times, viewOf } from './session.js'

const diskOf = (busy: number[], queue: number[], wait: number[]) => [
  tableOf('n1', 'disk', { utilization_pct: busy, queue_length: queue, await_ms: wait }, { name: 'sdb' }),
]

describe('judgeDisk', () => {
  it('is a bottleneck when busy with a queue in which requests take longer than unloaded', () => {
    // p10 of the await over all 10 s: 2 ms; 20 ms while full are 10 times as long.
    const tables = diskOf(
      [...times(5, 98), ...times(5, 20)],
      [...times(5, 8), ...times(5, 0.5)],
      [...times(5, 20), ...times(5, 2)],
    )
    expect(judgeDisk(viewOf(tables, 10))).toMatchObject([
      {
        kind: 'bottleneck',
        device: 'sdb',
        share: 0.5,
        value: 98,
        text: 'sdb busy for 98 % of the time with 8 requests queued, 20 ms each, 10 times what they take unloaded, for 50 % of the time',
      },
    ])
  })

  it('is none when it is busy and nothing queues', () => {
    expect(judgeDisk(viewOf(diskOf(times(10, 100), times(10, 1), times(10, 5)), 10))).toEqual([])
  })

  it('is none when requests queue and take no longer than unloaded: it serves them side by side', () => {
    const tables = diskOf(
      [...times(5, 98), ...times(5, 20)],
      [...times(5, 8), ...times(5, 0.5)],
      [...times(5, 2.9), ...times(5, 2)],
    )
    expect(judgeDisk(viewOf(tables, 10))).toEqual([])
  })

  it('does without the comparison when the disk never had little to do', () => {
    const tables = diskOf(times(10, 99), times(10, 8), times(10, 20))
    expect(judgeDisk(viewOf(tables, 10))).toMatchObject([
      {
        share: 1,
        text: 'sdb busy for 99 % of the time with 8 requests queued, 20 ms each, for 100 % of the time',
      },
    ])
  })

  it('does without it also where a busy disk is a little less busy at times', () => {
    const tables = diskOf([...times(7, 99), ...times(3, 85)], times(10, 8), times(10, 20))
    expect(judgeDisk(viewOf(tables, 10))).toMatchObject([{ kind: 'bottleneck', share: 0.7 }])
  })

  it('never takes waiting for I/O for use of anything', () => {
    const tables = [tableOf('n1', 'cpu', { utilization_pct: times(10, 5), iowait_pct: times(10, 95) })]
    expect(judgeDisk(viewOf(tables, 10))).toEqual([])
  })
})
