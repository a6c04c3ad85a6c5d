import { describe, expect, it } from 'vitest'
import { plotSettings } from '../../../src/commands/plotting/settings.js'
import { ConfigError } from '../../../src/errors.js'

describe('the settings of a plot', () => {
  it('are the defaults where nobody says anything', () => {
    expect(plotSettings(null, {})).toEqual({
      formats: ['svg', 'png'],
      layout: 'auto',
      sort: 'config',
      size: 'page',
      theme: 'light',
      only: null,
    })
  })

  it('are what was typed', () => {
    const typed = {
      format: 'png, svg',
      layout: 'heatmap',
      sort: 'outlier',
      size: 'column',
      only: 'cpu, disk/*_read,',
    }
    expect(plotSettings(null, typed)).toMatchObject({
      formats: ['png', 'svg'],
      layout: 'heatmap',
      sort: 'outlier',
      size: 'column',
      only: ['cpu', 'disk/*_read'],
    })
  })

  it.each([
    [{ layout: 'round' }, 'the layout "round"', 'choose from: auto, lines, facets, heatmap, band'],
    [{ sort: 'size' }, 'the sort "size"', 'choose from: config, outlier'],
    [{ size: 'a4' }, 'the size "a4"', 'choose from: page, column'],
    [{ format: ' , ' }, '--format names no format', 'clusterp plot --format svg,png'],
  ])('refuse %j and say what there is', (options, sentence, hint) => {
    const attempt = () => plotSettings(null, options)
    expect(attempt).toThrow(ConfigError)
    expect(attempt).toThrow(sentence)
    expect(attempt).toThrow(expect.objectContaining({ hint }))
  })

  it('refuse plots of what is no resource, naming the one that is near', () => {
    const refused = (only: string) => () => plotSettings(null, { only })
    expect(refused('cpu,netwrk/em1_in')).toThrow('there are no plots of "netwrk"')
    expect(plotSettings(null, { only: 'cpu/*, *_read ,overview' }).only).toEqual([
      'cpu/*',
      '*_read',
      'overview',
    ])
  })
})
