/** Holds of each table what is judged: one value a bin, in typed arrays. */
import { deviceAliases } from '../data/aliases.js'
import type { Phase } from '../data/phases.js'
import type { Table } from '../model.js'
import { type Grid, intoBins } from './grid.js'
import { type MeasureName, measuresOf, THROTTLE_COLUMN } from './measures.js'
import { higherOf } from './order.js'

/** One measure of one device (or of a resource without devices) of one host. */
export interface MeasuredSeries {
  /** Name in the kernel; null without devices. */
  readonly device: string | null
  /** NaN: not measured. */
  readonly bins: Float32Array
  /** The highest single sample of each phase; NaN: nothing measured in it. */
  readonly peaks: Float64Array
}

/** Key of a resource that has no devices. */
export const NO_DEVICE = ''
/** Between the alias of a GPU and a reason for lower clocks. */
const REASON_SEPARATOR = '\u0000'

/** Shares of a speed that the node reported, and that may be wrong. */
const LINK_SHARES: readonly string[] = [
  'network.utilization',
  'infiniband.utilization',
] satisfies MeasureName[]
/** Rounding of stamps and of intervals makes a little more than all: told as all of it. */
const MOST_PCT = 100
/** More than this is more than the link can carry … */
export const IMPLAUSIBLE_PCT = 110
/** … and in this share of the samples no slip of a stamp: the speed is not what the node said. */
export const IMPLAUSIBLE_SHARE = 0.05

/** Rows of one device. */
interface DeviceRows {
  readonly device: string | null
  readonly alias: string
  /** null: every row. */
  readonly rows: Uint32Array | null
  readonly timeMs: Float64Array
  readonly widthSec: Float64Array
}

export class Measured {
  private readonly byMeasure = new Map<
    MeasureName | 'gpu.throttle',
    Map<string, Map<string, MeasuredSeries>>
  >()
  /** Links whose speed is not what their node said, as `MEASURE HOST ALIAS` in JSON. */
  private readonly implausible = new Set<string>()
  private readonly grid: Grid
  private readonly phases: readonly Phase[]

  constructor(grid: Grid, phases: readonly Phase[]) {
    this.grid = grid
    this.phases = phases
  }

  /** Takes a table; of another one of the same host and resource what it measures is added. */
  add(table: Table): void {
    const devices = devicesOf(table)
    for (const [name, { columns, of }] of measuresOf(table.resource)) {
      const sources = columns.map((column) => table.columns.get(column))
      if (sources.some((source) => source === undefined)) continue
      const values = combine(sources as readonly Float64Array[], of, table.rowCount)
      for (const rows of devices) this.keep(name, table, rows, values)
    }
    if (table.resource === 'gpu') this.addThrottling(table, devices)
  }

  /** null: not measured on this host at all. */
  series(name: MeasureName, host: string, alias = NO_DEVICE): MeasuredSeries | null {
    return this.byMeasure.get(name)?.get(host)?.get(alias) ?? null
  }

  /** True when more went over a link than its speed lets through: then its utilization is not measured. */
  isImplausible(name: MeasureName, host: string, alias: string): boolean {
    return this.implausible.has(JSON.stringify([name, host, alias]))
  }

  /** Aliases of a host's devices of which a measure was taken. */
  aliases(name: MeasureName, host: string): readonly string[] {
    return [...(this.byMeasure.get(name)?.get(host)?.keys() ?? [])]
  }

  /** Of a GPU the share of each bin (0 or 1, or between) in which a reason for lower clocks was active. */
  throttling(host: string, alias: string): ReadonlyMap<string, Float32Array> {
    const found = new Map<string, Float32Array>()
    for (const [key, { bins }] of this.byMeasure.get('gpu.throttle')?.get(host) ?? []) {
      const [of, reason] = key.split(REASON_SEPARATOR)
      if (of === alias && reason !== undefined) found.set(reason, bins)
    }
    return found
  }

  private addThrottling(table: Table, devices: readonly DeviceRows[]): void {
    const texts = table.textColumns.get(THROTTLE_COLUMN)
    if (texts === undefined) return
    for (const device of devices) {
      const rows = device.rows ?? Uint32Array.from({ length: table.rowCount }, (_, row) => row)
      const words = new Set<string>()
      for (const row of rows) for (const word of texts[row]?.split('|') ?? []) words.add(word)
      for (const word of words) {
        const values = Float64Array.from(texts, (text) =>
          text === null ? Number.NaN : Number(text.split('|').includes(word)),
        )
        this.keep('gpu.throttle', table, { ...device, alias: device.alias + REASON_SEPARATOR + word }, values)
      }
    }
  }

