import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pass } from '../../src/collectors/sadf-pass.js'
import { readPlainNumbers } from '../../src/collectors/sadf-plain.js'
import { SectionRows } from '../../src/collectors/sadf-rows.js'
import { SECTIONS, type SectionSpec } from '../../src/collectors/sadf-sections.js'

const FIXED = ['hostname', 'interval', 'timestamp']
/** Bytes that follow every row in a file. */
const REST = 'vm;1;2026-11-20 06:09:11 UTC;lo;\n'
/** What stands before the numbers of a row: it must not be taken for digits. */
const PREFIX = '987654321;'

function passOf(kind: string, columns: string): Pass {
  const spec = SECTIONS.find((section) => section.kind === kind) as SectionSpec
  return new Pass(new SectionRows(spec), 1, [...FIXED, ...columns.split(';')])
}

/** Values that are read from a row's numbers, by field; null when the row is not plain. */
function read(pass: Pass, numbers: string): Record<string, number> | null {
  const bytes = new TextEncoder().encode(`${PREFIX}${numbers}\n${REST}`)
  const view = new DataView(bytes.buffer)
  const end = readPlainNumbers(bytes, view, PREFIX.length, pass.plain, pass.rows)
  if (end < 0) return null
  expect(end).toBe(PREFIX.length + numbers.length + 1)
  const { values, spec } = pass.rows
  return Object.fromEntries(spec.fields.map(({ name }, field) => [name, values[field]?.[0] ?? -1]))
}

const load = (number: string): number | undefined =>
  read(passOf('load', 'runq-sz;ldavg-1'), `1.25;${number}`)?.load_1

describe('a plain number', () => {
  it.each(['0.00', '0', '7', '10', '999', '1000', '1234', '12345', '99999999', '123456789'])(
    '%s is read',
    (text) => {
      expect(load(text)).toBe(Number(text))
    },
  )

  it.each(['0.01', '0.10', '65.12', '100.00', '1234.56', '12345.67', '12345678.90', '123456789012.34'])(
    '%s is read',
    (text) => {
      expect(load(text)).toBe(Number(text))
    },
  )

  it.each([
    ...[
      '',
      '.',
      '1.',
      '1.5',
      '1.505',
      '1..0',
      '1.0x',
      '-1.00',
      '+1.00',
      '1,00',
      '1e5',
      'nan',
      ' 1.00',
      '1.00 ',
    ],
    ...[
      '1:00',
      '1/00',
      '0.0:',
      '0./0',
      '0x30',
      '\xb1.00',
      '10000000000000.00',
      '9223372036854775808.00',
      '9'.repeat(400),
    ],
  ])('%j is left to the careful way', (text) => {
    expect(load(text)).toBeUndefined()
  })

  it('has the value that JavaScript gives the text, in our unit', () => {
    const anyText = fc.oneof(
      fc.nat({ max: 99_999_999_999 }).map((hundredths) => (hundredths / 100).toFixed(2)),
      fc.nat(2_147_483_647).map(String),
      fc.nat(9_999).map((hundredths) => (hundredths / 100).toFixed(2)),
    )
    fc.assert(
      fc.property(anyText, anyText, (first, second) => {
        const values = read(
          passOf('network', 'IFACE;rxkB/s;rxcmp/s;txkB/s;x'),
          `${first};${second};${second};1`,
        )
        const isTrue = Number(first) <= 1e9 && Number(second) <= 1e9
        if (!isTrue) expect(values).toBeNull()
        else {
          expect(values?.in_bytes_per_s).toBe(Number(first) * 1024)
          expect(values?.out_bytes_per_s).toBe(Number(second) * 1024)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a row of plain numbers', () => {
  it('may have columns that nobody reads, whatever stands in them', () => {
    const pass = passOf('disk', 'DEV;tps;x;y;%util;z')
    expect(read(pass, '1.50;;-nan;99.99;?')).toMatchObject({ transfers_per_s: 1.5, utilization_pct: 99.99 })
    expect(read(pass, '1.50;0.00;0.00;0.00;0.00')).toMatchObject({ utilization_pct: 0 })
  })

  it('leaves fields without a column empty', () => {
    expect(read(passOf('load', 'runq-sz;ldavg-1'), '3;0.50')?.tasks).toBeNaN()
  })

  it('adds up columns of one field', () => {
    const pass = passOf('paging', 'fault/s;pgscank/s;pgscand/s')
    expect(read(pass, '1.00;2.25;0.50')).toMatchObject({ faults_per_s: 1, scanned_pages_per_s: 2.75 })
  })

  it('has as many numbers as the header has columns', () => {
    const pass = passOf('load', 'runq-sz;ldavg-1')
    expect(read(pass, '1')).toBeNull()
    expect(read(pass, '1;2;3')).toBeNull()
    expect(read(passOf('disk', 'DEV;tps;x'), '1')).toBeNull()
    expect(read(passOf('disk', 'DEV;tps;x'), '1;2;3')).toBeNull()
  })

  it.each([
    ['100.50', 100.5],
    ['100.51', undefined],
    ['1000.00', undefined],
  ])('with %s %% of CPU time gives %s', (text, value) => {
    expect(read(passOf('cpu', 'CPU;%user;%idle'), `0.00;${text}`)?.idle_pct).toBe(value)
  })
})
