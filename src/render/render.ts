/** The door to pictures: a chart in, the bytes of its files out. */
import type { Chart } from '../charts/chart.js'
import { fillTemplate, placeholders } from '../charts/spec.js'
import { asError, ClusterpError, ConfigError, ParseError } from '../errors.js'
import type { PlotFormat, PlotTheme } from '../model.js'
import { loadTextWidth, type TextWidth } from './fonts.js'
import { createPngDrawer, type PngDrawer } from './png.js'
import { pngDataUri } from './raster.js'
import { loadTemplate, type Template } from './templates.js'
import { createVectorPainter, type VectorPainter } from './vector/paint.js'
import { createSvgDrawer, type DrawnView, type SvgDrawer } from './vega.js'

/** What a renderer is made for. */
export interface RendererOptions {
  /** Templates in its `templates/` win over the package's. */
  readonly workingDir: string
  readonly formats: readonly PlotFormat[]
  readonly theme: PlotTheme
}

/** Draws charts. */
export interface Renderer {
  /** The bytes of each format; a format is left out (with one warning) where what it needs cannot be loaded. */
  render(chart: Chart): Promise<ReadonlyMap<PlotFormat, Uint8Array>>
  /** What went less than well so far, each said once. */
  readonly warnings: readonly string[]
}

const DRAWN_FORMATS: readonly PlotFormat[] = ['svg', 'png', 'pdf', 'eps']

/** Loads what the formats need; asking for one that is not drawn is a ConfigError. */
export async function createRenderer(options: RendererOptions): Promise<Renderer> {
  checkFormats(options.formats)
  const warnings: string[] = []
  const warn = (message: string) => {
    if (!warnings.includes(message)) warnings.push(message)
  }
  const textWidth = loadTextWidth()
  const theme = await loadTemplate(`theme-${options.theme}`, options.workingDir)
  const svgDrawer = await createSvgDrawer(textWidth, (message) => warn(`Vega: ${message}`))
  const pngDrawer = options.formats.includes('png') ? await tryPngDrawer(warn) : null
  const painters = await loadPainters(options.formats, textWidth, warn)
  const templates = new Map<string, Promise<Template>>()
  const draw = oneAtATime(async (chart: Chart) => {
    const template = templates.get(chart.template) ?? loadTemplate(chart.template, options.workingDir)
    templates.set(chart.template, template)
    return drawChart(chart, { template: await template, theme, textWidth, svgDrawer, painters })
  })
  return {
    warnings,
    render: async (chart) => {
      const { svg, files } = await draw(chart)
      if (options.formats.includes('svg')) files.set('svg', Buffer.from(svg))
      if (pngDrawer !== null) files.set('png', await drawPng(chart, svg, pngDrawer))
      return files
    },
  }
}

async function loadPainters(
  formats: readonly PlotFormat[],
  textWidth: TextWidth,
  warn: (message: string) => void,
): Promise<readonly VectorPainter[]> {
  const painters: VectorPainter[] = []
  for (const format of ['pdf', 'eps'] as const) {
    const painter = formats.includes(format) ? await createVectorPainter(format, textWidth, warn) : null
    if (painter !== null) painters.push(painter)
  }
  return painters
}

function checkFormats(formats: readonly PlotFormat[]): void {
  const strangers = formats.filter((format) => !DRAWN_FORMATS.includes(format))
  if (strangers.length === 0) return
  throw new ConfigError(`draw plots: this version cannot draw ${strangers.join(', ')}`, {
    hint: `choose from: ${DRAWN_FORMATS.join(', ')}`,
  })
}

async function tryPngDrawer(warn: (message: string) => void): Promise<PngDrawer | null> {
  try {
    return await createPngDrawer()
  } catch (cause) {
    const { message } = asError(cause)
    const hint = cause instanceof ClusterpError && cause.hint !== null ? ` (try: ${cause.hint})` : ''
    warn(`no PNG is drawn, only the other formats: ${message}${hint}`)
    return null
  }
}

interface DrawingParts {
  readonly template: Template
  readonly theme: Template
  readonly textWidth: TextWidth
  readonly svgDrawer: SvgDrawer
  readonly painters: readonly VectorPainter[]
}

/** A chart as SVG, and in the formats that are painted from the same view. */
interface DrawnChart {
  readonly svg: string
  readonly files: Map<PlotFormat, Uint8Array>
}

async function drawChart(chart: Chart, parts: DrawingParts): Promise<DrawnChart> {
  const { template, theme } = parts
  const { raster } = chart
  const image = raster === undefined ? null : { raster, url: pngDataUri(raster) }
  const values = {
    ...placeholders(chart, (text, fontSize, isBold = false) => parts.textWidth(text, fontSize, isBold)),
    ...(image === null ? {} : { image: image.url }),
  }
  const { spec, unknown } = fillTemplate(template.json, values)
  if (unknown.length > 0) {
    throw new ParseError(`draw ${nameOf(chart)}: ${template.path} holds ${unknown.join(', ')}`, {
      hint: `known are: ${Object.keys(values)
        .map((name) => `$${name}`)
        .join(' ')}`,
    })
  }
  const picture = {
    title: chart.title,
    background: typeof theme.json.background === 'string' ? theme.json.background : '#ffffff',
    rasterOf: (url: string) => (image !== null && url === image.url ? image.raster : null),
  }
  const paintAll = async (view: DrawnView): Promise<DrawnChart> => {
    const files = new Map<PlotFormat, Uint8Array>()
    for (const painter of parts.painters) files.set(painter.format, await painter.paint(view, picture))
    return { svg: view.svg, files }
  }
  try {
    return await parts.svgDrawer.draw(spec, theme.json, chart.data(), paintAll)
  } catch (cause) {
    const message = asError(cause).message
    throw new ParseError(`draw ${nameOf(chart)}: ${template.path}: ${message}`, {
      hint: 'correct the template, or remove it to use clusterp’s own',
      cause,
    })
  }
}

function nameOf({ resource, name }: Chart): string {
  return resource === null ? name : `${resource}/${name}`
}

async function drawPng(chart: Chart, svg: string, pngDrawer: PngDrawer): Promise<Uint8Array> {
  try {
    return await pngDrawer.draw(svg)
  } catch (cause) {
    throw new ClusterpError(`draw ${nameOf(chart)} as PNG: ${asError(cause).message}`, {
      hint: 'leave PNG out: clusterp plot --format svg',
      cause,
    })
  }
}

/** Calls of the returned function wait for each other, in order; a failed one does not hold up the next. */
function oneAtATime<A, R>(task: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve()
  return (argument) => {
    const next = last.then(
      () => task(argument),
      () => task(argument),
    )
    last = next
    return next
  }
}
