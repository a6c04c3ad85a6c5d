import { describe, expect, it } from 'vitest'
import { binsIn, createGrid, intoBins, MOST_BINS } from '../../src/analysis/grid.js'

/** Samples `[end s, width s, value]`. */
const samples = (rows: readonly (readonly [number, number, number])[]) => ({
  timeMs: Float64Array.from(rows, ([end]) => end * 1000),
  widthSec: Float64Array.from(rows, ([, width]) => width),
  values: Float64Array.from(rows, ([, , value]) => value),
})

describe('createGrid', () => {
  it('has a bin for each interval, and not one more for a last stamp that is milliseconds late', () => {
    expect(createGrid(0, 60_000, 1)).toEqual({ fromMs: 0, binMs: 1000, count: 60, intervalsPerBin: 1 })
    expect(createGrid(0, 60_003, 10)).toMatchObject({ binMs: 10_000, count: 6 })
  })

  it('takes whole intervals together when there are more than the most bins', () => {
    // 10 h at 1 s: 36 000 intervals / 3600 bins = 10 intervals a bin.
    expect(createGrid(0, 36_000_000, 1)).toEqual({
      fromMs: 0,
      binMs: 10_000,
      count: MOST_BINS,
      intervalsPerBin: 10,
    })
  })
})

describe('binsIn', () => {
  it('takes the bins whose middle lies in the span', () => {
    const grid = createGrid(0, 10_000, 1)
    expect(binsIn(grid, 2000, 5000)).toEqual({ from: 2, to: 5 })
    expect(binsIn(grid, 2400, 5600)).toEqual({ from: 2, to: 6 })
    expect(binsIn(grid, -5000, 99_000)).toEqual({ from: 0, to: 10 })
  })
})

describe('intoBins', () => {
  it('does not blur samples whose stamps are off by milliseconds', () => {
    const binned = intoBins(
      createGrid(0, 4000, 1),
      samples([
        [1.004, 1, 0],
        [2.009, 1.005, 100],
        [3.001, 0.992, 0],
      ]),
    )
    expect([...binned]).toEqual([0, 100, 0, Number.NaN])
  })

  it('lets a wide sample fill the bins that it spans', () => {
    expect([...intoBins(createGrid(0, 4000, 1), samples([[3, 3, 7]]))]).toEqual([7, 7, 7, Number.NaN])
  })

  it('takes the mean by time where a bin holds several samples, and nothing where less than half was measured', () => {
    // 2 h at 1 s: two samples a bin. 10 and 30 give 20; one of two is half of the bin, which is enough.
    const grid = createGrid(0, 7_200_000, 1)
    const binned = intoBins(
      grid,
      samples([
        [1, 1, 10],
        [2, 1, 30],
        [3, 1, 50],
        [4.4, 0.4, 70],
        [6, 0.5, 90],
      ]),
    )
    // 2–4 s: 50 for 1 s (0.4 s of 70 end at 4.4, none before 4). 4–6 s: 0.4 s of 70 and 0.5 s of 90 are less than half.
    expect([...binned.subarray(0, 4)]).toEqual([20, 50, Number.NaN, Number.NaN])
  })
})
