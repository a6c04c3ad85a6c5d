import type { FieldLines } from '../data/bytes.js'
import type { EventList } from './sadf-events.js'
import type { PlainColumns } from './sadf-plain.js'
import { SectionRows } from './sadf-rows.js'
import { SampleItems } from './sadf-sample.js'
import { SECTIONS, type SectionKind, type SectionSpec } from './sadf-sections.js'

//   # hostname;interval;timestamp;IFACE;rxpck/s;txpck/s;rxkB/s;txkB/s;rxcmp/s;txcmp/s;rxmcst/s;%ifutil

/** Fields before the item or the first value: host, interval, timestamp. */
export const FIXED_FIELDS = 3
/** Position of the timestamp. */
export const TIME_FIELD = 2
/** Position of the item, in sections that have one. */
export const ITEM_FIELD = 3

/** Rows whose time and interval disagree by more than this stand behind a clock step. */
const SMALLEST_STEP_MS = 1000

/** Rows below one header line: where its columns go, and what the row before was. */
export class Pass {
  readonly rows: SectionRows
  readonly number: number
  readonly fieldCount: number
  /** True when rows have a device's name, which may hold `;`. */
  readonly hasNames: boolean
  /** True when rows have a device's name or a CPU's number. */
  readonly hasItem: boolean
  /** True when rows have a CPU's number. */
  readonly hasCpu: boolean
  /** True when they are rows of single CPUs, the busiest of each sample. */
  readonly hasCores: boolean
  /** True when the item, if any, stands where sadf puts it; a damaged header is read with all checks. */
  readonly isRegular: boolean
  readonly header: readonly string[]
  /** For each column that is read its position, the field it goes to, and its factor. */
  readonly columns: Int32Array
  readonly targets: Int32Array
  readonly scales: Float64Array
  /** 1 where the column adds to a field that an earlier column has set. */
  readonly isAdded: Uint8Array
  /** Largest value of each column that can be true, in our unit. */
  readonly mosts: Float64Array
  /** Field that the item goes to, -1 for none. */
  readonly itemTarget: number
  /** The same columns for rows of plain numbers. */
  readonly plain: PlainColumns
  /** Fields that no column goes to. */
  readonly missing: readonly number[]
  rowsSeen = 0
  /** Time of the last sample, NaN when the next row does not follow it (start of the pass, restart, a lost row). */
  previousTimeMs = Number.NaN
  /** Devices of the last sample. */
  readonly items = new SampleItems()

  constructor(rows: SectionRows, number: number, header: readonly string[]) {
    this.rows = rows
    this.number = number
    this.header = header
    this.fieldCount = header.length
    this.hasItem = rows.spec.item !== null
    this.isRegular = rows.spec.item === null || header[ITEM_FIELD] === rows.spec.item
    this.hasCores = rows.spec.kind === 'cores'
    this.hasCpu = rows.spec.item === 'CPU'
    this.hasNames = this.hasItem && !this.hasCpu
    const columns: number[] = []
    const targets: number[] = []
    const scales: number[] = []
    header.forEach((name, column) => {
      rows.spec.fields.forEach((field, target) => {
        if (column < FIXED_FIELDS || !Object.hasOwn(field.sources, name)) return
        columns.push(column)
        targets.push(target)
        scales.push(field.sources[name] ?? 1)
      })
    })
    this.columns = Int32Array.from(columns)
    this.targets = Int32Array.from(targets)
    this.scales = Float64Array.from(scales)
    this.isAdded = Uint8Array.from(targets, (target, index) => (targets.indexOf(target) < index ? 1 : 0))
    this.mosts = Float64Array.from(targets, (target) => rows.spec.fields[target]?.most ?? 0)
    this.missing = rows.spec.fields.flatMap((_, target) => (targets.includes(target) ? [] : [target]))
    this.itemTarget = this.hasItem ? (targets[columns.indexOf(ITEM_FIELD)] ?? -1) : -1
    this.plain = this.plainColumns()
  }

  /** Notes the time of a row that was taken; when it disagrees with its interval, the clock was stepped. */
  follow(timeMs: number, intervalSec: number, events: EventList): void {
    if (timeMs === this.previousTimeMs) return
    const stepMs = timeMs - this.previousTimeMs - intervalSec * 1000
    if (Math.abs(stepMs) > SMALLEST_STEP_MS) events.addClockStep(timeMs, stepMs)
    this.previousTimeMs = timeMs
  }

  private plainColumns(): PlainColumns {
    const { columns, targets, scales, mosts, isAdded } = this
    const firstColumn = this.hasItem ? ITEM_FIELD + 1 : ITEM_FIELD
    const first = columns.findIndex((column) => column >= firstColumn)
    const from = first < 0 ? columns.length : first
    const skips = columns.map(
      (column, index) => column - (index > from ? (columns[index - 1] as number) + 1 : firstColumn),
    )
    return {
      skips: skips.subarray(from),
      fields: targets.subarray(from),
      scales: scales.subarray(from),
      mosts: mosts.map((most, index) => Math.floor((most * 100) / (scales[index] as number))).subarray(from),
      isAdded: isAdded.subarray(from),
      hasAdded: isAdded.includes(1),
      rest: this.fieldCount - 1 - (from < columns.length ? (columns.at(-1) as number) : firstColumn - 1),
      missing: Int32Array.from(this.missing),
    }
  }
}

function specOf(header: readonly string[], wanted: readonly SectionKind[]): SectionSpec | null {
  const spec = SECTIONS.find(({ signs }) =>
    signs.every((group) => group.some((name) => header.includes(name))),
  )
  return spec && wanted.includes(spec.kind) ? spec : null
}

/** Column names of a header line, without its `# `. */
export function headerNames(lines: FieldLines): string[] {
  const names = Array.from({ length: lines.count }, (_, index) => lines.text(index).trim())
  return names.map((name, index) => (index === 0 ? name.replace(/^#\s*/, '') : name))
}

/** All rows found so far, by kind of section. */
export class SectionStore {
  private readonly byKind = new Map<SectionKind, SectionRows>()
  private readonly wanted: readonly SectionKind[]
  /** File of each pass; passes are numbered from 1. */
  private readonly paths: string[] = ['']

  constructor(wanted: readonly SectionKind[]) {
    this.wanted = wanted
  }

  /** A new pass for a header; null when nobody asked for its section. */
  openPass(header: readonly string[], path: string): Pass | null {
    const spec = specOf(header, this.wanted)
    if (!spec) return null
    this.paths.push(path)
    return new Pass(this.rowsOf(spec.kind), this.paths.length - 1, header)
  }

  /** File and line of a row, for messages. */
  placeOf(rows: SectionRows, row: number): { readonly path: string; readonly line: number } {
    return { path: this.paths[rows.pass[row] ?? 0] ?? '', line: rows.line[row] ?? 0 }
  }

  /** True when a header of a section was met that was asked for. */
  get hasSections(): boolean {
    return this.paths.length > 1
  }

  /** Rows of a kind of section, perhaps none. */
  rowsOf(kind: SectionKind): SectionRows {
    const known = this.byKind.get(kind)
    if (known) return known
    const spec = SECTIONS.find((section) => section.kind === kind) as SectionSpec
    const rows = new SectionRows(spec)
    this.byKind.set(kind, rows)
    return rows
  }
}
