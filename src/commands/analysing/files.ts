/** The CSVs of a session, found and read one at a time. */
import { readTableCsv } from '../../data/csv-read.js'
import { SessionError } from '../../errors.js'
import type { Config, Resource, Session, Table } from '../../model.js'
import { listParsed, readParsed, readParsedEdges } from '../../session/parsed.js'
import { sessionPaths } from '../../session/paths.js'
import { chosenHosts } from '../chosen-hosts.js'
import type { CommandContext } from '../context.js'
import { type CsvSpan, csvSpan } from '../plotting/span.js'
import { throwIfInterrupted } from '../waiting.js'

/** One CSV with rows. */
export interface ParsedFile {
  readonly resource: Resource
  readonly host: string
  readonly span: CsvSpan
}

/** A host that has CSVs; `place` is its place among all hosts of the session, which decides its colour. */
export interface ParsedHost {
  readonly name: string
  readonly alias: string | null
  readonly place: number
}

export interface FoundFiles {
  readonly files: readonly ParsedFile[]
  /** Wanted hosts with a CSV in the order of the session or the config. */
  readonly hosts: readonly ParsedHost[]
  /** Wanted hosts without a CSV, in the same order. */
  readonly absent: readonly ParsedHost[]
  /** Hosts that could have been wanted. */
  readonly hostCount: number
}

/** What the search for CSVs goes by. */
export interface FileSearch {
  /** The command, as errors begin: `plot`. */
  readonly doing: string
  readonly session: Session | null
  readonly config: Config | null
}

type Asker = Pick<CommandContext, 'directory' | 'flags' | 'env' | 'configPath'>

/** Finds the CSVs with rows of the hosts that are wanted. Throws a SessionError when there are none. */
export async function findFiles(context: Asker, search: FileSearch): Promise<FoundFiles> {
  const { session, config } = search
  const parsed = await listParsed(context.directory)
  const found = [...new Set([...parsed.values()].flat())].sort()
  const known = (session?.hosts ?? config?.hosts ?? []).map(({ name, alias }) => ({ name, alias }))
  const strangers = found.filter((name) => !known.some((host) => host.name === name))
  // Its place among all hosts decides a host's colour, so that a part of them looks as in the whole.
  const all = [...known, ...strangers.map((name) => ({ name, alias: null }))].map((host, place) => ({
    ...host,
    place,
  }))
  const wanted = await chosenHosts(context, all)
  const hosts = wanted.filter((host) => found.includes(host.name))
  const absent = wanted.filter((host) => !found.includes(host.name))
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
    const { parsed: folder } = sessionPaths(context.directory)
    const of = wanted.length === all.length ? '' : ` of ${wanted.map(({ name }) => name).join(', ')}`
    throw new SessionError(`${search.doing}: there are no CSVs with rows${of} in ${folder}`, {
      hint: 'make them: clusterp parse',
    })
  }
  return { files, hosts, absent, hostCount: all.length }
}

/** Reads one CSV with its samples where they were taken; see `onTrueTime`. `columns`: all of the resource's without it. */
export async function readTable(
  directory: string,
  { resource, host }: Pick<ParsedFile, 'resource' | 'host'>,
  session: Session | null,
  columns?: readonly string[],
): Promise<Table> {
  const bytes = await readParsed(directory, resource, host)
  const source = { resource, host, path: `parsed/${resource}/${host}.csv` }
  return onTrueTime(readTableCsv(bytes, { ...source, ...(columns && { columns }) }), session)
}

/** What `readTables` reads, and how it tells of it. */
export interface TableReading {
  /** The command that reads, as errors begin: `summary`. */
  readonly doing: string
  readonly session: Session | null
  readonly files: readonly Pick<ParsedFile, 'resource' | 'host'>[]
  /** Columns that are needed of a resource; undefined: all of them. */
  readonly columnsOf?: (resource: Resource) => readonly string[] | undefined
}

/** Reads CSVs one after the other, so that one table is held at a time; progress is told, Ctrl-C ends it. */
export async function* readTables(
  context: Pick<CommandContext, 'directory' | 'signal' | 'report'>,
  reading: TableReading,
): AsyncGenerator<Table> {
  const { doing, session, files } = reading
  context.report({ kind: 'progress', step: 'read', total: files.length })
  for (const file of files) {
    throwIfInterrupted(context.signal, doing, `clusterp ${doing}`)
    yield await readTable(context.directory, file, session, reading.columnsOf?.(file.resource))
    context.report({ kind: 'progress-one', step: 'read', isFailure: false })
  }
}

const SECOND_MS = 1000

/** What sadc cut off a host's stamps, milliseconds; 0 where nothing was cut or nothing is known. */
function phaseOf(session: Session | null, name: string): number {
  const isSar = session?.hosts.find((host) => host.name === name)?.collector === 'sar'
  return isSar ? (session?.startMs ?? 0) % SECOND_MS : 0
}

/**
 * Every node samples at the same fraction of a second, half past, and sadc cuts its stamps to the second: the fraction is
 * put back, so that samples of sadc, of the sampler and marks agree.
 */
function onTrueTime(table: Table, session: Session | null): Table {
  const phaseMs = phaseOf(session, table.host)
  if (phaseMs === 0 || table.timeMs.some((timeMs) => timeMs % SECOND_MS !== 0)) return table
  return { ...table, timeMs: table.timeMs.map((timeMs) => timeMs + phaseMs) }
}
