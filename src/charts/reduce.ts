/**
 * Holds what is drawn of one series in bounded memory, whatever the length of the session: up to `maxPoints` samples
 * stay as they are (each its own point, nothing is blurred); the next one turns them into bins with the mean weighted
 * by time, the lowest and the highest value.
 *
 * A sample is stamped at the END of its interval and its value is the mean over the interval, so it belongs to
 * [end − width, end] and is drawn over that span.
 */

/** What the reducers of one session share. */
export interface ReduceOptions {
  /** Drawn span, epoch milliseconds. */
  readonly rangeMs: readonly [number, number]
  /** Bins are counted from here, so that they agree with the samples' own grid. Epoch milliseconds. */
  readonly originMs: number
  /** Configured interval: bins are whole multiples of it, and rows without a width are taken to be this wide. */
  readonly intervalSec: number
  /** So many samples of a series are kept as they are. */
  readonly maxPoints: number
  /** More samples are put into so many bins at most. */
  readonly maxBins: number
}

/** The points of one series; the arrays have `count` used elements. Times are epoch milliseconds. */
export interface Points {
  readonly count: number
  readonly startMs: Float64Array
  readonly endMs: Float64Array
  readonly mean: Float64Array | Float32Array
  readonly low: Float64Array | Float32Array
  readonly high: Float64Array | Float32Array
  /** Points of one segment are joined; between segments is a gap. Rises from 0. */
  readonly segment: Uint32Array
  /** Width of a bin, milliseconds; null when each point is a sample. */
  readonly binMs: number | null
}

/** A hole of up to 1 s is no gap, however short the interval: stamps are whole seconds. */
const MIN_GAP_MS = 1000
/** A hole of more than half an interval is a gap. */
const GAP_INTERVALS = 0.5
const FIRST_CAPACITY = 64

/** Collects one series. */
export class SeriesReducer {
  private readonly options: ReduceOptions
  private samples: SampleStore | null
  private bins: BinStore | null = null
  private lastEndMs = Number.NEGATIVE_INFINITY
  private isBroken = false
  private weightMs = 0
  private weightedSum = 0

  constructor(options: ReduceOptions) {
    this.options = options
    this.samples = new SampleStore()
  }

  /** Takes one sample; a NaN value is "not measured" and leaves a gap. `widthSec` NaN or 0: the session's interval. */
  add(endMs: number, widthSec: number, value: number): void {
    const [fromMs, toMs] = this.options.rangeMs
    const widthMs = (widthSec > 0 ? widthSec : this.options.intervalSec) * 1000
    const startMs = endMs - widthMs
    if (!(endMs > fromMs && startMs < toMs)) return
    if (!Number.isFinite(value)) {
      this.isBroken = true
      return
    }
    const gapMs = Math.max(widthMs * GAP_INTERVALS, MIN_GAP_MS)
    // A row that does not move on in time (the clock was set back) cannot be joined to the one before it either.
    const isNewSegment = this.isBroken || startMs - this.lastEndMs > gapMs || endMs <= this.lastEndMs
    this.isBroken = false
    this.lastEndMs = endMs
    this.keep(Math.max(startMs, fromMs), Math.min(endMs, toMs), value, isNewSegment)
  }

  /** Mean over the measured time; NaN when nothing was measured. */
  mean(): number {
    return this.weightedSum / this.weightMs
  }

  /** True when at least one value was measured inside the drawn span. */
  isMeasured(): boolean {
    return this.weightMs > 0
  }

  /** What is to be drawn. */
  points(): Points {
    if (this.bins !== null) return this.bins.points()
    return (this.samples ?? new SampleStore()).points()
  }

  private keep(startMs: number, endMs: number, value: number, isNewSegment: boolean): void {
    this.weightMs += endMs - startMs
    this.weightedSum += (endMs - startMs) * value
    if (this.samples !== null && this.samples.count >= this.options.maxPoints) {
      this.bins = binSamples(this.samples.points(), this.options)
      this.samples = null
    }
    this.samples?.add(startMs, endMs, value, isNewSegment)
    this.bins?.add(startMs, endMs, value, isNewSegment)
  }
}

function binSamples(points: Points, options: ReduceOptions): BinStore {
  const bins = new BinStore(options)
  for (let index = 0; index < points.count; index++) {
    const isNewSegment = index === 0 || points.segment[index] !== points.segment[index - 1]
    bins.add(
      points.startMs[index] ?? 0,
      points.endMs[index] ?? 0,
      points.mean[index] ?? Number.NaN,
      isNewSegment,
    )
  }
  return bins
}

/** Samples as they came; its arrays double as they fill. */
class SampleStore {
  count = 0
  private startMs = new Float64Array(FIRST_CAPACITY)
  private endMs = new Float64Array(FIRST_CAPACITY)
  private value = new Float64Array(FIRST_CAPACITY)
  private segment = new Uint32Array(FIRST_CAPACITY)

