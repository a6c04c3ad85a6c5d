import { describe, expect, it } from 'vitest'
import { judgeMemory } from '../../../src/analysis/judging/memory.js'
import { tableOf, times, viewOf } from './session.js'

const memoryOf = (used: number) => tableOf('n1', 'memory', { utilization_pct: times(10, used) })
const swapOf = (pages: number) =>
  tableOf('n1', 'swap', {
    swap_in_pages_per_s: times(10, pages / 2),
    swap_out_pages_per_s: times(10, pages / 2),
  })

describe('judgeMemory', () => {
  it('takes swapping for a lack of memory, however much is available: a limit of a group may be reached', () => {
    expect(judgeMemory(viewOf([memoryOf(60), swapOf(100)], 10))).toMatchObject([
      {
        kind: 'bottleneck',
        share: 1,
        text: 'memory 60 % in use with 100 pages/s swapped for 100 % of the time',
      },
    ])
    expect(judgeMemory(viewOf([memoryOf(60), swapOf(98)], 10))).toEqual([])
  })

  it('takes scanning and major faults for it only when next to nothing is available', () => {
    const paging = tableOf('n1', 'paging', {
      scanned_pages_per_s: times(10, 1000),
      major_faults_per_s: times(10, 0),
    })
    expect(judgeMemory(viewOf([memoryOf(91), paging], 10))).toMatchObject([{ kind: 'bottleneck', value: 91 }])
    expect(judgeMemory(viewOf([memoryOf(89), paging], 10))).toEqual([])
  })

  it('tells of nearly full memory without pressure as saturation', () => {
    expect(judgeMemory(viewOf([memoryOf(98), swapOf(0)], 10))).toMatchObject([
      {
        kind: 'saturation',
        value: 98,
        limit: 97,
        text: 'memory 98 % in use, without swapping, for 100 % of the time',
      },
    ])
    expect(judgeMemory(viewOf([memoryOf(96), swapOf(0)], 10))).toEqual([])
  })
})
