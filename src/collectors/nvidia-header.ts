/**
 * Header lines of nvidia-smi's CSV: which field stands where, under whatever name this driver has for it.
 *
 *   timestamp, index, uuid, name, utilization.gpu [%], memory.used [MiB], clocks.current.sm [MHz]
 *   timestamp, gpu_uuid, pid, process_name, used_gpu_memory [MiB]
 *   index, temperature.gpu, utilization.gpu [%], memory.used [MB]
 */
import type { FieldLines } from '../data/bytes.js'
import { unitFactor } from './nvidia-cells.js'

/** A header line. */
export interface NvidiaHeader {
  /** Names in lower case, without units, by position. */
  readonly names: readonly string[]
  /** Units as written, by position; empty for none. */
  readonly units: readonly string[]
}

/** A field's position in the header, and what a plain number there is in the unit of our columns. */
export interface FieldPlace {
  readonly at: number
  readonly factor: number
}

const HEADER_CELL = /^([a-z][a-z0-9_.]*)(?: \[([^\]]*)\])?$/i
/** At least one of these is asked for in any query of use; a line of plain words without them is no header. */
const TELLING_NAMES = new Set(['timestamp', 'index', 'uuid', 'gpu_uuid', 'pid', 'name', 'gpu_name'])
const TELLING_STEMS = /^(?:utilization|memory|temperature|power|clocks|pci)\./

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}

/** The line as a header; null when it is none. */
export function readHeader(lines: FieldLines): NvidiaHeader | null {
  if (lines.isOverlong || !isLetter(lines.bytes[lines.lineStart])) return null
  const names: string[] = []
  const units: string[] = []
  for (let at = 0; at < lines.count; at++) {
    const match = HEADER_CELL.exec(lines.text(at).trim())
    if (!match) return null
    names.push((match[1] ?? '').toLowerCase())
    units.push(match[2] ?? '')
  }
  const isTelling = names.some((name) => TELLING_NAMES.has(name) || TELLING_STEMS.test(name))
  return isTelling ? { names, units } : null
}

/** Where the first of some names for the same field stands; null when the query does not have it. */
export function findField(
  header: NvidiaHeader,
  names: readonly string[],
  defaultFactor = 1,
): FieldPlace | null {
  for (const name of names) {
    const at = header.names.indexOf(name)
    if (at < 0) continue
    return { at, factor: unitFactor(header.units[at] ?? '') ?? defaultFactor }
  }
  return null
}
