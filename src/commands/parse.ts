/** `clusterp parse`: raw files to one CSV per resource and host. Works from config.yml and raw/ alone. */
import { firstSampleMs, parseRaw } from '../collectors/raw.js'
import { readConfigIfAny } from '../config/config.js'
import { clockOffsetAt, clockStepMs, shiftEvents, shiftTable } from '../data/clock.js'
import { tableToCsv } from '../data/csv-write.js'
import { ParseError } from '../errors.js'
import {
  type Config,
  type NodeMeta,
  type RawEvent,
  RESOURCES,
  type Resource,
  type Session,
  type SessionHost,
  type Table,
} from '../model.js'
import { readMeta } from '../session/meta.js'
import { removeStale, writeOutput } from '../session/output-files.js'
import { sessionPaths } from '../session/paths.js'
import { listRaw, readRawFiles, readRawHeads } from '../session/raw.js'
import { readSessionFile } from '../session/store.js'
import { chosenHosts } from './chosen-hosts.js'
import { asResult, combineResults } from './combine.js'
import { type Block, type CommandContext, type CommandResult, type HostResult, line } from './context.js'
import { withLock } from './locked.js'
import { DeviceFilter } from './parsing/device-filter.js'
import { keepEvents } from './parsing/events.js'
import { noRawFiles } from './parsing/no-raw-files.js'
import { plural } from './phrases.js'
import { plotSession } from './plot.js'
import { elapsedZeroMs } from './starting/agree.js'
import { throwIfInterrupted } from './waiting.js'

/** Parses the working directory and, with `withPlot`, draws what came of it. */
export async function parseCommand(
  context: CommandContext,
  options: { readonly withPlot: boolean },
): Promise<CommandResult> {
  return withLock(context, 'parse', async () => {
    const parsed = await parseSession(context)
    if (!options.withPlot) return parsed
    return combineResults([parsed, await asResult(() => plotSession(context, {}))])
  })
}

/** What parsing one file came to. */
interface FileResult {
  readonly resource: Resource
  readonly host: string
  readonly rows: number
  /** Why the file was not read whole; null when it was. */
  readonly loss: string | null
  /** What happened on the node, on the controller's clock. */
  readonly events: readonly RawEvent[]
}

interface ParseWork {
  readonly context: CommandContext
  readonly session: Session | null
  readonly filter: DeviceFilter
  readonly metaOf: ReadonlyMap<string, NodeMeta | null>
}

/** As `parseCommand`, for the holder of the lock. */
export async function parseSession(context: CommandContext): Promise<CommandResult> {
  const { directory } = context
  // Not that of an interrupted start: raw/ and parsed/ are still the earlier session's then.
  const session = await readSessionFile(directory, 'session.json')
  const loaded = await readConfigIfAny({ path: context.configPath, env: context.env, flags: {} })
  for (const text of loaded?.warnings ?? []) context.report({ kind: 'warning', text })
  const raw = await listRaw(directory)
  const names = hostOrder(session, loaded?.config ?? null, raw)
  const hosts = await chosenHosts(
    context,
    names.map((name) => ({ name, alias: hostOf(session, name)?.alias ?? null })),
  )
  const files = filesToParse(raw, hosts)
  if (files.length === 0) throw noRawFiles(sessionPaths(directory).raw, session)
  const work: ParseWork = {
    context,
    session,
    filter: new DeviceFilter(loaded?.config ?? null),
    metaOf: await readMetas(context, session, files),
  }
  const zeroMs = await findElapsedZero(work, files)
  context.report({ kind: 'progress', step: 'parse', total: files.length })
  const results: FileResult[] = []
  for (const { resource, host } of files) {
    throwIfInterrupted(context.signal, 'parse', 'clusterp parse')
    const result = await parseFile(work, resource, host, zeroMs)
    context.report({ kind: 'progress-one', step: 'parse', isFailure: result.loss !== null })
    results.push(result)
  }
  if (context.flags.hosts === undefined) await removeOld(directory, results)
  await keepEvents(directory, {
    found: results.flatMap(({ events }) => events),
    // Those of the hosts that are left alone this time stay.
    isKept: (host) => context.flags.hosts !== undefined && !hosts.some(({ name }) => name === host),
  })
  return parseResult(context, work, results)
}

/** Hosts in the order of session.json, else config.yml; else, and for files of no known host, by file name. */
function hostOrder(
  session: Session | null,
  config: Config | null,
  raw: ReadonlyMap<Resource, readonly string[]>,
): readonly string[] {
  const known = (session?.hosts ?? config?.hosts ?? []).map((host) => host.name)
  const found = new Set([...raw.values()].flat())
  return [...known.filter((host) => found.has(host)), ...[...found].filter((host) => !known.includes(host))]
}

function filesToParse(
  raw: ReadonlyMap<Resource, readonly string[]>,
  hosts: readonly { readonly name: string }[],
): { readonly resource: Resource; readonly host: string }[] {
  return [...raw].flatMap(([resource, withFiles]) =>
    hosts.filter((host) => withFiles.includes(host.name)).map((host) => ({ resource, host: host.name })),
  )
}

