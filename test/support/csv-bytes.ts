import { type CsvOptions, tableToCsv } from '../../src/data/csv-write.js'
import type { Table } from '../../src/model.js'

/** The chunks of a table's CSV, each copied before the next one is written into its place. */
export function csvChunks(table: Table, options: CsvOptions): readonly Buffer[] {
  const chunks: Buffer[] = []
  for (const chunk of tableToCsv(table, options)) chunks.push(Buffer.from(chunk))
  return chunks
}

/** The whole CSV of a table. */
export function csvBytes(table: Table, options: CsvOptions): Buffer {
  return Buffer.concat(csvChunks(table, options))
}
