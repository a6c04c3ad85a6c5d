import { describe, expect, it } from 'vitest'
import { VectorCanvas } from '../../../src/render/vector/canvas.js'
import type { Surface } from '../../../src/render/vector/surface.js'

/** Writes down what is drawn. */
function recorder() {
  const drawn: unknown[][] = []
  const warnings: string[] = []
  const surface: Surface = {
    save: () => drawn.push(['save']),
    restore: () => drawn.push(['restore']),
    clip: (path) => drawn.push(['clip', path]),
    fill: (path, paint) => drawn.push(['fill', path, paint]),
    stroke: (path, pen, paint) => drawn.push(['stroke', path, pen, paint]),
    text: (run, paint) => drawn.push(['text', run, paint]),
    image: (raster, matrix) => drawn.push(['image', raster, matrix]),
  }
  const raster = { width: 1, height: 1, rgba: Uint8Array.of(1, 2, 3, 255) }
  const canvas = new VectorCanvas({
    surface,
    textWidth: (text, size) => text.length * size,
    rasterOf: (url) => (url === 'ours' ? raster : null),
    warn: (message) => warnings.push(message),
  })
  return { canvas, drawn, warnings, raster }
}

describe('a vector canvas', () => {
  it('puts paths where the maps at each step say', () => {
    const { canvas, drawn } = recorder()
    canvas.translate(10, 20)
    canvas.beginPath()
    canvas.moveTo(1, 1)
    canvas.scale(2, 2)
    canvas.lineTo(1, 1)
    canvas.closePath()
    canvas.fill()
    expect(drawn[0]?.[1]).toEqual([['M', 11, 21], ['L', 12, 22], ['Z']])
  })

  it('gives back colours, pens and maps with restore', () => {
    const { canvas, drawn } = recorder()
    canvas.strokeStyle = '#ff0000'
    canvas.lineWidth = 2
    canvas.save()
    canvas.translate(5, 5)
    canvas.strokeStyle = 'steelblue'
    canvas.lineWidth = 7
    canvas.setLineDash([3, 1])
    canvas.restore()
    canvas.beginPath()
    canvas.moveTo(0, 0)
    canvas.lineTo(1, 0)
    canvas.stroke()
    expect(drawn.at(-1)).toEqual([
      'stroke',
      [
        ['M', 0, 0],
        ['L', 1, 0],
      ],
      { width: 2, cap: 'butt', join: 'miter', miterLimit: 10, dash: [], dashOffset: 0 },
      { color: [255, 0, 0], opacity: 1 },
    ])
  })

  it('multiplies the opacity of a colour with the general one, and draws nothing that cannot be seen', () => {
    const { canvas, drawn } = recorder()
    canvas.fillStyle = 'rgba(0, 128, 255, 0.5)'
    canvas.globalAlpha = 0.5
    canvas.fillRect(0, 0, 1, 1)
    canvas.fillStyle = 'transparent'
    canvas.fillRect(0, 0, 1, 1)
    expect(drawn.map(([, , paint]) => paint)).toEqual([{ color: [0, 128, 255], opacity: 0.25 }])
  })

  it.each([
    ['left', 100],
    ['center', 80],
    ['right', 60],
  ])('sets text %s of where it stands', (align, left) => {
    const { canvas, drawn } = recorder()
    canvas.font = 'bold 10px DejaVu Sans, sans-serif'
    canvas.textAlign = align
    canvas.fillText('four', 100, 50)
    expect(drawn[0]?.[1]).toEqual({
      text: 'four',
      matrix: [1, 0, 0, 1, left, 50],
      size: 10,
      isBold: true,
      outlineWidth: null,
    })
  })

  it('draws the rasters of the chart, and tells of images that are not its own', () => {
    const { canvas, drawn, warnings, raster } = recorder()
    canvas.drawImage({ url: 'ours' }, 10, 20, 300, 200)
    canvas.drawImage({ url: 'https://elsewhere.example' }, 0, 0, 1, 1)
    expect(drawn).toEqual([['image', raster, [300, 0, 0, 200, 10, 20]]])
    expect(warnings).toEqual(['an image of a template is not drawn in PDF and EPS'])
  })
})
