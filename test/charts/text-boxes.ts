/** Where the texts of an SVG stand. */

/** What a line of text covers on the page, pixels; without what hangs below its base line. */
export interface TextBox {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Height of capital letters. */
const CAPITAL_EM = 0.73

/** The lines of horizontal text, each by the sum of the translations around it; a turned text is left out. */
export function textBoxes(
  svg: string,
  widthOf: (text: string, fontSize: number, isBold: boolean) => number,
): readonly TextBox[] {
  const groups: (readonly [number, number])[] = [[0, 0]]
  const boxes: TextBox[] = []
  for (const [tag, content = ''] of svg.matchAll(/<text\b[^>]*[^/]>(.*?)<\/text>|<\/?g\b[^>]*>/gs)) {
    if (tag.startsWith('</g')) {
      groups.pop()
      continue
    }
    const [opening = ''] = /^<[^>]*>/.exec(tag) ?? []
    const [x, y] = translation(opening)
    const [left, top] = groups.at(-1) ?? [0, 0]
    if (tag.startsWith('<g')) {
      if (!tag.endsWith('/>')) groups.push([left + x, top + y])
    } else if (!opening.includes('rotate(')) {
      boxes.push(...linesOf(opening, content, [left + x, top + y], widthOf))
    }
  }
  return boxes.filter(({ text }) => text !== '')
}

function linesOf(
  opening: string,
  content: string,
  [x, y]: readonly [number, number],
  widthOf: (text: string, fontSize: number, isBold: boolean) => number,
): readonly TextBox[] {
  const size = Number(/font-size="([\d.]+)px"/.exec(opening)?.[1])
  const anchor = /text-anchor="(\w+)"/.exec(opening)?.[1] ?? 'start'
  const spans = [...content.matchAll(/<tspan([^>]*)>([^<]*)<\/tspan>/g)]
  const lines = spans.length === 0 ? [['', '', content]] : spans
  let base = y
  return lines.map(([, attributes = '', text = '']) => {
    base += Number(/ dy="([-\d.]+)"/.exec(attributes)?.[1] ?? 0)
    const width = widthOf(text, size, opening.includes('font-weight="bold"'))
    const left = x - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0)
    return { text, left, right: left + width, top: base - size * CAPITAL_EM, bottom: base }
  })
}

function translation(tag: string): readonly [number, number] {
  const [, x, y] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(tag) ?? []
  return [Number(x ?? 0), Number(y ?? 0)]
}
