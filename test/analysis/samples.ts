/** Series of a few samples, for values worked out by hand. */
import type { Series } from '../../src/analysis/series.js'

/** Samples `[end s, width s, value]`. */
export const series = (rows: readonly (readonly [number, number, number])[]): Series => ({
  host: 'n1',
  resource: 'cpu',
  device: null,
  alias: null,
  column: 'utilization_pct',
  timeMs: Float64Array.from(rows, ([end]) => end * 1000),
  widthSec: Float64Array.from(rows, ([, width]) => width),
  values: Float64Array.from(rows, ([, , value]) => value),
})
