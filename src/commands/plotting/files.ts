/** The CSVs that a plot is drawn from. */
import type { ChartContext } from '../../charts/charts.js'
import { readTableCsv } from '../../data/csv-read.js'
import { SessionError } from '../../errors.js'
import type { Config, Resource, Session, Table } from '../../model.js'
import { listParsed, readParsed, readParsedEdges } from '../../session/parsed.js'
import { sessionPaths } from '../../session/paths.js'
import { chosenHosts } from '../chosen-hosts.js'
import type { CommandContext } from '../context.js'
import { type CsvSpan, csvSpan } from './span.js'

/** One CSV to draw. */
export interface ParsedFile {
  readonly resource: Resource
  readonly host: string
  readonly span: CsvSpan
}

export interface FoundFiles {
  readonly files: readonly ParsedFile[]
  /** Drawn hosts in the order of the session or the config. */
  readonly hosts: ChartContext['hosts']
  /** Hosts that could have been drawn. */
  readonly hostCount: number
}

/** Finds the CSVs with rows of the hosts that are wanted. Throws a SessionError when there are none. */
export async function findFiles(
  context: CommandContext,
  session: Session | null,
  config: Config | null,
): Promise<FoundFiles> {
  const parsed = await listParsed(context.directory)
  const found = [...new Set([...parsed.values()].flat())].sort()
  const known = (session?.hosts ?? config?.hosts ?? []).map(({ name, alias }) => ({ name, alias }))
  const strangers = found.filter((name) => !known.some((host) => host.name === name))
  // Its place among all hosts decides a host's colour, so that a part of them looks as in the whole.
  const all = [...known, ...strangers.map((name) => ({ name, alias: null }))]
    .map((host, place) => ({ ...host, place }))
    .filter((host) => found.includes(host.name))
  const hosts = await chosenHosts(context, all)
  const files: ParsedFile[] = []
  for (const [resource, withFile] of parsed) {
    for (const { name } of hosts.filter((host) => withFile.includes(host.name))) {
      const span = csvSpan(await readParsedEdges(context.directory, resource, name))
      const phaseMs = phaseOf(session, name)
      const shifted = span && { ...span, fromMs: span.fromMs + phaseMs, toMs: span.toMs + phaseMs }
      if (shifted !== null) files.push({ resource, host: name, span: shifted })
    }
  }
  if (files.length === 0) {
    throw new SessionError(`plot: there are no CSVs with rows in ${sessionPaths(context.directory).parsed}`, {
      hint: 'make them: clusterp parse',
    })
  }
  return { files, hosts, hostCount: Math.max(known.length, all.length) }
}

/** Reads one CSV with its samples where they were taken; see `onTrueTime`. */
export async function readDrawn(
  directory: string,
  { resource, host }: ParsedFile,
  session: Session | null,
): Promise<Table> {
  const bytes = await readParsed(directory, resource, host)
  const table = readTableCsv(bytes, { resource, host, path: `parsed/${resource}/${host}.csv` })
  return onTrueTime(table, session)
}

const SECOND_MS = 1000

/** What sadc cut off a host's stamps, milliseconds; 0 where nothing was cut or nothing is known. */
function phaseOf(session: Session | null, name: string): number {
  const isSar = session?.hosts.find((host) => host.name === name)?.collector === 'sar'
  return isSar ? (session?.startMs ?? 0) % SECOND_MS : 0
}

/**
 * Every node samples at the same fraction of a second, half past, and sadc cuts its stamps to the second: the fraction is
 * put back for drawing, so that lines of sadc, of the sampler and marks agree.
 */
function onTrueTime(table: Table, session: Session | null): Table {
  const phaseMs = phaseOf(session, table.host)
  if (phaseMs === 0 || table.timeMs.some((timeMs) => timeMs % SECOND_MS !== 0)) return table
  return { ...table, timeMs: table.timeMs.map((timeMs) => timeMs + phaseMs) }
}
