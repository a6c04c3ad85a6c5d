/** Folders of sessions as `parse` leaves them, made from numbers. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Mark, Table } from '../../src/model.js'
import { csvBytes } from './csv-bytes.js'

/** Elapsed zero of every session made here. */
export const SESSION_START_MS = Date.UTC(2026, 10, 20, 9)

/** Writes config.yml, the CSVs and the marks of a session into `folder`; times of tables and marks are elapsed. */
export async function writeParsedSession(
  folder: string,
  hosts: readonly string[],
  tables: readonly Table[],
  marks: readonly Mark[] = [],
): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.yml'), `hosts: [${hosts.join(', ')}]\ninterval: 1\n`, { mode: 0o600 })
  const lines = marks.map(({ atMs, text }) => `${JSON.stringify({ atMs: SESSION_START_MS + atMs, text })}\n`)
  await writeFile(join(folder, 'marks.jsonl'), lines.join(''))
  for (const table of tables) {
    const path = join(folder, 'parsed', table.resource, `${table.host}.csv`)
    await mkdir(dirname(path), { recursive: true })
    const timeMs = table.timeMs.map((ms) => SESSION_START_MS + ms)
    const options = { elapsedZeroMs: SESSION_START_MS, aliasOf: (device: string) => device }
    await writeFile(path, csvBytes({ ...table, timeMs }, options))
  }
}
