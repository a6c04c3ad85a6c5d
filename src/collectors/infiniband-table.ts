/**
 * The InfiniBand and RoCE ports of a host from the sampler's file: counters of /sys/class/infiniband as rates.
 *
 *   # clusterp-proc 1 infiniband 100 7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab
 *   @ 1795161600.512345 5123.41 3
 *   mlx5_0 1 state ACTIVE
 */
import { createTable } from '../data/table.js'
import { WarningList } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { ParsedResource, RawFile, Table } from '../model.js'
import { PORT_COLUMNS, portRates } from './infiniband-counters.js'
import { type PortReading, PortSamples } from './infiniband-ports.js'
import { type ProcSample, scanProc } from './proc-scan.js'
import type { ReadContext } from './raw-context.js'

const RESOURCE = 'infiniband'
/** Two readings of /proc/uptime, each cut to hundredths of a second. */
const UPTIME_ERROR_MS = 20

/** Seconds between two samples, by the finer wall clock where it agrees with the uptime; null when there are none. */
function secondsBetween(previous: ProcSample | null, sample: ProcSample): number | null {
  if (!previous || sample.isBaseline) return null
  const uptimeMs = (sample.uptimeSec - previous.uptimeSec) * 1000
  const wallMs = sample.timeMs - previous.timeMs
  if (uptimeMs <= 0) return null
  return Math.round(Math.abs(wallMs - uptimeMs) <= UPTIME_ERROR_MS ? wallMs : uptimeMs) / 1000
}

class RateRows {
  private readonly timeMs: number[] = []
  private readonly intervalSec: number[] = []
  private readonly port: number[] = []
  private readonly rates: readonly number[][] = PORT_COLUMNS.map(() => [])
  private before: ReadonlyMap<number, PortReading> = new Map()

  /** Takes a sample's ports; one that was away in the sample before starts anew. */
  add(sample: ProcSample, seconds: number | null, readings: ReadonlyMap<number, PortReading>): void {
    for (const [port, current] of readings) {
      const previous = this.before.get(port)
      if (!previous || seconds === null) continue
      this.timeMs.push(sample.timeMs)
      this.intervalSec.push(seconds)
      this.port.push(port)
      portRates(current, previous, seconds).forEach((rate, column) => {
        this.rates[column]?.push(rate)
      })
    }
    this.before = readings
  }

  toTable(host: string, samples: PortSamples): Table {
    const names = samples.deviceNames()
    const devices = names.filter((name) => name !== null)
    const kept = this.port.flatMap((port, row) => (names[port] === null ? [] : [row]))
    const pick = (values: readonly number[]): Float64Array =>
      Float64Array.from(kept, (row) => values[row] as number)
    const portOf = (row: number): number => this.port[row] as number
    return createTable(RESOURCE, host, {
      timeMs: pick(this.timeMs),
      intervalSec: pick(this.intervalSec),
      devices,
      deviceIndex: Uint32Array.from(kept, (row) => devices.indexOf(names[portOf(row)] ?? '')),
      columns: new Map([
        ['port', Float64Array.from(kept, (row) => samples.portNumber(portOf(row)))],
        ...PORT_COLUMNS.map((name, column) => [name, pick(this.rates[column] ?? [])] as const),
      ]),
    })
  }
}

/** The table of a host's ports; ports that were never active are left out. ParseError when it is no such file. */
export function parseInfiniband(file: RawFile, context: ReadContext): ParsedResource {
  const warnings = new WarningList()
  const samples = new PortSamples()
  const rows = new RateRows()
  let previous: ProcSample | null = null
  for (const sample of scanProc(file, context, warnings)) {
    if (sample.header.resource !== RESOURCE) {
      throw new ParseError(
        `read ${file.path}:${sample.line}: it holds ${sample.header.resource} data, not ${RESOURCE}`,
        { hint: 'look whether it was put into the right folder' },
      )
    }
    rows.add(sample, secondsBetween(previous, sample), samples.read(sample))
    previous = sample
  }
  const table = rows.toTable(context.host, samples)
  const down = samples.isAllDown()
    ? `no port was active: ${samples.portTexts().join(', ')}`
    : 'it holds no rows'
  if (table.rowCount === 0) warnings.add('no rows', down, { path: file.path, line: 0, isLoss: false })
  return { table, events: [], warnings: warnings.toList() }
}
