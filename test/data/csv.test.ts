import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CSV_COLUMNS, columnNames } from '../../src/data/columns.js'
import { readTableCsv } from '../../src/data/csv-read.js'
import type { CsvOptions } from '../../src/data/csv-write.js'
import { createTable } from '../../src/data/table.js'
import { ParseError } from '../../src/errors.js'
import { RESOURCES, type Resource, type Table } from '../../src/model.js'
import { csvBytes, csvChunks } from '../support/csv-bytes.js'

const SECOND = Date.UTC(2026, 10, 20, 6, 9, 58)

function csvText(table: Table, options: Partial<CsvOptions> = {}): string {
  const all = { elapsedZeroMs: SECOND - 1000, aliasOf: (device: string) => device, ...options }
  return csvBytes(table, all).toString('utf8')
}

function read(text: string, resource: Resource, columns?: readonly string[]): Table {
  const source = { resource, host: 'n1', path: `parsed/${resource}/n1.csv` }
  return readTableCsv(new TextEncoder().encode(text), columns ? { ...source, columns } : source)
}

const disk = createTable('disk', 'n1', {
  timeMs: Float64Array.of(SECOND, SECOND, SECOND + 1000),
  intervalSec: Float64Array.of(1, 1, 1),
  devices: ['vda', 'a,"b"'],
  deviceIndex: Uint32Array.of(0, 1, 0),
  columns: new Map([
    ['transfers_per_s', Float64Array.of(1, 0.5, 61.0999)],
    ['read_bytes_per_s', Float64Array.of(32_768, 9_007_199_254_740_991, 1e21)],
    ['await_ms', Float64Array.of(-0, Number.NaN, 0.0004)],
  ]),
})

const DISK_HEADER =
  'timestamp,elapsed_s,interval_s,device,alias,transfers_per_s,read_bytes_per_s,write_bytes_per_s,' +
  'discard_bytes_per_s,queue_length,await_ms,utilization_pct'

describe('tableToCsv', () => {
  it('writes a header and short numbers, and nothing for what was not measured', () => {
    const aliasOf = (device: string): string => (device === 'vda' ? 'OS' : device)
    expect(csvText(disk, { aliasOf }).split('\n')).toEqual([
      DISK_HEADER,
      '2026-11-20T06:09:58Z,1,1,vda,OS,1,32768,,,,0,',
      '2026-11-20T06:09:58Z,1,1,"a,""b""","a,""b""",0.5,9007199254740991,,,,,',
      '2026-11-20T06:09:59Z,2,1,vda,OS,61.1,1000000000000000000000,,,,0,',
      '',
    ])
  })

  it('writes only the devices that are kept', () => {
    expect(csvText(disk, { keep: (device) => device !== 'vda' }).split('\n')).toHaveLength(3)
  })

  it('writes milliseconds on every row when some row has them', () => {
    const load = createTable('load', 'n1', {
      timeMs: Float64Array.of(SECOND, SECOND + 1001),
      intervalSec: Float64Array.of(1, 1.001),
      columns: new Map([['run_queue', Float64Array.of(2, -1.5)]]),
    })
    expect(csvText(load).split('\n').slice(1)).toEqual([
      '2026-11-20T06:09:58.000Z,1,1,2,,,,,',
      '2026-11-20T06:09:59.001Z,2.001,1.001,-1.5,,,,,',
      '',
    ])
  })

  it('goes on in a new chunk when one is full', () => {
    const rowCount = 60_000
    const table = createTable('load', 'n1', {
      timeMs: Float64Array.from({ length: rowCount }, (_, row) => SECOND + 1000 * row),
      intervalSec: new Float64Array(rowCount).fill(1),
      columns: new Map(
        columnNames('load', 'number').map((name) => [name, new Float64Array(rowCount).fill(12.345)]),
      ),
    })
    const chunks = csvChunks(table, { elapsedZeroMs: SECOND, aliasOf: (device) => device })
    expect(chunks.length).toBeGreaterThan(2)
    expect(read(Buffer.concat(chunks).toString(), 'load').rowCount).toBe(rowCount)
  })
})

describe('readTableCsv', () => {
  it('reads columns in another order, unknown ones, CRLF, a byte order mark, and quotes', () => {
    const text =
      '\ufeffmine,transfers_per_s,device,timestamp,interval_s,alias\r\n' +
      'x,1.5,vda,2026-11-20T06:09:58Z,1,OS\r\n"y, ""z""\nw",,"a,b",2026-11-20T06:09:59.250Z,1,\r\n'
    const table = read(text, 'disk', ['transfers_per_s'])
    expect(Array.from(table.timeMs)).toEqual([SECOND, SECOND + 1250])
    expect(table.devices).toEqual(['vda', 'a,b'])
    expect(Array.from(table.columns.get('transfers_per_s') ?? [])).toEqual([1.5, Number.NaN])
    expect(table.textColumns.get('alias')).toEqual(['OS', null])
    expect([...table.columns.keys()]).toEqual(['transfers_per_s'])
  })

  it.each([
    ['', /no header line/],
    ['timestamp,interval_s\n', /parsed\/load\/n1\.csv:1: the column "run_queue" is missing/],
    ['timestamp,interval_s,run_queue\n2026-11-20T06:09:58Z,1\n', /:2: 2 cells where the header has 3/],
    [
      'timestamp,interval_s,run_queue\n2026-11-20 06:09:58,1,1\n',
      /:2: timestamp: "2026-11-20 06:09:58" is not like/,
    ],
    ['timestamp,interval_s,run_queue\n2026-11-31T06:09:58Z,1,1\n', /:2: timestamp/],
    [
      'timestamp,interval_s,run_queue\n2026-11-20T06:09:58Z,1,"a\nb"\n',
      /:2: run_queue: "a\\nb" is not a number/,
    ],
    ['timestamp,interval_s,run_queue\n2026-11-20T06:09:58Z,1,"1\n', /:2: a quoted cell does not end/],
  ])('says what is wrong in %j', (text, message) => {
    expect(() => read(text, 'load', ['run_queue'])).toThrow(message)
    expect(() => read(text, 'load', ['run_queue'])).toThrow(ParseError)
  })

  it('needs every column of the resource when none are asked for', () => {
    expect(() => read('timestamp,interval_s,run_queue\n', 'load')).toThrow(/the column "tasks" is missing/)
  })
})

