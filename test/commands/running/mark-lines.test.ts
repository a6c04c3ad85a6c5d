import { describe, expect, it } from 'vitest'
import { createMarkLines, markOfLine } from '../../../src/commands/running/mark-lines.js'

const SEEN = 1_795_161_600_000
const bytes = (text: string): Buffer => Buffer.from(text)

describe('markOfLine', () => {
  it.each([
    ['epoch 1', { atMs: SEEN, text: 'epoch 1' }],
    ['  padded\t text \r', { atMs: SEEN, text: 'padded text' }],
    ['{"atMs":1795161500000.5,"text":"epoch 2"}', { atMs: 1_795_161_500_000.5, text: 'epoch 2' }],
    ['{"text":"no time"}', { atMs: SEEN, text: 'no time' }],
    ['{"atMs":"soon","text":"x"}', { atMs: SEEN, text: '{"atMs":"soon","text":"x"}' }],
    ['{"atMs":1e999,"text":"x"}', { atMs: SEEN, text: '{"atMs":1e999,"text":"x"}' }],
    ['{"atMs":1e300,"text":"x"}', { atMs: SEEN, text: '{"atMs":1e300,"text":"x"}' }],
    ['{"loss": 0.3}', { atMs: SEEN, text: '{"loss": 0.3}' }],
    ['{not json', { atMs: SEEN, text: '{not json' }],
    ['red \u001b[31m', { atMs: SEEN, text: 'red [31m' }],
    ['', null],
    [' \t ', null],
  ])('makes of %j what it says', (line, mark) => {
    expect(markOfLine(line, SEEN)).toEqual(mark)
  })

  it('cuts at 300 characters, also those that take two units', () => {
    expect(markOfLine('x'.repeat(400), SEEN)?.text).toBe('x'.repeat(300))
    expect([...(markOfLine('🚀'.repeat(400), SEEN)?.text ?? '')]).toHaveLength(300)
  })
})

describe('createMarkLines', () => {
  it('waits for the newline of a line that has only begun, even within a character', () => {
    const lines = createMarkLines()
    const [first, second] = [bytes('über').subarray(0, 1), bytes('über').subarray(1)]
    expect(lines.add(Buffer.concat([bytes('a\nb\n'), first]), 1)).toEqual([
      { atMs: 1, text: 'a' },
      { atMs: 1, text: 'b' },
    ])
    expect(lines.add(second, 2)).toEqual([])
    expect(lines.add(bytes(' alles\n'), 3)).toEqual([{ atMs: 3, text: 'über alles' }])
  })

  it('takes a last line without a newline at the end, and nothing where there is none', () => {
    const lines = createMarkLines()
    lines.add(bytes('done\nlast'), 1)
    expect(lines.end(2)).toEqual([{ atMs: 2, text: 'last' }])
    expect(lines.end(3)).toEqual([])
  })

  it('keeps only the beginning of a line that never ends', () => {
    const lines = createMarkLines()
    for (let turn = 0; turn < 100; turn++) lines.add(bytes('z'.repeat(10_000)), 1)
    expect(lines.add(bytes('\nnext\n'), 2).map((mark) => mark.text)).toEqual(['z'.repeat(300), 'next'])
  })

  it('forgets what had begun when it is reset', () => {
    const lines = createMarkLines()
    lines.add(bytes('old'), 1)
    lines.reset()
    expect(lines.add(bytes('new\n'), 2)).toEqual([{ atMs: 2, text: 'new' }])
  })
})
