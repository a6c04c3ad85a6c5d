/** A drawn view as PDF and EPS. What a format needs is loaded when it is first drawn. */
import { rgb } from 'd3-color'
import type { Raster } from '../../charts/raster.js'
import { asError } from '../../errors.js'
import type { TextWidth } from '../fonts.js'
import type { DrawnView } from '../vega.js'
import { VectorCanvas } from './canvas.js'
import type { Page, PageSize } from './surface.js'

export type VectorFormat = 'pdf' | 'eps'

/** What a picture needs besides its view. */
export interface VectorPicture {
  readonly title: string
  /** CSS colour of the page. */
  readonly background: string
  /** The raster behind the address of an image; null when it is none of the chart's own. */
  readonly rasterOf: (url: string) => Raster | null
}

/** Paints views in one format. */
export interface VectorPainter {
  readonly format: VectorFormat
  paint(view: DrawnView, picture: VectorPicture): Promise<Uint8Array>
}

/** Loads a format; null, with a warning, where the packages it needs cannot be loaded. */
export async function createVectorPainter(
  format: VectorFormat,
  textWidth: TextWidth,
  warn: (message: string) => void,
): Promise<VectorPainter | null> {
  try {
    const beginPage = format === 'pdf' ? await loadPdf() : await loadEps()
    return {
      format,
      paint: async (view, picture) => {
        const page = await beginPage(view.size, picture)
        await view.paint(new VectorCanvas({ surface: page, textWidth, rasterOf: picture.rasterOf, warn }))
        return page.finish()
      },
    }
  } catch (cause) {
    warn(`no ${format.toUpperCase()} is drawn, only the other formats: ${asError(cause).message}`)
    return null
  }
}

type BeginPage = (size: PageSize, picture: VectorPicture) => Promise<Page>

async function loadPdf(): Promise<BeginPage> {
  const { createPdfPage } = await import('./pdf.js')
  return async (size, { title }) => createPdfPage(size, title)
}

async function loadEps(): Promise<BeginPage> {
  const { createEpsPage } = await import('./eps.js')
  return (size, { title, background }) => {
    const { r, g, b } = rgb(background)
    return createEpsPage(size, title, [r, g, b])
  }
}
