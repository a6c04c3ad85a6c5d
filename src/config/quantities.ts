import { described, didYouMean, orList } from './show.js'

/** What came of reading one text: a value, or what is wrong as the rest of a sentence. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
}

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
  t: 1e12,
  tb: 1e12,
  tib: 2 ** 40,
}

/** The end of a problem's sentence: what is allowed and what was found. */
export function mustBe(allowed: string, found: unknown): { readonly problem: string } {
  return { problem: `must be ${allowed}, got ${described(found)}` }
}

/** Seconds of `3600`, `90m`, `7d`, `1h30m`, `500ms`; null when the text is no duration. */
export function parseDurationSec(text: string): number | null {
  const compact = text.trim().toLowerCase()
  if (/^\d{1,15}(\.\d{1,9})?$/.test(compact)) return Number(compact)
  if (!/^(\d{1,15}(\.\d{1,9})?\s*[a-z]+\s*)+$/.test(compact)) return null
  let seconds = 0
  for (const [, amount, unit] of compact.matchAll(/([\d.]+)\s*([a-z]+)/g)) {
    const factor = unit === undefined ? undefined : SECONDS_PER_UNIT[unit]
    if (factor === undefined) return null
    seconds += Number(amount) * factor
  }
  // 0.1 + 0.2 must not become a fraction of a second that nobody wrote.
  return Math.round(seconds * 1000) / 1000
}

/** Bytes of `1GB` (10^9), `1GiB` (2^30), `500MB`, `1048576`; null when the text is no size. */
export function parseSizeBytes(text: string): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s*([a-z]*)$/.exec(text.trim().toLowerCase())
  const factor = BYTES_PER_UNIT[match?.[2] ?? 'none']
  if (match === null || factor === undefined) return null
  return Math.floor(Number(match[1]) * factor)
}

/** A whole number from `min` to `max`; `allowed` says so in words. */
export function parseWhole(
  text: string,
  limits: { min: number; max: number; allowed: string },
): Parsed<number> {
  const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN
  return value >= limits.min && value <= limits.max ? { value } : mustBe(limits.allowed, text)
}

/** One of a few words. */
export function parseWord<Word extends string>(text: string, words: readonly Word[]): Parsed<Word> {
  const value = words.find((word) => word === text.trim())
  if (value !== undefined) return { value }
  return { problem: `${mustBe(orList(words), text).problem}${didYouMean(text, words)}` }
}
