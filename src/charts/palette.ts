/** Colours for values: dark is little, bright is much. */
import type { PlotTheme } from '../model.js'

/**
 * Viridis (S. van der Walt and N. Smith, matplotlib 1.5, 2015; CC0) in 16 steps: perceptually uniform, safe for the
 * common forms of colour blindness, and its brightness rises all the way, so that it survives a grey print. Cividis is
 * as safe, but its middle is the grey that stands for "not measured" here.
 */
const VIRIDIS =
  '440154 481a6c 472f7d 414487 39568c 31688e 2a788e 23888e 1f988b 22a884 35b779 54c568 7ad151 a5db36 d2e21b fde725'
const STOPS = VIRIDIS.split(' ').map((hex) =>
  [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
)
const SHADE_COUNT = 256

/** Red, green and blue of 256 shades, from nothing to the highest value. */
export const SHADES: Uint8Array = interpolateStops()

/** "Not measured" is a grey that is no shade of the palette. */
const GAP_COLORS: Readonly<Record<PlotTheme, string>> = { light: '#e3e3e3', dark: '#4a5059' }

/** The colour of what was not measured, `#rrggbb`. */
export function gapColor(theme: PlotTheme): string {
  return GAP_COLORS[theme]
}

/** Number of the shade for a share of the highest value; what is outside 0 to 1 gets the nearest. */
export function shadeIndex(share: number): number {
  return Math.min(SHADE_COUNT - 1, Math.max(0, Math.round(share * (SHADE_COUNT - 1))))
}

/** The colour for a share of the highest value, `#rrggbb`. */
export function shadeColor(share: number): string {
  const at = shadeIndex(share) * 3
  return `#${[0, 1, 2].map((channel) => hex(SHADES[at + channel] ?? 0)).join('')}`
}

function interpolateStops(): Uint8Array {
  const shades = new Uint8Array(SHADE_COUNT * 3)
  for (let shade = 0; shade < SHADE_COUNT; shade++) {
    const place = (shade / (SHADE_COUNT - 1)) * (STOPS.length - 1)
    const before = STOPS[Math.floor(place)] ?? []
    const after = STOPS[Math.ceil(place)] ?? []
    for (let channel = 0; channel < 3; channel++) {
      const [from = 0, to = 0] = [before[channel], after[channel]]
      shades[shade * 3 + channel] = Math.round(from + (to - from) * (place - Math.floor(place)))
    }
  }
  return shades
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0')
}