  add(startMs: number, endMs: number, value: number, isNewSegment: boolean): void {
    if (this.count === this.value.length) this.grow()
    const before = this.count === 0 ? -1 : (this.segment[this.count - 1] ?? 0)
    this.startMs[this.count] = startMs
    this.endMs[this.count] = endMs
    this.value[this.count] = value
    this.segment[this.count] = isNewSegment || this.count === 0 ? before + 1 : before
    this.count++
  }

  points(): Points {
    const { count, startMs, endMs, value, segment } = this
    return { count, startMs, endMs, mean: value, low: value, high: value, segment, binMs: null }
  }

  private grow(): void {
    const capacity = this.value.length * 2
    this.startMs = enlarge(this.startMs, capacity)
    this.endMs = enlarge(this.endMs, capacity)
    this.value = enlarge(this.value, capacity)
    const segment = new Uint32Array(capacity)
    segment.set(this.segment)
    this.segment = segment
  }
}

function enlarge(array: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity)
  larger.set(array)
  return larger
}

/** Bins of equal width over the drawn span. Single precision is ample for a picture and halves the memory. */
class BinStore {
  private readonly rangeMs: readonly [number, number]
  private readonly firstMs: number
  private readonly binMs: number
  private readonly weight: Float32Array
  private readonly sum: Float32Array
  private readonly low: Float32Array
  private readonly high: Float32Array
  private readonly startsSegment: Uint8Array

  constructor(options: ReduceOptions) {
    const [fromMs, toMs] = options.rangeMs
    this.rangeMs = options.rangeMs
    this.binMs = binWidthMs(options)
    this.firstMs = options.originMs + Math.floor((fromMs - options.originMs) / this.binMs) * this.binMs
    const binCount = Math.max(1, Math.ceil((toMs - this.firstMs) / this.binMs))
    this.weight = new Float32Array(binCount)
    this.sum = new Float32Array(binCount)
    this.low = new Float32Array(binCount).fill(Number.POSITIVE_INFINITY)
    this.high = new Float32Array(binCount).fill(Number.NEGATIVE_INFINITY)
    this.startsSegment = new Uint8Array(binCount)
  }

  add(startMs: number, endMs: number, value: number, isNewSegment: boolean): void {
    const first = Math.max(0, Math.floor((startMs - this.firstMs) / this.binMs))
    const last = Math.min(this.weight.length, Math.ceil((endMs - this.firstMs) / this.binMs)) - 1
    for (let bin = first; bin <= last; bin++) {
      const binStartMs = this.firstMs + bin * this.binMs
      const overlapMs = Math.min(endMs, binStartMs + this.binMs) - Math.max(startMs, binStartMs)
      this.weight[bin] = (this.weight[bin] ?? 0) + overlapMs
      this.sum[bin] = (this.sum[bin] ?? 0) + overlapMs * value
      if (value < (this.low[bin] ?? value + 1)) this.low[bin] = value
      if (value > (this.high[bin] ?? value - 1)) this.high[bin] = value
    }
    if (isNewSegment && first < this.startsSegment.length) this.startsSegment[first] = 1
  }

  points(): Points {
    const used = this.weight.reduce((count, weight) => (weight > 0 ? count + 1 : count), 0)
    const points = {
      count: used,
      startMs: new Float64Array(used),
      endMs: new Float64Array(used),
      mean: new Float32Array(used),
      low: new Float32Array(used),
      high: new Float32Array(used),
      segment: new Uint32Array(used),
      binMs: this.binMs,
    }
    let index = 0
    let segment = -1
    for (let bin = 0; bin < this.weight.length; bin++) {
      const weight = this.weight[bin] ?? 0
      if (weight <= 0) continue
      const isFirst = bin === 0 || (this.weight[bin - 1] ?? 0) <= 0
      if (isFirst || this.startsSegment[bin] === 1) segment++
      const binStartMs = this.firstMs + bin * this.binMs
      points.startMs[index] = Math.max(binStartMs, this.rangeMs[0])
      points.endMs[index] = Math.min(binStartMs + this.binMs, this.rangeMs[1])
      points.mean[index] = (this.sum[bin] ?? 0) / weight
      points.low[index] = this.low[bin] ?? Number.NaN
      points.high[index] = this.high[bin] ?? Number.NaN
      points.segment[index] = segment
      index++
    }
    return points
  }
}

/** The smallest whole multiple of the interval with which the span has at most `maxBins` bins. */
function binWidthMs(options: ReduceOptions): number {
  const spanMs = options.rangeMs[1] - options.rangeMs[0]
  const intervalMs = options.intervalSec * 1000
  // One bin less, because the first and the last may both be cut by the span.
  return Math.max(1, Math.ceil(spanMs / (intervalMs * (options.maxBins - 1)))) * intervalMs
}
