const ZERO = 0x30
const MINUS = 0x2d
const POINT = 0x2e
const THOUSAND = 1000
const INT32_LIMIT = 0x7fffffff

/** Below this, a number times 1000 is an integer that a double holds exactly. */
const QUICK_LIMIT = Number.MAX_SAFE_INTEGER / THOUSAND

/** Room that the longest number needs: 309 digits of the largest double, a sign and three decimals. */
export const LONGEST_NUMBER = 320

function digitCount(value: number): number {
  let count = 1
  for (let limit = 10; value >= limit; limit *= 10) count++
  return count
}

/** Writes a non-negative integer below 2^53; returns the offset behind it. */
function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value
    return at + 1
  }
  const end = at + digitCount(value)
  let position = end
  let rest = value
  while (rest > INT32_LIMIT) {
    const quotient = Math.floor(rest / 10)
    bytes[--position] = ZERO + (rest - quotient * 10)
    rest = quotient
  }
  let small = rest | 0
  while (position > at) {
    const quotient = (small / 10) | 0
    bytes[--position] = ZERO + (small - quotient * 10)
    small = quotient
  }
  return end
}

function writeThousandths(bytes: Uint8Array, at: number, thousandths: number): number {
  const hundreds = (thousandths / 100) | 0
  const rest = thousandths - hundreds * 100
  const tens = (rest / 10) | 0
  const ones = rest - tens * 10
  bytes[at] = POINT
  bytes[at + 1] = ZERO + hundreds
  if (rest === 0) return at + 2
  bytes[at + 2] = ZERO + tens
  if (ones === 0) return at + 3
  bytes[at + 3] = ZERO + ones
  return at + 4
}

function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index)
  return at + text.length
}

/** Digits of a number too large for the quick way: without an exponent, integers exact. */
function largeNumberText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString()
  return value.toFixed(3).replace(/\.?0+$/, '')
}

/**
 * Writes a number with at most three decimals, no trailing zeros and no exponent, -0 as 0, and nothing for NaN and the
 * infinities; returns the offset behind it. At least LONGEST_NUMBER bytes must be free at `at`.
 */
export function writeNumber(bytes: Uint8Array, at: number, value: number, decimals: number): number {
  if (value === 0) {
    bytes[at] = ZERO
    return at + 1
  }
  const size = Math.abs(value)
  if (!(size < QUICK_LIMIT)) {
    return Number.isFinite(value) ? writeText(bytes, at, largeNumberText(value)) : at
  }
  let whole = Math.floor(size)
  let thousandths = 0
  if (whole !== size) {
    const scaled = decimals > 0 ? Math.round(size * THOUSAND) : Math.round(size) * THOUSAND
    whole = Math.floor(scaled / THOUSAND)
    thousandths = (scaled - whole * THOUSAND) | 0
  }
  let next = at
  if (value < 0 && (whole > 0 || thousandths > 0)) bytes[next++] = MINUS
  next = writeInteger(bytes, next, whole)
  return thousandths > 0 ? writeThousandths(bytes, next, thousandths) : next
}
