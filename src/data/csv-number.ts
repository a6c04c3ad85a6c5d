const MINUS = 0x2d
const THOUSAND = 1000
const MILLION = THOUSAND * THOUSAND
const MOST_DECIMALS = 3

/** Numbers below this are written with 32-bit arithmetic. */
const INT32_LIMIT = 0x7fffffff
/** Below this, a number times 1000 is an integer that a double holds exactly. */
const QUICK_LIMIT = Number.MAX_SAFE_INTEGER / THOUSAND

/** Up to here `writeCell` writes numbers: three groups of three digits, also when rounded. */
export const WIDEST_CELL = 999_999_998

/** Room that the longest number needs: 309 digits of the largest double, a sign, three decimals, and a stored word. */
export const LONGEST_NUMBER = 324

// A digit at a time would cost a division each. Three are looked up and stored as one little-endian word; what the word
// has behind them is overwritten by what follows.

/** `7`, `42`, `305` as bytes, with their number in the fourth byte. */
const SHORTEST = Uint32Array.from({ length: THOUSAND }, (_, value) => {
  const digits = String(value)
  return packed(digits) + digits.length * 2 ** 24
})
/** `007`, `042`, `305` as bytes. */
const PADDED = Uint32Array.from({ length: THOUSAND }, (_, value) => packed(String(value).padStart(3, '0')))
/** `.007`, `.042`, `.3` for 7, 42, 300 thousandths. */
const DECIMALS = Uint32Array.from({ length: THOUSAND }, (_, value) => packed(decimalsOf(value)))
const DECIMALS_LENGTH = Uint8Array.from({ length: THOUSAND }, (_, value) => decimalsOf(value).length)

function decimalsOf(thousandths: number): string {
  return `.${String(thousandths).padStart(MOST_DECIMALS, '0')}`.replace(/\.?0+$/, '')
}

function packed(text: string): number {
  return [...text].reduce((word, letter, index) => word + letter.charCodeAt(0) * 2 ** (8 * index), 0)
}

/** Writes a number from 0 to 99 as two digits; returns the offset behind them. */
export function writeTwoDigits(view: DataView, at: number, value: number): number {
  view.setUint16(at, (PADDED[value] as number) >>> 8, true)
  return at + 2
}

/** Writes a number from 0 to 999 as three digits; returns the offset behind them. Four bytes must be free at `at`. */
export function writeThreeDigits(view: DataView, at: number, value: number): number {
  view.setUint32(at, PADDED[value] as number, true)
  return at + 3
}

function writeShortest(view: DataView, at: number, value: number): number {
  const word = SHORTEST[value] as number
  view.setUint32(at, word, true)
  return at + (word >>> 24)
}

/** Writes an integer from 0 to 2^31 - 1; returns the offset behind it. */
function writeInteger(view: DataView, at: number, value: number): number {
  if (value < THOUSAND) return writeShortest(view, at, value)
  if (value < MILLION) {
    const thousands = (value / THOUSAND) | 0
    const next = writeShortest(view, at, thousands)
    return writeThreeDigits(view, next, value - thousands * THOUSAND)
  }
  const millions = (value / MILLION) | 0
  const rest = value - millions * MILLION
  const thousands = (rest / THOUSAND) | 0
  const next = millions < THOUSAND ? writeShortest(view, at, millions) : writeInteger(view, at, millions)
  return writeThreeDigits(view, writeThreeDigits(view, next, thousands), rest - thousands * THOUSAND)
}

function writeDecimals(view: DataView, at: number, thousandths: number): number {
  view.setUint32(at, DECIMALS[thousandths] as number, true)
  return at + (DECIMALS_LENGTH[thousandths] as number)
}

function writeText(view: DataView, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index))
  return at + text.length
}

/** `,7`, `,42`, `,305` as bytes, and how many they are. */
const FIRST_DIGITS = Uint32Array.from({ length: THOUSAND }, (_, value) => packed(`,${value}`))
const FIRST_LENGTH = Uint8Array.from({ length: THOUSAND }, (_, value) => `,${value}`.length)

/**
 * Writes a comma and a number from 0 to WIDEST_CELL with at most `decimals` decimals, 3 or none, no trailing zeros and no
 * exponent; returns the offset behind it. Four bytes more than the text takes must be free. The decimals are stored also
 * where there are none, with a length of 0: a jump would be foreseen wrong as often as a rate is or is not 0.
 */
export function writeCell(view: DataView, start: number, value: number, decimals: number): number {
  let at = start
  let whole = ~~value
  const rest = value - whole
  let thousandths = decimals === 0 ? 0 : ~~(rest * THOUSAND + 0.5)
  if (thousandths === THOUSAND || (decimals === 0 && rest >= 0.5)) {
    whole++
    thousandths = 0
  }
  if (whole < THOUSAND) {
    view.setUint32(at, FIRST_DIGITS[whole] as number, true)
    at += FIRST_LENGTH[whole] as number
  } else {
    const thousands = ~~(whole / THOUSAND)
    const millions = ~~(thousands / THOUSAND)
    const first = millions === 0 ? thousands : millions
    view.setUint32(at, FIRST_DIGITS[first] as number, true)
    at += FIRST_LENGTH[first] as number
    if (millions > 0) at = writeThreeDigits(view, at, thousands - millions * THOUSAND)
    at = writeThreeDigits(view, at, whole - thousands * THOUSAND)
  }
  return writeDecimals(view, at, thousandths)
}

/** Digits of a number too large for the quick way: without an exponent, integers exact. */
function largeNumberText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString()
  return value.toFixed(3).replace(/\.?0+$/, '')
}

/** Negative numbers and large ones, of which there are few. */
function writeOther(view: DataView, at: number, value: number, decimals: number): number {
  const size = Math.abs(value)
  if (!(size < QUICK_LIMIT)) {
    return Number.isFinite(value) ? writeText(view, at, largeNumberText(value)) : at
  }
  const scaled = decimals > 0 ? Math.round(size * THOUSAND) : Math.round(size) * THOUSAND
  if (scaled === 0) return writeShortest(view, at, 0)
  const whole = Math.floor(scaled / THOUSAND)
  let next = at
  if (value < 0) {
    view.setUint8(next, MINUS)
    next++
  }
  next = whole < INT32_LIMIT ? writeInteger(view, next, whole) : writeText(view, next, String(whole))
  return writeDecimals(view, next, scaled - whole * THOUSAND)
}

/**
 * Writes the number at `index` with at most three decimals, no trailing zeros and no exponent, -0 as 0, and nothing for NaN
 * and the infinities; returns the offset behind it. At least LONGEST_NUMBER bytes must be free at `at`. It takes an array,
 * for a fraction that is passed by itself would be put on the heap for each call.
 */
export function writeNumber(
  view: DataView,
  at: number,
  numbers: Float64Array,
  index: number,
  decimals: number,
): number {
  const value = numbers[index] as number
  if (Number.isNaN(value)) return at
  if (!(value >= 0 && value < INT32_LIMIT)) return writeOther(view, at, value, decimals)
  let whole = value | 0
  const rest = value - whole
  if (rest === 0) return writeInteger(view, at, whole)
  if (decimals === 0) return writeInteger(view, at, rest < 0.5 ? whole : whole + 1)
  let thousandths = (rest * THOUSAND + 0.5) | 0
  if (thousandths === THOUSAND) {
    whole++
    thousandths = 0
  }
  return writeDecimals(view, writeInteger(view, at, whole), thousandths)
}
