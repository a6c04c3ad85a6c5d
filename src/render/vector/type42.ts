/**
 * The glyphs that a PostScript file uses, as Type 42 fonts: a TrueType font wrapped for PostScript, as in Adobe Technical
 * Note 5012, "The Type 42 Font Format Specification".
 */
import { readFile } from 'node:fs/promises'
import * as fontkit from 'fontkit'
import { fontPath } from '../fonts.js'

/** A piece of text in one font: its codes as hexadecimal digits. */
export interface EncodedText {
  readonly font: string
  readonly hex: string
}

export interface EpsFonts {
  /** The text as codes of the fonts that hold its glyphs, in order. */
  encode(text: string, isBold: boolean): readonly EncodedText[]
  /** PostScript that defines every font from which `encode` took a glyph. */
  definitions(): string
}

type Subset = ReturnType<fontkit.Font['createSubset']>

/** A string of PostScript holds 65535 bytes; so many glyphs of DejaVu Sans take less than half of it. */
const MOST_GLYPHS = 120
const LONGEST_STRING = 65_535
const HEX_LINE = 100

/** One font of the file: some glyphs of one face, the codes from 1 on; 0 is the box for a missing glyph. */
interface Part {
  readonly name: string
  readonly subset: Subset
  /** Codes by Unicode number, in the order of their numbers. */
  readonly codes: Map<number, number>
}

/** Loads both faces of the bundled font; nothing is in the file before its first text. */
export async function createEpsFonts(): Promise<EpsFonts> {
  const [regular, bold] = await Promise.all([loadFace('regular'), loadFace('bold')])
  const parts = { regular: [] as Part[], bold: [] as Part[] }
  return {
    encode: (text, isBold) => {
      const face = isBold ? 'bold' : 'regular'
      const pieces: { font: string; hex: string }[] = []
      for (const character of text) {
        const { part, code } = codeOf(
          character.codePointAt(0) ?? 0,
          isBold ? bold : regular,
          face,
          parts[face],
        )
        const last = pieces.at(-1)
        const hex = code.toString(16).padStart(2, '0')
        if (last?.font === part.name) last.hex += hex
        else pieces.push({ font: part.name, hex })
      }
      return pieces
    },
    definitions: () => [...parts.regular, ...parts.bold].map(defineFont).join(''),
  }
}

async function loadFace(face: 'regular' | 'bold'): Promise<fontkit.Font> {
  const font = fontkit.create(await readFile(fontPath(face)))
  if (!('createSubset' in font)) throw new TypeError(`the bundled font ${face} is a collection`)
  return font
}

function codeOf(
  codePoint: number,
  font: fontkit.Font,
  face: string,
  parts: Part[],
): { readonly part: Part; readonly code: number } {
  for (const part of parts) {
    const code = part.codes.get(codePoint)
    if (code !== undefined) return { part, code }
  }
  const free = parts.find((part) => part.codes.size < MOST_GLYPHS)
  const part = free ?? {
    name: `clusterp-${face}-${parts.length}`,
    subset: font.createSubset(),
    codes: new Map(),
  }
  if (free === undefined) parts.push(part)
  // It returns the number that the glyph has in the subset; its types say boolean.
  const code = Number(part.subset.includeGlyph(font.glyphForCodePoint(codePoint)))
  part.codes.set(codePoint, code)
  return { part, code }
}

/** `uni0041` and such, which lets programs read the text back (Adobe Glyph List Specification). */
function glyphName(codePoint: number): string {
  const hex = codePoint.toString(16).toUpperCase()
  return codePoint > 0xffff ? `u${hex}` : `uni${hex.padStart(4, '0')}`
}

function defineFont({ name, subset, codes }: Part): string {
  const bytes = subset.encode()
  if (bytes.length >= LONGEST_STRING) throw new RangeError(`${name}: ${bytes.length} bytes of glyphs`)
  const named = [...codes].map(([codePoint, code]) => ({ glyph: glyphName(codePoint), code }))
  const encoding = named.map(({ glyph, code }) => `dup ${code} /${glyph} put`)
  const glyphs = named.map(({ glyph, code }) => `/${glyph} ${code} def`)
  return `%%BeginResource: font ${name}
12 dict begin
/FontName /${name} def /FontType 42 def /PaintType 0 def
/FontMatrix [1 0 0 1 0 0] def /FontBBox [0 0 0 0] def
/Encoding 256 array 0 1 255 {1 index exch /.notdef put} for
${encoding.join('\n')}
readonly def
/CharStrings ${named.length + 1} dict dup begin /.notdef 0 def
${glyphs.join('\n')}
end readonly def
/sfnts [<
${hexLines(bytes)}
>] def
FontName currentdict end definefont pop
%%EndResource
`
}

/** The bytes of a string of `sfnts`: an even number of them, and one of padding. */
function hexLines(bytes: Uint8Array): string {
  const padded = Buffer.alloc(bytes.length + (bytes.length % 2) + 1)
  padded.set(bytes)
  return (padded.toString('hex').match(new RegExp(`.{1,${HEX_LINE}}`, 'g')) ?? []).join('\n')
}
