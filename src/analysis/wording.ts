/** How figures read in findings. */

/** `71 %`; `0.4 %` below one. */
export function percent(value: number): string {
  const digits = value !== 0 && Math.abs(value) < 1 ? 1 : 0
  return `${value.toFixed(digits)} %`
}

/** A share (0 to 1) as percent that never says 100 where some is missing, nor 0 where there is some. */
export function shareText(share: number): string {
  const rounded = Math.round(share * 100)
  if (share < 1 && rounded === 100) return '99 %'
  if (share > 0 && rounded === 0) return 'under 1 %'
  return `${rounded} %`
}

/** Three figures at most: `0.42`, `7.3`, `118`. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return String(Number(value.toFixed(digits)))
}

const RATE_UNITS = ['B/s', 'kB/s', 'MB/s', 'GB/s'] as const

/** Traffic in decimal units: `12.4 MB/s`. */
export function rateText(bytesPerSec: number): string {
  const thousands = bytesPerSec >= 1000 ? Math.floor(Math.log10(bytesPerSec) / 3) : 0
  const power = Math.min(thousands, RATE_UNITS.length - 1)
  return `${figure(bytesPerSec / 1000 ** power)} ${RATE_UNITS[power]}`
}

/** A link's speed as it is sold: `10 Gb/s`, `2.5 Gb/s`, `100 Mb/s`. */
export function linkText(bytesPerSec: number): string {
  const megabits = (bytesPerSec * 8) / 1e6
  return megabits >= 1000 ? `${figure(megabits / 1000)} Gb/s` : `${figure(megabits)} Mb/s`
}

/** A count with its noun: `1 node`, `3 nodes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
