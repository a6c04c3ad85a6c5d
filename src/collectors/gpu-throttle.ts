/**
 * Why a GPU's clocks are lower than they could be, in the driver's words. Before driver 530 the fields were called
 * clocks_throttle_reasons, in 530 clocks_event_reasons, from 535 on both; each reason is a field, `active` is all as bits.
 *
 *   clocks_throttle_reasons.active, clocks_throttle_reasons.gpu_idle, clocks_event_reasons.sw_power_cap
 *   0x0000000000000004, Not Active, Active
 */
import type { NvidiaHeader } from './nvidia-header.js'
import type { NvidiaRow } from './nvidia-row.js'

const FIELD = /^clocks_(?:throttle|event)_reasons\.(\w+)$/
const BITS = 'active'
/** Fields of the family that are no reason. */
const NO_REASONS = new Set([BITS, 'supported'])
/** nvmlClocksEventReason* of nvml.h, the lowest bit first, in the words of the fields. */
const WORDS = [
  'gpu_idle',
  'applications_clocks_setting',
  'sw_power_cap',
  'hw_slowdown',
  'sync_boost',
  'sw_thermal_slowdown',
  'hw_thermal_slowdown',
  'hw_power_brake_slowdown',
  'display_clock_setting',
] as const
const HEX = /^0x[0-9a-f]{1,16}$/i
const NONE = 'none'

/** The fields of a header that tell reasons. */
export interface ThrottleFields {
  /** Position of each reason's own field. */
  readonly reasons: readonly { readonly word: string; readonly at: number }[]
  /** Positions of the fields that hold all reasons as bits. */
  readonly bits: readonly number[]
}

/** Finds the fields of both names. */
export function findThrottleFields(header: NvidiaHeader): ThrottleFields {
  const reasons: { word: string; at: number }[] = []
  const bits: number[] = []
  header.names.forEach((name, at) => {
    const word = FIELD.exec(name)?.[1]
    if (word === BITS) bits.push(at)
    else if (word !== undefined && !NO_REASONS.has(word)) reasons.push({ word, at })
  })
  return { reasons, bits }
}

/** The words of a bit mask such as `0x0000000000000006`; bits without a name as `0x200`; null when it is none. */
export function wordsOfBits(mask: string): readonly string[] | null {
  if (!HEX.test(mask)) return null
  const words: string[] = []
  let rest = BigInt(mask)
  for (let bit = 0; rest > 0n; bit++, rest >>= 1n) {
    if ((rest & 1n) === 1n) words.push(WORDS[bit] ?? `0x${(1n << BigInt(bit)).toString(16)}`)
  }
  return words
}

/** Other fields between those of reasons make many texts of a few; more are not remembered. */
const MOST_KNOWN = 1000

/** Reads a row's reasons; the same text for the same cells, so that many rows share one. */
export class ThrottleReader {
  /** By all that stands from the first to the last field of reasons. */
  private readonly known = new Map<string, string | null>()
  private readonly fields: ThrottleFields
  private readonly firstAt: number
  private readonly lastAt: number

  constructor(fields: ThrottleFields) {
    const places = [...fields.bits, ...fields.reasons.map(({ at }) => at)]
    this.fields = fields
    this.firstAt = Math.min(...places)
    this.lastAt = Math.max(...places)
  }

  /** Words joined by `|`, `none` when no reason is active; null when no field of the row says. */
  read(row: NvidiaRow): string | null {
    const { reasons, bits } = this.fields
    if (reasons.length + bits.length === 0) return null
    const key = row.textFrom(this.firstAt, this.lastAt)
    const known = this.known.get(key)
    if (known !== undefined) return known
    const text = this.combine([...bits, ...reasons.map(({ at }) => at)].map((at) => row.text(at)))
    if (this.known.size < MOST_KNOWN) this.known.set(key, text)
    return text
  }

  private combine(cells: readonly string[]): string | null {
    const { reasons, bits } = this.fields
    const masks = cells.slice(0, bits.length).map(wordsOfBits)
    const states = cells.slice(bits.length).map((cell) => cell.toLowerCase())
    const isMeasured =
      masks.some((words) => words !== null) ||
      states.some((state) => state === 'active' || state === 'not active')
    if (!isMeasured) return null
    const active = reasons.filter((_, index) => states[index] === 'active').map(({ word }) => word)
    const words = new Set([...masks.flatMap((mask) => mask ?? []), ...active])
    return words.size === 0 ? NONE : [...words].join('|')
  }
}
