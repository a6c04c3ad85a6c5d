/** Fonts and gradients as Vega hands them to a canvas. */

/** The font of a canvas before one is set. */
export const DEFAULT_FONT = '10px sans-serif'
const BOLD_FROM = 600

/** A gradient, which is drawn as one colour: that of its middle. */
export class Gradient {
  private readonly stops: { readonly offset: number; readonly color: string }[] = []

  addColorStop(offset: number, color: string): void {
    this.stops.push({ offset, color })
  }

  /** The colour of the stop nearest to the middle. */
  get color(): string {
    const byDistance = [...this.stops].sort((a, b) => Math.abs(a.offset - 0.5) - Math.abs(b.offset - 0.5))
    return byDistance[0]?.color ?? '#000000'
  }
}

// 11px "DejaVu Sans", Verdana, sans-serif
// bold 14px DejaVu Sans, Verdana, sans-serif
// italic small-caps 600 10.5px sans-serif
/** Size in pixels, and whether it is bold, of a CSS font as Vega writes it. */
export function parseFont(font: string): { readonly size: number; readonly isBold: boolean } {
  const words = font.split(' ')
  const at = words.findIndex((word) => /^[\d.]+px$/.test(word))
  const isBold = words.slice(0, at).some((word) => word === 'bold' || Number(word) >= BOLD_FROM)
  return { size: Number.parseFloat(words[at] ?? '') || Number.parseFloat(DEFAULT_FONT), isBold }
}