/** Any table of a resource: few devices, any numbers, any names. */
function anyTable(resource: Resource): fc.Arbitrary<Table> {
  const number = fc.oneof(
    fc.constant(Number.NaN),
    fc.integer(),
    fc.double({ noDefaultInfinity: true, min: -1e6, max: 1e6 }),
    fc.double({ noDefaultInfinity: true, min: -1e25, max: 1e25 }),
  )
  const text = fc.oneof(
    fc.constant(null),
    fc.string({ minLength: 1 }).filter((value) => !value.includes('\0')),
  )
  const name = fc.string({ minLength: 1 })
  return fc
    .record({
      devices: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      rows: fc.array(
        fc.record({
          offsetMs: fc.integer({ min: -1e9, max: 1e9 }),
          device: fc.nat(3),
          numbers: fc.array(number, { minLength: 16, maxLength: 16 }),
          texts: fc.array(text, { minLength: 4, maxLength: 4 }),
        }),
        { maxLength: 12 },
      ),
    })
    .map(({ devices, rows }) => {
      const hasDevices = columnNames(resource, 'device').length > 0
      const numbers = columnNames(resource, 'number')
      const texts = columnNames(resource, 'text')
      return createTable(resource, 'n1', {
        timeMs: Float64Array.from(rows, (row) => SECOND + row.offsetMs),
        intervalSec: new Float64Array(rows.length).fill(1),
        devices: hasDevices ? devices : [],
        deviceIndex: hasDevices ? Uint32Array.from(rows, (row) => row.device % devices.length) : null,
        columns: new Map(
          numbers.map((column, index) => [column, Float64Array.from(rows, (row) => row.numbers[index] ?? 0)]),
        ),
        textColumns: new Map(
          texts.map((column, index) => [column, rows.map((row) => row.texts[index] ?? null)]),
        ),
      })
    })
}

/** What is left of a number by three decimals, or none where the column holds whole numbers. */
function written(value: number, decimals: number): number {
  if (Number.isNaN(value)) return value
  if (Number.isInteger(value)) return value + 0
  return Number(value.toFixed(decimals)) + 0
}

/** A double's own precision, which counts above 10^12. */
const PRECISION = 1e-15

function expectNear(actual: number, expected: number, decimals: number): void {
  // Halves may be rounded either way.
  const step = 10 ** -decimals
  const isEqual =
    Object.is(actual, expected) ||
    Math.abs(actual - expected) <= step * 1.001 + Math.abs(expected) * PRECISION
  if (!isEqual) expect(actual).toBe(expected)
}

describe('writing and reading', () => {
  it.each(RESOURCES)('%s: csv-parse and readTableCsv find what was written', (resource) => {
    fc.assert(
      fc.property(anyTable(resource), (table) => {
        const text = csvText(table)
        const records = parseCsv(text, { columns: true }) as Record<string, string>[]
        const back = read(text, resource)
        expect(records).toHaveLength(table.rowCount)
        expect(Array.from(back.timeMs)).toEqual(Array.from(table.timeMs))
        for (const spec of CSV_COLUMNS[resource]) {
          for (let row = 0; row < table.rowCount; row++) {
            const cell = records[row]?.[spec.name] ?? 'missing'
            if (spec.kind === 'number') {
              const value = table.columns.get(spec.name)?.[row] ?? Number.NaN
              const expected = written(value, spec.decimals)
              expectNear(cell === '' ? Number.NaN : Number(cell), expected, spec.decimals)
              expectNear(back.columns.get(spec.name)?.[row] ?? 0, expected, spec.decimals)
              expect(cell).toMatch(/^(-?\d+(\.\d{1,3})?)?$/)
              expect(cell).not.toMatch(/^-0$|\.\d*0$/)
            } else if (spec.kind === 'text') {
              const value = table.textColumns.get(spec.name)?.[row] ?? null
              expect(cell).toBe(value ?? '')
              expect(back.textColumns.get(spec.name)?.[row] ?? null).toBe(value)
            } else {
              const device = table.devices[table.deviceIndex?.[row] ?? 0]
              expect(cell).toBe(device)
              if (spec.kind === 'device') expect(back.devices[back.deviceIndex?.[row] ?? -1]).toBe(device)
              else expect(back.textColumns.get('alias')?.[row]).toBe(device)
            }
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('reads any bytes or throws a ParseError', () => {
    const anyText = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            'timestamp',
            ',',
            '\n',
            '"',
            'interval_s',
            'run_queue',
            '2026-11-20T06:09:58Z',
            '1',
            '\r',
          ),
        )
        .map((parts) => new TextEncoder().encode(parts.join(''))),
    )
    fc.assert(
      fc.property(anyText, (bytes) => {
        try {
          readTableCsv(bytes, { resource: 'load', host: 'n1', path: 'p', columns: ['run_queue'] })
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ParseError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
