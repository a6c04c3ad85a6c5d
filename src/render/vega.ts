/** Vega-Lite specification and data in, SVG out. Vega is loaded when the first chart is drawn. */
import type { LoggerInterface, View } from 'vega'
import type { Config, TopLevelSpec } from 'vega-lite'
import type { ChartData } from '../charts/chart.js'
import type { JsonObject } from '../charts/spec.js'
import type { TextWidth } from './fonts.js'

/** A picture as SVG, and its view, from which the same picture can be painted in other ways. */
export interface DrawnView {
  readonly svg: string
  /** Pixels, as the SVG says. */
  readonly size: { readonly width: number; readonly height: number }
  /** Paints it on something with the methods of CanvasRenderingContext2D. */
  paint(canvas: object): Promise<void>
}

/** Draws one chart at a time: Vega numbers the ids of an SVG in one counter for the whole process. */
export interface SvgDrawer {
  /**
   * `config` is the theme; what the specification itself configures wins over it. The view that `use` is given is gone
   * when it has resolved.
   */
  draw<T>(
    spec: JsonObject,
    config: JsonObject,
    data: ChartData,
    use: (view: DrawnView) => Promise<T>,
  ): Promise<T>
}

/** What Vega knows of a text it wants to measure. */
interface TextItem {
  readonly fontSize?: number
  readonly fontWeight?: string | number
  readonly limit?: number
}

/** `textMetrics` is exported by Vega, but not declared in its types. */
interface WithTextMetrics {
  readonly textMetrics?: { width: (item: TextItem, text: unknown) => number }
}

const DEFAULT_FONT_SIZE = 11
const BOLD_FROM = 600
/** Vega's log level `Warn`. */
const WARNINGS = 2

/** Loads Vega; `warn` is told what it finds strange in a specification. */
export async function createSvgDrawer(
  textWidth: TextWidth,
  warn: (message: string) => void,
): Promise<SvgDrawer> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  const metrics = (vega as WithTextMetrics).textMetrics
  if (metrics !== undefined) metrics.width = (item, text) => measureItem(item, text, textWidth)
  const logger = createLogger(warn)
  return {
    draw: async (spec, config, data, use) => {
      vega.resetSVGDefIds()
      const compiled = compile(spec as unknown as TopLevelSpec, { config: config as Config, logger }).spec
      const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger })
      try {
        const names = new Set((compiled.data ?? []).map((source) => source.name))
        // Vega writes its own ids into the rows, so it gets copies.
        for (const [name, rows] of Object.entries(data)) {
          if (names.has(name))
            view.data(
              name,
              rows.map((row: object) => ({ ...row })),
            )
        }
        const svg = showControls(await view.toSVG())
        return await use({ svg, size: sizeOf(svg), paint: (canvas) => paintView(view, canvas) })
      } finally {
        view.finalize()
      }
    },
  }
}

/** Characters that XML does not take, and controls that it does, as they are shown elsewhere: `\x1b`. */
function showControls(svg: string): string {
  return svg.replace(
    /[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

function measureItem(item: TextItem, text: unknown, textWidth: TextWidth): number {
  if (text === null || text === undefined) return 0
  const isBold = item.fontWeight === 'bold' || Number(item.fontWeight) >= BOLD_FROM
  const width = textWidth(String(text).trim(), item.fontSize ?? DEFAULT_FONT_SIZE, isBold)
  return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width
}

/** Vega's own logger writes to the console. */
function createLogger(warn: (message: string) => void): LoggerInterface {
  const say = (parts: readonly unknown[]) => warn(parts.map(String).join(' '))
  const logger = {
    // Vega asks for the level before it says anything, and sets none.
    level: () => WARNINGS,
    error: (...parts: readonly unknown[]) => {
      say(parts)
      return logger
    },
    warn: (...parts: readonly unknown[]) => {
      say(parts)
      return logger
    },
    info: () => logger,
    debug: () => logger,
  } as LoggerInterface
  return logger
}

// <svg xmlns="…" version="1.1" class="marks" width="719" height="325" viewBox="0 0 719 325">
/** Width and height of an SVG as Vega begins it, pixels. */
function sizeOf(svg: string): DrawnView['size'] {
  const [, width, height] = / width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []
  return { width: Number(width), height: Number(height) }
}

/** An item of the scene, as far as images are looked for. */
interface SceneItem {
  readonly marktype?: string
  readonly items?: readonly SceneItem[]
  readonly url?: string
  image?: unknown
}

async function paintView(view: View, canvas: object): Promise<void> {
  const scene = (view.scenegraph() as unknown as { readonly root: SceneItem }).root
  markImagesLoaded(scene)
  await view.toCanvas(1, { externalContext: canvas } as object)
}

/** Without a browser Vega cannot load images and would leave them out; what draws them here knows them by address. */
function markImagesLoaded(item: SceneItem): void {
  for (const child of item.items ?? []) {
    if (item.marktype === 'image') {
      child.image = { complete: true, url: child.url, src: child.url, width: 1, height: 1 }
    }
    markImagesLoaded(child)
  }
}
