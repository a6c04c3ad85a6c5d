/**
 * The raw files of a resource, whoever wrote them, as a table.
 *
 *   # hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle        sadf -d
 *   # clusterp-proc 1 cpu 100 7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab                    the /proc sampler
 *   timestamp, index, uuid, name, utilization.gpu [%], memory.used [MiB]              nvidia-smi
 */
import { ParseError } from '../errors.js'
import type { ParsedResource, RawFile, Resource } from '../model.js'
import { parseGpuProcesses } from './gpu-processes.js'
import { parseGpu } from './gpu-table.js'
import { parseInfiniband } from './infiniband-table.js'
import { firstNvidiaMs, isNvidiaFile } from './nvidia-scan.js'
import { isProcFile } from './proc-scan.js'
import { firstProcMs, parseProc } from './proc-tables.js'
import type { NodeContext, ReadContext } from './raw-context.js'
import { firstSadfMs, parseSadf } from './sadf.js'

export type { NodeContext } from './raw-context.js'
export { cpuCountOf } from './sadf-events.js'

/**
 * Reads all raw files of one resource of a host (for the CPU also those of raw/cpu-cores) into one table. Problems that
 * cost single rows are warnings; a ParseError says that nothing could be read.
 */
export function parseRaw(
  resource: Resource,
  host: string,
  files: readonly RawFile[],
  context: NodeContext,
): ParsedResource {
  const readContext = { ...context, host }
  const [first] = files
  if (!first) throw new ParseError(`read raw/${resource}/${host}: there is no such file`)
  if (resource === 'gpu') return parseGpu(first, readContext)
  if (resource === 'gpu-processes') return parseGpuProcesses(first, readContext)
  if (resource === 'infiniband') return parseInfiniband(first, readContext)
  // A node has one collector; a file of the other kind beside it is a leftover and is not mixed in.
  const isProc = isProcFile(files.find((file) => file.bytes.length > 0) ?? first)
  const own = files.filter((file) => isProcFile(file) === isProc)
  const parsed = isProc ? parseProc(resource, own, readContext) : parseSadf(resource, own, readContext)
  const others = files.filter((file) => !own.includes(file) && file.bytes.length > 0)
  const warnings = others.map(({ path }) => ({
    message: `${path}: left out, for it was not written by the same tool as ${own[0]?.path}`,
    isLoss: true,
  }))
  return { ...parsed, warnings: [...parsed.warnings, ...warnings] }
}

/**
 * End of the earliest first sample of some raw files, epoch milliseconds on the node's clock, from the head of each file;
 * null when none holds a sample.
 */
export function firstSampleMs(files: readonly RawFile[], context: NodeContext): number | null {
  const readContext = { ...context, host: '' }
  const times = files.flatMap((file) => {
    try {
      const timeMs = firstMsOf(file, readContext)
      return timeMs === null ? [] : [timeMs]
    } catch (thrown) {
      // A file that cannot be read is told when it is parsed.
      if (thrown instanceof ParseError) return []
      throw thrown
    }
  })
  return times.length > 0 ? Math.min(...times) : null
}

function firstMsOf(file: RawFile, context: ReadContext): number | null {
  if (isProcFile(file)) return firstProcMs(file, context)
  return isNvidiaFile(file) ? firstNvidiaMs(file) : firstSadfMs(file, context)
}
