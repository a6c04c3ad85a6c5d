/** How amounts read. */

/** `1 host`, `3 hosts`, `2 processes`. */
export function plural(count: number, noun: string): string {
  const ending = noun.endsWith('s') ? 'es' : 's'
  return `${count} ${noun}${count === 1 ? '' : ending}`
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes in decimal units, three figures: `18.2 kB`. */
export function byteText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`
}

/** Seconds as people say them: `45 s`, `12 min`, `3.5 h`, `7 d`. */
export function durationText(seconds: number): string {
  const short = (value: number): string => String(Math.round(value * 10) / 10)
  if (seconds < 120) return `${short(seconds)} s`
  if (seconds < 7200) return `${short(seconds / 60)} min`
  return seconds < 172_800 ? `${short(seconds / 3600)} h` : `${short(seconds / 86_400)} d`
}

/** A moment as local time with its offset: `2026-11-20 09:05:06 +0100`. */
export function momentText(atMs: number, zoneOffsetMinutes: number): string {
  const local = new Date(atMs + zoneOffsetMinutes * 60_000).toISOString()
  const size = Math.abs(zoneOffsetMinutes)
  const two = (value: number): string => String(value).padStart(2, '0')
  const zone = `${zoneOffsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${zone}`
}
