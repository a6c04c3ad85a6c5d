/** The colour and dash of a host: by its place in the configuration, so the same on every plot. */
import type { PlotTheme } from '../model.js'

/** How a host's line looks; an empty dash is a solid line. */
export interface SeriesStyle {
  readonly color: string
  readonly dash: readonly number[]
}

/**
 * Okabe and Ito, "Color Universal Design" (2008), safe for the common forms of colour blindness. On white its yellow is
 * replaced by an olive, because it can hardly be seen there, and black by a grey that can be darkened; on dark, blue,
 * green and purple are lightened and black is white.
 */
const PALETTES: Readonly<Record<PlotTheme, readonly string[]>> = {
  light: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#666666', '#999933'],
  dark: ['#3d9be0', '#f07d32', '#1fc497', '#e29ac3', '#e69f00', '#8fd0f5', '#e8e8e8', '#f0e442'],
}
/** From the 9th host on the colours are darkened by this share: dense lines stay lines, as dashes would not. */
const SHADES = [0, 0.4]
/** From the 17th host on lines are dashed. */
const DASHES: readonly (readonly number[])[] = [[], [6, 2], [2, 2], [8, 2, 2, 2]]

/** The style of the host at `hostIndex` of the configuration. */
export function hostStyle(hostIndex: number, theme: PlotTheme): SeriesStyle {
  const palette = PALETTES[theme]
  const round = Math.floor(hostIndex / palette.length)
  const color = palette[hostIndex % palette.length] ?? '#808080'
  const dash = DASHES[Math.floor(round / SHADES.length) % DASHES.length] ?? []
  return { color: darken(color, SHADES[round % SHADES.length] ?? 0), dash }
}

/** From the 5th device of a host on the host's colour is darkened by this share, below that the dashes tell them apart. */
const DEVICE_SHADE = 0.35

/** The style of the device number `rank` (from 0) of the host at `hostIndex`, where each device has a line of its own. */
export function deviceStyle(hostIndex: number, rank: number, theme: PlotTheme): SeriesStyle {
  const { color } = hostStyle(hostIndex, theme)
  const isDarker = Math.floor(rank / DASHES.length) % 2 === 1
  return { color: darken(color, isDarker ? DEVICE_SHADE : 0), dash: DASHES[rank % DASHES.length] ?? [] }
}

/** Mixes `#rrggbb` with a share of black. */
function darken(color: string, share: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  const mixed = channels.map((channel) => Math.round(channel * (1 - share)))
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** Colours of the areas between quantiles and of the median. */
export type BandColors = Readonly<Record<'p5–p95' | 'p25–p75' | 'median', string>>

/** Greys, so that colour is left to the hosts. */
const BAND_COLORS: Readonly<Record<PlotTheme, BandColors>> = {
  light: { 'p5–p95': '#dfe3e8', 'p25–p75': '#b4bcc7', median: '#2b3038' },
  dark: { 'p5–p95': '#2c333d', 'p25–p75': '#4b5563', median: '#f2f2f2' },
}

/** The colours of a theme's bands. */
export function bandColors(theme: PlotTheme): BandColors {
  return BAND_COLORS[theme]
}
