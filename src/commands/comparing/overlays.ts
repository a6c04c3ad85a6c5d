/** Draws the figures that changed, both sessions in one frame. */
import { join, relative } from 'node:path'
import { createOverlay, type Overlay } from '../../analysis/comparison-overlay.js'
import type { ComparisonRow } from '../../analysis/comparison-verdict.js'
import { type Series, seriesOf } from '../../analysis/series.js'
import type { Chart } from '../../charts/chart.js'
import { readConfigIfAny } from '../../config/config.js'
import { DEFAULTS } from '../../config/defaults.js'
import { RESOURCES, type Table } from '../../model.js'
import { createRenderer } from '../../render/render.js'
import { removeStale, writeOutput } from '../../session/output-files.js'
import type { CommandContext } from '../context.js'
import { throwIfInterrupted } from '../waiting.js'
import { overlayChart } from './overlay-chart.js'
import { readPairs } from './read-pairs.js'
import type { Side, Sides } from './sides.js'
import { rowName, valueText } from './values.js'

/** What was drawn: the folder, absolute, and the files, as seen from the working directory. */
export interface DrawnOverlays {
  readonly folder: string
  readonly files: readonly string[]
}

const MOST_CHARTS = 10
/** One to every second pixel column: lines of two sessions stay apart. */
const MOST_BINS = 320
const MOST_CHANGES = 3

/**
 * Draws up to ten charts of the changed rows, the most important first, into `compare/<A>-<B>/`, in the place of those of
 * an earlier comparison; null when nothing changed.
 */
export async function drawOverlays(
  context: CommandContext,
  sides: Sides,
  changed: readonly ComparisonRow[],
): Promise<DrawnOverlays | null> {
  const folder = join(context.directory, 'compare', `${fileWord(sides.a)}-${fileWord(sides.b)}`)
  if (changed.length === 0) {
    await removeOthers(folder, new Map())
    return null
  }
  const plot = await plotSettings(context)
  const renderer = await createRenderer({ workingDir: context.directory, ...plot })
  const files: string[] = []
  const kept = new Map<string, Set<string>>()
  for (const chart of await makeCharts(context, { sides, changed, theme: plot.theme })) {
    throwIfInterrupted(context.signal, 'compare', 'clusterp compare')
    const below = chart.resource ?? ''
    for (const [format, bytes] of await renderer.render(chart)) {
      const name = `${chart.name}.${format}`
      await writeOutput(join(folder, below, name), bytes)
      kept.set(below, (kept.get(below) ?? new Set()).add(name))
      files.push(relative(context.directory, join(folder, below, name)))
    }
  }
  await removeOthers(folder, kept)
  for (const text of renderer.warnings) context.report({ kind: 'warning', text })
  return { folder, files }
}

/** Removes the charts that this comparison did not draw; `kept` are file names by resource. */
async function removeOthers(folder: string, kept: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
  for (const resource of RESOURCES) {
    await removeStale(join(folder, resource), kept.get(resource) ?? new Set())
  }
}

async function plotSettings(context: CommandContext) {
  const loaded = await readConfigIfAny({ path: context.configPath, env: context.env, flags: {} })
  const { formats, theme } = loaded?.config.plot ?? DEFAULTS.plot
  return { formats, theme }
}

/** A session's title as a part of a folder's name. */
function fileWord({ title, letter }: Side): string {
  const word = title.replaceAll(/[^\p{L}\p{N}._-]/gu, '_').replaceAll('..', '__')
  return word.replace(/^\.+/, '') || letter
}

/** One chart to be: the rows it stands for, and both halves of it. */
export interface Subject {
  readonly rows: readonly ComparisonRow[]
  readonly first: ComparisonRow
  readonly a: Overlay
  readonly b: Overlay
}

interface ChartInputs {
  readonly sides: Sides
  readonly changed: readonly ComparisonRow[]
  readonly theme: Chart['theme']
}

async function makeCharts(context: CommandContext, inputs: ChartInputs): Promise<readonly Chart[]> {
  const { sides } = inputs
  const subjects = subjectsOf(sides, inputs.changed)
  const isWanted = (resource: string): boolean => subjects.some(({ first }) => first.resource === resource)
  for await (const { a, b } of readPairs(context, sides, isWanted)) {
    for (const subject of subjects) {
      addPair(subject, a, b)
    }
  }
  return subjects.map((subject) => chartOf(subject, inputs))
}

function subjectsOf(sides: Sides, changed: readonly ComparisonRow[]): readonly Subject[] {
  const byFigure = new Map<string, ComparisonRow[]>()
  for (const row of changed) byFigure.set(rowName(row), [...(byFigure.get(rowName(row)) ?? []), row])
  const overlay = ({ recorded }: Side): Overlay => {
    const samples = Math.floor((recorded.toMs - recorded.fromMs) / 1000 / recorded.intervalSec)
    return createOverlay(recorded, Math.max(1, Math.min(MOST_BINS, samples)))
  }
  return [...byFigure.values()].slice(0, MOST_CHARTS).flatMap((rows) => {
    const [first] = rows
    return first === undefined ? [] : [{ rows, first, a: overlay(sides.a), b: overlay(sides.b) }]
  })
}

/** Adds a host pair, as in the rows: a host counts in both sessions or in none. */
export function addPair(
  { a, b, first }: Pick<Subject, 'a' | 'b' | 'first'>,
  tableA: Table | null,
  tableB: Table | null,
): void {
  const ofA = seriesIn(tableA, first)
  const ofB = seriesIn(tableB, first)
  if (ofA.length === 0 || ofB.length === 0) return
  for (const series of ofA) a.add(series)
  for (const series of ofB) b.add(series)
}

function seriesIn(table: Table | null, { resource, device, column }: ComparisonRow): readonly Series[] {
  if (table === null || table.resource !== resource) return []
  return seriesOf(table, column).filter(({ alias }) => alias === device)
}

function chartOf({ rows, first, a, b }: Subject, { sides, theme }: ChartInputs): Chart {
  const half = ({ letter, title, recorded }: Side, overlay: Overlay) => ({
    label: `${letter}: ${title}`,
    letter,
    points: overlay.finish(),
    marks: recorded.marks,
    fromMs: recorded.fromMs,
    toMs: recorded.toMs,
  })
  const { resource, device, column } = first
  const changes = rows
    .slice(0, MOST_CHANGES)
    .map((row) => `${row.phase}: ${valueText(column, row.a)} to ${valueText(column, row.b)}`)
  const subject = { resource, device, column, changes, hostCount: first.hosts }
  return overlayChart(subject, [half(sides.a, a), half(sides.b, b)], theme)
}
