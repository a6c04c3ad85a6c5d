/**
 * Reads from a TrueType font how wide its characters are: tables `head` (units per em), `hhea` and `hmtx` (advances),
 * `cmap` formats 4 and 12 (character to glyph). Layout as in the OpenType specification, https://learn.microsoft.com/typography/opentype/spec/.
 *
 *   00 01 00 00 00 13 …                              version, number of tables
 *   63 6d 61 70  …  00 01 2d 40  00 00 0c c6         "cmap", checksum, offset, length
 *   68 6d 74 78  …  00 00 4a 98  00 00 5e f4         "hmtx", checksum, offset, length
 */
import { ParseError } from '../errors.js'

/** The advances of one font. */
export interface FontAdvances {
  /** Width of a character in em; null when the font does not have it. */
  advanceOf(codePoint: number): number | null
}

const UNICODE_FORMATS = [12, 4]

/** Reads the advances of the font in `bytes`; `name` is what it is called in an error. */
export function readAdvances(bytes: Uint8Array, name: string): FontAdvances {
  try {
    return readTables(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (cause) {
    throw new ParseError(`read font: ${name} is not a TrueType font that can be read`, { cause })
  }
}

function readTables(view: DataView): FontAdvances {
  const tables = new Map<string, number>()
  for (let index = 0; index < view.getUint16(4); index++) {
    const at = 12 + index * 16
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)))
    tables.set(tag, view.getUint32(at + 8))
  }
  const offsetOf = (tag: string): number => {
    const offset = tables.get(tag)
    if (offset === undefined) throw new RangeError(`no table ${tag}`)
    return offset
  }
  const unitsPerEm = view.getUint16(offsetOf('head') + 18)
  const advanceCount = view.getUint16(offsetOf('hhea') + 34)
  const advances = offsetOf('hmtx')
  const glyphOf = readCharacterMap(view, offsetOf('cmap'))
  return {
    advanceOf: (codePoint) => {
      const glyph = glyphOf(codePoint)
      if (glyph === 0) return null
      // Glyphs past the last advance have that of the last one.
      return view.getUint16(advances + Math.min(glyph, advanceCount - 1) * 4) / unitsPerEm
    },
  }
}

/** Glyph number of a character; 0 is the glyph for "not in this font". */
type CharacterMap = (codePoint: number) => number

function readCharacterMap(view: DataView, cmap: number): CharacterMap {
  const byFormat = new Map<number, number>()
  for (let index = 0; index < view.getUint16(cmap + 2); index++) {
    const table = cmap + view.getUint32(cmap + 4 + index * 8 + 4)
    byFormat.set(view.getUint16(table), table)
  }
  const format = UNICODE_FORMATS.find((candidate) => byFormat.has(candidate))
  const table = byFormat.get(format ?? 0)
  if (format === undefined || table === undefined) throw new RangeError('no Unicode character map')
  return format === 12 ? readFormat12(view, table) : readFormat4(view, table)
}

function readFormat12(view: DataView, table: number): CharacterMap {
  const groups = view.getUint32(table + 12)
  return (codePoint) => {
    for (let index = 0; index < groups; index++) {
      const group = table + 16 + index * 12
      const first = view.getUint32(group)
      if (codePoint < first) return 0
      if (codePoint <= view.getUint32(group + 4)) return view.getUint32(group + 8) + codePoint - first
    }
    return 0
  }
}

function readFormat4(view: DataView, table: number): CharacterMap {
  const twice = view.getUint16(table + 6)
  const ends = table + 14
  const starts = ends + twice + 2
  const deltas = starts + twice
  const ranges = deltas + twice
  return (codePoint) => {
    for (let at = 0; at < twice; at += 2) {
      if (codePoint > view.getUint16(ends + at)) continue
      const start = view.getUint16(starts + at)
      if (codePoint < start) return 0
      const delta = view.getUint16(deltas + at)
      const range = view.getUint16(ranges + at)
      if (range === 0) return (codePoint + delta) & 0xffff
      const glyph = view.getUint16(ranges + at + range + (codePoint - start) * 2)
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff
    }
    return 0
  }
}