  private keep(
    name: MeasureName | 'gpu.throttle',
    table: Table,
    device: DeviceRows,
    values: Float64Array,
  ): void {
    const picked = pick(values, device.rows)
    if (picked.every(Number.isNaN)) return
    const isLinkShare = LINK_SHARES.includes(name)
    if (isLinkShare && isSpeedWrong(picked)) {
      this.implausible.add(JSON.stringify([name, table.host, device.alias]))
      return
    }
    const samples = {
      timeMs: device.timeMs,
      widthSec: device.widthSec,
      values: isLinkShare ? picked.map((value) => Math.min(value, MOST_PCT)) : picked,
    }
    const bins = intoBins(this.grid, samples)
    const peaks = this.peaksOf(samples.timeMs, samples.widthSec, samples.values)
    const hosts = this.byMeasure.get(name) ?? new Map<string, Map<string, MeasuredSeries>>()
    const ofHost = hosts.get(table.host) ?? new Map<string, MeasuredSeries>()
    const known = ofHost.get(device.alias)
    ofHost.set(device.alias, known ? joined(known, { bins, peaks }) : { device: device.device, bins, peaks })
    hosts.set(table.host, ofHost)
    this.byMeasure.set(name, hosts)
  }

  private peaksOf(timeMs: Float64Array, widthSec: Float64Array, values: Float64Array): Float64Array {
    const peaks = new Float64Array(this.phases.length).fill(Number.NaN)
    let phase = 0
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number
      if (Number.isNaN(value)) continue
      const middleMs = (timeMs[row] as number) - ((widthSec[row] as number) * 1000) / 2
      phase = this.phaseAt(middleMs, phase)
      const span = this.phases[phase]
      if (span === undefined || middleMs < span.fromMs || middleMs >= span.toMs) continue
      peaks[phase] = higherOf(peaks[phase] as number, value)
    }
    return peaks
  }

  /** The last phase that has begun by then, 0 before the first; rows come in order of time, so it is near the last one, `from`. */
  private phaseAt(atMs: number, from: number): number {
    const startOf = (index: number): number => this.phases[index]?.fromMs ?? Number.POSITIVE_INFINITY
    let phase = from
    while (startOf(phase + 1) <= atMs) phase++
    while (phase > 0 && startOf(phase) > atMs) phase--
    return phase
  }
}

function isSpeedWrong(pcts: Float64Array): boolean {
  const known = pcts.filter((pct) => !Number.isNaN(pct))
  return known.filter((pct) => pct > IMPLAUSIBLE_PCT).length > IMPLAUSIBLE_SHARE * known.length
}

function devicesOf(table: Table): readonly DeviceRows[] {
  const { deviceIndex, timeMs, intervalSec: widthSec } = table
  if (deviceIndex === null) return [{ device: null, alias: NO_DEVICE, rows: null, timeMs, widthSec }]
  const aliases = deviceAliases(table)
  return table.devices.map((device, index) => {
    const found: number[] = []
    for (let row = 0; row < table.rowCount; row++) if (deviceIndex[row] === index) found.push(row)
    const rows = table.devices.length === 1 ? null : Uint32Array.from(found)
    const times = { timeMs: pick(timeMs, rows), widthSec: pick(widthSec, rows) }
    return { device, alias: aliases[index] ?? device, rows, ...times }
  })
}

/** The values of some rows; all of them where `rows` is null. */
function pick(values: Float64Array, rows: Uint32Array | null): Float64Array {
  if (rows === null) return values
  const picked = new Float64Array(rows.length)
  for (let index = 0; index < rows.length; index++) picked[index] = values[rows[index] as number] as number
  return picked
}

function combine(
  columns: readonly Float64Array[],
  of: (first: number, second: number, third: number, fourth: number) => number,
  rowCount: number,
): Float64Array {
  const [first, second, third, fourth] = columns
  const values = new Float64Array(rowCount)
  const cell = (column: Float64Array | undefined, row: number): number => column?.[row] ?? Number.NaN
  for (let row = 0; row < rowCount; row++) {
    values[row] = of(cell(first, row), cell(second, row), cell(third, row), cell(fourth, row))
  }
  return values
}

/** Two parts of one series: the later one fills what the first did not measure. */
function joined(
  known: MeasuredSeries,
  later: { readonly bins: Float32Array; readonly peaks: Float64Array },
): MeasuredSeries {
  return {
    device: known.device,
    bins: known.bins.map((value, bin) => (Number.isNaN(value) ? (later.bins[bin] as number) : value)),
    peaks: known.peaks.map((peak, phase) => higherOf(peak, later.peaks[phase] as number)),
  }
}
