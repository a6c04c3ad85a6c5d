import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CSV_COLUMNS, LEADING_COLUMNS } from '../../src/data/columns.js'
import { RESOURCES } from '../../src/model.js'

const sections = readFileSync(new URL('../../docs/csv.md', import.meta.url), 'utf8').split(/^## /m)

/** Names in the first cells of a section's table. */
function columnsIn(section: string): string[] {
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  return rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''),
  )
}

describe('docs/csv.md', () => {
  it('tells the columns that every file begins with', () => {
    expect(columnsIn(sections[0] ?? '')).toEqual([...LEADING_COLUMNS])
  })

  it.each(RESOURCES)('tells every column of %s in its order, and no other', (resource) => {
    const section = sections.find((text) => text.startsWith(`${resource}\n`)) ?? ''
    expect(columnsIn(section)).toEqual(CSV_COLUMNS[resource].map((column) => column.name))
  })
})
