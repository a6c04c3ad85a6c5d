/**
 * One page of Encapsulated PostScript, level 3: paths as paths, text as text in the embedded glyphs it uses. Structure
 * as in Adobe's "Encapsulated PostScript File Format Specification" 3.0. PostScript has no transparency: a colour that
 * lets the background through is mixed with it beforehand.
 *
 *   %!PS-Adobe-3.0 EPSF-3.0
 *   %%BoundingBox: 0 0 540 244
 *   %%HiResBoundingBox: 0 0 539.25 243.75
 */
import { deflateSync } from 'node:zlib'
import type { Raster } from '../../charts/raster.js'
import { ascii85 } from './ascii85.js'
import type { Matrix, PathStep } from './geometry.js'
import {
  type Page,
  type PageSize,
  type Paint,
  type Pen,
  POINTS_PER_PIXEL,
  type Rgb,
  type Surface,
  type TextRun,
} from './surface.js'
import { createEpsFonts, type EpsFonts } from './type42.js'

/** Short names for what is written most; S: stroke, F: fill, C: colour of 0 to 255 each, T: text of one font. */
const PROLOGUE = `/m{moveto}bind def/l{lineto}bind def/c{curveto}bind def/z{closepath}bind def
/C{3{255 div 3 1 roll}repeat setrgbcolor}bind def/F{fill}bind def/S{stroke}bind def
/W{setlinewidth}bind def/K{setlinecap}bind def/J{setlinejoin}bind def/M{setmiterlimit}bind def/D{setdash}bind def`

const CAPS = { butt: 0, round: 1, square: 2 } as const
const JOINS = { miter: 0, round: 1, bevel: 2 } as const
const RGBA_CHANNELS = 4

/** Begins a page; `background` is what colours that let it through are mixed with. The same drawing gives the same bytes. */
export async function createEpsPage(size: PageSize, title: string, background: Rgb): Promise<Page> {
  const fonts = await createEpsFonts()
  const body: string[] = []
  return {
    ...surfaceOn(body, fonts, background),
    finish: async () => Buffer.from(wholeFile(size, title, fonts, body), 'latin1'),
  }
}

function wholeFile(size: PageSize, title: string, fonts: EpsFonts, body: readonly string[]): string {
  const [width, height] = [size.width * POINTS_PER_PIXEL, size.height * POINTS_PER_PIXEL]
  return `%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 ${Math.ceil(width)} ${Math.ceil(height)}
%%HiResBoundingBox: 0 0 ${short(width)} ${short(height)}
%%Title: ${titleText(title)}
%%Creator: clusterp
%%LanguageLevel: 3
%%Pages: 1
%%EndComments
%%BeginProlog
24 dict begin
${PROLOGUE}
%%EndProlog
%%BeginSetup
${fonts.definitions()}%%EndSetup
%%Page: 1 1
gsave
0 ${short(height)} translate ${POINTS_PER_PIXEL} -${POINTS_PER_PIXEL} scale
${body.join('\n')}
grestore
showpage
%%Trailer
end
%%EOF
`
}

/** Parentheses and backslashes mean something in PostScript; comments end with their line. */
function titleText(title: string): string {
  return `(${title.replace(/[^ -~]/g, '?').replace(/[()\\]/g, '\\$&')})`
}

/** A number as text: a hundredth of a pixel is less than any printer shows. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function numbers(values: readonly number[]): string {
  return values.map(short).join(' ')
}

function surfaceOn(body: string[], fonts: EpsFonts, background: Rgb): Surface {
  const color = (paint: Paint): string => `${mixed(paint, background).join(' ')} C`
  return {
    save: () => void body.push('gsave'),
    restore: () => void body.push('grestore'),
    clip: (path) => void body.push(`newpath ${trace(path)} clip newpath`),
    fill: (path, paint) => void body.push(`${color(paint)} newpath ${trace(path)} F`),
    stroke: (path, pen, paint) => void body.push(`${color(paint)} ${penText(pen)} newpath ${trace(path)} S`),
    text: (run, paint) => void body.push(textLines(run, color(paint), fonts)),
    image: (raster, matrix) => void body.push(imageText(raster, matrix, background)),
  }
}

/** The colour as it looks on the background. */
function mixed({ color, opacity }: Paint, background: Rgb): Rgb {
  const mix = (channel: 0 | 1 | 2): number =>
    Math.round(color[channel] * opacity + background[channel] * (1 - opacity))
  return [mix(0), mix(1), mix(2)]
}

function trace(path: readonly PathStep[]): string {
  return path
    .map(([operator, ...values]) => (operator === 'Z' ? 'z' : `${numbers(values)} ${operator.toLowerCase()}`))
    .join('\n')
}

function penText(pen: Pen): string {
  const dash = `[${numbers(pen.dash)}] ${short(pen.dashOffset)} D`
  return `${short(pen.width)} W ${CAPS[pen.cap]} K ${JOINS[pen.join]} J ${short(pen.miterLimit)} M ${dash}`
}

/** Each piece of one font is shown behind the last; the page is upside down, so letters are turned back. */
function textLines(run: TextRun, color: string, fonts: EpsFonts): string {
  const shown = fonts.encode(run.text, run.isBold).map(({ font, hex }) => {
    const what = run.outlineWidth === null ? 'show' : 'false charpath'
    return `/${font} ${short(run.size)} selectfont <${hex}> ${what}`
  })
  const end = run.outlineWidth === null ? [] : [`${short(run.outlineWidth)} W 1 J [] 0 D stroke`]
  const place = `[${run.matrix.map((value) => Math.round(value * 1e4) / 1e4).join(' ')}] concat 1 -1 scale`
  return ['gsave', color, place, '0 0 moveto', ...shown, ...end, 'grestore'].join('\n')
}

function imageText({ width, height, rgba }: Raster, matrix: Matrix, background: Rgb): string {
  const pixels = new Uint8Array(width * height * 3)
  for (let cell = 0; cell < width * height; cell++) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(cell * RGBA_CHANNELS)
    pixels.set(mixed({ color: [red, green, blue], opacity: alpha / 255 }, background), cell * 3)
  }
  const place = matrix.map((value) => Math.round(value * 1e4) / 1e4).join(' ')
  return `gsave [${place}] concat /DeviceRGB setcolorspace
<< /ImageType 1 /Width ${width} /Height ${height} /BitsPerComponent 8 /Decode [0 1 0 1 0 1] /Interpolate false
/ImageMatrix [${width} 0 0 ${height} 0 0] /DataSource currentfile /ASCII85Decode filter /FlateDecode filter >> image
${ascii85(deflateSync(pixels, { level: 9 }))}
grestore`
}
