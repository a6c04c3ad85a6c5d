import { NEWLINE } from '../data/bytes.js'
import { createTable, type TableParts } from '../data/table.js'
import { WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { ParsedResource, RawFile, Resource } from '../model.js'
import type { ReadContext } from './raw-context.js'
import { cleanRows } from './sadf-clean.js'
import { cpuParts } from './sadf-cpu.js'
import { memoryParts } from './sadf-memory.js'
import { SadfScanner } from './sadf-scan.js'
import { SECTIONS_OF, type SectionKind } from './sadf-sections.js'
import { diskParts, networkParts, plainParts, swapParts } from './sadf-tables.js'

//   # hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle
//   vm;1;2026-11-20 06:09:58 UTC;-1;0.50;0.00;2.01;0.00;0.00;97.49
//   vm;-1;2026-11-20 06:28:20 UTC;LINUX-RESTART	(2 CPU)

function partsOf(
  resource: Resource,
  scanner: SadfScanner,
  context: ReadContext,
  warnings: WarningList,
): TableParts {
  const { store } = scanner
  const { names } = scanner.devices
  switch (resource) {
    case 'cpu':
      return cpuParts(store, warnings)
    case 'memory':
      return memoryParts(store, context.meta, warnings)
    case 'swap':
      return swapParts(store)
    case 'disk':
      return diskParts(store, names, context.meta)
    case 'network':
      return networkParts(store, names, context.meta)
    default:
      return plainParts(store, resource === 'load' ? 'load' : 'paging')
  }
}

/** Reads what it can: a file that cannot be read is a warning as long as another one could. */
function scanAll(scanner: SadfScanner, files: readonly RawFile[], warnings: WarningList): void {
  const errors: ParseError[] = []
  for (const file of files) {
    try {
      scanner.scan(file)
    } catch (thrown) {
      if (!(thrown instanceof ParseError)) throw thrown
      errors.push(thrown)
      warnings.add('unreadable', thrown.message, { path: file.path, line: 0, isLoss: true })
    }
  }
  const [first] = errors
  if (first && errors.length === files.length) throw first
}

/** A newer or older sadf than the sadc that recorded may read nothing and not say so (12.2.0 reading 12.7). */
function noRows({ meta }: ReadContext): string {
  const version = meta?.sysstat_version ?? null
  if (version === null) return 'it holds no rows'
  return `it holds no rows: nothing was recorded, or sysstat ${version} was replaced on the node before it was read`
}

/** The table of one resource of a host from all its files of `sadf -d` output; ParseError when there is nothing in them. */
export function parseSadf(
  resource: Resource,
  files: readonly RawFile[],
  context: ReadContext,
): ParsedResource {
  const kinds: readonly SectionKind[] = SECTIONS_OF[resource] ?? []
  const warnings = new WarningList()
  const scanner = new SadfScanner(kinds, context, warnings)
  scanAll(scanner, files, warnings)
  const events = scanner.events.toList()
  const path = files[0]?.path ?? `raw/${resource}/${context.host}`
  if (!scanner.store.hasSections && events.length === 0) {
    throw new ParseError(`read ${path}: it holds no ${resource} data`, {
      hint: 'look whether it was put into the right folder',
    })
  }
  for (const kind of kinds) cleanRows(scanner.store.rowsOf(kind), scanner.store, context.windowMs, warnings)
  const table = createTable(resource, context.host, partsOf(resource, scanner, context, warnings))
  if (table.rowCount === 0) {
    warnings.add('no rows', noRows(context), { path, line: 0, isLoss: false })
  }
  return { table, events, warnings: warnings.toList() }
}

/** Enough for a header and some samples of many devices. */
const HEAD_BYTES = 64 * 1024

function headOf(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, HEAD_BYTES)
  return head.length < bytes.length ? head.subarray(0, head.lastIndexOf(NEWLINE) + 1) : head
}

/** End of the earliest of a file's first samples, epoch milliseconds, from its head alone; null when none is there. */
export function firstSadfMs(file: RawFile, context: ReadContext): number | null {
  const kinds = Object.values(SECTIONS_OF).flat()
  const scanner = new SadfScanner(kinds, context, new WarningList())
  scanner.scan({ path: file.path, bytes: headOf(file.bytes) })
  let first = Number.POSITIVE_INFINITY
  for (const kind of kinds) {
    const { timeMs, rowCount } = scanner.store.rowsOf(kind)
    for (let row = 0; row < rowCount; row++) first = Math.min(first, timeMs[row] as number)
  }
  return Number.isFinite(first) ? first : null
}
