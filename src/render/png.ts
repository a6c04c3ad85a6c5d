/** SVG in, PNG out, by sharp (librsvg). sharp is loaded when the first picture is made. */
import { asError, ClusterpError } from '../errors.js'
import { installFonts, removeFontSetup } from './fonts.js'

/** Draws PNGs at twice the size of the SVG. */
export interface PngDrawer {
  draw(svg: string): Promise<Uint8Array>
}

/** An SVG is 72 dpi to librsvg, so this is a scale of 2. */
const PNG_DENSITY = 144
/** librsvg's time to stroke a path grows faster than its length: pieces of 32 made it three times as fast. */
const PIECE_SEGMENTS = 32

/** Loads sharp; rejects with a ClusterpError when it is not there for this machine. */
export async function createPngDrawer(): Promise<PngDrawer> {
  installFonts()
  const sharp = await loadSharp()
  return {
    draw: async (svg) => {
      const picture = await sharp(Buffer.from(splitPaths(svg)), { density: PNG_DENSITY })
        .png()
        .toBuffer()
      removeFontSetup()
      return picture
    },
  }
}

async function loadSharp() {
  try {
    return (await import('sharp')).default
  } catch (cause) {
    const [reason] = asError(cause).message.split('\n')
    throw new ClusterpError(`sharp cannot be loaded: ${reason}`, { cause, hint: 'npm install sharp' })
  }
}

/** Cuts long solid lines into paths of at most 32 segments, each beginning where the one before ends. */
export function splitPaths(svg: string): string {
  return svg.replace(/<path [^>]*\bd="(M[^"MZ]*)"[^>]*\/>/g, (element, path: string) => {
    if (/ fill="(?!none")| stroke-dasharray="[^"]/.test(element) || !element.includes(' stroke="'))
      return element
    const pieces = splitPath(path)
    return pieces.length === 1 ? element : pieces.map((piece) => element.replace(path, piece)).join('')
  })
}

function splitPath(path: string): readonly string[] {
  const points = path.slice(1).split('L')
  if (points.length <= PIECE_SEGMENTS + 1) return [path]
  const pieces: string[] = []
  for (let from = 0; from < points.length - 1; from += PIECE_SEGMENTS) {
    pieces.push(`M${points.slice(from, from + PIECE_SEGMENTS + 1).join('L')}`)
  }
  return pieces
}
