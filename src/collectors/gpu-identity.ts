/**
 * Which GPU a row is about. A UUID stays with its GPU, an index does not: it changes with a reboot, with a GPU that
 * drops out, and with CUDA_VISIBLE_DEVICES.
 *
 *   2026/11/20 06:09:58.123, 0, GPU-5a4f0a2e-1111-4c1d-9d7e-0123456789ab, 97
 *   2026/11/20 06:09:58.127, 1, [Unknown Error], [Unknown Error]
 */
import { decodeText, parseDecimal } from '../data/bytes.js'
import { NameIndex } from '../data/names.js'
import type { IdentityFields } from './gpu-fields.js'
import { isReason } from './nvidia-cells.js'
import type { NvidiaRow } from './nvidia-row.js'

/** What the only GPU of a node is called whose query asks for nothing that tells GPUs apart. */
const ONLY_GPU = '0'
const OPENING_BRACKET = 0x5b
/** `ERR!`; longer reasons stand in brackets. */
const LONGEST_BARE_REASON = 4

/** Numbers GPUs in order of first appearance. */
export class GpuIdentities {
  private readonly index = new NameIndex()
  private readonly byIndex = new Map<number, number>()
  private readonly byBusId = new Map<string, number>()
  /** Last index of each GPU, NaN when it was never told. */
  private readonly indexes: number[] = []

  /** UUIDs; where there are none, bus ids or indexes. */
  get names(): readonly string[] {
    return this.index.names
  }

  /** Number of the row's GPU; null when no field says which one it is. */
  find(row: NvidiaRow, fields: IdentityFields): number | null {
    const index = this.readIndex(row, fields)
    const gpu = this.findByName(row, fields, index)
    if (gpu === null) return null
    if (!Number.isNaN(index)) {
      this.byIndex.set(index, gpu)
      this.indexes[gpu] = index
    }
    return gpu
  }

  /** Index that nvidia-smi gave a GPU last; NaN when none. */
  indexOf(gpu: number): number {
    return this.indexes[gpu] ?? Number.NaN
  }

  /** `gpu0` by its index, else its UUID: for people to read. */
  labelOf(gpu: number): string {
    const index = this.indexOf(gpu)
    return Number.isNaN(index) ? (this.names[gpu] ?? '') : `gpu${index}`
  }

  private readIndex(row: NvidiaRow, fields: IdentityFields): number {
    if (fields.index === null) return Number.NaN
    row.find(fields.index)
    const index = parseDecimal(row.bytes, row.start, row.end)
    return Number.isInteger(index) && index >= 0 ? index : Number.NaN
  }

  private findByName(row: NvidiaRow, fields: IdentityFields, index: number): number | null {
    const { uuid, busId } = fields
    const bus = busId === null ? null : readName(row, busId)
    if (uuid !== null) {
      row.find(uuid)
      if (hasName(row)) return this.remember(bus, this.index.find(row.bytes, row.start, row.end))
      return (bus === null ? undefined : this.byBusId.get(bus)) ?? this.byIndex.get(index) ?? null
    }
    if (busId !== null) return bus === null ? (this.byIndex.get(index) ?? null) : this.index.add(bus)
    if (fields.index !== null) return Number.isNaN(index) ? null : this.index.add(String(index))
    return this.index.add(ONLY_GPU)
  }

  private remember(bus: string | null, gpu: number): number {
    if (bus !== null) this.byBusId.set(bus, gpu)
    return gpu
  }
}

/** Only what may be a reason is looked at as text. */
function hasName(row: NvidiaRow): boolean {
  const { bytes, start, end } = row
  if (end - start > LONGEST_BARE_REASON && bytes[start] !== OPENING_BRACKET) return true
  return end > start && !isReason(decodeText(bytes, start, end))
}

function readName(row: NvidiaRow, at: number): string | null {
  const text = row.text(at)
  return text === '' || isReason(text) ? null : text
}
