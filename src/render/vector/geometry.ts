/** Points, paths and the affine maps between the coordinates of a picture's parts and its page. */

/** `x' = a x + c y + e`, `y' = b x + d y + f`, as in SVG and PostScript. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0]

/** Steps of a path in page coordinates: move, line, Bézier curve with two control points, close. */
export type PathStep =
  | readonly ['M' | 'L', number, number]
  | readonly ['C', number, number, number, number, number, number]
  | readonly ['Z']

/** The map that does `inner` first, then `outer`. */
export function combine(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer
  const [g, h, i, j, k, l] = inner
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f]
}

/** Where a map puts a point. */
export function mapPoint([a, b, c, d, e, f]: Matrix, x: number, y: number): readonly [number, number] {
  return [a * x + c * y + e, b * x + d * y + f]
}

/** How much a map enlarges lengths, where it does so equally in all directions. */
export function scaleOf([a, b, c, d]: Matrix): number {
  return Math.sqrt(Math.abs(a * d - b * c))
}

const QUARTER = Math.PI / 2
const FULL = 2 * Math.PI

/** An arc of a circle as Bézier curves of at most a quarter each: control points `[x1, y1, x2, y2, x, y]`. */
export function arcCurves(
  centre: readonly [number, number],
  radius: number,
  fromAngle: number,
  toAngle: number,
): readonly (readonly [number, number, number, number, number, number])[] {
  const sweep = Math.max(-FULL, Math.min(FULL, toAngle - fromAngle))
  const count = Math.max(1, Math.ceil(Math.abs(sweep) / QUARTER - 1e-9))
  const step = sweep / count
  // Distance of a control point that lets the curve touch the circle in its middle.
  const reach = (4 / 3) * Math.tan(step / 4) * radius
  const [x, y] = centre
  return Array.from({ length: count }, (_, index) => {
    const start = fromAngle + index * step
    const end = start + step
    const [x0, y0] = [x + radius * Math.cos(start), y + radius * Math.sin(start)]
    const [x3, y3] = [x + radius * Math.cos(end), y + radius * Math.sin(end)]
    return [
      x0 - reach * Math.sin(start),
      y0 + reach * Math.cos(start),
      x3 + reach * Math.sin(end),
      y3 - reach * Math.cos(end),
      x3,
      y3,
    ]
  })
}
