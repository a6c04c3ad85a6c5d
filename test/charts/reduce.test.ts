import { describe, expect, it } from 'vitest'
import { type Points, SeriesReducer } from '../../src/charts/reduce.js'

const OPTIONS = {
  rangeMs: [0, 100_000],
  originMs: 0,
  intervalSec: 10,
  maxPoints: 1280,
  maxBins: 640,
} as const

function reduced(
  samples: readonly (readonly [endSec: number, value: number, width?: number])[],
  changes: Partial<ConstructorParameters<typeof SeriesReducer>[0]> = {},
): SeriesReducer {
  const reducer = new SeriesReducer({ ...OPTIONS, ...changes })
  for (const [endSec, value, width] of samples) reducer.add(endSec * 1000, width ?? 10, value)
  return reducer
}

function spans(points: Points): readonly (readonly number[])[] {
  return Array.from({ length: points.count }, (_, index) => [
    (points.startMs[index] ?? Number.NaN) / 1000,
    (points.endMs[index] ?? Number.NaN) / 1000,
    points.mean[index] ?? Number.NaN,
    points.segment[index] ?? Number.NaN,
  ])
}

describe('samples that fit', () => {
  it('stay as they are, each over the interval that ends at its stamp', () => {
    const points = reduced([
      [10, 5],
      [20, 7],
    ]).points()
    expect(spans(points)).toEqual([
      [0, 10, 5, 0],
      [10, 20, 7, 0],
    ])
    expect(points.binMs).toBeNull()
  })

  it('are cut to the drawn span, and left out when they lie outside it', () => {
    const points = reduced(
      [
        [10, 1],
        [20, 2],
        [30, 3],
        [40, 4],
      ],
      { rangeMs: [12_000, 25_000] },
    ).points()
    expect(spans(points)).toEqual([
      [12, 20, 2, 0],
      [20, 25, 3, 0],
    ])
  })

  it('are as wide as the interval of the session when the row has no width', () => {
    expect(spans(reduced([[10, 5, Number.NaN]]).points())).toEqual([[0, 10, 5, 0]])
  })

  it('are kept past the first allocation', () => {
    const samples = Array.from({ length: 200 }, (_, index) => [index + 1, index, 1] as const)
    const points = reduced(samples, { rangeMs: [0, 200_000] }).points()
    expect(points.count).toBe(200)
    expect(spans(points)[150]).toEqual([150, 151, 150, 0])
  })
})

describe('gaps', () => {
  it('begin a new segment when a row is missing', () => {
    expect(
      spans(
        reduced([
          [10, 1],
          [30, 2],
        ]).points(),
      ).map((span) => span[3]),
    ).toEqual([0, 1])
  })

  it('are holes of more than half an interval', () => {
    expect(
      spans(
        reduced([
          [10, 1],
          [25, 2],
        ]).points(),
      ).map((span) => span[3]),
    ).toEqual([0, 0])
    expect(
      spans(
        reduced([
          [10, 1],
          [25.1, 2],
        ]).points(),
      ).map((span) => span[3]),
    ).toEqual([0, 1])
  })

  it('are never holes of a second or less, however short the interval', () => {
    expect(
      spans(
        reduced([
          [1, 1, 1],
          [3, 2, 1],
        ]).points(),
      ).map((span) => span[3]),
    ).toEqual([0, 0])
    expect(
      spans(
        reduced([
          [1, 1, 1],
          [3.1, 2, 1],
        ]).points(),
      ).map((span) => span[3]),
    ).toEqual([0, 1])
  })

  it('are left by a value that was not measured, which is no zero', () => {
    const points = reduced([
      [1, 4, 1],
      [2, Number.NaN, 1],
      [3, 6, 1],
    ]).points()
    expect(spans(points)).toEqual([
      [0, 1, 4, 0],
      [2, 3, 6, 1],
    ])
  })

  it('are left where time goes back', () => {
    expect(
      spans(
        reduced([
          [20, 1],
          [10, 2],
        ]).points(),
      ).map((span) => span[3]),
    ).toEqual([0, 1])
  })
})

describe('bins', () => {
  const crowded = { rangeMs: [0, 80_000], maxPoints: 4, maxBins: 5 } as const

  it('are whole multiples of the interval with mean, lowest and highest', () => {
    // 8 samples of 10 s in at most 5 bins: 20 s each.
    const points = reduced(
      [1, 3, 5, 7, 9, 11, 13, 15].map((value, index) => [10 * (index + 1), value] as const),
      crowded,
    ).points()
    expect(points.binMs).toBe(20_000)
    expect(spans(points)).toEqual([
      [0, 20, 2, 0],
      [20, 40, 6, 0],
      [40, 60, 10, 0],
      [60, 80, 14, 0],
    ])
    expect([...points.low]).toEqual([1, 5, 9, 13])
    expect([...points.high]).toEqual([3, 7, 11, 15])
  })

  it('weigh each sample by the time it covers', () => {
    // The sample of 30 s at 12 covers the second bin whole and 10 of 20 s of the third, which 0 fills.
    const samples = [
      [10, 0],
      [20, 0],
      [50, 12, 30],
      [60, 0],
      [70, 0],
      [80, 0],
    ] as const
    const points = reduced(samples, crowded).points()
    expect([...points.mean]).toEqual([0, 12, 6, 0])
    expect([...points.low]).toEqual([0, 12, 0, 0])
  })

  it('without data are gaps', () => {
    const samples = [10, 20, 30, 60, 70, 80].map((end) => [end, 1] as const)
    expect(
      spans(reduced(samples, { ...crowded, maxBins: 9 }).points()).map((span) => [span[0], span[3]]),
    ).toEqual([
      [0, 0],
      [10, 0],
      [20, 0],
      [50, 1],
      [60, 1],
      [70, 1],
    ])
  })

  it('keep a segment apart that begins in the next bin without an empty one between', () => {
    const samples = [
      [10, 1],
      [20, 1],
      [30, 1],
      [50, 1],
      [60, 1],
      [70, 1],
    ] as const
    // Bins of 20 s: 40..50 is measured, 30..40 is not, no bin is empty.
    expect(spans(reduced(samples, crowded).points()).map((span) => span[3])).toEqual([0, 0, 1, 1])
  })

  it('never are more than asked for, wherever the span begins', () => {
    for (const from of [0, 3, 7, 11]) {
      const samples = Array.from({ length: 500 }, (_, index) => [index * 10, 1] as const)
      const points = reduced(samples, {
        rangeMs: [from * 1000, 4_000_000],
        maxPoints: 50,
        maxBins: 40,
      }).points()
      expect(points.count).toBeLessThanOrEqual(40)
      expect(points.count).toBeGreaterThan(20)
      expect(points.startMs[0]).toBe(from * 1000)
    }
  })
})

describe('mean', () => {
  it('is weighted by time', () => {
    expect(
      reduced([
        [10, 1],
        [40, 5, 30],
      ]).mean(),
    ).toBe(4)
  })

  it('is NaN when nothing was measured', () => {
    const reducer = reduced([[10, Number.NaN]])
    expect(reducer.mean()).toBeNaN()
    expect(reducer.isMeasured()).toBe(false)
    expect(reducer.points().count).toBe(0)
  })
})
