/** What a plot command was asked for, checked. */
import { CATALOGUE } from '../../charts/catalogue.js'
import type { ChartSize, PlotSort } from '../../charts/charts.js'
import { OVERVIEW } from '../../charts/overview.js'
import { DEFAULTS } from '../../config/defaults.js'
import { nearest } from '../../config/nearest.js'
import { ConfigError } from '../../errors.js'
import type { Config, PlotFormat, PlotLayout } from '../../model.js'

/** The options of `plot` as typed; lists are comma-separated. */
export interface PlotOptions {
  readonly format?: string | undefined
  readonly layout?: string | undefined
  readonly sort?: string | undefined
  readonly size?: string | undefined
  readonly only?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** How plots are drawn. */
export interface PlotSettings {
  readonly formats: readonly PlotFormat[]
  readonly layout: PlotLayout
  readonly sort: PlotSort
  readonly size: ChartSize
  readonly theme: Config['plot']['theme']
  /** Plots asked for; null: all. */
  readonly only: readonly string[] | null
}

const LAYOUTS: readonly PlotLayout[] = ['auto', 'lines', 'facets', 'heatmap', 'band']
const SORTS: readonly PlotSort[] = ['config', 'outlier']
const SIZES: readonly ChartSize[] = ['page', 'column']

/** The settings of the configuration with what was asked for in their place. */
export function plotSettings(config: Config | null, options: PlotOptions): PlotSettings {
  const base = config?.plot ?? DEFAULTS.plot
  const formats = options.format === undefined ? base.formats : listWords(options.format)
  if (formats.length === 0) {
    throw new ConfigError('plot: --format names no format', { hint: 'clusterp plot --format svg,png' })
  }
  return {
    // What cannot be drawn is refused by the renderer, which knows what can.
    formats: formats as readonly PlotFormat[],
    layout: oneOf('layout', options.layout ?? base.layout, LAYOUTS),
    sort: oneOf('sort', options.sort ?? 'config', SORTS),
    size: oneOf('size', options.size ?? 'page', SIZES),
    theme: base.theme,
    only: options.only === undefined ? null : knownPlots(listWords(options.only)),
  }
}

/** Refuses what begins with no resource that has plots; whether there is such a plot, only the data can tell. */
function knownPlots(only: readonly string[]): readonly string[] {
  const starts = [...new Set<string>(CATALOGUE.map(({ resource }) => resource)), OVERVIEW]
  for (const pattern of only) {
    const [first = ''] = pattern.split('/')
    if (first.includes('*') || starts.includes(first)) continue
    const meant = nearest(first, starts)
    throw new ConfigError(`plot: --only: there are no plots of "${first}"`, {
      hint: meant === null ? `choose from: ${starts.join(', ')}` : `did you mean "${meant}"?`,
    })
  }
  return only
}

function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text)
  if (found !== undefined) return found
  throw new ConfigError(`plot: there is no way to draw with the ${flag} "${text}"`, {
    hint: `choose from: ${allowed.join(', ')}`,
  })
}

function listWords(list: string): readonly string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
