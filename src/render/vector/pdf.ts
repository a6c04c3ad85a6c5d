/** One page of PDF: paths as paths, text that can be searched and copied, in the glyphs of the bundled font that it uses. */
import PDFDocument from 'pdfkit'
import type { Raster } from '../../charts/raster.js'
import { fontPath } from '../fonts.js'
import { encodePng } from '../raster.js'
import type { Matrix, PathStep } from './geometry.js'
import {
  type Page,
  type PageSize,
  type Paint,
  type Pen,
  POINTS_PER_PIXEL,
  type Surface,
  type TextRun,
} from './surface.js'

type Document = InstanceType<typeof PDFDocument>

/** When a picture was made says nothing of what it shows, and would make each one differ from the last. */
const ALWAYS = new Date(0)

/** Begins a page; `title` goes into the document's information. The same drawing gives the same bytes. */
export function createPdfPage(size: PageSize, title: string): Page {
  const document = new PDFDocument({
    size: [size.width * POINTS_PER_PIXEL, size.height * POINTS_PER_PIXEL],
    margin: 0,
    font: fontPath('regular'),
    info: { Title: title, Creator: 'clusterp', CreationDate: ALWAYS },
  })
  const chunks: Uint8Array[] = []
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  document.registerFont('regular', fontPath('regular')).registerFont('bold', fontPath('bold'))
  document.scale(POINTS_PER_PIXEL)
  return {
    ...surfaceOn(document),
    finish: () => {
      document.end()
      return whole
    },
  }
}

function surfaceOn(document: Document): Surface {
  return {
    save: () => void document.save(),
    restore: () => void document.restore(),
    clip: (path) => {
      trace(document, path)
      document.clip()
    },
    fill: (path, paint) => {
      trace(document, path)
      document.fillOpacity(paint.opacity).fill(colorOf(paint))
    },
    stroke: (path, pen, paint) => strokePath(document, path, pen, paint),
    text: (run, paint) => drawText(document, run, paint),
    image: (raster, matrix) => drawImage(document, raster, matrix),
  }
}

function trace(document: Document, path: readonly PathStep[]): void {
  for (const step of path) {
    if (step[0] === 'M') document.moveTo(step[1], step[2])
    else if (step[0] === 'L') document.lineTo(step[1], step[2])
    else if (step[0] === 'C') document.bezierCurveTo(step[1], step[2], step[3], step[4], step[5], step[6])
    else document.closePath()
  }
}

/** pdfkit takes an array for red, green and blue as such, and keeps no reference to it. */
function colorOf({ color }: Paint): [number, number, number] {
  return [...color]
}

function strokePath(document: Document, path: readonly PathStep[], pen: Pen, paint: Paint): void {
  document.save()
  document.lineWidth(pen.width).lineCap(pen.cap).lineJoin(pen.join).miterLimit(pen.miterLimit)
  // pdfkit takes a list of lengths, which its types do not say.
  if (pen.dash.length > 0) document.dash(pen.dash as unknown as number, { phase: pen.dashOffset })
  trace(document, path)
  document.strokeOpacity(paint.opacity).stroke(colorOf(paint))
  document.restore()
}

function drawText(document: Document, run: TextRun, paint: Paint): void {
  const isOutlined = run.outlineWidth !== null
  document.save()
  document.transform(...run.matrix)
  document.font(run.isBold ? 'bold' : 'regular', run.size)
  if (isOutlined) {
    document.lineWidth(run.outlineWidth).strokeOpacity(paint.opacity).strokeColor(colorOf(paint))
  } else {
    document.fillOpacity(paint.opacity).fillColor(colorOf(paint))
  }
  document.text(run.text, 0, 0, {
    lineBreak: false,
    baseline: 'alphabetic',
    fill: !isOutlined,
    stroke: isOutlined,
    // Widths were measured without kerning and ligatures.
    features: [],
  })
  document.restore()
}

function drawImage(document: Document, raster: Raster, matrix: Matrix): void {
  document.save()
  document.transform(...matrix)
  document.image(encodePng(raster), 0, 0, { width: 1, height: 1 })
  document.restore()
}
