import { describe, expect, it } from 'vitest'
import { hostStyle } from '../../src/charts/colors.js'

/** Relative luminance, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

describe('hostStyle', () => {
  it('begins with the blue and vermillion of Okabe and Ito, solid', () => {
    expect([0, 1].map((index) => hostStyle(index, 'light'))).toEqual([
      { color: '#0072b2', dash: [] },
      { color: '#d55e00', dash: [] },
    ])
  })

  it('repeats no style among 64 hosts, in either theme', () => {
    for (const theme of ['light', 'dark'] as const) {
      const styles = Array.from({ length: 64 }, (_, index) => JSON.stringify(hostStyle(index, theme)))
      expect(new Set(styles).size).toBe(64)
    }
  })

  it('has solid lines up to 16 hosts, darker from the 9th on', () => {
    expect(hostStyle(15, 'light').dash).toEqual([])
    expect(hostStyle(16, 'light').dash).not.toEqual([])
    // 60 % of 0, 0x72 and 0xb2, in hexadecimal.
    expect(hostStyle(8, 'light').color).toBe('#00446b')
  })

  it('stands out from its background', () => {
    const white = 1
    const dark = luminance('#14171c')
    for (let index = 0; index < 16; index++) {
      expect((white + 0.05) / (luminance(hostStyle(index, 'light').color) + 0.05)).toBeGreaterThan(2)
      expect((luminance(hostStyle(index, 'dark').color) + 0.05) / (dark + 0.05)).toBeGreaterThan(2)
    }
  })
})