async function readMetas(
  context: CommandContext,
  session: Session | null,
  files: readonly { readonly host: string }[],
): Promise<ReadonlyMap<string, NodeMeta | null>> {
  const metas = new Map<string, NodeMeta | null>()
  for (const host of new Set(files.map((file) => file.host))) {
    const { meta, warning } = await readMeta(context.directory, host)
    if (warning !== null) context.report({ kind: 'warning', text: warning })
    metas.set(host, meta ?? hostOf(session, host)?.meta ?? null)
  }
  return metas
}

function hostOf(session: Session | null, name: string): SessionHost | null {
  return session?.hosts.find((host) => host.name === name) ?? null
}

/** When the session ran, on the clock of its node: rows far outside are no samples of it. Null when it is not known. */
function windowOf(session: Session | null, name: string): readonly [number, number] | null {
  const clock = hostOf(session, name)?.clock.start ?? null
  if (session === null || session.startMs === null || clock === null) return null
  const endMs = session.stoppedMs ?? session.startMs + session.durationSec * 1000
  return [session.startMs + clock.offsetMs, endMs + clock.offsetMs]
}

/** The agreed start; without session.json the earliest sample of all hosts. */
async function findElapsedZero(
  work: ParseWork,
  files: readonly { readonly resource: Resource; readonly host: string }[],
): Promise<number> {
  if (work.session?.startMs) return elapsedZeroMs(work.session.startMs)
  let earliestMs = Number.POSITIVE_INFINITY
  for (const { resource, host } of files) {
    const heads = await readRawHeads(work.context.directory, resource, host)
    const firstMs = firstSampleMs(heads, {
      meta: work.metaOf.get(host) ?? null,
      windowMs: windowOf(work.session, host),
    })
    if (firstMs !== null) earliestMs = Math.min(earliestMs, firstMs)
  }
  return Number.isFinite(earliestMs) ? elapsedZeroMs(earliestMs) : 0
}

async function parseFile(
  work: ParseWork,
  resource: Resource,
  host: string,
  zeroMs: number,
): Promise<FileResult> {
  const { context, session } = work
  const meta = work.metaOf.get(host) ?? null
  const files = await readRawFiles(context.directory, resource, host)
  try {
    const parsed = parseRaw(resource, host, files, {
      meta,
      windowMs: windowOf(session, host),
      ...(session === null ? {} : { intervalSec: session.intervalSec }),
    })
    for (const warning of parsed.warnings) context.report({ kind: 'warning', text: warning.message })
    const clock = hostOf(session, host)?.clock ?? { start: null, stop: null }
    const [offsetOf, stepMs] = [clockOffsetAt(clock), clockStepMs(clock)]
    const table = shiftTable(parsed.table, offsetOf, stepMs)
    const devices = work.filter.choose(table, meta)
    const chunks = tableToCsv(table, {
      elapsedZeroMs: zeroMs,
      aliasOf: (device) => devices?.get(device) ?? device,
      keep: (device) => devices === null || devices.has(device),
    })
    await writeOutput(sessionPaths(context.directory).parsedFile(resource, host), chunks)
    const loss = parsed.warnings.find((warning) => warning.isLoss)?.message ?? null
    const events = shiftEvents(parsed.events, parsed.table, offsetOf, stepMs)
    return { resource, host, rows: keptRows(table, devices), loss, events }
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown
    context.report({ kind: 'host', host, text: thrown.message, isFailure: true })
    return { resource, host, rows: 0, loss: thrown.message, events: [] }
  }
}

/** Rows that went into the CSV. */
function keptRows(table: Table, devices: ReadonlyMap<string, string> | null): number {
  const { deviceIndex } = table
  if (devices === null || deviceIndex === null) return table.rowCount
  const isKept = table.devices.map((device) => devices.has(device))
  return deviceIndex.reduce((count, device) => count + (isKept[device] === true ? 1 : 0), 0)
}

/** CSVs of an earlier parse whose raw files are gone would be drawn as if they were of this session. */
async function removeOld(directory: string, results: readonly FileResult[]): Promise<void> {
  const paths = sessionPaths(directory)
  for (const resource of RESOURCES) {
    const written = results.filter((result) => result.resource === resource && result.rows > 0)
    await removeStale(`${paths.parsed}/${resource}`, new Set(written.map((result) => `${result.host}.csv`)))
  }
}

function parseResult(
  context: CommandContext,
  work: ParseWork,
  results: readonly FileResult[],
): CommandResult {
  const hosts = [...new Set(results.map((result) => result.host))]
  const lossOf = (host: string): string | null =>
    results.find((result) => result.host === host && result.loss !== null)?.loss ?? null
  const rows = results.reduce((sum, result) => sum + result.rows, 0)
  const notSeen = work.filter.seenNowhere()
  for (const text of [...notSeen, ...work.filter.autoTookNone()]) context.report({ kind: 'warning', text })
  const blocks: Block[] = [
    line(
      `Parsed ${plural(rows, 'row')} of ${plural(hosts.length, 'host')} into ${sessionPaths(context.directory).parsed}`,
    ),
  ]
  return {
    exitCode: results.some((result) => result.loss !== null) || notSeen.length > 0 ? 3 : 0,
    hosts: hosts.map((host): HostResult => {
      const loss = lossOf(host)
      const alias = hostOf(work.session, host)?.alias ?? null
      return { host, alias, ok: loss === null, error: loss === null ? null : { message: loss, hint: null } }
    }),
    blocks,
    json: { rows },
  }
}
