import { describe, expect, it } from 'vitest'
import { cutToWidth, placeMarks, wrapFacts } from '../../src/charts/place.js'

/** Every character is 10 pixels wide. */
const measure = (text: string) => [...text].length * 10

describe('wrapFacts', () => {
  it('breaks between facts only', () => {
    expect(wrapFacts('aaaa · bbbb · cccc', 110, measure)).toEqual(['aaaa · bbbb', 'cccc'])
    expect(wrapFacts('a fact that is too long · b', 50, measure)).toEqual(['a fact that is too long', 'b'])
  })
})

describe('cutToWidth', () => {
  it('keeps what fits and ends in an ellipsis', () => {
    expect(cutToWidth('abcdef', 60, measure)).toBe('abcdef')
    expect(cutToWidth('abcdef', 50, measure)).toBe('abcd…')
  })
})

describe('placeMarks', () => {
  const at = (x: number, text = 'label') => ({ x, text })

  it('puts labels side by side in one row where there is room', () => {
    expect(placeMarks([at(0), at(100), at(200)], [0, 640], measure).map((mark) => mark.dy)).toEqual([
      -4, -4, -4,
    ])
  })

  it('stacks crowded labels, and drops the one for which there is no row, but not its rule', () => {
    const placed = placeMarks([at(0), at(1), at(2), at(3), at(300)], [0, 640], measure)
    expect(placed.map((mark) => [mark.x, mark.dy, mark.label])).toEqual([
      [0, -4, 'label'],
      [1, -17, 'label'],
      [2, -30, 'label'],
      [3, 0, ''],
      [300, -4, 'label'],
    ])
  })

  it('turns a label to the left at the right edge', () => {
    expect(placeMarks([at(10), at(630)], [0, 640], measure).map((mark) => mark.align)).toEqual([
      'left',
      'right',
    ])
  })
})
