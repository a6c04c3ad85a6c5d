/** How compared figures read. */
import type { ComparisonRow } from '../../analysis/comparison-verdict.js'
import { figure } from '../../analysis/wording.js'
import { byteText } from '../phrases.js'

/** Units by the ending of a column's name; the first that fits. */
const UNITS: readonly (readonly [ending: string, unit: string])[] = [
  ['_pct', ' %'],
  ['_per_s', '/s'],
  ['_ms', ' ms'],
  ['_watts', ' W'],
  ['_celsius', ' °C'],
  ['_mhz', ' MHz'],
]

/** A value with its unit: `34 %`, `18.2 MB/s`, `3.4`; `not measured` of null. */
export function valueText(column: string, value: number | null): string {
  if (value === null) return 'not measured'
  if (column.endsWith('_bytes_per_s')) return `${bytes(value)}/s`
  if (column.endsWith('_bytes')) return bytes(value)
  const unit = UNITS.find(([ending]) => column.endsWith(ending))?.[1] ?? ''
  return `${figure(value)}${unit}`
}

function bytes(value: number): string {
  return `${value < 0 ? '-' : ''}${byteText(Math.abs(value))}`
}

/** A change: `+12 %`, of percentages `+12 points (+36 %)`, from 0 the new value alone. */
export function changeText({ column, change, relative }: ComparisonRow): string {
  if (change === null) return 'not measured'
  const share = relative === null ? 'from 0' : signedPercent(relative)
  if (!column.endsWith('_pct')) return relative === null ? `+${valueText(column, change)}` : share
  return `${change > 0 ? '+' : ''}${figure(change)} points (${share})`
}

/** More than this is said as a multiple. */
const MOST_PERCENT = 10

/** `+12 %`, `-3.5 %`, `x 25`. */
export function signedPercent(relative: number): string {
  if (relative >= MOST_PERCENT) return `x ${figure(1 + relative)}`
  return `${relative > 0 ? '+' : ''}${figure(relative * 100)} %`
}

/** `cpu iowait_pct`, `disk OS read_bytes_per_s`. */
export function rowName({ resource, device, column }: ComparisonRow): string {
  return [resource, device, column].filter((word) => word !== null).join(' ')
}

const MINUTE = 60
const HOUR = 3600

/** A length as a clock shows it: `12:10`, `1:02:05`; below a minute `14.5 s`. */
export function lengthText(seconds: number): string {
  if (seconds < MINUTE) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  const rest = two(whole % MINUTE)
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}:${rest}`
  return `${Math.floor(whole / HOUR)}:${two(Math.floor((whole % HOUR) / MINUTE))}:${rest}`
}
