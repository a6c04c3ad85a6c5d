import { describe, expect, it } from 'vitest'
import type { MarkRow } from '../../src/charts/chart.js'
import {
  cutMiddleToWidth,
  cutToWidth,
  numberMarks,
  placeLabels,
  wrapCaptions,
  wrapFacts,
  wrapLines,
} from '../../src/charts/place.js'

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

describe('cutMiddleToWidth', () => {
  it('keeps both ends, between which is an ellipsis', () => {
    expect(cutMiddleToWidth('abcdef', 60, measure)).toBe('abcdef')
    expect(cutMiddleToWidth('abcdef', 50, measure)).toBe('ab…ef')
    expect(cutMiddleToWidth('abcdef', 40, measure)).toBe('a…ef')
    expect(cutMiddleToWidth('abcdef', 5, measure)).toBe('…')
  })
})

describe('wrapLines', () => {
  it('breaks between facts, within a longer fact between words, and within a longer word anywhere', () => {
    const facts = 'aaaa · bbbb · one two three · 1234567890123'
    expect(wrapLines(facts, 110, measure)).toEqual(['aaaa · bbbb', 'one two', 'three', '12345678901', '23'])
  })
})

describe('placeLabels', () => {
  const at = (x: number, text = 'label') => ({ x, text })
  const placeMarks = (marks: readonly MarkRow[], domain: readonly [number, number]) =>
    placeLabels(marks, [], { domain, width: 640 }, measure).marks

  it('puts labels side by side in one row where there is room', () => {
    expect(placeMarks([at(0), at(100), at(200)], [0, 640]).map((mark) => mark.dy)).toEqual([-4, -4, -4])
  })

  it('stacks crowded labels, and drops the one for which there is no row, but not its rule', () => {
    const placed = placeMarks([at(0), at(1), at(2), at(3), at(300)], [0, 640])
    expect(placed.map((mark) => [mark.x, mark.dy, mark.label])).toEqual([
      [0, -4, 'label'],
      [1, -17, 'label'],
      [2, -30, 'label'],
      [3, 0, ''],
      [300, -4, 'label'],
    ])
  })

  it('turns a label to the left at the right edge', () => {
    expect(placeMarks([at(10), at(630)], [0, 640]).map((mark) => mark.align)).toEqual(['left', 'right'])
  })

  it('cuts a label that fits on neither side of its rule', () => {
    const marks = [at(100, 'a very long label')]
    const [mark] = placeLabels(marks, [], { domain: [0, 200], width: 200 }, measure).marks
    // 10 characters fit to the left as well as to the right.
    expect(mark).toMatchObject({ align: 'left', label: 'a very lo…' })
  })

  it('gives marks the room before events, wherever they stand', () => {
    const event = { ...at(20, 'node1: restart'), series: 'node1', color: '#0072b2' }
    const placed = placeLabels([at(30), at(31), at(32)], [event], { domain: [0, 640], width: 640 }, measure)
    expect(placed.marks.map((mark) => mark.dy)).toEqual([-4, -17, -30])
    expect(placed.events).toMatchObject([{ x: 20, label: '', color: '#0072b2' }])
    const alone = placeLabels([at(300)], [event], { domain: [0, 640], width: 640 }, measure)
    expect(alone.events).toMatchObject([{ dy: -4, label: 'node1: restart' }])
  })
})

describe('numberMarks', () => {
  it('counts all marks, but leaves out the number that would cover the one before', () => {
    const marks = [0, 10, 11, 50].map((x) => ({ x, text: 'phase' }))
    // 1 px to a second: 10 is too near to 0 for a number of 14 px, and 11 is too near to it as well.
    expect(numberMarks(marks, [0, 100], 100)).toEqual([
      { x: 0, label: '1' },
      { x: 10, label: '' },
      { x: 11, label: '' },
      { x: 50, label: '4' },
    ])
  })
})

describe('wrapCaptions', () => {
  it('breaks lists between items and sentences between words, at the width of the plot', () => {
    const item = 'a'.repeat(40)
    expect(wrapCaptions([`${item} · ${item}`, `${item} ${item}`, 'short'], measure)).toEqual([
      item,
      item,
      item,
      item,
      'short',
    ])
  })
})
