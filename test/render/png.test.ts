import { describe, expect, it } from 'vitest'
import { splitPaths } from '../../src/render/png.js'

const longPath = `M0,0${Array.from({ length: 70 }, (_, index) => `L${index + 1},${index}`).join('')}`

describe('splitPaths', () => {
  it('cuts a long line into pieces that meet', () => {
    const svg = splitPaths(`<svg><path d="${longPath}" stroke="#123456" stroke-dasharray=""/></svg>`)
    const pieces = [...svg.matchAll(/d="M([^"]*)"/g)].map((match) => (match[1] ?? '').split('L'))
    expect(pieces.map((piece) => piece.length)).toEqual([33, 33, 7])
    expect(pieces[1]?.[0]).toBe(pieces[0]?.at(-1))
    expect(pieces[2]?.[0]).toBe(pieces[1]?.at(-1))
    expect(pieces[2]?.at(-1)).toBe('70,69')
    expect(svg.match(/stroke="#123456"/g)).toHaveLength(3)
  })

  it('leaves short lines, dashed lines, areas and filled paths alone', () => {
    const kept = [
      '<path d="M0,0L1,1L2,0" stroke="#123456"/>',
      `<path d="${longPath}" stroke="#123456" stroke-dasharray="4,2"/>`,
      `<path d="${longPath}Z" fill="#123456" stroke="#123456"/>`,
      `<path d="${longPath}" fill="#123456" stroke="#123456"/>`,
    ]
    for (const svg of kept) expect(splitPaths(svg)).toBe(svg)
  })
})
