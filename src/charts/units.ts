/** Axes that people read: units, tick positions and their labels. */
import type { Unit } from './catalogue.js'

/** A tick: where it stands in the axis' unit, and what is written there. */
export interface Tick {
  readonly value: number
  readonly label: string
}

/** One axis; `domain` and `ticks` are in the axis' unit. */
export interface Axis {
  readonly domain: readonly [number, number]
  readonly ticks: readonly Tick[]
  readonly title: string
}

/** A y axis; a measured value divided by `divisor` is in the axis' unit. */
export interface ValueAxis extends Axis {
  readonly divisor: number
}

/** Decimal prefixes: links and disks are sold in powers of 1000. */
const BYTE_RATES: readonly (readonly [divisor: number, unit: string])[] = [
  [1e12, 'TB/s'],
  [1e9, 'GB/s'],
  [1e6, 'MB/s'],
  [1e3, 'kB/s'],
  [1, 'B/s'],
]
const MEGABYTES = [1e6, 'MB/s'] as const
/** Memory is sold in powers of 1024. */
const BYTE_SIZES: readonly (readonly [divisor: number, unit: string])[] = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
]
const GIBIBYTES = [2 ** 30, 'GiB'] as const
/** Units that values are in already. */
const PLAIN_UNITS: Partial<Record<Unit, string>> = { watts: 'W', celsius: '°C' }
const PERCENT_TICKS = [0, 25, 50, 75, 100]
const FEW_PERCENT_TICKS = [0, 50, 100]
/** Rounding and jittered intervals give 100.4 %; more than this is shown as it is, above 100. */
const PERCENT_TOLERANCE = 101
const MOST_VALUE_STEPS = 6
const NICE_STEPS = [1, 2, 2.5, 5, 10]
const NICE_WHOLE_STEPS = [1, 2, 5, 10]

/**
 * The y axis of a chart whose highest value is `max` (in the column's unit), with `steps` ticks above 0 at most; a max of
 * 0 still gives an axis.
 */
export function valueAxis(
  unit: Unit,
  max: number,
  title: string | null,
  steps: number = MOST_VALUE_STEPS,
): ValueAxis {
  if (unit === 'percent') return percentAxis(max, title, steps)
  if (unit === 'count') return { ...niceAxis(max, true, steps), title: title ?? '', divisor: 1 }
  const plain = PLAIN_UNITS[unit]
  if (plain !== undefined) return { ...niceAxis(max, false, steps), title: title ?? plain, divisor: 1 }
  const [divisor, name] = unit === 'bytes' ? byteSize(max) : byteRate(max)
  return { ...niceAxis(max / divisor, false, steps), title: title ?? name, divisor }
}

function byteSize(max: number): readonly [number, string] {
  if (max <= 0) return GIBIBYTES
  return BYTE_SIZES.find(([divisor]) => max >= divisor) ?? [1, 'B']
}

function byteRate(max: number): readonly [number, string] {
  if (max <= 0) return MEGABYTES
  return BYTE_RATES.find(([divisor]) => max >= divisor) ?? [1, 'B/s']
}

function percentAxis(max: number, title: string | null, steps: number): ValueAxis {
  const values = steps < PERCENT_TICKS.length - 1 ? FEW_PERCENT_TICKS : PERCENT_TICKS
  const axis =
    max <= PERCENT_TOLERANCE
      ? { domain: [0, 100] as const, ticks: values.map((value) => ({ value, label: String(value) })) }
      : niceAxis(max, false, steps)
  return { ...axis, title: title ?? '%', divisor: 1 }
}

function niceAxis(
  max: number,
  isWhole: boolean,
  mostSteps: number,
): { domain: readonly [number, number]; ticks: readonly Tick[] } {
  const step = niceStep(max > 0 ? max : 1, isWhole, mostSteps)
  // The small subtraction keeps a maximum of 100.0000001 from adding a whole step.
  const steps = Math.max(1, Math.ceil((max > 0 ? max : 1) / step - 1e-6))
  const digits = decimals(step)
  const ticks = Array.from({ length: steps + 1 }, (_, index) => {
    const label = (index * step).toFixed(digits)
    return { value: Number(label), label }
  })
  return { domain: [0, ticks.at(-1)?.value ?? 1], ticks }
}

