import { readdirSync, readFileSync } from 'node:fs'
import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRaw } from '../../src/collectors/raw.js'
import type { ParsedResource, Resource } from '../../src/model.js'
import { NO_CONTEXT } from './sadf-input.js'

const RECORDED = ['cpu', 'memory', 'swap', 'disk', 'network', 'load', 'paging'] as const
const FIXTURES = new URL('../fixtures/sadf-d/', import.meta.url)
const START = Date.UTC(2026, 10, 20, 23, 59, 50)

/** Column of ours, of sysstat, and the factor between them. */
const COLUMNS: Partial<Record<Resource, readonly (readonly [string, string, number])[]>> = {
  disk: [
    ['transfers_per_s', 'tps', 1],
    ['read_bytes_per_s', 'rkB/s', 1024],
    ['queue_length', 'aqu-sz', 1],
    ['utilization_pct', '%util', 1],
  ],
  network: [
    ['in_packets_per_s', 'rxpck/s', 1],
    ['out_bytes_per_s', 'txkB/s', 1024],
    ['in_bytes_per_s', 'rxkB/s', 1024],
  ],
  load: [
    ['run_queue', 'runq-sz', 1],
    ['load_1', 'ldavg-1', 1],
  ],
}
const HEADERS: Partial<Record<Resource, string>> = {
  disk: 'DEV;tps;rkB/s;wkB/s;dkB/s;areq-sz;aqu-sz;await;%util',
  network: 'IFACE;rxpck/s;txpck/s;rxkB/s;txkB/s;rxcmp/s;txcmp/s;rxmcst/s;%ifutil',
  load: 'runq-sz;plist-sz;ldavg-1;ldavg-5;ldavg-15;blocked',
}

/** What sysstat prints: mostly small, with two decimals or none. */
const anyNumber = fc.oneof(
  fc.constant('0.00'),
  fc.nat(99).map(String),
  fc.nat(100_000).map((hundredths) => (hundredths / 100).toFixed(2)),
  fc.nat(2_147_483_647).map((thousandths) => (thousandths / 1000).toFixed(3)),
  fc.nat({ max: 99_999_999_999 }).map((hundredths) => (hundredths / 100).toFixed(2)),
)

/** Valid text of one section: each sample has all of the devices, in order; now and then the order changes. */
function anySection(resource: Resource): fc.Arbitrary<string> {
  const header = HEADERS[resource] ?? ''
  const hasItem = resource !== 'load'
  const width = header.split(';').length - (hasItem ? 1 : 0)
  // Above 1000 %, a percentage is taken as damage: the last column stays below.
  const anyRow = fc.tuple(...Array.from({ length: width - 1 }, () => anyNumber), fc.nat(100).map(String))
  const names = hasItem ? ['lo', 'eth0', 'eth0.7', 'verylongifname0'] : ['']
  const anySample = fc.tuple(
    fc.tuple(...names.map(() => anyRow)),
    fc.constantFrom(...(hasItem ? [names, [...names].reverse()] : [names])),
  )
  return fc.array(anySample, { minLength: 1, maxLength: 25 }).map((samples) => {
    const lines = samples.flatMap(([rows, order], sample) => {
      const time = new Date(START + sample * 1000).toISOString().slice(0, 19).replace('T', ' ')
      const start = `vm;1;${time} UTC;`
      return order.map((name, index) => `${start}${name ? `${name};` : ''}${rows[index]?.join(';')}\n`)
    })
    return `# hostname;interval;timestamp;${header}\n${lines.join('')}`
  })
}

function read(resource: Resource, bytes: Uint8Array): ParsedResource | string {
  try {
    return parseRaw(resource, 'vm', [{ path: 'raw/x/vm', bytes }], NO_CONTEXT)
  } catch (thrown) {
    return String(thrown)
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('random valid text', () => {
  it.each(['disk', 'network', 'load'] as const)('%s: csv-parse finds the same values', (resource) => {
    fc.assert(
      fc.property(anySection(resource), (text) => {
        const { table, warnings } = parseRaw(resource, 'vm', [{ path: 'x', bytes: encode(text) }], NO_CONTEXT)
        const records = parseCsv(text.replace('# ', ''), { delimiter: ';', columns: true }) as Record<
          string,
          string
        >[]
        expect(warnings).toEqual([])
        expect(table.rowCount).toBe(records.length)
        records.forEach((record, row) => {
          expect(table.timeMs[row]).toBe(Date.parse(record.timestamp ?? ''))
          const device = table.devices[table.deviceIndex?.[row] ?? -1]
          expect(device).toBe(record.DEV ?? record.IFACE)
          for (const [ours, theirs, factor] of COLUMNS[resource] ?? []) {
            expect(table.columns.get(ours)?.[row]).toBe(Number(record[theirs]) * factor)
          }
        })
      }),
      { numRuns: 100 },
    )
  })
})

// A carriage return at a line's end means nothing, but such a row is no usual one: it is read with all checks.
describe('rows read in one go', () => {
  const withCarriageReturns = (bytes: Uint8Array): Uint8Array =>
    Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1')

  it.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.txt')))(
    '%s has the same values, events and warnings when all are read with care',
    (name) => {
      const bytes = readFileSync(new URL(name, FIXTURES))
      for (const resource of RECORDED) {
        expect(read(resource, bytes)).toEqual(read(resource, withCarriageReturns(bytes)))
      }
    },
  )

  it.each(['disk', 'network', 'load'] as const)(
    '%s damaged anywhere gives the same as with care',
    (resource) => {
      const words = [
        '',
        ';',
        '\n',
        '-',
        '.',
        ',',
        '9',
        '00000000000',
        'nan',
        ';-1;',
        '#',
        ' ',
        'é',
        '1e9',
        '00:00:60',
      ]
      const damage = fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...words)), { maxLength: 4 })
      fc.assert(
        fc.property(anySection(resource), damage, (text, changes) => {
          let damaged = text
          for (const [position, length, word] of changes) {
            const at = position % damaged.length
            damaged = damaged.slice(0, at) + word + damaged.slice(at + length)
          }
          // The last line end is kept: what is cut there differs by nature.
          const bytes = encode(`${damaged}\n`)
          expect(read(resource, bytes)).toEqual(read(resource, withCarriageReturns(bytes)))
        }),
        { numRuns: 300 },
      )
    },
  )
})
