/** A planted session as it lies on the disk after `parse`. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mark, Session } from '../../src/model.js'
import { sampleHost, sampleSession } from '../session/sample.js'
import { csvBytes } from './csv-bytes.js'
import type { Planted } from './planted.js'

export interface PlantedChange {
  readonly alias?: (host: string) => string | null
  readonly marks?: readonly Mark[]
  readonly plots?: readonly string[]
  readonly session?: Partial<Session>
}

/** Writes session.json, marks.jsonl and the CSVs. */
export async function writePlanted(
  directory: string,
  { context, tables }: Planted,
  { alias = () => null, marks = [], plots = [], session = {} }: PlantedChange = {},
): Promise<void> {
  const hosts = context.hosts.map(({ name, meta }, index) => ({
    ...sampleHost(name, index + 1),
    alias: alias(name),
    state: 'cleaned' as const,
    // Its stamps hold the fraction of a second already.
    collector: 'proc' as const,
    meta,
  }))
  const whole = sampleSession({
    state: 'stopped',
    startMs: context.fromMs,
    stoppedMs: context.toMs,
    intervalSec: context.intervalSec,
    hosts,
    ...session,
  })
  await writeFile(join(directory, 'session.json'), JSON.stringify(whole))
  await writeFile(join(directory, 'marks.jsonl'), marks.map((mark) => `${JSON.stringify(mark)}\n`).join(''))
  for (const table of tables) {
    const folder = join(directory, 'parsed', table.resource)
    await mkdir(folder, { recursive: true })
    const aliases = new Map(
      table.devices.map((device, index) => [device, table.textColumns.get('alias')?.[index] ?? device]),
    )
    const bytes = csvBytes(table, {
      elapsedZeroMs: Math.floor(context.fromMs / 1000) * 1000,
      aliasOf: (device) => aliases.get(device) ?? device,
    })
    await writeFile(join(folder, `${table.host}.csv`), bytes)
  }
  for (const plot of plots) {
    await mkdir(join(directory, 'plot', plot, '..'), { recursive: true })
    await writeFile(join(directory, 'plot', plot), '')
  }
}
