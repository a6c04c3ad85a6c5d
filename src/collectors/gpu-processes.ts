/**
 * What `nvidia-smi --query-compute-apps=… --format=csv,nounits -l N` wrote as a table: a row per GPU, process and sample.
 * A node may add who owns a process, on a line of its own.
 *
 *   timestamp, gpu_uuid, pid, process_name, used_gpu_memory [MiB]
 *   2026/11/20 06:09:58.123, GPU-5a4f0a2e-1111-4c1d-9d7e-0123456789ab, 4711, /opt/train --betas=0.9,0.99, 8092
 *   # user 4711 anna
 */
import { parseDecimal } from '../data/bytes.js'
import { NameIndex } from '../data/names.js'
import { createTable } from '../data/table.js'
import { FileWarnings, WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { ParsedResource, RawFile, Table } from '../model.js'
import { RepeatedTexts } from './gpu-values.js'
import { isReason, MEBIBYTE, readQuantity } from './nvidia-cells.js'
import { type FieldPlace, findField, type NvidiaHeader } from './nvidia-header.js'
import { NvidiaSayings } from './nvidia-messages.js'
import type { NvidiaRow, NvidiaVisitor } from './nvidia-row.js'
import { scanNvidia } from './nvidia-scan.js'
import { NvidiaTimes } from './nvidia-times.js'
import type { ReadContext } from './raw-context.js'

const USER_LINE = /^# user (\d+) (\S.*)$/
/** Older drivers wrote this in place of rows. */
const NO_PROCESSES = /^no running (?:compute )?processes found/i

interface ProcessLayout {
  readonly uuid: number | null
  readonly pid: number
  readonly name: number | null
  readonly memory: FieldPlace | null
}

function layoutOf(header: NvidiaHeader, pid: number): ProcessLayout {
  return {
    uuid: findField(header, ['gpu_uuid', 'uuid', 'gpu_bus_id', 'pci.bus_id'])?.at ?? null,
    pid,
    name: findField(header, ['process_name', 'name'])?.at ?? null,
    memory: findField(header, ['used_gpu_memory', 'used_memory'], MEBIBYTE),
  }
}

/** Users by process; a number may come again for another process, so that the line before a row counts. */
class ProcessUsers {
  private readonly byPid = new Map<number, { readonly line: number; readonly user: string }[]>()

  add(pid: number, user: string, line: number): void {
    const known = this.byPid.get(pid)
    if (known) known.push({ line, user })
    else this.byPid.set(pid, [{ line, user }])
  }

  /** The user told last before a line, else the first one told behind it; null when none was told. */
  find(pid: number, line: number): string | null {
    const told = this.byPid.get(pid) ?? []
    return (told.findLast((one) => one.line < line) ?? told[0])?.user ?? null
  }
}

class ProcessReader implements NvidiaVisitor {
  private readonly gpus = new NameIndex()
  private readonly gpuOf: number[] = []
  private readonly pids: number[] = []
  private readonly memory: number[] = []
  private readonly lines: number[] = []
  private readonly names = new RepeatedTexts()
  private readonly users = new ProcessUsers()
  private readonly subjects = new Map<string, number>()
  private readonly times: NvidiaTimes
  private readonly sayings: NvidiaSayings
  private readonly path: string
  private layout: ProcessLayout | null = null

  constructor(path: string, times: NvidiaTimes, sayings: NvidiaSayings) {
    this.path = path
    this.times = times
    this.sayings = sayings
  }

  header(header: NvidiaHeader, line: number): number | null {
    const pid = findField(header, ['pid'])?.at
    if (pid === undefined) {
      throw new ParseError(`read ${this.path}:${line}: the query has no "pid": it is not one of processes`, {
        hint: 'record with --query-compute-apps=timestamp,gpu_uuid,pid,process_name,used_memory',
      })
    }
    this.layout = layoutOf(header, pid)
    return this.layout.name
  }

  text(text: string, line: number): void {
    const [, pid, user] = USER_LINE.exec(text) ?? []
    if (user !== undefined) this.users.add(Number(pid), user, line)
    else if (!NO_PROCESSES.test(text)) this.sayings.add(text, line)
  }

  silentRow(reason: string, line: number): void {
    this.sayings.addRemark(`a row answers ${reason} in every field`, line)
  }

  row(row: NvidiaRow): void {
    const { layout } = this
    if (!layout) return
    row.find(layout.pid)
    const pid = parseDecimal(row.bytes, row.start, row.end)
    if (!Number.isInteger(pid)) {
      this.sayings.addRemark(`a row without a pid: ${row.text(layout.pid)}`, row.line)
      return
    }
    const gpu = this.gpus.add(layout.uuid === null ? '' : nameOf(row.text(layout.uuid)))
    if (!this.times.add(row, this.subjectOf(gpu, pid))) return
    this.gpuOf.push(gpu)
    this.pids.push(pid)
    this.lines.push(row.line)
    this.names.add(row, layout.name)
    this.memory.push(readMemory(row, layout.memory))
  }

  toTable(host: string): Table {
    const { kept, timeMs, intervalSec } = this.times.toSamples()
    const pick = (values: readonly number[]): Float64Array =>
      Float64Array.from(kept, (row) => values[row] as number)
    const user = (row: number): string | null =>
      this.users.find(this.pids[row] as number, this.lines[row] as number)
    return createTable('gpu-processes', host, {
      timeMs,
      intervalSec,
      devices: this.gpus.names,
      deviceIndex: Uint32Array.from(kept, (row) => this.gpuOf[row] as number),
      columns: new Map([
        ['pid', pick(this.pids)],
        ['memory_used_bytes', pick(this.memory)],
      ]),
      textColumns: new Map([
        ['user', Array.from(kept, user)],
        ['name', Array.from(kept, (row) => this.names.texts[row] ?? null)],
      ]),
    })
  }

  private subjectOf(gpu: number, pid: number): number {
    const key = `${gpu} ${pid}`
    const subject = this.subjects.get(key) ?? this.subjects.size
    this.subjects.set(key, subject)
    return subject
  }
}

function nameOf(text: string): string {
  return isReason(text) ? '' : text
}

function readMemory(row: NvidiaRow, place: FieldPlace | null): number {
  if (place === null) return Number.NaN
  row.find(place.at)
  return readQuantity(row.bytes, row.start, row.end, place.factor)
}

/** The table of processes on a host's GPUs; no rows when there were none. ParseError when the file cannot be read. */
export function parseGpuProcesses(file: RawFile, context: ReadContext): ParsedResource {
  const warnings = new WarningList()
  const notes = new FileWarnings(warnings, file.path)
  const sayings = new NvidiaSayings(context.host, notes)
  const times = new NvidiaTimes(context, sayings, notes)
  const reader = new ProcessReader(file.path, times, sayings)
  const hasHeader = scanNvidia(file, warnings, reader, context.windowMs)
  const table = reader.toTable(context.host)
  sayings.warn(hasHeader, table.rowCount === 0)
  return { table, events: times.toEvents(null), warnings: warnings.toList() }
}
