/** Where pictures go: to plot/, those in the width of a column to plot/column/, those of a part to selection/ in it. */
import { join } from 'node:path'
import pMap from 'p-map'
import type { Chart } from '../../charts/chart.js'
import type { ChartSize } from '../../charts/charts.js'
import { RESOURCES } from '../../model.js'
import type { Renderer } from '../../render/render.js'
import { removeStale, writeOutput } from '../../session/output-files.js'
import { safeFileName, sessionPaths } from '../../session/paths.js'
import type { CommandContext } from '../context.js'
import { throwIfInterrupted } from '../waiting.js'

/** Folder of the pictures of a part of the hosts or of the time, below plot/ and plot/column/. */
export const SELECTION_FOLDER = 'selection'
/** Folder of the pictures for one column of a paper, below plot/: those of a page stay beside them. */
export const COLUMN_FOLDER = 'column'

/** A picture that was written. */
export interface WrittenPicture {
  /** Folder of its resource; empty: none, as the overview. */
  readonly folder: string
  readonly file: string
}

/** The SVG of one while sharp works on the PNG of another. */
const DRAWN_AT_ONCE = 2

/** Draws all charts into `root`; what was written is in the order of the charts. */
export async function drawPictures(
  context: Pick<CommandContext, 'report' | 'signal'>,
  renderer: Renderer,
  charts: readonly Chart[],
  root: string,
): Promise<readonly WrittenPicture[]> {
  context.report({ kind: 'progress', step: 'draw', total: charts.length })
  const drawOne = async (chart: Chart): Promise<readonly WrittenPicture[]> => {
    throwIfInterrupted(context.signal, 'plot', 'clusterp plot')
    const folder = chart.resource ?? ''
    const written: WrittenPicture[] = []
    for (const [format, bytes] of await renderer.render(chart)) {
      const file = `${safeFileName('plot name', chart.name)}.${format}`
      await writeOutput(join(root, folder, file), bytes)
      written.push({ folder, file })
    }
    context.report({ kind: 'progress-one', step: 'draw', isFailure: false })
    return written
  }
  return (await pMap(charts, drawOne, { concurrency: DRAWN_AT_ONCE })).flat()
}

/** The folder that the pictures go to. */
export function pictureFolder(directory: string, isPart: boolean, size: ChartSize = 'page'): string {
  const { plot } = sessionPaths(directory)
  const ofSize = size === 'column' ? join(plot, COLUMN_FOLDER) : plot
  return isPart ? join(ofSize, SELECTION_FOLDER) : ofSize
}

/** Removes the pictures of an earlier run from `root`, in the folders of the resources and beside them. */
export async function removeOthers(root: string, written: readonly WrittenPicture[]): Promise<void> {
  for (const folder of ['', ...RESOURCES]) {
    const files = written.filter((picture) => picture.folder === folder).map(({ file }) => file)
    await removeStale(join(root, folder), new Set(files))
  }
}
