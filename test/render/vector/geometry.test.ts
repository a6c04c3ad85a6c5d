import { describe, expect, it } from 'vitest'
import { arcCurves, combine, type Matrix, mapPoint, scaleOf } from '../../../src/render/vector/geometry.js'

const TRANSLATED: Matrix = [1, 0, 0, 1, 10, 20]
const DOUBLED: Matrix = [2, 0, 0, 2, 0, 0]
/** A quarter turn clockwise on a page with y downward. */
const TURNED: Matrix = [0, 1, -1, 0, 0, 0]

describe('combine', () => {
  it('does the inner map first', () => {
    expect(mapPoint(combine(TRANSLATED, DOUBLED), 3, 4)).toEqual([16, 28])
    expect(mapPoint(combine(DOUBLED, TRANSLATED), 3, 4)).toEqual([26, 48])
    expect(mapPoint(combine(TRANSLATED, TURNED), 1, 0)).toEqual([10, 21])
  })
})

describe('scaleOf', () => {
  it('is how much lengths grow, whatever the turn', () => {
    expect(scaleOf(combine(TURNED, DOUBLED))).toBe(2)
    expect(scaleOf(TRANSLATED)).toBe(1)
  })
})

describe('arcCurves', () => {
  it('makes four curves of a circle, whose middles lie on it', () => {
    const curves = arcCurves([5, 5], 10, 0, 2 * Math.PI)
    expect(curves).toHaveLength(4)
    let [x, y] = [15, 5]
    for (const [x1, y1, x2, y2, x3, y3] of curves) {
      // A Bézier curve at 1/2: (p0 + 3 p1 + 3 p2 + p3) / 8.
      const middle = Math.hypot((x + 3 * x1 + 3 * x2 + x3) / 8 - 5, (y + 3 * y1 + 3 * y2 + y3) / 8 - 5)
      expect(middle).toBeCloseTo(10, 2)
      ;[x, y] = [x3, y3]
    }
    expect([x, y]).toEqual([expect.closeTo(15), expect.closeTo(5)])
  })

  it('ends a quarter of a circle where it should', () => {
    expect(arcCurves([0, 0], 1, 0, Math.PI / 2)).toEqual([
      [1, expect.closeTo(0.5523, 4), expect.closeTo(0.5523, 4), 1, expect.closeTo(0), expect.closeTo(1)],
    ])
  })
})
