import { scheme } from 'vega'
import { describe, expect, it } from 'vitest'
import { gapColor, SHADES, shadeColor, shadeIndex } from '../../src/charts/palette.js'

const channels = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
/** Relative luminance as of sRGB, 0 to 1 (IEC 61966-2-1). */
const luminance = (color: string) => {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => (value / 255) ** 2.2)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

describe('the palette of heat maps', () => {
  it('is viridis, as Vega has it', () => {
    const viridis = scheme('viridis') as (share: number) => string
    for (const share of [0, 0.1, 0.25, 0.5, 0.77, 1]) {
      const theirs = (/rgb\((\d+), (\d+), (\d+)\)/.exec(viridis(share)) ?? []).slice(1).map(Number)
      const ours = channels(shadeColor(share))
      for (const [index, value] of theirs.entries())
        expect(Math.abs(value - (ours[index] ?? 0))).toBeLessThan(6)
    }
  })

  it('grows brighter with the value all the way', () => {
    const steps = Array.from({ length: 21 }, (_, index) => luminance(shadeColor(index / 20)))
    for (const [index, step] of steps.slice(1).entries()) expect(step).toBeGreaterThan(steps[index] ?? 1)
  })

  it('takes the nearest shade for what is out of range', () => {
    expect([shadeIndex(-1), shadeIndex(0), shadeIndex(1), shadeIndex(7)]).toEqual([0, 0, 255, 255])
    expect(SHADES).toHaveLength(256 * 3)
  })

  it.each(['light', 'dark'] as const)('has no shade near that of "not measured" when %s', (theme) => {
    const gap = channels(gapColor(theme))
    for (let shade = 0; shade < 256; shade++) {
      const distance = Math.hypot(...gap.map((value, index) => value - (SHADES[shade * 3 + index] ?? 0)))
      expect(distance).toBeGreaterThan(40)
    }
  })
})
