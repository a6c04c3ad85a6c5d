import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstSampleMs, parseRaw } from '../../src/collectors/raw.js'
import { ParseError } from '../../src/errors.js'
import type { Resource, Table } from '../../src/model.js'

const NO_CONTEXT = { meta: null, windowMs: null }
const RECORDED = ['cpu', 'memory', 'swap', 'disk', 'network', 'load', 'paging'] as const
const FIXTURES = new URL('../fixtures/', import.meta.url)

function tableOf(resource: Resource, bytes: Uint8Array): Table | null {
  try {
    return parseRaw(resource, 'vm', [{ path: 'raw/x/vm', bytes }], NO_CONTEXT).table
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ParseError)
    return null
  }
}

/** Columns that come from another section or other rows than the rest of their row: a cut may take only them. */
const FROM_ELSEWHERE = /_errors_|_drops_|^busiest_core|^cores_above/

/** Fails unless each row of `part` is that of `whole`, but for values behind the cut. */
function expectSameStart(part: Table, whole: Table, cut: number): void {
  if (part.rowCount > whole.rowCount) expect.fail(`more rows when cut at ${cut}`)
  const columns = [...part.columns].map(([name, values]) => ({ name, values, all: whole.columns.get(name) }))
  const lastTimeMs = part.timeMs[part.rowCount - 1]
  for (let row = 0; row < part.rowCount; row++) {
    if (part.timeMs[row] !== whole.timeMs[row]) expect.fail(`another time in row ${row} when cut at ${cut}`)
    for (const { name, values, all } of columns) {
      const value = values[row] as number
      if (Object.is(value, all?.[row])) continue
      const isLast = row === part.rowCount - 1
      if (Number.isNaN(value) && (isLast || part.resource === 'swap' || FROM_ELSEWHERE.test(name))) continue
      // The busiest core so far, where the last sample's other cores are cut off.
      if (name.includes('core') && (isLast || part.timeMs[row] === lastTimeMs)) continue
      expect.fail(`${name} of row ${row} is ${value} and not ${all?.[row]} when cut at ${cut}`)
    }
  }
}

/** Rows of a resource of one section that end before the cut: every line of it but the header and single CPUs'. */
function rowsBefore(whole: Table, text: string, cut: number): number {
  const start = text.lastIndexOf('\n#', cut - 2) + 1
  const lines = text.slice(start, cut).split('\n').slice(1, -1)
  const rows = lines.filter((line) => !line.includes(';-1;2026') && !/UTC;[0-9];/.test(line))
  return whole.resource === 'cpu' || whole.resource === 'disk' ? rows.length : 0
}

/** Resources that are read from the section in which a byte lies, by a column of its header. */
const RESOURCE_BY_COLUMN: readonly (readonly [string, Resource])[] = [
  [';CPU;', 'cpu'],
  [';kbmemfree', 'memory'],
  [';kbswpfree', 'swap'],
  [';pswpin/s', 'swap'],
  [';DEV;', 'disk'],
  [';IFACE;', 'network'],
  [';runq-sz', 'load'],
  [';pgpgin/s', 'paging'],
]

/** The sections of a file that a resource is read from: the others change nothing, and would only take time. */
function sectionsOf(resource: Resource, text: string): string {
  const sections = text.split(/^(?=#)/m)
  const isOwn = (section: string): boolean => {
    const [header = ''] = section.split('\n', 1)
    return RESOURCE_BY_COLUMN.find(([column]) => header.includes(column))?.[1] === resource
  }
  return sections.filter((section) => !section.startsWith('#') || isOwn(section)).join('')
}

describe('a file cut at any byte', () => {
  const sadfFiles = readdirSync(new URL('sadf-d/', FIXTURES)).filter((name) => name.endsWith('.txt'))

  it.each(sadfFiles)('%s keeps the values before the cut', (name) => {
    const whole = readFileSync(new URL(`sadf-d/${name}`, FIXTURES))
    let cuts = 0
    for (const resource of RECORDED) {
      const text = sectionsOf(resource, whole.toString('latin1'))
      const bytes = Buffer.from(text, 'latin1')
      const table = tableOf(resource, bytes)
      if (!table) continue
      expect(table).toEqual(tableOf(resource, whole))
      for (let cut = bytes.length - 1; cut > 0; cut--) {
        const part = tableOf(resource, bytes.subarray(0, cut))
        if (part) expectSameStart(part, table, cut)
        if (text[cut - 1] === '\n' && (part?.rowCount ?? 0) < rowsBefore(table, text, cut)) {
          expect.fail(`rows of ${resource} were lost when cut at ${cut}`)
        }
        cuts++
      }
    }
    expect(cuts).toBeGreaterThan(0)
  })

  it.each(RECORDED)('%s of the sampler keeps the values before the cut', (resource) => {
    const bytes = readFileSync(new URL(`proc/${resource}.txt`, FIXTURES))
    const whole = tableOf(resource, bytes)
    expect(whole?.rowCount).toBeGreaterThan(0)
    for (let cut = bytes.length - 1; whole && cut > 0; cut--) {
      const part = tableOf(resource, bytes.subarray(0, cut))
      if (part) expectSameStart(part, whole, cut)
    }
  })
})

describe('any bytes', () => {
  const words = [
    '# hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle\n',
    '# hostname;interval;timestamp;IFACE;rxkB/s;txkB/s\n',
    '# hostname;interval;timestamp;runq-sz;ldavg-1\n',
    '# clusterp-proc 1 network 100 boot\n',
    '@ 1795162715.5 2191.29 1\n',
    '@ - 1 2\n',
    'eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n',
    'vm;1;2026-11-20 06:00:01 UTC',
    'vm;-1;2026-11-20 06:00:01 UTC;LINUX-RESTART\n',
    ';-1',
    ';lo',
    ';1.00',
    ';0,5',
    ';nan',
    ';9223372036854775808.00',
    ';;',
    '\n',
    '\r\n',
    '\0',
    '@',
    '#',
  ]
  const anyFile = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.constantFrom(...words), { maxLength: 60 })
      .map((parts) => new TextEncoder().encode(parts.join(''))),
  )

  it('are read or refused with a ParseError', () => {
    fc.assert(
      fc.property(anyFile, fc.constantFrom(...RECORDED), (bytes, resource) => {
        const table = tableOf(resource, bytes)
        for (const values of table?.columns.values() ?? []) {
          expect(values).toHaveLength(table?.rowCount ?? -1)
        }
        firstSampleMs([{ path: 'raw/x/vm', bytes }], NO_CONTEXT)
      }),
      { numRuns: 1500 },
    )
  })

  it('in place of some of a real file lose no more than what they overwrite', () => {
    const bytes = readFileSync(new URL('sadf-d/utc-12.7.9.txt', FIXTURES))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 3 }), (at, noise) => {
        const damaged = Uint8Array.from(bytes)
        damaged.set(noise.subarray(0, bytes.length - at), at)
        for (const resource of RECORDED) tableOf(resource, damaged)
      }),
      { numRuns: 300 },
    )
  })
})