function niceStep(max: number, isWhole: boolean, mostSteps: number): number {
  const power = 10 ** Math.floor(Math.log10(max / mostSteps) + 1e-9)
  const nice = isWhole && power <= 1 ? NICE_WHOLE_STEPS : NICE_STEPS
  const step = (nice.find((candidate) => candidate * power * mostSteps >= max - 1e-9 * max) ?? 10) * power
  return isWhole ? Math.max(1, step) : step
}

function decimals(step: number): number {
  let digits = 0
  while (digits < 12 && Math.abs(Math.round(step * 10 ** digits) / 10 ** digits - step) > step * 1e-6)
    digits++
  return digits
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 56].map((days) => days * DAY),
]
const MOST_TIME_STEPS = 9

/** The x axis: elapsed seconds in `domain`, ticks as `0:30`, `2 h` or `3 d`; narrow plots have room for fewer `steps`. */
export function elapsedAxis(fromSec: number, toSec: number, steps: number = MOST_TIME_STEPS): Axis {
  const spanSec = toSec - fromSec
  const step = TIME_STEPS.find((candidate) => spanSec / candidate <= steps) ?? 56 * DAY
  const style = timeStyle(step, Math.max(Math.abs(fromSec), Math.abs(toSec)))
  const ticks: Tick[] = []
  for (let value = Math.ceil(fromSec / step) * step; value <= toSec; value += step) {
    ticks.push({ value, label: style.format(value) })
  }
  return { domain: [fromSec, toSec], ticks, title: style.title }
}

function timeStyle(stepSec: number, furthestSec: number): { title: string; format: (sec: number) => string } {
  if (stepSec >= DAY) return { title: 'elapsed time', format: (sec) => `${sec / DAY} d` }
  if (stepSec >= HOUR) return { title: 'elapsed time', format: (sec) => `${sec / HOUR} h` }
  if (furthestSec > HOUR && stepSec >= MINUTE) {
    return { title: 'elapsed time (h:min)', format: (sec) => sexagesimal(sec / MINUTE) }
  }
  if (furthestSec > HOUR) {
    return {
      title: 'elapsed time (h:min:s)',
      format: (sec) => `${sexagesimal(Math.trunc(sec / MINUTE))}:${two(sec % MINUTE)}`,
    }
  }
  return { title: 'elapsed time (min:s)', format: sexagesimal }
}

function sexagesimal(units: number): string {
  const whole = Math.abs(units)
  return `${units < 0 ? '−' : ''}${Math.floor(whole / 60)}:${two(whole % 60)}`
}

function two(value: number): string {
  return String(Math.abs(value)).padStart(2, '0')
}

/** A moment such as `2:05` (minutes and seconds), and on an axis of more than an hour `0:02:05`. */
export function formatElapsed(seconds: number, axis: Axis): string {
  const whole = Math.round(seconds)
  if (Math.max(...axis.domain.map(Math.abs)) <= HOUR) return sexagesimal(whole)
  return `${sexagesimal(Math.trunc(whole / MINUTE))}:${two(whole % MINUTE)}`
}

/** A length such as `24 h`, `1 d 2 h`, `2 min 30 s`: its two largest units. */
export function formatLength(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < MINUTE) return `${seconds < 10 ? Number(seconds.toFixed(1)) : whole} s`
  if (whole < HOUR) return twoUnits(whole, MINUTE, 'min', 1, 's')
  if (whole <= DAY) return twoUnits(whole, HOUR, 'h', MINUTE, 'min')
  return twoUnits(whole, DAY, 'd', HOUR, 'h')
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const rounded = Math.round(seconds / small) * small
  const rest = Math.round((rounded % large) / small)
  const first = `${Math.floor(rounded / large)} ${largeName}`
  return rest === 0 ? first : `${first} ${rest} ${smallName}`
}

/** A moment in the zone `offsetMinutes` east of UTC, such as `2026-03-01 13:00:00 +01:00`. */
export function formatLocalTime(epochMs: number, offsetMinutes: number): string {
  const local = new Date(Math.floor(epochMs / 1000) * 1000 + offsetMinutes * MINUTE * 1000)
  const size = Math.abs(offsetMinutes)
  const sign = offsetMinutes < 0 ? '−' : '+'
  const stamp = local.toISOString().slice(0, 19).replace('T', ' ')
  return `${stamp} ${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
