/** The tables of both sessions, one host pair and resource at a time. */
import { comparedColumns } from '../../analysis/comparison-columns.js'
import { columnNames } from '../../data/columns.js'
import { RESOURCES, type Resource, type Table } from '../../model.js'
import { readTable } from '../analysing/files.js'
import type { CommandContext } from '../context.js'
import { throwIfInterrupted } from '../waiting.js'
import type { Side, Sides } from './sides.js'

/** The same resource of both hosts of a pair; null: that host has no such table. */
export interface TablePair {
  readonly a: Table | null
  readonly b: Table | null
}

/** Reads the pairs of the given resources, of which anything is compared, so that two tables are held at a time. */
export async function* readPairs(
  context: Pick<CommandContext, 'signal' | 'report'>,
  sides: Sides,
  isWanted: (resource: Resource) => boolean,
): AsyncGenerator<TablePair> {
  const wanted = RESOURCES.filter((resource) => comparedColumns(resource).length > 0 && isWanted(resource))
  const { pairs } = sides.hosts
  context.report({ kind: 'progress', step: 'compare', total: wanted.length * pairs.length })
  for (const resource of wanted) {
    for (const pair of pairs) {
      throwIfInterrupted(context.signal, 'compare', 'clusterp compare')
      const a = await readIfThere(sides.a, resource, pair.a.name)
      const b = await readIfThere(sides.b, resource, pair.b.name)
      if (a !== null || b !== null) yield { a, b }
      context.report({ kind: 'progress-one', step: 'compare', isFailure: false })
    }
  }
}

async function readIfThere({ recorded }: Side, resource: Resource, host: string): Promise<Table | null> {
  const file = recorded.files.find((one) => one.resource === resource && one.host === host)
  if (file === undefined) return null
  const columns = [
    ...columnNames(resource, 'device'),
    ...columnNames(resource, 'alias'),
    ...comparedColumns(resource).map(({ column }) => column),
  ]
  return readTable(recorded.directory, file, recorded.session, columns)
}
