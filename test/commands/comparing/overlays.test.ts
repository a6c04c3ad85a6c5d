import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createOverlay } from '../../../src/analysis/comparison-overlay.js'
import type { ComparisonRow } from '../../../src/analysis/comparison-verdict.js'
import { addPair, drawOverlays } from '../../../src/commands/comparing/overlays.js'
import type { Sides } from '../../../src/commands/comparing/sides.js'
import type { CommandContext } from '../../../src/commands/context.js'
import { createTable } from '../../../src/data/table.js'

describe('drawOverlays', () => {
  it('removes the pictures of an earlier comparison when nothing changed any more, and nothing else', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'clusterp-overlays-'))
    try {
      const folder = join(directory, 'compare', 'slow-fast', 'cpu')
      await mkdir(folder, { recursive: true })
      for (const name of ['iowait_pct.svg', 'notes.txt']) await writeFile(join(folder, name), '')
      const side = (title: string) => ({ title })
      const sides = { a: side('slow'), b: side('fast') } as unknown as Sides
      expect(await drawOverlays({ directory } as CommandContext, sides, [])).toBeNull()
      expect(await readdir(folder)).toEqual(['notes.txt'])
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

describe('addPair', () => {
  const blocked = (host: string, value: number) =>
    createTable('load', host, {
      timeMs: Float64Array.of(1000),
      intervalSec: Float64Array.of(1),
      columns: new Map([['blocked', Float64Array.of(value)]]),
    })

  it('leaves out a host that was measured in one session only, as the rows do', () => {
    const span = { fromMs: 0, toMs: 1000 }
    const first = { resource: 'load', device: null, column: 'blocked' } as unknown as ComparisonRow
    const subject = { first, a: createOverlay(span, 1), b: createOverlay(span, 1) }
    addPair(subject, blocked('n1', 4), blocked('n1', 8))
    addPair(subject, blocked('n2', 90), null)
    expect(subject.a.finish()[0]?.mean).toBe(4)
    expect(subject.b.finish()[0]?.mean).toBe(8)
  })
})
