import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Chart } from '../../../src/charts/chart.js'
import { createReduction } from '../../../src/charts/charts.js'
import { drawPictures, pictureFolder, removeOthers } from '../../../src/commands/plotting/pictures.js'
import type { Renderer } from '../../../src/render/render.js'
import { contextOf, cpuTable } from '../../charts/tables.js'

let folder = ''
const context = { report: () => undefined, signal: new AbortController().signal }
const renderer: Renderer = {
  warnings: [],
  render: async (chart) => new Map([['svg', Buffer.from(chart.title)]]),
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clusterp-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function chartOf(resource: Chart['resource'], name: string): Chart {
  const reduction = createReduction(contextOf(['a'], 1))
  reduction.add(cpuTable('a', [1]))
  const [chart] = reduction.finish().charts
  if (chart === undefined) throw new Error('no chart')
  return { ...chart, resource, name }
}

const files = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('.'))
    .sort()

describe('pictures', () => {
  it('go to the folder of their resource, the overview beside them', async () => {
    const charts = [chartOf('cpu', 'iowait'), chartOf(null, 'overview')]
    const written = await drawPictures(context, renderer, charts, join(folder, 'plot'))
    expect(files()).toEqual(['plot/cpu/iowait.svg', 'plot/overview.svg'])
    expect(written).toEqual([
      { folder: 'cpu', file: 'iowait.svg' },
      { folder: '', file: 'overview.svg' },
    ])
  })

  it('never leave their folder, whatever an alias is', async () => {
    const drawing = drawPictures(context, renderer, [chartOf('disk', '../../x_read')], folder)
    await expect(drawing).rejects.toThrow('contains "/"')
    expect(files()).toEqual([])
  })

  it('of a part have a folder of their own, where only those of the last call stay', async () => {
    const root = pictureFolder(folder, true)
    expect([root, pictureFolder(folder, false)]).toEqual([
      join(folder, 'plot/selection'),
      join(folder, 'plot'),
    ])
    expect([true, false].map((isPart) => pictureFolder(folder, isPart, 'column'))).toEqual([
      join(folder, 'plot/column/selection'),
      join(folder, 'plot/column'),
    ])
    await drawPictures(context, renderer, [chartOf('cpu', 'iowait')], pictureFolder(folder, false))
    await drawPictures(context, renderer, [chartOf('cpu', 'iowait'), chartOf('disk', 'x_read')], root)
    const written = await drawPictures(context, renderer, [chartOf('cpu', 'utilization')], root)
    await removeOthers(root, written)
    expect(files()).toEqual(['plot/cpu/iowait.svg', 'plot/selection/cpu/utilization.svg'])
  })

  it('of an earlier run are removed, and nothing else is', async () => {
    mkdirSync(join(folder, 'cpu'))
    for (const name of ['cpu/old.svg', 'cpu/notes.txt', 'overview.png', 'mine.txt'])
      writeFileSync(join(folder, name), 'x')
    const written = await drawPictures(context, renderer, [chartOf('cpu', 'iowait')], folder)
    await removeOthers(folder, written)
    expect(files()).toEqual(['cpu/iowait.svg', 'cpu/notes.txt', 'mine.txt'])
  })
})
