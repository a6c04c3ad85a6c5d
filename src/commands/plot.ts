/** `clusterp plot`: CSVs to plot files. */
import pMap from 'p-map'
import type { Chart } from '../charts/chart.js'
import { type ChartContext, createReduction } from '../charts/charts.js'
import { readConfigIfAny } from '../config/config.js'
import { DEFAULTS } from '../config/defaults.js'
import { ConfigError, SessionError } from '../errors.js'
import {
  type Config,
  type Mark,
  type PlotFormat,
  type PlotLayout,
  RESOURCES,
  type Resource,
  type Session,
} from '../model.js'
import { createRenderer } from '../render/render.js'
import { readMarks } from '../session/marks.js'
import { removeStale, writeOutput } from '../session/output-files.js'
import { sessionPaths } from '../session/paths.js'
import { readSessionFile } from '../session/store.js'
import { type Block, type CommandContext, type CommandResult, line } from './context.js'
import { withLock } from './locked.js'
import { plural } from './phrases.js'
import { type FoundFiles, findFiles, readDrawn } from './plotting/files.js'
import { parseMoment } from './plotting/span.js'
import { elapsedZeroMs } from './starting/agree.js'
import { throwIfInterrupted } from './waiting.js'

export interface PlotOptions {
  /** As typed, comma-separated. */
  readonly format?: string | undefined
  readonly layout?: string | undefined
  readonly only?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** Draws what `parsed/` holds. */
export async function plotCommand(context: CommandContext, options: PlotOptions): Promise<CommandResult> {
  return withLock(context, 'plot', () => plotSession(context, options))
}

/** As `plotCommand`, for the holder of the lock. */
export async function plotSession(context: CommandContext, options: PlotOptions): Promise<CommandResult> {
  const { directory } = context
  const session = await readSessionFile(directory, 'session.json')
  const loaded = await readConfigIfAny({ path: context.configPath, env: context.env, flags: {} })
  const plot = plotSettings(loaded?.config ?? null, options)
  const renderer = await createRenderer({ workingDir: directory, formats: plot.formats, theme: plot.theme })
  const files = await findFiles(context, session, loaded?.config ?? null)
  const { marks } = await readMarks(directory)
  const reduction = createReduction(
    chartContext({ context, session, config: loaded?.config ?? null, options, plot, marks, ...files }),
  )
  context.report({ kind: 'progress', step: 'reduce', total: files.files.length })
  for (const file of files.files) {
    throwIfInterrupted(context.signal, 'plot', 'clusterp plot')
    reduction.add(await readDrawn(directory, file, session))
    context.report({ kind: 'progress-one', step: 'reduce', isFailure: false })
  }
  const drawing = reduction.finish()
  if (drawing.charts.length === 0) {
    throw new SessionError(
      `plot: there is nothing to draw: ${drawing.missing.join('; ') || 'no plot matches --only'}`,
      {
        hint: 'see what was measured: clusterp parse',
      },
    )
  }
  const written = await drawAll(context, renderer, drawing.charts)
  const isWhole = options.only === undefined && context.flags.hosts === undefined
  if (isWhole) await removeOld(directory, written)
  for (const text of [...drawing.notes, ...renderer.warnings]) context.report({ kind: 'warning', text })
  for (const text of drawing.missing) context.report({ kind: 'info', text })
  return plotResult(directory, drawing.charts, written)
}

interface PlotSettings {
  readonly formats: readonly PlotFormat[]
  readonly layout: PlotLayout
  readonly theme: Config['plot']['theme']
}

/** Layouts that this version draws; the others are refused rather than drawn as something else. */
const DRAWN_LAYOUTS: readonly string[] = ['auto', 'lines']

function plotSettings(config: Config | null, options: PlotOptions): PlotSettings {
  const base = config?.plot ?? DEFAULTS.plot
  const layout = options.layout ?? base.layout
  if (!DRAWN_LAYOUTS.includes(layout)) {
    throw new ConfigError(`plot: this version cannot draw the layout "${layout}"`, {
      hint: `choose from: ${DRAWN_LAYOUTS.join(', ')}`,
    })
  }
  const formats = options.format === undefined ? base.formats : words(options.format)
  if (formats.length === 0) {
    throw new ConfigError('plot: --format names no format', { hint: 'clusterp plot --format svg,png' })
  }
  // What cannot be drawn is refused by the renderer, which knows what can.
  return { formats: formats as readonly PlotFormat[], layout: layout as PlotLayout, theme: base.theme }
}

function words(list: string): readonly string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

interface ChartInputs extends FoundFiles {
  readonly context: CommandContext
  readonly session: Session | null
  readonly config: Config | null
  readonly options: PlotOptions
  readonly plot: PlotSettings
  readonly marks: readonly Mark[]
}

function chartContext(inputs: ChartInputs): ChartContext {
  const { context, session, options, files, hosts } = inputs
  const firstMs = Math.min(...files.map((file) => file.span.fromMs))
  const lastMs = Math.max(...files.map((file) => file.span.toMs))
  const zeroMs = elapsedZeroMs(session?.startMs ?? firstMs)
  const zoneOffsetMinutes = context.zoneOffsetMinutes(zeroMs)
  const frame = { zeroMs, zoneOffsetMinutes, marks: inputs.marks }
  // The first sample of a slow logger is as wide as its interval, and reaches back before the start.
  const fromMs = options.from === undefined ? zeroMs : parseMoment('from', options.from, frame)
  const toMs = options.to === undefined ? lastMs : parseMoment('to', options.to, frame)
  if (toMs <= fromMs) throw new ConfigError('plot: --to is not after --from')
  return {
    hosts,
    startMs: zeroMs,
    rangeMs: [fromMs, toMs],
    intervalSec: session?.intervalSec ?? files[0]?.span.intervalSec ?? 1,
    zoneOffsetMinutes,
    marks: inputs.marks,
    theme: inputs.plot.theme,
    layout: inputs.plot.layout,
    notes: notesOf(inputs),
    sessionName: session?.name ?? null,
    ...(options.only === undefined ? {} : { only: words(options.only) }),
  }
}

function notesOf({ hosts, hostCount, session }: ChartInputs): readonly string[] {
  const part = hosts.length < hostCount ? [`${hosts.length} of ${hostCount} hosts`] : []
  const partial = (session?.hosts ?? [])
    .filter((host) => host.problems.length > 0 && hosts.some((drawn) => drawn.name === host.name))
    .map((host) => `${host.alias ?? host.name}: partial`)
  return [...part, ...partial]
}

interface WrittenFile {
  readonly resource: Resource
  readonly file: string
}

/** The SVG of one while sharp works on the PNG of another. */
const DRAWN_AT_ONCE = 2

async function drawAll(
  context: CommandContext,
  renderer: Awaited<ReturnType<typeof createRenderer>>,
  charts: readonly Chart[],
): Promise<readonly WrittenFile[]> {
  const paths = sessionPaths(context.directory)
  const written: WrittenFile[] = []
  context.report({ kind: 'progress', step: 'draw', total: charts.length })
  const drawOne = async (chart: Chart): Promise<void> => {
    throwIfInterrupted(context.signal, 'plot', 'clusterp plot')
    for (const [format, bytes] of await renderer.render(chart)) {
      await writeOutput(paths.plotFile(chart.resource, chart.name, format), bytes)
      written.push({ resource: chart.resource, file: `${chart.name}.${format}` })
    }
    context.report({ kind: 'progress-one', step: 'draw', isFailure: false })
  }
  await pMap(charts, drawOne, { concurrency: DRAWN_AT_ONCE })
  return written
}

async function removeOld(directory: string, written: readonly WrittenFile[]): Promise<void> {
  const { plot } = sessionPaths(directory)
  for (const resource of RESOURCES) {
    const files = written.filter((file) => file.resource === resource).map((file) => file.file)
    await removeStale(`${plot}/${resource}`, new Set(files))
  }
}

function plotResult(
  directory: string,
  charts: readonly Chart[],
  written: readonly WrittenFile[],
): CommandResult {
  const { plot } = sessionPaths(directory)
  const blocks: Block[] = [line(`Drew ${plural(charts.length, 'plot')} into ${plot}`)]
  return {
    exitCode: 0,
    hosts: [],
    blocks,
    json: { plots: written.map(({ resource, file }) => `plot/${resource}/${file}`) },
  }
}
