/** `clusterp plot`: CSVs to plot files. */
import { relative } from 'node:path'
import { createReduction, plottedColumns } from '../charts/charts.js'
import { OVERVIEW } from '../charts/overview.js'
import { mayMatch } from '../charts/select.js'
import { readConfigIfAny } from '../config/config.js'
import { SessionError } from '../errors.js'
import type { Resource } from '../model.js'
import { createRenderer } from '../render/render.js'
import { sessionPaths } from '../session/paths.js'
import { readTables, type TableReading } from './analysing/files.js'
import { type Recorded, readRecorded } from './analysing/recorded.js'
import { type Block, type CommandContext, type CommandResult, line } from './context.js'
import { withLock } from './locked.js'
import { plural } from './phrases.js'
import { chartContext, isSelection } from './plotting/inputs.js'
import { drawPictures, pictureFolder, removeOthers, type WrittenPicture } from './plotting/pictures.js'
import { type PlotOptions, type PlotSettings, plotSettings } from './plotting/settings.js'
import { beginSummary, type Judging } from './summary.js'

export type { PlotOptions } from './plotting/settings.js'

/** Draws what `parsed/` holds. */
export async function plotCommand(context: CommandContext, options: PlotOptions): Promise<CommandResult> {
  return withLock(context, 'plot', () => plotSession(context, options))
}

/** As `plotCommand`, for the holder of the lock. */
export async function plotSession(context: CommandContext, options: PlotOptions): Promise<CommandResult> {
  const { directory } = context
  const loaded = await readConfigIfAny({ path: context.configPath, env: context.env, flags: {} })
  const settings = plotSettings(loaded?.config ?? null, options)
  const renderer = await createRenderer({
    workingDir: directory,
    formats: settings.formats,
    theme: settings.theme,
  })
  const recorded = await readRecorded(context, 'plot')
  const inputs = { ...recorded, context, options, settings }
  const isPart = isSelection(inputs)
  const reduction = createReduction(chartContext(inputs))
  // The verdict is that of the whole run, and stands on the overview.
  const judging = hasOverview(settings) && !isPart ? beginSummary(context, recorded) : null
  for await (const table of readTables(context, readingOf(recorded, settings, judging))) {
    if (isPlotted(table.resource, settings.only)) reduction.add(table)
    judging?.add(table)
  }
  const drawing = reduction.finish((await judging?.finish())?.sentence ?? null)
  if (drawing.charts.length === 0) throw nothingToDraw(drawing.missing)
  const root = pictureFolder(directory, isPart, settings.size)
  const written = await drawPictures(context, renderer, drawing.charts, root)
  // A selection is the last one that was asked for; among the whole ones, those that were not asked for stay.
  if (isPart || settings.only === null) await removeOthers(root, written)
  for (const text of [...drawing.notes, ...renderer.warnings]) context.report({ kind: 'warning', text })
  for (const text of drawing.missing) context.report({ kind: 'info', text })
  return plotResult({ directory, root, isPart, plotCount: drawing.charts.length, written })
}

function isPlotted(resource: Resource, only: readonly string[] | null): boolean {
  return plottedColumns(resource).length > 0 && mayMatch(resource, only ?? undefined)
}

function hasOverview({ only, size }: PlotSettings): boolean {
  return size === 'page' && (only === null || only.includes(OVERVIEW))
}

/** Each CSV is read once, with the columns that are drawn and those that the verdict is found from. */
function readingOf(recorded: Recorded, settings: PlotSettings, judging: Judging | null): TableReading {
  const columnsOf = (resource: Resource): readonly string[] => {
    const drawn = isPlotted(resource, settings.only) ? plottedColumns(resource) : []
    return [...new Set([...drawn, ...(judging?.columnsOf(resource) ?? [])])]
  }
  const files = recorded.files.filter(({ resource }) => columnsOf(resource).length > 0)
  return { doing: 'plot', session: recorded.session, files, columnsOf }
}

function nothingToDraw(missing: readonly string[]): SessionError {
  const reason = missing.join('; ') || 'no plot matches --only'
  return new SessionError(`plot: there is nothing to draw: ${reason}`, {
    hint: 'see what was measured: clusterp parse',
  })
}

interface Drawn {
  readonly directory: string
  readonly root: string
  readonly isPart: boolean
  readonly plotCount: number
  readonly written: readonly WrittenPicture[]
}

function plotResult({ directory, root, isPart, plotCount, written }: Drawn): CommandResult {
  const { plot } = sessionPaths(directory)
  const blocks: Block[] = [line(`Drew ${plural(plotCount, 'plot')} into ${root}`)]
  if (isPart) blocks.push(line(`They show a part; those of the whole session in ${plot} stay as they are`))
  const inRoot = relative(directory, root).split('\\').join('/')
  return {
    exitCode: 0,
    hosts: [],
    blocks,
    json: {
      plots: written.map(({ folder, file }) => [inRoot, folder, file].filter(Boolean).join('/')),
    },
  }
}
