import { COMMA, decodeText, FieldLines, parseDecimal, quoteBytes, SEMICOLON } from '../data/bytes.js'
import type { FileWarnings } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { RawFile } from '../model.js'
import type { ReadContext } from './raw-context.js'
import { ITEM_FIELD, type Pass } from './sadf-pass.js'

//   vm;1;2026-11-20 06:09:58 UTC;-1;0,50;0,00;2,01;0,00;0,00;97,49
//   vm;1;2026-11-20 06:09:58 UTC;0;1.00;0.00;3.00;0.00;0.00;96.00
//   Usage: sadf [ options ] [ <interval> [ <count> ] ] [ <datafile> ]

/** What sadf writes for all CPUs together. */
export const ALL_CPUS = -1
/** No machine has more; above it the number is damaged. */
const MOST_CPUS = 65_536
/** `10.0.0.7` or `fe80::1`: says nothing about the name that the node has for itself. */
const ADDRESS = /^[\d.]+$|:.*:/

/** Number of the CPU written from `start` to `end`, ALL_CPUS for all together; NaN when it is none. */
export function cpuNumberAt(bytes: Uint8Array, start: number, end: number): number {
  const number = parseDecimal(bytes, start, end)
  if (Number.isInteger(number) && number >= ALL_CPUS && number < MOST_CPUS) return number
  return decodeText(bytes, start, end) === 'all' ? ALL_CPUS : Number.NaN
}

function shortName(name: string): string {
  return name.toLowerCase().split('.', 1)[0] ?? ''
}

/** Warns when the first row below a header has decimal commas, or comes from another node. */
export function checkFirstRow(
  lines: FieldLines,
  pass: Pass,
  context: ReadContext,
  warnings: FileWarnings,
): void {
  const { bytes, starts } = lines
  const extra = lines.count - pass.fieldCount
  const firstValue = starts[pass.rows.spec.item === null ? ITEM_FIELD : ITEM_FIELD + 1 + extra] as number
  if (bytes.subarray(firstValue, lines.lineEnd).includes(COMMA)) {
    warnings.note('locale', lines.line, 'decimal commas, read as points: sadf ran without LC_ALL=C')
  }
  const { host, meta } = context
  const expected = meta?.node_name ?? host.replace(/:\d+$/, '')
  const isTelling = meta !== null || (host !== 'localhost' && !ADDRESS.test(expected))
  if (!isTelling || shortName(lines.text(0)) === shortName(expected)) return
  const quoted = quoteBytes(bytes, starts[0] as number, (starts[1] as number) - 1)
  warnings.note('host', lines.line, `it was written on ${quoted} and is taken as that of ${host}`)
}

/** The error for a file without any line that sadf writes; it quotes the first line. */
export function notSadf(file: RawFile, start: number, limit: number): ParseError {
  const lines = new FieldLines(file.bytes, SEMICOLON, start, limit)
  while (lines.next() && lines.lineEnd === lines.lineStart);
  const quoted = quoteBytes(file.bytes, lines.lineStart, lines.lineEnd)
  return new ParseError(`read ${file.path}:${lines.line}: not the output of sadf -d: ${quoted}`, {
    hint: 'convert the binary file again on the node: LC_ALL=C sadf -d FILE -- -u',
  })
}
