import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawOverlays } from '../../../src/commands/comparing/overlays.js'
import type { Sides } from '../../../src/commands/comparing/sides.js'
import type { CommandContext } from '../../../src/commands/context.js'

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
