/** Raw files of nvidia-smi for tests, captured shapes with values of our own. */
import { readFileSync } from 'node:fs'
import { parseRaw } from '../../src/collectors/raw.js'
import type { NodeContext } from '../../src/collectors/raw-context.js'
import type { ParsedResource, RawFile, Resource } from '../../src/model.js'

export const NO_CONTEXT: NodeContext = { meta: null, windowMs: null }
export const HEADER = 'timestamp, index, uuid, name, utilization.gpu [%], memory.used [MiB], temperature.gpu'
const DAY_MS = Date.UTC(2026, 10, 20)

export const MIB = 2 ** 20

export function rawFile(resource: Resource, content: string | Uint8Array): RawFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return { path: `raw/${resource}/n1`, bytes }
}

/** Parses lines, to which line ends are added, or a text or bytes as they are. */
export function parseGpu(
  content: string | Uint8Array | readonly string[],
  context: NodeContext = NO_CONTEXT,
  resource: Resource = 'gpu',
): ParsedResource {
  const text =
    typeof content === 'string' || content instanceof Uint8Array ? content : `${content.join('\n')}\n`
  return parseRaw(resource, 'n1', [rawFile(resource, text)], context)
}

export function parseFixture(name: string, resource: Resource = 'gpu'): ParsedResource {
  const bytes = readFileSync(new URL(`../fixtures/nvidia/${name}`, import.meta.url))
  return parseRaw(resource, 'n1', [{ path: `raw/${resource}/n1`, bytes }], NO_CONTEXT)
}

/** `at` is the time of day, such as `06:09:58.123`. */
export const row = (at: string, gpu: number, ...cells: readonly (string | number)[]): string =>
  [`2026/11/20 ${at}`, gpu, uuid(gpu), 'NVIDIA Test', ...cells].join(', ')

export const uuid = (gpu: number): string => `GPU-0000000${gpu}-aaaa-bbbb-cccc-000000000000`

/** Epoch milliseconds of a time of that day. */
export function at(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return DAY_MS + Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000)
}

export const column = (parsed: ParsedResource, name: string): number[] =>
  Array.from(parsed.table.columns.get(name) ?? [])

export const texts = (parsed: ParsedResource, name: string): (string | null)[] =>
  Array.from(parsed.table.textColumns.get(name) ?? [])

/** The values of a column of one GPU. */
export function ofDevice(parsed: ParsedResource, device: string, name: string): number[] {
  const index = parsed.table.devices.indexOf(device)
  return column(parsed, name).filter((_, rowAt) => parsed.table.deviceIndex?.[rowAt] === index)
}

export const times = (parsed: ParsedResource): number[] => Array.from(parsed.table.timeMs)
export const widths = (parsed: ParsedResource): number[] => Array.from(parsed.table.intervalSec)
export const messages = (parsed: ParsedResource): string[] => parsed.warnings.map(({ message }) => message)
export const losses = (parsed: ParsedResource): string[] =>
  parsed.warnings.filter(({ isLoss }) => isLoss).map(({ message }) => message)
