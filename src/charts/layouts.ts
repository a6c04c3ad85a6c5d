/** Which layout a plot gets: by the number of its series, or the one that was asked for. */
import type { PlotLayout } from '../model.js'
import { bandChart } from './band.js'
import type { Chart } from './chart.js'
import { facetsChart } from './facets.js'
import type { PlotInput } from './frame.js'
import { heatmapChart } from './heatmap.js'
import { linesChart } from './lines.js'
import { matrixOf } from './matrix.js'
import { type ChartSize, rulesOf } from './size.js'

/** Of more lines than this the one covers the other. */
const MOST_LINES = 6

type DrawnLayout = Exclude<PlotLayout, 'auto'>

/** The layouts that a plot of so many series is drawn in. */
export function layoutsFor(
  seriesCount: number,
  wanted: PlotLayout,
  size?: ChartSize,
): readonly DrawnLayout[] {
  if (wanted !== 'auto') return [wanted]
  if (seriesCount <= MOST_LINES) return ['lines']
  return seriesCount <= rulesOf(size).mostPanels ? ['facets'] : ['heatmap', 'band']
}

/** The charts of one plot. */
export function drawPlot(input: PlotInput): readonly Chart[] {
  const { layout: wanted, size } = input.context
  const layouts = layoutsFor(input.series.length, wanted, size)
  const matrix = layouts.some((layout) => layout === 'heatmap' || layout === 'band') ? matrixOf(input) : null
  return layouts.map((layout) => {
    if (matrix !== null && layout === 'heatmap') return heatmapChart(input, matrix)
    if (matrix !== null && layout === 'band') return bandChart(input, matrix, `${input.name}_band`)
    return layout === 'facets' ? facetsChart(input) : linesChart(input)
  })
}
